/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-batch.h"
#include "core/error.h"
#include "core/fault.h"
#include "job/server/server-image.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaServerBatch *batch;
  const GengaServerBatchSetup *setup;
  const guint8 *message;
  const GArray *images;
  guint n_ended;
  guint64 n_bytes;       /* of what has ended, in the answer */
  guint failed_at;       /* the first image that something is wrong with; G_MAXUINT: none */
  gboolean is_cancelled; /* what has not ended */
} Run;

/* Of several failures, the one of the first image counts, as if they ran one after the other. */
static void
fail (Run *run, GengaServerStatus status, guint index, const char *reason)
{
  if (index >= run->failed_at)
    return;
  g_free (run->batch->error);
  run->failed_at = index;
  run->batch->status = status;
  run->batch->error = g_strdup_printf (_ ("Image %u: %s"), index, reason);
}

static void
fail_by_error (Run *run, guint index, const GError *error)
{
  const gboolean is_limit = g_error_matches (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);

  fail (run, is_limit ? GENGA_SERVER_LIMIT : GENGA_SERVER_ENGINE_ERROR, index, error->message);
}

/* ---- an image ---- */

static void
wake (gpointer stream)
{
  genga_server_stream_wake (stream);
}

static void
begin_image (Run *run, guint index)
{
  const GengaServerImage *image = &g_array_index (run->images, GengaServerImage, index);
  g_autofree char *name = g_strdup_printf (_ ("image %u"), index);
  g_autoptr (GError) error = NULL;
  GengaServerJob *job = NULL;
  int fd = genga_server_image_open (run->message + image->offset, image->size,
                                    run->setup->max_pixels, name, &error);

  if (fd >= 0)
    job = genga_server_job_begin (run->setup->jobs, fd, name, wake, run->setup->stream, &error);
  if (job != NULL)
    g_ptr_array_add (run->batch->jobs, job);
  else
    fail_by_error (run, index, error);
}

/* ---- all of them ---- */

static void
cancel_rest (Run *run)
{
  run->is_cancelled = TRUE;
  for (guint i = run->n_ended; i < run->batch->jobs->len; i++)
    genga_server_job_cancel (run->batch->jobs->pdata[i]);
}

/* FALSE: the answer would become too long, so that nobody has any use of it. */
static gboolean
count_result (Run *run, GengaServerJob *job)
{
  guint64 size;

  genga_server_job_get_result (job, &size);
  run->n_bytes += 4 + size;
  return run->n_bytes <= GENGA_SERVER_MOST_RESULT_BYTES && !genga_fault ("long-answer");
}

static void
take_notices (Run *run, GengaServerJob *job)
{
  GPtrArray *notices = genga_server_job_get_notices (job);

  for (guint i = 0; i < notices->len; i++)
    g_ptr_array_add (run->batch->notices, g_strdup (notices->pdata[i]));
}

/* Images end in the order in which they were begun. */
static void
take_ended (Run *run)
{
  GPtrArray *jobs = run->batch->jobs;

  for (; run->n_ended < jobs->len; run->n_ended++)
    {
      GengaServerJob *job = jobs->pdata[run->n_ended];
      const GError *error;

      if (!genga_server_job_has_ended (job))
        return;
      take_notices (run, job);
      error = genga_server_job_get_error (job);
      if (run->is_cancelled || (error == NULL && count_result (run, job)))
        continue;
      if (error != NULL)
        fail_by_error (run, run->n_ended, error);
      else
        fail (run, GENGA_SERVER_LIMIT, run->n_ended,
              _ ("The results are too large for one answer."));
      cancel_rest (run);
    }
}

static void
wait_for_one (Run *run)
{
  if (run->is_cancelled)
    {
      genga_server_stream_wait_on (run->setup->stream);
      return;
    }
  switch (genga_server_stream_wait (run->setup->stream, run->setup->until_us))
    {
    case GENGA_SERVER_STREAM_LATE:
      fail (run, GENGA_SERVER_TIMEOUT, run->n_ended, _ ("The request takes too long."));
      break;
    case GENGA_SERVER_STREAM_LOST:
      run->batch->is_lost = TRUE;
      break;
    case GENGA_SERVER_STREAM_WOKEN:
    default:
      return;
    }
  cancel_rest (run);
}

void
genga_server_batch_run (GengaServerBatch *self,
                        const GengaServerBatchSetup *setup,
                        const guint8 *message,
                        const GArray *images)
{
  const guint n_busy = genga_server_jobs_get_n_busy (setup->jobs);
  Run run = {
    .batch = self, .setup = setup, .message = message, .images = images, .failed_at = G_MAXUINT
  };

  *self = (GengaServerBatch){
    .jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_server_job_free),
    .notices = g_ptr_array_new_with_free_func (g_free),
  };
  for (;;)
    {
      take_ended (&run);
      while (run.failed_at == G_MAXUINT && !run.is_cancelled && self->jobs->len < images->len &&
             self->jobs->len - run.n_ended < n_busy)
        begin_image (&run, self->jobs->len);
      if (run.n_ended == self->jobs->len)
        return;
      wait_for_one (&run);
    }
}

void
genga_server_batch_clear (GengaServerBatch *self)
{
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_clear_pointer (&self->error, g_free);
}
