/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server.h"
#include "core/error.h"
#include "job/server/server-client.h"
#include "job/server/server-image.h"
#include "job/server/server-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Who comes then waits for another one to go. */
#define MOST_CLIENTS 32
#define PAUSE_SECONDS 1

struct _GengaServer
{
  GengaServerTerms terms;
  GPtrArray *clients; /* of Seat */
  GMainLoop *loop;
  int listening; /* -1: nothing */
  guint watch;   /* 0: nobody is let in just now */
  guint pause;
  GengaServerJob *converted; /* that the main context runs for, or NULL */
  gboolean is_stopped;
};

typedef struct
{
  GengaServer *server;
  GengaServerClient *client;
} Seat;

/* The smallest picture that any network takes: 8 x 8, grey. */
static const guint8 tiny_picture[] = {
  // clang-format off
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d,
  0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08,
  0x08, 0x00, 0x00, 0x00, 0x00, 0xe1, 0x64, 0xe1, 0x57, 0x00, 0x00, 0x00,
  0x49, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0x80, 0x03, 0x16,
  0x0e, 0x1e, 0x01, 0x11, 0x09, 0x19, 0x06, 0x06, 0x0e, 0x01, 0x09, 0x05,
  0x0d, 0x03, 0x0b, 0x06, 0x06, 0x1e, 0x09, 0x15, 0x03, 0x1b, 0x8f, 0x10,
  0x06, 0x06, 0x01, 0x05, 0x03, 0x87, 0x80, 0x84, 0x02, 0x06, 0x06, 0x11,
  0x0d, 0x9b, 0x80, 0x94, 0x8a, 0x1e, 0x06, 0x06, 0x09, 0x03, 0x8f, 0x84,
  0x8a, 0x09, 0x2b, 0x18, 0x18, 0x64, 0x2c, 0x42, 0x0a, 0x7a, 0x56, 0x1c,
  0x01, 0x00, 0x01, 0x97, 0x0c, 0x41, 0x4d, 0x5b, 0xc1, 0x8a, 0x00, 0x00,
  0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
  // clang-format on
};

GengaServer *
genga_server_new (const GengaServerSetup *setup)
{
  GengaServer *self = g_new0 (GengaServer, 1);

  self->terms = (GengaServerTerms){
    .jobs = genga_server_jobs_new (setup->options),
    .log = genga_server_log_new (setup->log_func, setup->log_data, setup->log_flags),
    .max_images = setup->max_images,
    .max_pixels = setup->max_pixels,
    .timeout_seconds = setup->timeout_seconds,
    .has_engine = setup->has_engine,
    .engine = setup->engine,
    .has_gpu = setup->has_gpu,
    .gpu = setup->gpu,
  };
  self->clients = g_ptr_array_new ();
  self->loop = g_main_loop_new (NULL, FALSE);
  self->listening = -1;
  return self;
}

/* ---- clients ---- */

static void watch_socket (GengaServer *self);

static void
on_client_ended (gpointer data)
{
  Seat *seat = data;
  GengaServer *self = seat->server;

  genga_server_client_free (seat->client);
  g_ptr_array_remove_fast (self->clients, seat);
  g_free (seat);
  if (self->clients->len == 0 && (self->listening < 0 || self->is_stopped))
    g_main_loop_quit (self->loop);
  watch_socket (self);
}

gboolean
genga_server_add_client (GengaServer *self, int take_in, int take_out, GError **error)
{
  GengaServerStream *stream = genga_server_stream_new (take_in, take_out, error);
  Seat *seat;

  if (stream == NULL)
    return FALSE;
  seat = g_new0 (Seat, 1);
  seat->server = self;
  g_ptr_array_add (self->clients, seat);
  seat->client = genga_server_client_new (&self->terms, stream, on_client_ended, seat);
  return TRUE;
}

/* ---- the socket ---- */

static gboolean
on_pause_over (gpointer data)
{
  GengaServer *self = data;

  self->pause = 0;
  watch_socket (self);
  return G_SOURCE_REMOVE;
}

/* There are too many descriptors, or no memory: it comes again at once as long as somebody waits.
 */
static void
pause_listening (GengaServer *self)
{
  genga_server_log_notice (self->terms.log, _ ("Can't let a client in: %s."), g_strerror (errno));
  if (self->pause == 0)
    self->pause = g_timeout_add_seconds (PAUSE_SECONDS, on_pause_over, self);
}

