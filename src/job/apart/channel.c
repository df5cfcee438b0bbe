/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PRIORITY (G_PRIORITY_HIGH_IDLE + 30) /* behind the window's drawing */

/* Before each value; descriptors travel with its first byte. */
typedef struct
{
  guint32 kind;
  guint32 size; /* of the value, serialised as "v" */
  guint32 n_fds;
} Header;

/* On its way out. */
typedef struct
{
  guint8 *bytes; /* header and value */
  gsize size;
  gsize n_sent;
  int fds[GENGA_CHANNEL_MAX_FDS]; /* until the first byte is sent */
  guint n_fds;
} Outgoing;

struct _GengaChannel
{
  int fd;
  GMainContext *context;
  guint32 max_bytes;
  GengaChannelMessageFunc on_message;
  GengaChannelClosedFunc on_closed;
  gpointer user_data;
  GSource *readable;
  GSource *writable; /* NULL: nothing waits */
  GQueue outgoing;

  Header header; /* of what is arriving */
  gsize n_header;
  guint8 *value;
  gsize n_value;
  int fds[GENGA_CHANNEL_MAX_FDS];
  guint n_fds;
};

typedef union
{
  struct cmsghdr header;
  char bytes[CMSG_SPACE (GENGA_CHANNEL_MAX_FDS * sizeof (int))];
} Control;

static void
close_fds (int *fds, guint *n)
{
  for (guint i = 0; i < *n; i++)
    {
      if (fds[i] >= 0)
        close (fds[i]);
    }
  *n = 0;
}

