/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/job-process.h"
#include "core/error.h"
#include "job/apart/channel.h"
#include "job/apart/child-program.h"
#include "job/apart/error-record.h"
#include "job/apart/frame-parcel.h"
#include "job/apart/job-message.h"
#include "job/apart/job-needs.h"
#include "job/apart/tile-parcel.h"
#include "job/tile-key.h"

#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_MESSAGE_BYTES (16U << 20)
#define PAUSE_POLL_MS 100
#define SHUT_DOWN_SECONDS 20

struct _GengaJobProcess
{
  GSubprocess *program;
  GengaChannel *channel;
  GHashTable *jobs; /* of GengaJob, that it is for, with the options that they had then */
  GPtrArray *runs;  /* of GengaJobRun */
  guint32 last_number;
  guint poll; /* for pauses */
  GengaJobProcessFunc on_ended;
  gpointer user_data;
};

void
genga_job_run_free (GengaJobRun *self)
{
  g_object_unref (self->task);
  g_free (self);
}

GengaJob *
genga_job_run_get_job (GengaJobRun *self)
{
  return g_task_get_source_object (self->task);
}

typedef struct
{
  GengaJobRun *run;
  char *written;
  GError *error;
} End;

static gboolean
on_end (gpointer data)
{
  g_autofree End *end = data;
  g_autofree char *written = end->written;
  GengaJobRun *run = end->run;

  genga_job_finish (genga_job_run_get_job (run), written, end->error);
  if (end->error != NULL)
    g_task_return_error (run->task, end->error);
  else
    g_task_return_boolean (run->task, TRUE);
  genga_job_run_free (run);
  return G_SOURCE_REMOVE;
}

void
genga_job_run_end (GengaJobRun *self, const char *written, GError *take_error)
{
  End *end = g_new (End, 1);

  *end = (End){ self, g_strdup (written), take_error };
  g_idle_add_full (G_PRIORITY_DEFAULT, on_end, end, NULL);
}

/* ---- what it says ---- */

static GengaJobRun *
find_run (GengaJobProcess *self, guint32 number)
{
  for (guint i = 0; i < self->runs->len; i++)
    {
      GengaJobRun *run = self->runs->pdata[i];

      if (run->number == number)
        return run;
    }
  return NULL;
}

static void
let_go (GengaJobProcess *self, GengaJobRun *run)
{
  GengaProgress *progress = genga_job_get_progress (genga_job_run_get_job (run));

  g_cancellable_disconnect (genga_progress_get_cancellable (progress), run->on_cancelled);
  run->on_cancelled = 0;
  g_ptr_array_remove (self->runs, run);
}

static void
set_no_result (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                       _ ("A part of Genga did not say where the result is."));
}

static void
take_memory (GengaJob *job, GVariant *parcel, int *fds, guint n_fds, GError **error)
{
  GengaMemoryFrame *memory = genga_job_get_memory (job);
  g_autoptr (GengaFrame) frame = NULL;

  if (n_fds == 0 || memory == NULL)
    {
      set_no_result (error);
      return;
    }
  frame = genga_frame_parcel_dup (parcel, fds[0], error);
  if (frame != NULL)
    genga_memory_frame_set (memory, frame);
}

/*
 * What it says about a file is believed only where it was allowed to write, and of a result only
 * where that is there: one that was taken over may have left a link to something else.
 */
static char *
dup_written (GengaJob *job, GVariant *maybe, gboolean is_result)
{
  g_autoptr (GVariant) path = g_variant_get_maybe (maybe);
  const char *written = path != NULL ? g_variant_get_bytestring (path) : NULL;

  if (written == NULL || !genga_job_needs_cover (job, written) ||
      (is_result && !genga_job_needs_hold (job, written)))
    return NULL;
  return g_strdup (written);
}

