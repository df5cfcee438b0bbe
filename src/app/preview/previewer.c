/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/frame-shape.h"
#include "app/preview/previewer-private.h"
#include "job/tile-key.h"

#include <glib/gi18n-lib.h>

/* A view that moves is followed once it rests. */
#define REST_MS 120

G_DEFINE_FINAL_TYPE (GengaPreviewer, genga_previewer, G_TYPE_OBJECT)

enum
{
  PROP_LIVE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
guint genga_previewer_signals[GENGA_PREVIEWER_N_SIGNALS];
Loading *
genga_previewer_loading_new (GengaPreviewer *self)
{
  Loading *loading = g_new0 (Loading, 1);

  loading->previewer = g_object_ref (self);
  loading->job = g_object_ref (self->job);
  loading->cancellable = g_object_ref (self->loading);
  return loading;
}

void
genga_previewer_loading_free (Loading *self)
{
  g_object_unref (self->previewer);
  g_object_unref (self->job);
  g_object_unref (self->cancellable);
  g_free (self);
}

/* What a start would do: a job that waits has its own options, the others would get new ones. */
GengaOptions *
genga_previewer_get_options (GengaPreviewer *self)
{
  GengaJobState state = self->job != NULL ? genga_job_get_state (self->job) : GENGA_JOB_DONE;

  return state == GENGA_JOB_QUEUED || state == GENGA_JOB_CANCELLED
             ? genga_job_get_options (self->job)
             : self->options;
}

static gboolean
is_result_current (GengaPreviewer *self)
{
  return self->after != NULL &&
         genga_tile_key_look_same (self->after_options, genga_previewer_get_options (self)) &&
         (!self->is_video || genga_tile_key_look_same_in_video (
                                 self->after_options, genga_previewer_get_options (self)));
}

static void
show_status (GengaPreviewer *self)
{
  gboolean is_busy = genga_preview_is_busy (self->preview);
  const char *sentence = self->problem;
  const char *name;

  if (self->view == NULL)
    return;
  if (is_result_current (self))
    name = self->is_test ? _ ("Test Result") : _ ("After");
  else
    name = self->is_approximate ? _ ("Preview (approximate)")
           : self->is_partial   ? _ ("Preview of the Middle")
                                : _ ("Preview");
  if (sentence == NULL && self->before != NULL && self->is_live && !is_result_current (self))
    sentence = genga_preview_get_message (self->preview);
  genga_compare_view_set_status (self->view, name, is_busy, sentence);
}

static GengaFrameShape
get_shape (GengaPreviewer *self)
{
  return genga_frame_shape_new (genga_previewer_get_video (self));
}

static void
show_pictures (GengaPreviewer *self, GengaPicture *after)
{
  GengaFrameShape shape = get_shape (self);

  genga_compare_view_set_stretch (self->view, shape.stretch_x, shape.stretch_y);
  if (self->is_video)
    genga_compare_view_set_frame (self->view, self->before, after,
                                  after == NULL && self->is_live && !self->is_held);
  else
    genga_compare_view_set_pictures (self->view, self->before, after);
}

/* A result that no longer fits is seen until the first piece of the preview is there. */
void
genga_previewer_show (GengaPreviewer *self)
{
  gboolean is_current = is_result_current (self);
  gboolean needs_preview = self->is_live && !is_current && self->before != NULL;

  if (self->view == NULL)
    return;
  if (is_current || !self->is_live || !self->has_patches)
    show_pictures (self, is_current || self->is_live ? self->after : NULL);
  if (is_current || !self->is_live)
    {
      genga_compare_view_drop_patches (self->view);
      self->has_patches = FALSE;
    }
  genga_preview_set_still (self->preview, needs_preview ? self->source : NULL,
                           needs_preview ? self->still : NULL);
  show_status (self);
}

void
genga_previewer_set_after (GengaPreviewer *self,
                           GengaPicture *after,
                           GengaOptions *options,
                           gboolean is_test)
{
  g_set_object (&self->after, after);
  g_set_object (&self->after_options, options);
  self->is_test = is_test;
}

gboolean
genga_previewer_is_wanted (Loading *self)
{
  return self->previewer->loading == self->cancellable;
}

static void
on_after_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  GengaPreviewer *self = loading->previewer;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) after = genga_picture_load_finish (result, &error);

  if (!genga_previewer_is_wanted (loading))
    return;
  if (after == NULL)
    g_signal_emit (self, genga_previewer_signals[GENGA_PREVIEWER_TOLD], 0, error->message);
  genga_previewer_set_after (self, after, genga_job_get_options (loading->job), FALSE);
  genga_previewer_show (self);
}