static void
outgoing_free (gpointer data)
{
  Outgoing *self = data;

  close_fds (self->fds, &self->n_fds);
  g_free (self->bytes);
  g_free (self);
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
shut (GengaChannel *self)
{
  drop_source (&self->readable);
  drop_source (&self->writable);
  close_fds (self->fds, &self->n_fds);
  g_queue_clear_full (&self->outgoing, outgoing_free);
  g_clear_pointer (&self->value, g_free);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
fail (GengaChannel *self)
{
  if (self->fd < 0)
    return;
  shut (self);
  self->on_closed (self->user_data);
}

/* ---- in ---- */

static void
close_all (const guint8 *fds, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      int fd;

      memcpy (&fd, fds + i * sizeof fd, sizeof fd);
      close (fd);
    }
}

/* Keeps descriptors that came along; FALSE where they are not what the header says. */
static gboolean
take_fds (GengaChannel *self, struct msghdr *message)
{
  for (struct cmsghdr *part = CMSG_FIRSTHDR (message); part != NULL;
       part = CMSG_NXTHDR (message, part))
    {
      gsize n = part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS
                    ? (part->cmsg_len - CMSG_LEN (0)) / sizeof (int)
                    : 0;

      if (self->n_fds + n > GENGA_CHANNEL_MAX_FDS)
        {
          close_all (CMSG_DATA (part), n);
          return FALSE;
        }
      memcpy (self->fds + self->n_fds, CMSG_DATA (part), n * sizeof (int));
      self->n_fds += n;
    }
  return (message->msg_flags & MSG_CTRUNC) == 0;
}

/* 1: some bytes; 0: not now; -1: never again. */
static int
receive (GengaChannel *self, gpointer into, gsize size, gsize *n_read)
{
  Control control;
  struct iovec data = { into, size };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  gssize n;

  do
    n = recvmsg (self->fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return errno == EAGAIN ? 0 : -1;
  if (n == 0 || !take_fds (self, &message))
    return -1;
  *n_read += n;
  return 1;
}

static int
receive_header (GengaChannel *self)
{
  int n = receive (self, (guint8 *)&self->header + self->n_header,
                   sizeof self->header - self->n_header, &self->n_header);

  if (n <= 0 || self->n_header < sizeof self->header)
    return n;
  if (self->header.size == 0 || self->header.size > self->max_bytes)
    return -1;
  self->value = g_try_malloc (self->header.size);
  return self->value != NULL ? 1 : -1;
}

/* Hands a message out; FALSE where it is none. */
static gboolean
deliver (GengaChannel *self)
{
  const Header header = self->header;
  g_autoptr (GVariant) outer = g_variant_ref_sink (g_variant_new_from_data (
      G_VARIANT_TYPE_VARIANT, self->value, header.size, FALSE, g_free, self->value));
  g_autoptr (GVariant) value = NULL;
  int fds[GENGA_CHANNEL_MAX_FDS];
  guint n_fds = self->n_fds;

  self->value = NULL;
  self->n_value = self->n_header = 0;
  if (n_fds != header.n_fds || !g_variant_is_normal_form (outer))
    return FALSE;
  value = g_variant_get_variant (outer);
  memcpy (fds, self->fds, sizeof fds);
  self->n_fds = 0;
  self->on_message (header.kind, value, fds, n_fds, self->user_data);
  close_fds (fds, &n_fds);
  return TRUE;
}

/* What has arrived; one message at most. */
static gboolean
read_some (GengaChannel *self)
{
  int n = 1;

  while (n > 0 && self->n_header < sizeof self->header)
    n = receive_header (self);
  while (n > 0 && self->n_value < self->header.size)
    n = receive (self, self->value + self->n_value, self->header.size - self->n_value,
                 &self->n_value);
  if (n < 0)
    return FALSE;
  return n == 0 || deliver (self);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  GengaChannel *self = user_data;

  if (!read_some (self))
    fail (self);
  return self->readable != NULL;
}

/* ---- out ---- */

static gssize
send_some (GengaChannel *self, Outgoing *message)
{
  Control control = { 0 };
  const gsize fds_size = message->n_fds * sizeof (int);
  struct iovec data = { message->bytes + message->n_sent, message->size - message->n_sent };
  struct msghdr out = { .msg_iov = &data, .msg_iovlen = 1 };
  gssize n;

  if (message->n_fds > 0)
    {
      out.msg_control = control.bytes;
      out.msg_controllen = CMSG_SPACE (fds_size);
      control.header.cmsg_level = SOL_SOCKET;
      control.header.cmsg_type = SCM_RIGHTS;
      control.header.cmsg_len = CMSG_LEN (fds_size);
      memcpy (CMSG_DATA (&control.header), message->fds, fds_size);
    }
  do
    n = sendmsg (self->fd, &out, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    close_fds (message->fds, &message->n_fds);
  return n;
}

/* As much as the other side takes. */
static void
flush (GengaChannel *self)
{
  Outgoing *message;

  while ((message = g_queue_peek_head (&self->outgoing)) != NULL)
    {
      gssize n = send_some (self, message);

      if (n < 0 && errno != EAGAIN)
        {
          /* The end is found by reading: there may still be something from the other side. */
          g_queue_clear_full (&self->outgoing, outgoing_free);
          shutdown (self->fd, SHUT_RDWR);
        }
      if (n < 0)
        break;
      message->n_sent += n;
      if (message->n_sent == message->size)
        outgoing_free (g_queue_pop_head (&self->outgoing));
    }
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  GengaChannel *self = user_data;

  flush (self);
  if (!g_queue_is_empty (&self->outgoing))
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->writable, g_source_unref);
  return G_SOURCE_REMOVE;
}

/* Whoever talks a lot has no right of way over what is drawn. */
static GSource *
watch (GengaChannel *self, GIOCondition condition, GUnixFDSourceFunc func)
{
  GSource *source = g_unix_fd_source_new (self->fd, condition);

  g_source_set_priority (source, PRIORITY);
  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (source, self->context);
  return source;
}

void
genga_channel_send (GengaChannel *self, guint kind, GVariant *value, const int *fds, guint n_fds)
{
  g_autoptr (GVariant) outer = g_variant_ref_sink (g_variant_new_variant (value));
  const gsize size = g_variant_get_size (outer);
  const Header header = { kind, size, n_fds };
  Outgoing *message;

  g_return_if_fail (n_fds <= GENGA_CHANNEL_MAX_FDS && size <= G_MAXUINT32);

  if (self->fd < 0)
    return;
  message = g_new0 (Outgoing, 1);
  message->size = sizeof header + size;
  message->bytes = g_malloc (message->size);
  memcpy (message->bytes, &header, sizeof header);
  memcpy (message->bytes + sizeof header, g_variant_get_data (outer), size);
  for (guint i = 0; i < n_fds; i++)
    message->fds[message->n_fds++] = fcntl (fds[i], F_DUPFD_CLOEXEC, 0);
  g_queue_push_tail (&self->outgoing, message);
  if (self->writable != NULL)
    return;
  flush (self);
  if (!g_queue_is_empty (&self->outgoing))
    self->writable = watch (self, G_IO_OUT, on_writable);
}

/* What has happened; TRUE where something has. */
static gboolean
wait_for (GengaChannel *self, GCancellable *cancellable, int timeout_ms, short *events)
{
  struct pollfd polled[] = { { self->fd, POLLIN, 0 },
                             { g_cancellable_get_fd (cancellable), POLLIN, 0 } };
  int n;

  if (!g_queue_is_empty (&self->outgoing))
    polled[0].events |= POLLOUT;
  n = poll (polled, polled[1].fd >= 0 ? 2 : 1, timeout_ms);
  if (polled[1].fd >= 0)
    g_cancellable_release_fd (cancellable);
  *events = n > 0 ? polled[0].revents : 0;
  return *events != 0 || (n < 0 && errno == EINTR);
}

gboolean
genga_channel_iterate (GengaChannel *self, GCancellable *cancellable, int timeout_ms)
{
  short events;

  if (self->fd < 0 || !wait_for (self, cancellable, timeout_ms, &events))
    return FALSE;
  if ((events & POLLOUT) != 0)
    flush (self);
  if (g_queue_is_empty (&self->outgoing))
    drop_source (&self->writable);
  if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 && !read_some (self))
    fail (self);
  return TRUE;
}

gboolean
genga_channel_is_closed (GengaChannel *self)
{
  return self->fd < 0;
}

GengaChannel *
genga_channel_new (int fd,
                   guint32 max_bytes,
                   GengaChannelMessageFunc on_message,
                   GengaChannelClosedFunc on_closed,
                   gpointer user_data)
{
  GengaChannel *self = g_new0 (GengaChannel, 1);

  self->fd = fd;
  self->context = g_main_context_ref_thread_default ();
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  self->max_bytes = max_bytes;
  self->on_message = on_message;
  self->on_closed = on_closed;
  self->user_data = user_data;
  g_queue_init (&self->outgoing);
  self->readable = watch (self, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable);
  return self;
}

void
genga_channel_free (GengaChannel *self)
{
  shut (self);
  g_main_context_unref (self->context);
  g_free (self);
}

void
genga_channel_close (GengaChannel *self)
{
  fail (self);
}