/* Pixels come first among the descriptors, then tiles. */
static void
end_run (GengaJobProcess *self, GengaJobRun *run, GVariant *message, int *fds, guint n_fds)
{
  GengaJob *job = genga_job_run_get_job (run);
  g_autoptr (GVariant) path = g_variant_get_child_value (message, 1);
  g_autoptr (GVariant) maybe_record = g_variant_get_child_value (message, 2);
  g_autoptr (GVariant) record = g_variant_get_maybe (maybe_record);
  g_autoptr (GVariant) maybe_frame = g_variant_get_child_value (message, 3);
  g_autoptr (GVariant) frame = g_variant_get_maybe (maybe_frame);
  g_autoptr (GVariant) tiles = g_variant_get_child_value (message, 4);
  g_autofree char *written = dup_written (job, path, record == NULL);
  GError *error = record != NULL ? genga_error_record_dup (record) : NULL;
  const guint n_own = frame != NULL && n_fds > 0;

  if (frame != NULL && error == NULL)
    take_memory (job, frame, fds, n_fds, &error);
  else if (written == NULL &&
           (error == NULL || g_error_matches (error, GENGA_ERROR, GENGA_ERROR_EXISTS)))
    {
      g_clear_error (&error);
      set_no_result (&error);
    }
  genga_tile_parcels_unpack (tiles, genga_job_get_tiles (job), fds + n_own, n_fds - n_own, NULL);
  let_go (self, run);
  genga_job_run_end (run, written, error);
  self->on_ended (self, NULL, NULL, self->user_data);
}

static void
on_message (guint kind, GVariant *value, int *fds, guint n_fds, gpointer user_data)
{
  GengaJobProcess *self = user_data;
  GengaJobRun *run;
  guint32 number;

  if (kind < GENGA_MESSAGE_STARTED || kind >= GENGA_N_MESSAGES ||
      !g_variant_is_of_type (value, genga_message_get_type (kind)))
    {
      g_message ("the process that runs jobs makes no sense");
      genga_channel_close (self->channel);
      return;
    }
  if (kind == GENGA_MESSAGE_STARTED)
    number = g_variant_get_uint32 (value);
  else
    number = genga_job_state_get_number (value);
  run = find_run (self, number);
  if (run == NULL)
    return;
  if (kind == GENGA_MESSAGE_STARTED)
    genga_job_start (genga_job_run_get_job (run));
  else if (kind == GENGA_MESSAGE_STATE)
    genga_job_state_apply (value, genga_job_run_get_job (run));
  else
    end_run (self, run, value, fds, n_fds);
}

/* ---- its end ---- */

static char *
dup_reason (GengaJobProcess *self)
{
  /* Whether it has gone or makes no sense: it does not go on. */
  g_subprocess_force_exit (self->program);
  if (!g_subprocess_wait (self->program, NULL, NULL) ||
      !g_subprocess_get_if_signaled (self->program))
    return g_strdup (_ ("it gave up"));
  return g_strdup (g_strsignal (g_subprocess_get_term_sig (self->program)));
}

static void
on_closed (gpointer user_data)
{
  GengaJobProcess *self = user_data;
  g_autofree char *reason = dup_reason (self);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  while (self->runs->len > 0)
    {
      g_ptr_array_add (runs, self->runs->pdata[0]);
      let_go (self, self->runs->pdata[0]);
    }
  self->on_ended (self, runs, reason, self->user_data);
}

/* ---- what it is told ---- */

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  GengaJobRun *run = user_data;
  GengaJobProcess *self = g_task_get_task_data (run->task);

  genga_channel_send (self->channel, GENGA_MESSAGE_CANCEL, g_variant_new_uint32 (run->number), NULL,
                      0);
}

static gboolean
on_poll (gpointer user_data)
{
  GengaJobProcess *self = user_data;

  for (guint i = 0; i < self->runs->len; i++)
    {
      GengaJobRun *run = self->runs->pdata[i];
      GengaProgress *progress = genga_job_get_progress (genga_job_run_get_job (run));
      gboolean is_paused = genga_progress_is_paused (progress);

      if (is_paused != run->was_paused)
        genga_channel_send (self->channel, GENGA_MESSAGE_PAUSE,
                            g_variant_new ("(ub)", run->number, is_paused), NULL, 0);
      run->was_paused = is_paused;
    }
  return G_SOURCE_CONTINUE;
}