/* The result, where there is one. */
void
genga_previewer_load_after (GengaPreviewer *self)
{
  gboolean has_result = genga_job_get_state (self->job) == GENGA_JOB_DONE && self->before != NULL;

  if (has_result && self->is_video)
    genga_previewer_read_result (self);
  else if (has_result)
    genga_picture_load_async (genga_job_get_target (self->job), self->loading, on_after_loaded,
                              genga_previewer_loading_new (self));
  else
    genga_previewer_show (self);
}

static void
on_before_loaded (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Loading) loading = user_data;
  GengaPreviewer *self = loading->previewer;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) before = genga_picture_load_finish (result, &error);

  if (!genga_previewer_is_wanted (loading))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    {
      genga_previewer_start_video (self);
      return;
    }
  g_debug ("%s is read", self->source); /* the benchmark of the window waits for it */
  g_set_object (&self->before, before);
  g_clear_pointer (&self->problem, g_free);
  self->problem = error != NULL ? g_strdup (error->message) : NULL;
  g_signal_emit (self, genga_previewer_signals[GENGA_PREVIEWER_VIDEO_CHANGED], 0);
  genga_previewer_load_after (self);
}

static void
forget (GengaPreviewer *self)
{
  genga_previewer_set_after (self, NULL, NULL, FALSE);
  genga_previewer_forget_video (self);
  g_clear_object (&self->before);
  g_clear_pointer (&self->source, g_free);
  g_clear_pointer (&self->problem, g_free);
  self->has_patches = FALSE;
  if (self->preview != NULL)
    genga_preview_set_source (self->preview, NULL); /* nothing more of the old one comes */
  if (self->view != NULL)
    {
      genga_compare_view_drop_patches (self->view);
      genga_compare_view_set_pictures (self->view, NULL, NULL);
    }
}

static void
cancel_loading (GengaPreviewer *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
}

/* The job is another one, or further than it was. */
static void
update (GengaPreviewer *self)
{
  gboolean is_same =
      self->job != NULL && g_strcmp0 (self->source, genga_job_get_source (self->job)) == 0;

  if (is_same && self->before == NULL && self->problem == NULL)
    return; /* it is being loaded, and what comes then looks at the job anew */
  cancel_loading (self);
  genga_previewer_drop_clip (self);
  if (self->job == NULL)
    {
      forget (self);
      g_signal_emit (self, genga_previewer_signals[GENGA_PREVIEWER_VIDEO_CHANGED], 0);
      genga_previewer_show (self);
      return;
    }

  genga_preview_set_options (self->preview, genga_previewer_get_options (self));
  self->loading = g_cancellable_new ();
  if (is_same && self->before != NULL)
    {
      if (!self->is_test)
        genga_previewer_set_after (self, NULL, NULL, FALSE);
      genga_previewer_load_after (self);
      return;
    }
  forget (self);
  self->source = g_strdup (genga_job_get_source (self->job));
  genga_picture_load_async (self->source, self->loading, on_before_loaded,
                            genga_previewer_loading_new (self));
}

static void
on_patch (GengaPreview *preview, const GengaPreviewPatch *patch, GengaPreviewer *self)
{
  GengaFrameShape shape = get_shape (self);
  g_autoptr (GengaPicture) picture = NULL;
  GengaRect rect;

  if (patch->wrapped == NULL || self->view == NULL || is_result_current (self))
    return;
  picture = shape.turns != 0 ? genga_picture_new_rotated (patch->frame, shape.turns, NULL)
                             : g_object_ref (GENGA_PICTURE (patch->wrapped));
  if (picture == NULL)
    return;
  rect = genga_frame_shape_rotate_rect (&shape, &patch->rect, patch->result_width,
                                        patch->result_height);
  self->has_patches = TRUE;
  self->is_approximate = patch->is_approximate;
  self->is_partial = patch->is_partial;
  genga_compare_view_add_patch (
      self->view, picture, &rect, shape.turns % 2 != 0 ? patch->result_height : patch->result_width,
      shape.turns % 2 != 0 ? patch->result_width : patch->result_height, patch->is_first);
  show_status (self);
}

static void
on_options_changed (GengaPreviewer *self)
{
  if (self->view == NULL)
    return;
  genga_preview_set_options (self->preview, genga_previewer_get_options (self));
  if (!genga_previewer_follow_options (self))
    genga_previewer_show (self);
}

static gboolean
on_rest (gpointer data)
{
  GengaPreviewer *self = data;
  GengaFrameShape shape = get_shape (self);
  GengaPreviewView visible;

  self->resting = 0;
  genga_compare_view_get_visible (self->view, &visible);
  visible = genga_frame_shape_rotate_back (&shape, &visible);
  genga_preview_set_view (self->preview, &visible);
  return G_SOURCE_REMOVE;
}

