/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * genga-job-worker: runs jobs for the window, confined to their files. It is told which these are
 * before it reads a byte of them, and ends when nobody listens any more.
 */
#define G_LOG_DOMAIN "genga-job"

#include "core/error.h"
#include "job/apart/channel.h"
#include "job/apart/child-program.h"
#include "job/apart/error-record.h"
#include "job/apart/frame-parcel.h"
#include "job/apart/job-message.h"
#include "job/apart/sandbox.h"
#include "job/apart/tile-parcel.h"
#include "job/pipeline.h"
#include "job/stages.h"

#include <fcntl.h>
#include <unistd.h>

#define TELL_MS 100

typedef struct
{
  GengaChannel *channel;
  GengaPipeline *pipeline; /* NULL: the setup has not come */
  GPtrArray *runs;         /* of Run */
  guint tell;              /* while there are runs */
} Worker;

typedef struct
{
  Worker *worker;
  guint32 number;
  GengaJob *job;
  GPtrArray *tiles;     /* of GengaTileStore, as they came */
  gboolean gives_tiles; /* what is computed is wanted: one of them was free */
  GHashTable *known;    /* addresses of the pixels that came */
  guint n_notices;      /* that were told */
  int source;           /* -1: it is opened by its name */
} Run;

static void
run_free (Run *self)
{
  g_object_unref (self->job);
  g_ptr_array_unref (self->tiles);
  g_hash_table_unref (self->known);
  if (self->source >= 0)
    close (self->source);
  g_free (self);
}

/* ---- what is told ---- */

static void
tell_state (Run *run)
{
  genga_channel_send (run->worker->channel, GENGA_MESSAGE_STATE,
                      genga_job_state_to_message (run->number, run->job, run->n_notices), NULL, 0);
  run->n_notices = genga_job_get_notices (run->job)->len;
}

static gboolean
on_tell (gpointer user_data)
{
  Worker *self = user_data;

  for (guint i = 0; i < self->runs->len; i++)
    tell_state (self->runs->pdata[i]);
  return G_SOURCE_CONTINUE;
}

static void
on_state (GengaJob *job, GParamSpec *pspec, Run *run)
{
  if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    genga_channel_send (run->worker->channel, GENGA_MESSAGE_STARTED,
                        g_variant_new_uint32 (run->number), NULL, 0);
}

/* The picture that stayed in memory, if any. */
static GVariant *
pack_memory (GengaJob *job, int *fd, GError **error)
{
  GengaMemoryFrame *memory = genga_job_get_memory (job);
  g_autoptr (GengaFrame) frame = memory != NULL ? genga_memory_frame_dup (memory) : NULL;

  *fd = -1;
  return frame != NULL ? genga_frame_parcel_new (frame, fd, error) : NULL;
}

/* Where the result is, or what is in its way. */
static GVariant *
get_written (GengaJob *job, const GError *error)
{
  const char *target = genga_job_get_target (job);
  const gboolean is_there =
      error == NULL || g_error_matches (error, GENGA_ERROR, GENGA_ERROR_EXISTS);

  return g_variant_new_maybe (G_VARIANT_TYPE_BYTESTRING, is_there && target != NULL
                                                             ? g_variant_new_bytestring (target)
                                                             : NULL);
}

static void
tell_end (Run *run, GError *take_error)
{
  g_autoptr (GError) error = take_error;
  int fds[GENGA_CHANNEL_MAX_FDS];
  GVariant *frame = error == NULL ? pack_memory (run->job, &fds[0], &error) : NULL;
  const guint n_own = frame != NULL;
  guint n_fds;
  GVariant *tiles;
  GVariant *record = error != NULL ? genga_error_record_new (error) : NULL;

  if (!run->gives_tiles)
    g_ptr_array_set_size (run->tiles, 0);
  tiles = genga_tile_parcels_new (run->tiles, "", run->known, fds + n_own,
                                  G_N_ELEMENTS (fds) - n_own, &n_fds);
  tell_state (run);
  genga_channel_send (
      run->worker->channel, GENGA_MESSAGE_ENDED,
      g_variant_new ("(u@may@m" GENGA_ERROR_RECORD_TYPE "@ma{sv}@" GENGA_TILE_PARCELS_TYPE ")",
                     run->number, get_written (run->job, error),
                     g_variant_new_maybe (G_VARIANT_TYPE (GENGA_ERROR_RECORD_TYPE), record),
                     g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, frame), tiles),
      fds, n_own + n_fds);
  for (guint i = 0; i < n_own + n_fds; i++)
    close (fds[i]);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  Worker *self = run->worker;
  GError *error = NULL;

  g_signal_handlers_disconnect_by_data (run->job, run);
  genga_pipeline_run_finish (self->pipeline, result, &error);
  tell_end (run, error);
  g_ptr_array_remove (self->runs, run);
  if (self->runs->len == 0)
    g_clear_handle_id (&self->tell, g_source_remove);
}

