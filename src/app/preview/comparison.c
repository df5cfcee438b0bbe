/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/preview/comparison.h"
#include "app/compare/picture-load.h"
#include "app/preview/live-pieces.h"
#include "job/tile-key.h"

#include <glib/gi18n-lib.h>

/* A view that moves is followed once it rests. */
#define REST_MS 120

struct _GengaComparison
{
  GObject parent_instance;

  GengaCompareView *view; /* NULL once shut down */
  GengaCompareViewport *viewport;
  GengaOptions *options;
  GengaPreview *preview;
  GengaVideoFrames *frames;
  GengaJob *job;
  gboolean is_live;
  gboolean is_held;
  guint resting; /* the source that waits for the view to rest */

  GCancellable *loading; /* of pictures from files */
  GengaPicture *before;  /* of the file `source` */
  char *source;
  char *problem; /* why there is no picture before */

  GengaPicture *after; /* made with `after_options`; NULL: none */
  GengaOptions *after_options;
  gboolean is_trial;
  gboolean is_approximate;
  gboolean is_partial;
  gboolean has_patches;
};

G_DEFINE_FINAL_TYPE (GengaComparison, genga_comparison, G_TYPE_OBJECT)

enum
{
  PROP_LIVE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  MESSAGE,
  VIDEO_CHANGED,
  PLACE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A file that is being loaded; it counts only while its cancellable is the comparison's. */
typedef struct
{
  GengaComparison *comparison;
  GengaJob *job;
  GCancellable *cancellable;
} Loading;

static Loading *
loading_new (GengaComparison *self)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->comparison = g_object_ref (self);
  loading->job = g_object_ref (self->job);
  loading->cancellable = g_object_ref (self->loading);
  return loading;
}

static void
loading_free (Loading *self)
{
  g_object_unref (self->comparison);
  g_object_unref (self->job);
  g_object_unref (self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loading, loading_free)

/* Whether it is for what is shown now. */
static gboolean
is_current (Loading *self)
{
  return self->comparison->loading == self->cancellable;
}

/* What a start would do: a job that waits has its options, of the others those with options of
 * their own would keep them. */
GengaOptions *
genga_comparison_get_options (GengaComparison *self)
{
  GengaJobState state = self->job != NULL ? genga_job_get_state (self->job) : GENGA_JOB_DONE;

  return state == GENGA_JOB_QUEUED || state == GENGA_JOB_CANCELLED ||
                 (self->job != NULL && genga_job_has_own_options (self->job))
             ? genga_job_get_options (self->job)
             : self->options;
}

static gboolean
is_result_current (GengaComparison *self)
{
  GengaOptions *options = genga_comparison_get_options (self);

  return self->after != NULL && genga_tile_key_look_same (self->after_options, options) &&
         (!genga_video_frames_is_open (self->frames) ||
          genga_tile_key_look_same_in_video (self->after_options, options));
}

/* ---- showing ---- */

static void
show_status (GengaComparison *self)
{
  const char *sentence = self->problem;
  const char *name;

  if (self->view == NULL)
    return;
  if (is_result_current (self))
    name = self->is_trial ? _ ("Test Result") : _ ("After");
  else
    name = self->is_approximate ? _ ("Preview (approximate)")
           : self->is_partial   ? _ ("Preview of the Middle")
                                : _ ("Preview");
  if (sentence == NULL && self->before != NULL && self->is_live && !is_result_current (self))
    sentence = genga_preview_get_message (self->preview);
  genga_compare_view_set_status (self->view, name, genga_preview_is_busy (self->preview), sentence);
}

static void
show_pictures (GengaComparison *self, GengaPicture *after)
{
  genga_live_pieces_prepare (self->viewport, self->before,
                             genga_video_frames_get_info (self->frames),
                             genga_comparison_get_options (self));
  if (genga_video_frames_is_open (self->frames))
    genga_compare_viewport_set_frame (self->viewport, self->before, after,
                                      after == NULL && self->is_live && !self->is_held);
  else
    genga_compare_viewport_set_pictures (self->viewport, self->before, after);
}

/* A result that no longer fits is seen until the first piece of the preview is there. */
static void
show (GengaComparison *self)
{
  gboolean fits = is_result_current (self);
  gboolean needs_preview = self->is_live && !fits && self->before != NULL;

  if (self->view == NULL)
    return;
  if (fits || !self->is_live || !self->has_patches)
    show_pictures (self, fits || self->is_live ? self->after : NULL);
  if (fits || !self->is_live)
    {
      genga_compare_viewport_drop_patches (self->viewport);
      self->has_patches = FALSE;
    }
  genga_preview_set_grabbed (self->preview, needs_preview ? self->source : NULL,
                             needs_preview ? genga_video_frames_get_grabbed (self->frames) : NULL);
  show_status (self);
}

static void
set_after (GengaComparison *self, GengaPicture *after, GengaOptions *options, gboolean is_trial)
{
  g_set_object (&self->after, after);
  g_set_object (&self->after_options, options);
  self->is_trial = is_trial;
}

/* ---- loading ---- */

static void
on_after_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  GengaComparison *self = loading->comparison;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) after = genga_picture_load_finish (result, &error);

  if (!is_current (loading))
    return;
  if (after == NULL)
    g_signal_emit (self, signals[MESSAGE], 0, error->message);
  set_after (self, after, genga_job_get_options (loading->job), FALSE);
  show (self);
}

