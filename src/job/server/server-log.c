/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-log.h"

#include <stdarg.h>

/* Sentences that are remembered; what a client makes up doesn't fill the memory. */
#define MOST_NOTICES 64

struct _GengaServerLog
{
  GengaServerLogFunc func;
  gpointer data;
  GengaServerLogFlags flags;

  GMutex mutex;
  /* protected by mutex */
  GHashTable *notices; /* that were told */
  guint64 n_processed;
  guint64 n_errors;
  double seconds;
};

GengaServerLog *
genga_server_log_new (GengaServerLogFunc func, gpointer data, GengaServerLogFlags flags)
{
  GengaServerLog *self = g_new0 (GengaServerLog, 1);

  self->func = func;
  self->data = data;
  self->flags = flags;
  self->notices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->mutex);
  return self;
}

void
genga_server_log_free (GengaServerLog *self)
{
  g_hash_table_unref (self->notices);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
genga_server_log_say (GengaServerLog *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *line = g_strdup_vprintf (format, args);
  va_end (args);
  self->func (line, self->data);
}

static gboolean
is_new (GengaServerLog *self, const char *notice)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_hash_table_size (self->notices) < MOST_NOTICES &&
         g_hash_table_add (self->notices, g_strdup (notice));
}

void
genga_server_log_notice (GengaServerLog *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *notice = g_strdup_vprintf (format, args);
  va_end (args);
  if ((self->flags & GENGA_SERVER_LOG_NOTICES) != 0 || is_new (self, notice))
    self->func (notice, self->data);
}

/* What stands between quotes: escaped, but for characters beyond ASCII. */
static char *
dup_quoted (const char *text)
{
  char others[129];

  for (guint i = 0; i < sizeof others - 1; i++)
    others[i] = (char)(0x80 + i);
  others[sizeof others - 1] = '\0';
  return g_strescape (text, g_utf8_validate (text, -1, NULL) ? others : NULL);
}

static void
append_request (GString *line, const GengaServerRequest *request)
{
  g_autofree char *meta = dup_quoted (request->meta);

  g_string_append_printf (line, " engine=%s quality_or_scale=\"%s\" gpu_id=%d batch_count=%u",
                          genga_server_engine_get_name (request->engine), meta, request->gpu,
                          request->images->len);
}

static char *
dup_line (const GengaServerRecord *record)
{
  const GengaServerRequest *request = record->request;
  g_autofree char *error = dup_quoted (record->error != NULL ? record->error : "");
  GString *line = g_string_new (NULL);
  char elapsed[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (line, "request_id=%u status=%d", request != NULL ? request->id : 0,
                          record->status);
  if (request != NULL)
    append_request (line, request);
  g_ascii_formatd (elapsed, sizeof elapsed, "%.3f", 1000 * record->seconds);
  g_string_append_printf (line,
                          " results=%u bytes_in=%" G_GUINT64_FORMAT " bytes_out=%" G_GUINT64_FORMAT
                          " elapsed_ms=%s error=\"%s\"",
                          record->n_results, record->bytes_in, record->bytes_out, elapsed, error);
  return g_string_free (line, FALSE);
}

static void
count (GengaServerLog *self, const GengaServerRecord *record)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->n_processed++;
  self->n_errors += record->status != GENGA_SERVER_OK;
  self->seconds += record->seconds;
}

void
genga_server_log_request (GengaServerLog *self, const GengaServerRecord *record)
{
  g_autofree char *line = dup_line (record);

  count (self, record);
  if ((self->flags & GENGA_SERVER_LOG_MESSAGES) != 0)
    genga_server_log_say (self, "message: %u bytes in, %u bytes out, status %d",
                          (guint)record->bytes_in, (guint)record->bytes_out, record->status);
  if ((self->flags & GENGA_SERVER_LOG_REQUESTS) != 0)
    genga_server_log_say (self, "request: %s", line);
}

void
genga_server_log_summary (GengaServerLog *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  const double average = self->n_processed > 0 ? 1000 * self->seconds / self->n_processed : 0;
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if ((self->flags & GENGA_SERVER_LOG_REQUESTS) == 0)
    return;
  g_ascii_formatd (text, sizeof text, "%.3f", average);
  genga_server_log_say (
      self, "summary: processed=%" G_GUINT64_FORMAT " errors=%" G_GUINT64_FORMAT " average_ms=%s",
      self->n_processed, self->n_errors, text);
}