/* ---- what it is told ---- */

static Run *
find_run (Worker *self, guint32 number)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      Run *run = self->runs->pdata[i];

      if (run->number == number)
        return run;
    }
  return NULL;
}

static void
run_job (Worker *self, GVariant *message, int *fds, guint n_fds)
{
  Run *run = g_new0 (Run, 1);
  g_autoptr (GVariant) parcels = NULL;
  const guint n_own = genga_job_message_has_source (message) && n_fds > 0;

  run->worker = self;
  run->job = genga_job_from_message (message, &run->number, &parcels);
  run->source = n_own > 0 ? fcntl (fds[0], F_DUPFD_CLOEXEC, 0) : -1;
  if (run->source >= 0)
    genga_job_set_source_descriptor (run->job, run->source);
  run->known = g_hash_table_new (NULL, NULL);
  run->tiles = genga_tile_parcels_dup_stores (parcels, fds + n_own, n_fds - n_own, run->known);
  for (guint i = 0; i < run->tiles->len; i++)
    {
      g_autofree char *key = genga_tile_store_dup_key (run->tiles->pdata[i]);

      run->gives_tiles |= key == NULL;
      genga_job_add_tiles (run->job, run->tiles->pdata[i]);
    }
  g_ptr_array_add (self->runs, run);
  g_signal_connect (run->job, "notify::state", G_CALLBACK (on_state), run);
  genga_pipeline_run_async (self->pipeline, run->job, on_ended, run);
  if (self->tell == 0)
    self->tell = g_timeout_add (TELL_MS, on_tell, self);
}

static void
pause_job (Worker *self, GVariant *message)
{
  guint32 number;
  gboolean is_paused;
  Run *run;

  g_variant_get (message, "(ub)", &number, &is_paused);
  run = find_run (self, number);
  if (run != NULL && is_paused)
    genga_job_pause (run->job);
  else if (run != NULL)
    genga_job_resume (run->job);
}

static void
set_up (Worker *self, GVariant *message)
{
  g_auto (GengaJobSetup) setup = { 0 };

  genga_job_setup_from_message (&setup, message);
  genga_sandbox_enter (&(GengaSandboxNeeds){ .sources = setup.sources,
                                             .writable = setup.folders,
                                             .outputs = setup.outputs,
                                             .models = setup.models });
  self->pipeline = genga_stages_new ((const char *const *)setup.taken);
}

/* The program that sends them has started this one. */
static void
on_message (guint kind, GVariant *value, int *fds, guint n_fds, gpointer user_data)
{
  Worker *self = user_data;
  Run *run;

  g_return_if_fail (kind < GENGA_MESSAGE_STARTED);
  g_return_if_fail (g_variant_is_of_type (value, genga_message_get_type (kind)));
  g_return_if_fail ((kind == GENGA_MESSAGE_SETUP) == (self->pipeline == NULL));

  if (kind == GENGA_MESSAGE_SETUP)
    set_up (self, value);
  else if (kind == GENGA_MESSAGE_RUN)
    run_job (self, value, fds, n_fds);
  else if (kind == GENGA_MESSAGE_PAUSE)
    pause_job (self, value);
  else if ((run = find_run (self, g_variant_get_uint32 (value))) != NULL)
    genga_job_cancel (run->job);
}

static void
on_closed (gpointer user_data)
{
}

int
main (int argc, char *argv[])
{
  Worker self = { .runs = g_ptr_array_new_with_free_func ((GDestroyNotify)run_free) };

  genga_child_program_set_up ();
  self.channel = genga_channel_new (GENGA_CHILD_FD, G_MAXUINT32, on_message, on_closed, &self);
  while (!genga_channel_is_closed (self.channel))
    g_main_context_iteration (NULL, TRUE);
  if (self.pipeline != NULL)
    genga_pipeline_free (self.pipeline);
  genga_channel_free (self.channel);
  return 0;
}