static void
let_in (GengaServer *self, int take_fd)
{
  g_autoptr (GError) error = NULL;

  if (!genga_server_socket_is_own (take_fd))
    {
      genga_server_log_notice (self->terms.log, "%s", _ ("Another user's program was sent away."));
      close (take_fd);
    }
  else if (!genga_server_add_client (self, take_fd, take_fd, &error))
    genga_server_log_notice (self->terms.log, "%s", error->message);
}

static gboolean
on_connection (int fd, GIOCondition condition, gpointer data)
{
  GengaServer *self = data;
  int client = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);

  if (client >= 0)
    let_in (self, client);
  else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
    pause_listening (self);
  if (self->clients->len < MOST_CLIENTS && self->pause == 0)
    return G_SOURCE_CONTINUE;
  self->watch = 0;
  return G_SOURCE_REMOVE;
}

static void
watch_socket (GengaServer *self)
{
  if (self->listening >= 0 && self->watch == 0 && self->pause == 0 && !self->is_stopped &&
      self->clients->len < MOST_CLIENTS)
    self->watch = g_unix_fd_add (self->listening, G_IO_IN, on_connection, self);
}

void
genga_server_listen (GengaServer *self, int take_fd)
{
  self->listening = take_fd;
  watch_socket (self);
}

/* ---- one picture ---- */

static void
leave_loop (gpointer loop)
{
  g_main_loop_quit (loop);
}

static int
convert (GengaServer *self,
         const char *name,
         GBytes *picture,
         guint64 max_pixels,
         guint64 *result_size,
         GError **error)
{
  gsize size;
  gconstpointer bytes = g_bytes_get_data (picture, &size);
  int source = genga_server_image_open (bytes, size, max_pixels, name, error);
  g_autoptr (GengaServerJob) job = NULL;
  int result;

  if (source < 0)
    return -1;
  job = genga_server_job_begin (self->terms.jobs, source, name, leave_loop, self->loop, error);
  if (job == NULL)
    return -1;
  if (self->is_stopped)
    genga_server_job_cancel (job);
  self->converted = job;
  g_main_loop_run (self->loop);
  self->converted = NULL;
  if (genga_server_job_get_error (job) != NULL)
    {
      g_propagate_error (error, g_error_copy (genga_server_job_get_error (job)));
      return -1;
    }
  result = fcntl (genga_server_job_get_result (job, result_size), F_DUPFD_CLOEXEC, 3);
  if (result < 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, _ ("Can't open the result: %s."),
                 g_strerror (errno));
  return result;
}

int
genga_server_convert (
    GengaServer *self, const char *name, GBytes *picture, guint64 *result_size, GError **error)
{
  return convert (self, name, picture, self->terms.max_pixels, result_size, error);
}

gboolean
genga_server_warm_up (GengaServer *self, GError **error)
{
  g_autoptr (GBytes) picture = g_bytes_new_static (tiny_picture, sizeof tiny_picture);
  guint64 size;
  int result = convert (self, _ ("first picture"), picture, G_MAXUINT64, &size, error);

  if (result < 0)
    return FALSE;
  close (result);
  return TRUE;
}

/* ---- its life ---- */

void
genga_server_run (GengaServer *self)
{
  if (!self->is_stopped && (self->listening >= 0 || self->clients->len > 0))
    g_main_loop_run (self->loop);
  genga_server_log_summary (self->terms.log);
}

void
genga_server_stop (GengaServer *self)
{
  if (self->is_stopped)
    return;
  self->is_stopped = TRUE;
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->pause, g_source_remove);
  for (guint i = 0; i < self->clients->len; i++)
    genga_server_client_stop (((Seat *)self->clients->pdata[i])->client);
  if (self->converted != NULL)
    genga_server_job_cancel (self->converted);
  else if (self->clients->len == 0)
    g_main_loop_quit (self->loop);
}

void
genga_server_free (GengaServer *self)
{
  genga_server_stop (self);
  while (self->clients->len > 0)
    g_main_context_iteration (NULL, TRUE);
  genga_server_jobs_free (self->terms.jobs);
  genga_server_log_free (self->terms.log);
  g_ptr_array_unref (self->clients);
  g_main_loop_unref (self->loop);
  if (self->listening >= 0)
    close (self->listening);
  g_free (self);
}
