/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-socket.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 32
#define FIRST_ACTIVATED 3

static gboolean
fill_address (struct sockaddr_un *address, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  if (*path != '\0' &&
      g_strlcpy (address->sun_path, path, sizeof address->sun_path) < sizeof address->sun_path)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("“%s” can't be a socket: its path may have from 1 to %u bytes."), name,
               (guint)sizeof address->sun_path - 1);
  return FALSE;
}

/* Whether somebody listens there. */
static gboolean
is_in_use (const struct sockaddr_un *address)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  gboolean is_refused = fd >= 0 &&
                        connect (fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                        errno == ECONNREFUSED;

  if (fd >= 0)
    close (fd);
  return !is_refused;
}

/* What an earlier server has left. */
static void
remove_stale (const struct sockaddr_un *address)
{
  struct stat info;

  if (lstat (address->sun_path, &info) == 0 && S_ISSOCK (info.st_mode) &&
      info.st_uid == geteuid () && !is_in_use (address))
    unlink (address->sun_path);
}

/* Held by one who takes over a name, so that nobody removes what another one has just made. It
 * stays there: whoever removed it would let two in. To be closed; -1 with errno. */
static int
lock (const char *path)
{
  g_autofree char *name = g_strconcat (path, ".lock", NULL);
  int fd = open (name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  struct stat info;
  int code = EPERM;

  if (fd < 0)
    return -1;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_uid == geteuid ())
    {
      while ((code = flock (fd, LOCK_EX) == 0 ? 0 : errno) == EINTR)
        ;
      if (code == 0)
        return fd;
    }
  close (fd);
  errno = code;
  return -1;
}

/* -1 with errno. */
static int
listen_at (const struct sockaddr_un *address)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const mode_t mask = umask (0177);
  const gboolean ok = fd >= 0 &&
                      bind (fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
                      listen (fd, BACKLOG) == 0;
  const int code = errno;

  umask (mask);
  if (ok)
    return fd;
  if (fd >= 0)
    close (fd);
  errno = code;
  return -1;
}

int
genga_server_socket_new (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  struct sockaddr_un address;
  int held, code, fd = -1;

  if (!fill_address (&address, path, error))
    return -1;
  held = lock (path);
  if (held >= 0)
    {
      remove_stale (&address);
      fd = listen_at (&address);
    }
  code = errno;
  if (held >= 0)
    close (held);
  if (fd >= 0)
    return fd;
  if (code == EADDRINUSE)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                 _ ("Can't listen on “%s”: another server does, or a file has the name."), name);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("Can't listen on “%s”: %s."), name,
                 g_strerror (code));
  return -1;
}

static gboolean
is_listening (int fd)
{
  static const struct
  {
    int option;
    int value;
  } wanted[] = { { SO_DOMAIN, AF_UNIX }, { SO_TYPE, SOCK_STREAM }, { SO_ACCEPTCONN, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      int value;
      socklen_t size = sizeof value;

      if (getsockopt (fd, SOL_SOCKET, wanted[i].option, &value, &size) != 0 ||
          value != wanted[i].value)
        return FALSE;
    }
  return TRUE;
}

int
genga_server_socket_take_activated (GError **error)
{
  const char *process = g_getenv ("LISTEN_PID");
  const char *count = g_getenv ("LISTEN_FDS");
  gboolean is_ours = process != NULL && count != NULL &&
                     g_ascii_strtoll (process, NULL, 10) == getpid () &&
                     g_ascii_strtoll (count, NULL, 10) > 0;
  gboolean is_one = is_ours && g_ascii_strtoll (count, NULL, 10) == 1;

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  if (!is_ours)
    return -1;
  if (is_one && is_listening (FIRST_ACTIVATED) &&
      fcntl (FIRST_ACTIVATED, F_SETFD, FD_CLOEXEC) == 0 &&
      fcntl (FIRST_ACTIVATED, F_SETFL, O_NONBLOCK) == 0)
    return FIRST_ACTIVATED;
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                       _ ("The service manager has to hand over one Unix socket that listens."));
  return -1;
}

gboolean
genga_server_socket_is_own (int fd)
{
  struct ucred peer;
  socklen_t size = sizeof peer;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid ();
}