void
genga_job_process_run (GengaJobProcess *self, GengaJobRun *take_run)
{
  GengaJob *job = genga_job_run_get_job (take_run);
  GengaProgress *progress = genga_job_get_progress (job);
  g_autofree char *prefix = NULL;
  const guint n_own = genga_job_has_open_func (job);
  int fds[GENGA_CHANNEL_MAX_FDS];
  GError *error = NULL;
  GVariant *tiles;
  guint n_fds;

  if (n_own > 0 && (fds[0] = genga_job_open_source (job, &error)) < 0)
    {
      genga_job_run_end (take_run, NULL, error);
      return;
    }
  if (genga_job_get_tiles (job)->len > 0)
    prefix =
        genga_tile_key_dup_fingerprint (genga_job_get_source (job), genga_job_get_options (job));
  tiles = genga_tile_parcels_new (genga_job_get_tiles (job), prefix, NULL, fds + n_own,
                                  G_N_ELEMENTS (fds) - n_own, &n_fds);
  n_fds += n_own;
  take_run->number = ++self->last_number;
  take_run->was_paused = FALSE;
  g_ptr_array_add (self->runs, take_run);
  genga_channel_send (self->channel, GENGA_MESSAGE_RUN,
                      genga_job_to_message (take_run->number, job, tiles), fds, n_fds);
  for (guint i = 0; i < n_fds; i++)
    close (fds[i]);
  on_poll (self);
  g_task_set_task_data (take_run->task, self, NULL);
  take_run->on_cancelled = g_cancellable_connect (genga_progress_get_cancellable (progress),
                                                  G_CALLBACK (on_cancelled), take_run, NULL);
}

gboolean
genga_job_process_is_for (GengaJobProcess *self, GengaJob *job)
{
  return g_hash_table_lookup (self->jobs, job) == genga_job_get_options (job);
}

guint
genga_job_process_get_n_runs (GengaJobProcess *self)
{
  return self->runs->len;
}

guint
genga_job_process_get_n_given (GengaJobProcess *self)
{
  return self->last_number;
}

void
genga_job_process_shut_down (GengaJobProcess *self)
{
  const gint64 end = g_get_monotonic_time () + SHUT_DOWN_SECONDS * G_USEC_PER_SEC;

  for (guint i = 0; i < self->runs->len; i++)
    genga_job_cancel (genga_job_run_get_job (self->runs->pdata[i]));
  on_poll (self);
  while (self->runs->len > 0 && !genga_channel_is_closed (self->channel))
    {
      genga_channel_iterate (self->channel, NULL, PAUSE_POLL_MS);
      if (g_get_monotonic_time () > end)
        genga_channel_close (self->channel);
    }
}

/* ---- the process ---- */

static void
send_setup (GengaJobProcess *self, GPtrArray *jobs, char **taken)
{
  g_auto (GengaJobSetup) setup = { 0 };

  genga_job_needs_collect (jobs, &setup);
  setup.taken = g_strdupv (taken);
  genga_channel_send (self->channel, GENGA_MESSAGE_SETUP, genga_job_setup_to_message (&setup), NULL,
                      0);
}

GengaJobProcess *
genga_job_process_new (
    GPtrArray *jobs, char **taken, GengaJobProcessFunc on_ended, gpointer user_data, GError **error)
{
  int fd;
  GSubprocess *program =
      genga_child_program_start ("genga-job-worker", "src/job", SOCK_STREAM, &fd, error);
  GengaJobProcess *self;

  if (program == NULL)
    return NULL;
  self = g_new0 (GengaJobProcess, 1);
  self->program = program;
  self->on_ended = on_ended;
  self->user_data = user_data;
  self->jobs = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->runs = g_ptr_array_new ();
  self->channel = genga_channel_new (fd, MAX_MESSAGE_BYTES, on_message, on_closed, self);
  self->poll = g_timeout_add (PAUSE_POLL_MS, on_poll, self);
  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_insert (self->jobs, g_object_ref (jobs->pdata[i]),
                         g_object_ref (genga_job_get_options (jobs->pdata[i])));
  send_setup (self, jobs, taken);
  return self;
}

void
genga_job_process_free (GengaJobProcess *self)
{
  g_source_remove (self->poll);
  genga_channel_free (self->channel);
  g_subprocess_force_exit (self->program); /* nobody waits for what it may still be about */
  g_object_unref (self->program);
  g_hash_table_unref (self->jobs);
  g_ptr_array_unref (self->runs);
  g_free (self);
}
