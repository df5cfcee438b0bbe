/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-stream.h"
#include "core/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (64 << 10)

struct _GengaServerStream
{
  int in;
  int out;
  int stop; /* events */
  int wake;
  gboolean is_socket; /* the one that is written to */
};

GengaServerStream *
genga_server_stream_new (int take_in, int take_out, GError **error)
{
  g_autoptr (GengaServerStream) self = g_new0 (GengaServerStream, 1);
  int type;
  socklen_t size = sizeof type;

  self->in = take_in;
  self->out = take_out;
  self->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->is_socket = getsockopt (take_out, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
  if (self->stop >= 0 && self->wake >= 0)
    return g_steal_pointer (&self);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, _ ("Can't serve a client: %s."),
               g_strerror (errno));
  return NULL;
}

void
genga_server_stream_free (GengaServerStream *self)
{
  const int fds[] = { self->in, self->out != self->in ? self->out : -1, self->stop, self->wake };

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    if (fds[i] >= 0)
      close (fds[i]);
  g_free (self);
}

static void
add_event (int fd)
{
  const guint64 one = 1;
  gssize n = write (fd, &one, sizeof one);

  /* It can only fail where there are more events than it can count. */
  (void)n;
}

void
genga_server_stream_stop (GengaServerStream *self)
{
  add_event (self->stop);
}

void
genga_server_stream_wake (GengaServerStream *self)
{
  add_event (self->wake);
}

/* Whether something can be read or written; FALSE: it was stopped. */
static gboolean
wait_for (GengaServerStream *self, int fd, short events)
{
  struct pollfd polled[] = { { self->stop, POLLIN, 0 }, { fd, events, 0 } };

  while (poll (polled, G_N_ELEMENTS (polled), -1) < 0)
    if (errno != EINTR && errno != EAGAIN)
      return FALSE;
  return polled[0].revents == 0 && (polled[1].revents & POLLNVAL) == 0;
}

static gboolean
may_try_again (void)
{
  return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

gboolean
genga_server_stream_read (GengaServerStream *self, gpointer buffer, guint64 size)
{
  guint8 nowhere[16 << 10];
  guint8 *bytes = buffer;

  while (size > 0)
    {
      gssize n;

      if (!wait_for (self, self->in, POLLIN))
        return FALSE;
      n = bytes != NULL ? read (self->in, bytes, size)
                        : read (self->in, nowhere, MIN (size, sizeof nowhere));
      if (n == 0 || (n < 0 && !may_try_again ()))
        return FALSE;
      size -= MAX (n, 0);
      if (bytes != NULL)
        bytes += MAX (n, 0);
    }
  return TRUE;
}

/* Never waits: what a pipe that is ready surely takes, or what a socket says that it takes. */
static gssize
write_some (GengaServerStream *self, const guint8 *bytes, gsize size)
{
  return self->is_socket ? send (self->out, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                         : write (self->out, bytes, MIN (size, PIPE_BUF));
}

gboolean
genga_server_stream_write (GengaServerStream *self, gconstpointer buffer, gsize size)
{
  const guint8 *bytes = buffer;

  while (size > 0)
    {
      gssize n;

      if (!wait_for (self, self->out, POLLOUT))
        return FALSE;
      n = write_some (self, bytes, size);
      if (n < 0 && !may_try_again ())
        return FALSE;
      bytes += MAX (n, 0);
      size -= MAX (n, 0);
    }
  return TRUE;
}

gboolean
genga_server_stream_write_file (GengaServerStream *self, int fd, guint64 size)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_BYTES);

  for (guint64 at = 0; at < size;)
    {
      gssize n = pread (fd, buffer, MIN (size - at, BUFFER_BYTES), at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0 || !genga_server_stream_write (self, buffer, n))
        return FALSE;
      at += n;
    }
  return TRUE;
}

/* Milliseconds for poll(), rounded up so that the time is over when it returns. */
static int
get_timeout (gint64 until_us)
{
  gint64 left = until_us - g_get_monotonic_time ();

  if (until_us == 0)
    return -1;
  return CLAMP (left / 1000 + 1, 0, G_MAXINT);
}

static gboolean
take_wake (GengaServerStream *self)
{
  guint64 n_events;

  return read (self->wake, &n_events, sizeof n_events) > 0;
}

void
genga_server_stream_wait_on (GengaServerStream *self)
{
  struct pollfd polled = { self->wake, POLLIN, 0 };

  while (poll (&polled, 1, -1) < 0 && (errno == EINTR || errno == EAGAIN))
    ;
  take_wake (self);
}

GengaServerStreamEvent
genga_server_stream_wait (GengaServerStream *self, gint64 until_us)
{
  /* Without events, poll() tells only that the other end has gone. */
  struct pollfd polled[] = { { self->wake, POLLIN, 0 },
                             { self->stop, POLLIN, 0 },
                             { self->out, 0, 0 } };
  int n_ready;

  do
    n_ready = poll (polled, G_N_ELEMENTS (polled), get_timeout (until_us));
  while (n_ready < 0 && (errno == EINTR || errno == EAGAIN));
  if (polled[0].revents == 0)
    return n_ready == 0 ? GENGA_SERVER_STREAM_LATE : GENGA_SERVER_STREAM_LOST;
  return take_wake (self) ? GENGA_SERVER_STREAM_WOKEN : GENGA_SERVER_STREAM_LOST;
}
