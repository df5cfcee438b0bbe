/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-client.h"
#include "engine/engine.h"
#include "job/server/server-batch.h"

#include <glib/gi18n-lib.h>

struct _GengaServerClient
{
  const GengaServerTerms *terms;
  GengaServerStream *stream;
  GSourceOnceFunc on_end;
  gpointer data;
  GThread *thread;
};

/* ---- answers; each says whether the client is still there ---- */

static gboolean
answer_error (GengaServerClient *self, guint32 id, GengaServerRecord *record)
{
  g_autoptr (GBytes) bytes = genga_server_answer_new_error (id, record->status, record->error);
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  record->bytes_out = size;
  genga_server_log_request (self->terms->log, record);
  return genga_server_stream_write (self->stream, data, size);
}

static gboolean
answer_no_message (GengaServerClient *self, guint64 n_bytes, const char *error)
{
  GengaServerRecord record = {
    .status = GENGA_SERVER_INVALID_FRAME,
    .error = error,
    .bytes_in = 4 + n_bytes,
  };

  return answer_error (self, 0, &record);
}

static gboolean
send_results (GengaServerClient *self, GBytes *head, const GPtrArray *jobs, const guint64 *sizes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (head, &size);
  gboolean ok = genga_server_stream_write (self->stream, data, size);

  for (guint i = 0; ok && i < jobs->len; i++)
    {
      guint8 length[4];
      guint64 unused;

      genga_server_write_u32 (length, sizes[i]);
      ok = genga_server_stream_write (self->stream, length, sizeof length) &&
           genga_server_stream_write_file (
               self->stream, genga_server_job_get_result (jobs->pdata[i], &unused), sizes[i]);
    }
  return ok;
}

static gboolean
answer_results (GengaServerClient *self, GengaServerBatch *batch, GengaServerRecord *record)
{
  const GengaServerRequest *request = record->request;
  g_autofree guint64 *sizes = g_new (guint64, batch->jobs->len);
  g_autoptr (GBytes) head = NULL;
  guint64 n_bytes = 0;

  for (guint i = 0; i < batch->jobs->len; i++)
    {
      genga_server_job_get_result (batch->jobs->pdata[i], &sizes[i]);
      n_bytes += 4 + sizes[i];
    }
  head = genga_server_answer_new (request->id, sizes, batch->jobs->len);
  if (head == NULL)
    {
      record->status = GENGA_SERVER_LIMIT;
      record->error = _ ("The results are too large for one answer.");
      return answer_error (self, request->id, record);
    }
  record->n_results = batch->jobs->len;
  record->bytes_out = g_bytes_get_size (head) + n_bytes;
  genga_server_log_request (self->terms->log, record);
  return send_results (self, head, batch->jobs, sizes);
}

/* ---- requests ---- */

/* They choose nothing: what was chosen when the server was started counts. The sentences name no
 * request, so that a client can't have them told without end. */
static void
warn_of_choices (const GengaServerTerms *terms, const GengaServerRequest *request)
{
  if (terms->has_engine && request->engine != terms->engine)
    genga_server_log_notice (terms->log,
                             _ ("A request asks for %s, but this server was started for %s."),
                             genga_server_engine_get_name (request->engine),
                             genga_server_engine_get_name (terms->engine));
  if (terms->has_gpu && request->gpu != terms->gpu)
    genga_server_log_notice (
        terms->log, _ ("A request asks for graphics card %d, but this server was started for %d."),
        request->gpu, terms->gpu);
}

static void
tell_notices (GengaServerClient *self, const GengaServerBatch *batch)
{
  for (guint i = 0; i < batch->notices->len; i++)
    genga_server_log_notice (self->terms->log, "%s", (char *)batch->notices->pdata[i]);
}

static gboolean
run_images (GengaServerClient *self,
            const guint8 *message,
            GengaServerRecord *record,
            gint64 start_us)
{
  const GengaServerTerms *terms = self->terms;
  const GengaServerRequest *request = record->request;
  const GengaServerBatchSetup setup = {
    .jobs = terms->jobs,
    .stream = self->stream,
    .max_pixels = terms->max_pixels,
    .until_us =
        terms->timeout_seconds > 0 ? start_us + (gint64)terms->timeout_seconds * G_USEC_PER_SEC : 0,
  };
  g_auto (GengaServerBatch) batch = { 0 };

  warn_of_choices (terms, request);
  genga_server_batch_run (&batch, &setup, message, request->images);
  tell_notices (self, &batch);
  if (batch.is_lost)
    return FALSE;
  record->status = batch.status;
  record->error = batch.error;
  record->seconds = (g_get_monotonic_time () - start_us) / 1e6;
  if (batch.status != GENGA_SERVER_OK)
    return answer_error (self, request->id, record);
  genga_engine_trim_gpus ();
  return answer_results (self, &batch, record);
}

static gboolean
serve_message (GengaServerClient *self, const guint8 *message, guint32 size)
{
  g_auto (GengaServerRequest) request = { 0 };
  GengaServerRecord record = { .request = &request, .bytes_in = 4 + (guint64)size };
  const gint64 start_us = g_get_monotonic_time ();

  genga_server_request_init (&request, message, size, self->terms->max_images);
  if (request.status == GENGA_SERVER_OK)
    return run_images (self, message, &record, start_us);
  record.status = request.status;
  record.error = request.error;
  return answer_error (self, request.id, &record);
}

/* FALSE: the client has gone, or wants no more. */
static gboolean
serve_next (GengaServerClient *self)
{
  g_autofree guint8 *message = NULL;
  guint8 length[4];
  guint32 size;

  if (!genga_server_stream_read (self->stream, length, sizeof length))
    return FALSE;
  size = genga_server_read_u32 (length);
  if (size == 0)
    return FALSE;
  if (size < GENGA_SERVER_LEAST_BYTES || size > GENGA_SERVER_MOST_BYTES)
    return genga_server_stream_read (self->stream, NULL, size) &&
           answer_no_message (self, size,
                              size < GENGA_SERVER_LEAST_BYTES
                                  ? _ ("The message is too short.")
                                  : _ ("The message is longer than 64 MiB."));
  message = g_try_malloc (size);
  if (message == NULL)
    return genga_server_stream_read (self->stream, NULL, size) &&
           answer_no_message (self, size, _ ("There is not enough memory for the message."));
  return genga_server_stream_read (self->stream, message, size) &&
         serve_message (self, message, size);
}

static gpointer
run (gpointer data)
{
  GengaServerClient *self = data;

  while (serve_next (self))
    ;
  g_idle_add_once (self->on_end, self->data);
  return NULL;
}

/* ---- the border ---- */

GengaServerClient *
genga_server_client_new (const GengaServerTerms *terms,
                         GengaServerStream *take_stream,
                         GSourceOnceFunc on_end,
                         gpointer data)
{
  GengaServerClient *self = g_new0 (GengaServerClient, 1);

  self->terms = terms;
  self->stream = take_stream;
  self->on_end = on_end;
  self->data = data;
  self->thread = g_thread_new ("genga-client", run, self);
  return self;
}

void
genga_server_client_stop (GengaServerClient *self)
{
  genga_server_stream_stop (self->stream);
}

void
genga_server_client_free (GengaServerClient *self)
{
  g_thread_join (self->thread);
  genga_server_stream_free (self->stream);
  g_free (self);
}