static void
on_visible_changed (GengaPreviewer *self)
{
  g_clear_handle_id (&self->resting, g_source_remove);
  self->resting = g_timeout_add (REST_MS, on_rest, self);
}

static GObject *
wrap (const GengaFrame *frame)
{
  g_autoptr (GError) error = NULL;
  GengaPicture *picture = genga_picture_new (frame, &error);

  if (picture == NULL)
    g_debug ("%s", error->message);
  return picture != NULL ? G_OBJECT (picture) : NULL;
}

static GObject *
wrap_still (const GengaStill *still)
{
  GengaFrameShape shape = genga_frame_shape_new (&still->info);
  g_autoptr (GError) error = NULL;
  GengaPicture *picture = genga_picture_new_rotated (still->frame, shape.turns, &error);

  if (picture == NULL)
    g_debug ("%s", error->message);
  return picture != NULL ? G_OBJECT (picture) : NULL;
}

static void
genga_previewer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, GENGA_PREVIEWER (object)->is_live);
}

static void
genga_previewer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaPreviewer *self = GENGA_PREVIEWER (object);

  if (self->is_live == g_value_get_boolean (value))
    return;
  self->is_live = g_value_get_boolean (value);
  genga_previewer_show (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
genga_previewer_dispose (GObject *object)
{
  GengaPreviewer *self = GENGA_PREVIEWER (object);

  genga_previewer_shut_down (self);
  g_clear_object (&self->options);
  g_clear_pointer (&self->places, g_hash_table_unref);

  G_OBJECT_CLASS (genga_previewer_parent_class)->dispose (object);
}

static void
genga_previewer_class_init (GengaPreviewerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = genga_previewer_get_property;
  object_class->set_property = genga_previewer_set_property;
  object_class->dispose = genga_previewer_dispose;

  properties[PROP_LIVE] =
      g_param_spec_boolean ("live", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  genga_previewer_signals[GENGA_PREVIEWER_TOLD] =
      g_signal_new ("told", GENGA_TYPE_PREVIEWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
  genga_previewer_signals[GENGA_PREVIEWER_VIDEO_CHANGED] =
      g_signal_new ("video-changed", GENGA_TYPE_PREVIEWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  genga_previewer_signals[GENGA_PREVIEWER_PLACE_CHANGED] =
      g_signal_new ("place-changed", GENGA_TYPE_PREVIEWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  genga_previewer_signals[GENGA_PREVIEWER_CLIP_CHANGED] = g_signal_new (
      "clip-changed", GENGA_TYPE_PREVIEWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
genga_previewer_init (GengaPreviewer *self)
{
  self->preview = genga_preview_new (wrap);
  self->stills = genga_frame_grabber_new (wrap_still);
  self->results = genga_frame_grabber_new (wrap_still);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_signal_connect_object (self->preview, "patch", G_CALLBACK (on_patch), self, 0);
  g_signal_connect_object (self->preview, "notify", G_CALLBACK (show_status), self,
                           G_CONNECT_SWAPPED);
}

GengaPreviewer *
genga_previewer_new (GengaCompareView *view, GengaOptions *options)
{
  GengaPreviewer *self = g_object_new (GENGA_TYPE_PREVIEWER, NULL);

  self->view = g_object_ref (view);
  self->options = g_object_ref (options);
  genga_preview_set_options (self->preview, options);
  g_signal_connect_object (options, "notify", G_CALLBACK (on_options_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "visible-changed", G_CALLBACK (on_visible_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
genga_previewer_set_job (GengaPreviewer *self, GengaJob *job)
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

void
genga_previewer_set_held (GengaPreviewer *self, gboolean is_held)
{
  self->is_held = is_held;
  if (is_held)
    genga_previewer_set_playing (self, FALSE);
  genga_preview_set_held (self->preview, is_held);
}

void
genga_previewer_show_test (GengaPreviewer *self, GengaPicture *result, GengaOptions *options)
{
  genga_previewer_set_after (self, result, options, TRUE);
  genga_previewer_show (self);
}

GengaTileStore *
genga_previewer_dup_tiles (GengaPreviewer *self)
{
  return genga_preview_dup_tiles (self->preview);
}

void
genga_previewer_shut_down (GengaPreviewer *self)
{
  if (self->view == NULL)
    return;
  cancel_loading (self);
  if (self->clip != NULL)
    genga_clip_shut_down (self->clip);
  g_clear_handle_id (&self->resting, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_signal_handlers_disconnect_by_data (self->options, self);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->view);
  g_clear_object (&self->job);
  g_clear_object (&self->preview);
  g_clear_object (&self->stills);
  g_clear_object (&self->results);
  forget (self);
}