/* The result, where there is one; of a folder of frames none is read. */
static void
load_after (GengaComparison *self)
{
  gboolean has_result = genga_job_get_state (self->job) == GENGA_JOB_DONE && self->before != NULL;
  const char *target = genga_job_get_target (self->job);

  if (!has_result)
    show (self);
  else if (!genga_video_frames_is_open (self->frames))
    genga_picture_load_async (target, GENGA_LOAD_PICTURE, self->loading, on_after_loaded,
                              loading_new (self));
  else if (g_file_test (target, G_FILE_TEST_IS_DIR))
    show (self);
  else
    genga_video_frames_read_result (self->frames, target, genga_job_get_options (self->job));
}

static void
on_before_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  GengaComparison *self = loading->comparison;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) before = genga_picture_load_finish (result, &error);

  if (!is_current (loading))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    {
      genga_video_frames_open (self->frames, self->source);
      return;
    }
  g_debug ("%s is read", self->source); /* the benchmark of the window waits for it */
  g_set_object (&self->before, before);
  g_clear_pointer (&self->problem, g_free);
  self->problem = error != NULL ? g_strdup (error->message) : NULL;
  g_signal_emit (self, signals[VIDEO_CHANGED], 0);
  load_after (self);
}

static void
forget (GengaComparison *self)
{
  set_after (self, NULL, NULL, FALSE);
  genga_video_frames_close (self->frames);
  g_clear_object (&self->before);
  g_clear_pointer (&self->source, g_free);
  g_clear_pointer (&self->problem, g_free);
  self->has_patches = FALSE;
  if (self->preview != NULL)
    genga_preview_set_source (self->preview, NULL); /* nothing more of the old one comes */
  if (self->view == NULL)
    return;
  genga_compare_viewport_drop_patches (self->viewport);
  genga_compare_viewport_set_pictures (self->viewport, NULL, NULL);
}

