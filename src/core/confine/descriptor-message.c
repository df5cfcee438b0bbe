/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/confine/descriptor-message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

typedef union
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE (GENGA_MAX_SENT_DESCRIPTORS * sizeof (int))];
} Control;

gboolean
genga_descriptors_send (int socket, const int *fds, guint n)
{
  char byte = 0;
  Control control = { 0 };
  struct iovec data = { &byte, 1 };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = CMSG_SPACE (n * sizeof (int)) };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  gssize sent;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (n * sizeof (int));
  memcpy (CMSG_DATA (header), fds, n * sizeof (int));
  do
    sent = sendmsg (socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == 1;
}

gboolean
genga_descriptors_receive (int socket, int *fds, guint n)
{
  char byte;
  Control control;
  struct iovec data = { &byte, 1 };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = CMSG_SPACE (n * sizeof (int)) };
  struct cmsghdr *header;
  gssize received;

  do
    received = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
  while (received < 0 && errno == EINTR);
  header = received > 0 ? CMSG_FIRSTHDR (&message) : NULL;
  if (header == NULL || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len != CMSG_LEN (n * sizeof (int)))
    return FALSE;
  memcpy (fds, CMSG_DATA (header), n * sizeof (int));
  return TRUE;
}
