/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/trial-run.h"
#include "app/compare/picture-load.h"
#include "app/preview/trial-player.h"
#include "app/preview/test-folder.h"
#include "job/pipeline.h"
#include "job/export/trim.h"

#define MAX_TILE_BYTES ((guint64)1 << 30)

struct _GengaTrialRun
{
  GObject parent_instance;

  GengaPipeline *pipeline; /* NULL: nothing runs */
  GengaJob *job;
  GengaMemoryFrame *memory;  /* for a picture, unless its file is to be looked at */
  GCancellable *cancellable; /* of reading the result */
  char *folder;              /* for the result's file, if any, which goes once it was read */
  char *source;
  GengaOptions *options;
  GengaTileStore *tiles;
};

G_DEFINE_FINAL_TYPE (GengaTrialRun, genga_trial_run, G_TYPE_OBJECT)

enum
{
  PROP_RUNNING = 1,
  PROP_FRACTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint ended_signal;

static void
remove_result (GengaTrialRun *self)
{
  if (self->folder != NULL)
    genga_test_folder_remove (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

static void
end (GengaTrialRun *self, gpointer result, const char *sentence)
{
  remove_result (self);
  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  g_clear_object (&self->job);
  g_clear_pointer (&self->memory, genga_memory_frame_unref);
  g_clear_object (&self->cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, ended_signal, 0, result, sentence);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaTrialRun) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) picture = genga_picture_load_finish (result, &error);

  if (self->pipeline == NULL) /* shut down meanwhile */
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  end (self, picture, error != NULL ? error->message : NULL);
}

/* The clip has the folder from now on. */
static void
end_with_clip (GengaTrialRun *self)
{
  g_autoptr (GengaTrialPlayer) clip =
      genga_trial_player_new (self->source, genga_job_get_target (self->job),
                              genga_job_get_options (self->job), self->folder);

  g_clear_pointer (&self->folder, g_free);
  end (self, clip, NULL);
}

/* Where the file would be the same, there is none. */
static void
load_picture (GengaTrialRun *self)
{
  g_autoptr (GengaFrame) frame = genga_memory_frame_dup (self->memory);

  if (frame != NULL)
    genga_picture_load_frame_async (frame, self->cancellable, on_loaded, g_object_ref (self));
  else
    genga_picture_load_async (genga_job_get_target (self->job), GENGA_LOAD_PICTURE,
                              self->cancellable, on_loaded, g_object_ref (self));
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaTrialRun) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->pipeline == NULL) /* shut down meanwhile */
    return;
  gboolean is_done = genga_pipeline_run_finish (self->pipeline, result, &error);
  if (is_done && genga_trim_is_clip (genga_job_get_options (self->job)))
    end_with_clip (self);
  else if (is_done)
    load_picture (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (self, NULL, NULL);
  else
    end (self, NULL, error->message);
}

static void
notify_fraction (GengaTrialRun *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/* What the job of the test runs with. */
static GengaOptions *
make_options (GengaTrialRun *self, double seconds)
{
  GengaOptions *own = genga_options_copy (self->options);

  genga_options_set_string (own, GENGA_OPTION_OUTPUT_DIR, self->folder);
  if (seconds < 0)
    return own;
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (text, sizeof text, "%.3f", seconds);
  genga_options_set_string (own, GENGA_OPTION_CLIP_AT, text);
  genga_options_set_string (own, GENGA_OPTION_FROM, NULL);
  genga_options_set_string (own, GENGA_OPTION_TO, NULL);
  genga_options_set_int (own, GENGA_OPTION_FRAMES, GENGA_FRAMES_OFF);
  genga_options_set_int (own, GENGA_OPTION_KEEP_FRAMES, GENGA_KEEP_FRAMES_NONE);
  return own;
}

void
genga_trial_run_start (GengaTrialRun *self,
                       const char *source,
                       double seconds,
                       GengaOptions *options,
                       GengaTileStore *tiles)
{
  g_autoptr (GError) error = NULL;

  if (self->pipeline != NULL)
    return;
  g_free (self->source);
  self->source = g_strdup (source);
  g_clear_object (&self->options);
  self->options = genga_options_copy (options);
  genga_options_freeze (self->options);
  self->folder = genga_test_folder_new (&error);
  if (self->folder == NULL)
    {
      g_signal_emit (self, ended_signal, 0, NULL, error->message);
      return;
    }

  g_autoptr (GengaOptions) own = make_options (self, seconds);
  self->job = genga_job_new (source, NULL, own);
  self->memory = genga_memory_frame_new ();
  genga_job_set_memory (self->job, self->memory);
  if (tiles != NULL)
    genga_job_add_tiles (self->job, tiles);
  genga_trial_run_forget_tiles (self);
  self->tiles = genga_tile_store_new (NULL, MAX_TILE_BYTES);
  genga_job_add_tiles (self->job, self->tiles);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (self->job, "notify::fraction", G_CALLBACK (notify_fraction), self,
                           G_CONNECT_SWAPPED);
  self->pipeline = genga_pipeline_new_apart ();
  genga_pipeline_run_async (self->pipeline, self->job, on_run, g_object_ref (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

void
genga_trial_run_stop (GengaTrialRun *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->job != NULL)
    genga_job_cancel (self->job);
}

static void
genga_trial_run_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaTrialRun *self = GENGA_TRIAL_RUN (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, genga_trial_run_is_running (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, genga_trial_run_get_fraction (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
genga_trial_run_finalize (GObject *object)
{
  GengaTrialRun *self = GENGA_TRIAL_RUN (object);

  g_free (self->source);
  g_clear_object (&self->options);
  genga_trial_run_forget_tiles (self);

  G_OBJECT_CLASS (genga_trial_run_parent_class)->finalize (object);
}

static void
genga_trial_run_class_init (GengaTrialRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = genga_trial_run_get_property;
  object_class->finalize = genga_trial_run_finalize;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  ended_signal = g_signal_new ("ended", GENGA_TYPE_TRIAL_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 2, G_TYPE_OBJECT, G_TYPE_STRING);
}

static void
genga_trial_run_init (GengaTrialRun *self)
{
}

GengaTrialRun *
genga_trial_run_new (void)
{
  return g_object_new (GENGA_TYPE_TRIAL_RUN, NULL);
}

void
genga_trial_run_shut_down (GengaTrialRun *self)
{
  genga_trial_run_stop (self);
  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  g_clear_object (&self->job);
  g_clear_pointer (&self->memory, genga_memory_frame_unref);
  g_clear_object (&self->cancellable);
  remove_result (self);
}

void
genga_trial_run_forget_tiles (GengaTrialRun *self)
{
  g_clear_pointer (&self->tiles, genga_tile_store_unref);
}

gboolean
genga_trial_run_is_running (GengaTrialRun *self)
{
  return self->pipeline != NULL;
}

double
genga_trial_run_get_fraction (GengaTrialRun *self)
{
  double fraction = 0;

  if (self->job != NULL)
    g_object_get (self->job, "fraction", &fraction, NULL);
  return fraction;
}

GengaOptions *
genga_trial_run_get_options (GengaTrialRun *self)
{
  return self->options;
}

const char *
genga_trial_run_get_source (GengaTrialRun *self)
{
  return self->source;
}

GengaTileStore *
genga_trial_run_get_tiles (GengaTrialRun *self)
{
  return self->tiles;
}