static void
cancel_loading (GengaComparison *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

/* The job is another one, or further than it was. */
static void
update (GengaComparison *self)
{
  gboolean is_same =
      self->job != NULL && g_strcmp0 (self->source, genga_job_get_source (self->job)) == 0;

  if (is_same && self->before == NULL && self->problem == NULL)
    return; /* it is being loaded, and what comes then looks at the job anew */
  cancel_loading (self);
  genga_video_frames_drop_clip (self->frames);
  genga_video_frames_cancel_result (self->frames);
  if (self->job == NULL)
    {
      forget (self);
      g_signal_emit (self, signals[VIDEO_CHANGED], 0);
      show (self);
      return;
    }

  genga_preview_set_options (self->preview, genga_comparison_get_options (self));
  self->loading = g_cancellable_new ();
  if (is_same && self->before != NULL)
    {
      genga_video_frames_set_options (self->frames, genga_comparison_get_options (self));
      if (!self->is_trial)
        set_after (self, NULL, NULL, FALSE);
      load_after (self);
      return;
    }
  forget (self);
  genga_video_frames_set_options (self->frames, genga_comparison_get_options (self));
  self->source = g_strdup (genga_job_get_source (self->job));
  genga_picture_load_async (self->source, GENGA_LOAD_PICTURE, self->loading, on_before_loaded,
                            loading_new (self));
}

/* ---- frames of a video ---- */

static void
on_frame (GengaVideoFrames *frames,
          GengaPicture *before,
          const char *problem,
          gboolean is_first,
          GengaComparison *self)
{
  g_clear_pointer (&self->problem, g_free);
  self->problem = g_strdup (problem);
  g_set_object (&self->before, before);
  set_after (self, NULL, NULL, FALSE);
  self->has_patches = FALSE;
  if (is_first)
    g_signal_emit (self, signals[VIDEO_CHANGED], 0);
  g_signal_emit (self, signals[PLACE_CHANGED], 0);
  load_after (self);
}

static void
on_result (GengaVideoFrames *frames,
           GengaPicture *after,
           const char *problem,
           GengaComparison *self)
{
  if (problem != NULL)
    g_signal_emit (self, signals[MESSAGE], 0, problem);
  else if (after != NULL)
    set_after (self, after, genga_job_get_options (self->job), FALSE);
  show (self);
}

static void
on_clip_frame (GengaVideoFrames *frames,
               GengaPicture *before,
               GengaPicture *after,
               GengaOptions *options,
               GengaComparison *self)
{
  self->has_patches = FALSE;
  g_set_object (&self->before, before);
  set_after (self, after, options, TRUE);
  g_signal_emit (self, signals[PLACE_CHANGED], 0);
  show (self);
}

static void
on_message (GengaVideoFrames *frames, const char *sentence, GengaComparison *self)
{
  g_signal_emit (self, signals[MESSAGE], 0, sentence);
}

/* ---- the live preview ---- */

static void
on_patch (GengaPreview *preview, const GengaPreviewPatch *patch, GengaComparison *self)
{
  if (self->view == NULL || is_result_current (self) ||
      !genga_live_pieces_add (self->viewport, patch, genga_video_frames_get_info (self->frames)))
    return;
  self->has_patches = TRUE;
  self->is_approximate = patch->is_approximate;
  self->is_partial = patch->is_partial;
  show_status (self);
}

static void
on_options_changed (GengaComparison *self)
{
  GengaOptions *options = genga_comparison_get_options (self);

  if (self->view == NULL)
    return;
  genga_preview_set_options (self->preview, options);
  if (!genga_video_frames_set_options (self->frames, options))
    show (self);
}

static gboolean
on_rest (gpointer data)
{
  GengaComparison *self = data;
  GengaPreviewView visible =
      genga_live_pieces_get_view (self->viewport, genga_video_frames_get_info (self->frames));

  self->resting = 0;
  genga_preview_set_view (self->preview, &visible);
  return G_SOURCE_REMOVE;
}

static void
on_visible_changed (GengaComparison *self)
{
  g_clear_handle_id (&self->resting, g_source_remove);
  self->resting = g_timeout_add (REST_MS, on_rest, self);
}

/* ---- the type ---- */

static void
genga_comparison_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, GENGA_COMPARISON (object)->is_live);
}

static void
genga_comparison_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaComparison *self = GENGA_COMPARISON (object);

  if (self->is_live == g_value_get_boolean (value))
    return;
  self->is_live = g_value_get_boolean (value);
  show (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
genga_comparison_dispose (GObject *object)
{
  GengaComparison *self = GENGA_COMPARISON (object);

  genga_comparison_shut_down (self);
  g_clear_object (&self->frames);
  g_clear_object (&self->viewport);
  g_clear_object (&self->options);

  G_OBJECT_CLASS (genga_comparison_parent_class)->dispose (object);
}

static void
genga_comparison_class_init (GengaComparisonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = GENGA_TYPE_COMPARISON;

  object_class->get_property = genga_comparison_get_property;
  object_class->set_property = genga_comparison_set_property;
  object_class->dispose = genga_comparison_dispose;

  properties[PROP_LIVE] =
      g_param_spec_boolean ("live", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[VIDEO_CHANGED] =
      g_signal_new ("video-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PLACE_CHANGED] =
      g_signal_new ("place-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
genga_comparison_init (GengaComparison *self)
{
  self->preview = genga_preview_new (genga_live_pieces_wrap);
  self->frames = genga_video_frames_new ();
  g_signal_connect_object (self->preview, "patch", G_CALLBACK (on_patch), self, 0);
  g_signal_connect_object (self->preview, "notify", G_CALLBACK (show_status), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->frames, "frame", G_CALLBACK (on_frame), self, 0);
  g_signal_connect_object (self->frames, "result", G_CALLBACK (on_result), self, 0);
  g_signal_connect_object (self->frames, "clip-frame", G_CALLBACK (on_clip_frame), self, 0);
  g_signal_connect_object (self->frames, "message", G_CALLBACK (on_message), self, 0);
}

GengaComparison *
genga_comparison_new (GengaCompareView *view, GengaOptions *options)
{
  GengaComparison *self = g_object_new (GENGA_TYPE_COMPARISON, NULL);

  self->view = g_object_ref (view);
  self->viewport = g_object_ref (genga_compare_view_get_viewport (view));
  self->options = g_object_ref (options);
  genga_preview_set_options (self->preview, options);
  genga_video_frames_set_options (self->frames, options);
  g_signal_connect_object (options, "notify", G_CALLBACK (on_options_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->viewport, "visible-changed", G_CALLBACK (on_visible_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
genga_comparison_set_job (GengaComparison *self, GengaJob *job)
{
  if (job == self->job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    {
      g_signal_connect_object (job, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (job, "notify::options", G_CALLBACK (on_options_changed), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);
}

GengaVideoFrames *
genga_comparison_get_frames (GengaComparison *self)
{
  return self->frames;
}

void
genga_comparison_set_held (GengaComparison *self, gboolean is_held)
{
  self->is_held = is_held;
  if (is_held)
    genga_video_frames_set_playing (self->frames, FALSE);
  genga_preview_set_held (self->preview, is_held);
}

void
genga_comparison_show_trial (GengaComparison *self, GengaPicture *result, GengaOptions *options)
{
  set_after (self, result, options, TRUE);
  show (self);
}

/* A clip that plays is no frame of the video. */
gboolean
genga_comparison_get_subject (GengaComparison *self, GengaComparisonSubject *subject)
{
  GengaGrabbedFrame *grabbed = genga_video_frames_get_grabbed (self->frames);
  gboolean is_video = genga_video_frames_is_open (self->frames);

  *subject = (GengaComparisonSubject){ .source = self->source, .grabbed = grabbed };
  if (!is_video)
    subject->before = self->before;
  else if (grabbed != NULL && grabbed->wrapped != NULL)
    subject->before = GENGA_PICTURE (grabbed->wrapped);
  return self->source != NULL && subject->before != NULL;
}

GengaTileStore *
genga_comparison_dup_tiles (GengaComparison *self)
{
  return genga_preview_dup_tiles (self->preview);
}

void
genga_comparison_shut_down (GengaComparison *self)
{
  if (self->view == NULL)
    return;
  cancel_loading (self);
  g_clear_handle_id (&self->resting, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->viewport, self);
  g_signal_handlers_disconnect_by_data (self->options, self);
  g_signal_handlers_disconnect_by_data (self->frames, self);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->view);
  g_clear_object (&self->job);
  g_clear_object (&self->preview);
  genga_video_frames_shut_down (self->frames);
  forget (self);
}

void
genga_comparison_prepare (GengaComparison *self)
{
  if (self->is_live)
    genga_preview_prepare (self->preview, self->options);
}
