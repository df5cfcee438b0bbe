/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/preview-pane.h"
#include "app/candidates/candidates-window.h"
#include "app/preview/comparison.h"
#include "app/preview/frame-bar.h"
#include "app/preview/trial-run.h"
#include "app/window/hint-bar.h"
#include "core/options-text.h"

#include <glib/gi18n-lib.h>

/* The job that options of their own are for. */
#define KEY "genga-preview-pane-job"

struct _GengaPreviewPane
{
  AdwBin parent_instance;

  GengaJobQueue *queue; /* NULL once shut down */
  GengaComparison *comparison;
  GengaTrialRun *trial;
  GengaJob *job;
  GengaOptions *options; /* the panel's */
  GSettings *settings;
  gboolean is_comparing; /* models, in a window of its own */
  GSimpleAction *compare_models;
  GSimpleAction *test;
  GSimpleAction *play;

  GengaHintBar *hints;
  GengaCompareView *view;
  GengaFrameBar *frames;
};

G_DEFINE_FINAL_TYPE (GengaPreviewPane, genga_preview_pane, ADW_TYPE_BIN)

enum
{
  PROP_JOB = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint message_signal;

static void
emit_message (GengaPreviewPane *self, const char *sentence)
{
  g_signal_emit (self, message_signal, 0, sentence);
}

static GengaVideoFrames *
get_frames (GengaPreviewPane *self)
{
  return genga_comparison_get_frames (self->comparison);
}

static void
update_actions (GengaPreviewPane *self)
{
  gboolean is_running = genga_job_queue_is_running (self->queue);
  gboolean is_testing = genga_trial_run_is_running (self->trial);
  gboolean is_playing = genga_video_frames_is_playing (get_frames (self));
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->queue)) == 0;
  GengaComparisonSubject subject;
  gboolean has_subject = genga_comparison_get_subject (self->comparison, &subject);

  g_simple_action_set_enabled (self->compare_models, !is_running && !is_testing && has_subject);
  g_simple_action_set_enabled (self->test, !is_running && !is_empty);
  g_simple_action_set_state (self->test, g_variant_new_boolean (is_testing));
  g_simple_action_set_enabled (self->play, genga_video_frames_has_clip (get_frames (self)));
  g_simple_action_set_state (self->play, g_variant_new_boolean (is_playing));
}

/* ---- the bar of frames ---- */

/* A part that is chosen in the panel is not for files with options of their own. */
static void
update_part (GengaPreviewPane *self)
{
  gboolean is_own = self->job != NULL && genga_job_has_own_options (self->job);

  genga_frame_bar_set_options (self->frames, is_own ? NULL : self->options);
}

static void
on_video_changed (GengaPreviewPane *self)
{
  const char *path = self->job != NULL ? genga_job_get_source (self->job) : NULL;

  update_part (self);
  genga_frame_bar_set_video (self->frames, path, genga_video_frames_get_info (get_frames (self)));
  update_actions (self);
}

static void
on_place_changed (GengaPreviewPane *self)
{
  genga_frame_bar_set_seconds (self->frames, genga_video_frames_get_seconds (get_frames (self)));
}

static void
on_clip_changed (GengaPreviewPane *self)
{
  genga_frame_bar_set_clip (self->frames, genga_video_frames_has_clip (get_frames (self)),
                            genga_video_frames_is_playing (get_frames (self)));
  update_actions (self);
}

static void
on_moved (GengaFrameBar *bar, double seconds, GengaPreviewPane *self)
{
  if (self->queue != NULL)
    genga_video_frames_seek (get_frames (self), seconds);
}

/* ---- trial runs ---- */

/* Jobs and trial runs have the machine to themselves. */
static void
on_running (GengaPreviewPane *self)
{
  gboolean is_testing = genga_trial_run_is_running (self->trial);

  genga_comparison_set_held (self->comparison, is_testing || self->is_comparing ||
                                                   genga_job_queue_is_running (self->queue));
  genga_compare_view_set_progress (self->view,
                                   is_testing ? genga_trial_run_get_fraction (self->trial) : -1);
  update_actions (self);
}

static void
on_ended (GengaTrialRun *trial, GObject *result, const char *sentence, GengaPreviewPane *self)
{
  GengaOptions *options = genga_trial_run_get_options (trial);

  if (sentence != NULL)
    emit_message (self, sentence);
  if (result == NULL || self->job == NULL ||
      !g_str_equal (genga_job_get_source (self->job), genga_trial_run_get_source (trial)))
    return;
  if (GENGA_IS_TRIAL_PLAYER (result))
    genga_video_frames_play (get_frames (self), GENGA_TRIAL_PLAYER (result), options);
  else
    genga_comparison_show_trial (self->comparison, GENGA_PICTURE (result), options);
}

static void
start_trial (GengaPreviewPane *self)
{
  GengaOptions *options = genga_comparison_get_options (self->comparison);
  gboolean is_video = genga_video_frames_get_info (get_frames (self)) != NULL;
  g_autoptr (GengaTileStore) tiles = NULL;
  g_autoptr (GError) error = NULL;

  if (self->job == NULL)
    return;
  if (!genga_options_validate (options, &error))
    {
      emit_message (self, error->message);
      return;
    }
  tiles = genga_comparison_dup_tiles (self->comparison);
  genga_trial_run_start (self->trial, genga_job_get_source (self->job),
                         is_video ? genga_video_frames_get_seconds (get_frames (self)) : -1,
                         options, tiles);
}

static void
on_test (GengaPreviewPane *self, GVariant *state)
{
  if (g_variant_get_boolean (state))
    start_trial (self);
  else
    genga_trial_run_stop (self->trial);
}

static void
on_play (GengaPreviewPane *self, GVariant *state)
{
  genga_video_frames_set_playing (get_frames (self), g_variant_get_boolean (state));
}

void
genga_preview_pane_prepare (GengaPreviewPane *self)
{
  if (self->queue != NULL)
    genga_comparison_prepare (self->comparison);
}

GengaCompareView *
genga_preview_pane_get_view (GengaPreviewPane *self)
{
  return self->view;
}

void
genga_preview_pane_give_way (GengaPreviewPane *self)
{
  g_autoptr (GengaTileStore) seen = genga_comparison_dup_tiles (self->comparison);
  GengaTileStore *tested = genga_trial_run_get_tiles (self->trial);

  genga_trial_run_stop (self->trial); /* the job makes the same, and keeps it */
  if (self->job == NULL || genga_job_get_state (self->job) != GENGA_JOB_QUEUED)
    return;
  if (tested != NULL)
    genga_job_add_tiles (self->job, tested);
  if (seen != NULL)
    genga_job_add_tiles (self->job, seen);
  genga_trial_run_forget_tiles (self->trial);
}

/* ---- models side by side ---- */

static void
on_compared (GengaPreviewPane *self)
{
  if (self->queue == NULL)
    return;
  self->is_comparing = FALSE;
  on_running (self);
}

/* What is chosen for a file with options of its own is for that file. */
static void
on_own_model (GengaPreviewPane *self, GParamSpec *pspec, GengaOptions *options)
{
  GengaJob *job = g_object_get_data (G_OBJECT (options), KEY);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  g_autoptr (GPtrArray) unchanged = NULL;
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;

  if (self->queue == NULL)
    return;
  g_ptr_array_add (jobs, job);
  unchanged = genga_job_queue_set_own_options (self->queue, jobs, options, TRUE);
  if (unchanged->len == 0)
    return;
  name = g_filename_display_basename (genga_job_get_source (job));
  sentence = g_strdup_printf (_ ("“%s” has begun already and keeps its options."), name);
  emit_message (self, sentence);
}

/* The options that a chosen model goes into. */
static GengaOptions *
dup_chosen_options (GengaPreviewPane *self)
{
  GengaOptions *options;

  if (self->job == NULL || !genga_job_has_own_options (self->job))
    return g_object_ref (self->options);
  options = genga_options_copy (genga_job_get_options (self->job));
  genga_options_take_over (options, GENGA_OPTION_EXISTING, self->options);
  g_object_set_data_full (G_OBJECT (options), KEY, g_object_ref (self->job), g_object_unref);
  g_signal_connect_object (options, "notify::model", G_CALLBACK (on_own_model), self,
                           G_CONNECT_SWAPPED);
  return options;
}

static void
on_compare_models (GengaPreviewPane *self)
{
  g_autoptr (GengaOptions) options = dup_chosen_options (self);
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GengaComparisonSubject subject;
  GtkWidget *window;

  if (!genga_comparison_get_subject (self->comparison, &subject))
    return;
  window = genga_candidates_window_new (
      parent, &subject, genga_comparison_get_options (self->comparison), options, self->settings);
  self->is_comparing = TRUE;
  on_running (self);
  g_signal_connect_object (window, "destroy", G_CALLBACK (on_compared), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

/* ---- the widget ---- */

static GSimpleAction *
add_action (GengaPreviewPane *self,
            GActionMap *actions,
            const char *name,
            void (*func) (GengaPreviewPane *self, GVariant *state))
{
  GSimpleAction *action = g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (FALSE));

  g_signal_connect_object (action, "change-state", G_CALLBACK (func), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (actions, G_ACTION (action));
  return action;
}

/* From anywhere in the window. */
static void
on_zoom (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree char *name = g_strconcat ("view.", g_action_get_name (G_ACTION (action)), NULL);

  gtk_widget_activate_action (GTK_WIDGET (GENGA_PREVIEW_PANE (user_data)->view), name, NULL);
}

static void
add_actions (GengaPreviewPane *self, GActionMap *actions)
{
  const GActionEntry zooms[] = {
    { "zoom-in", on_zoom },     { "zoom-out", on_zoom },    { "zoom-fit", on_zoom },
    { "zoom-actual", on_zoom }, { "zoom-double", on_zoom },
  };
  g_autoptr (GPropertyAction) live_preview =
      g_property_action_new ("live-preview", self->comparison, "live");

  self->compare_models = g_simple_action_new ("compare-models", NULL);
  g_signal_connect_object (self->compare_models, "activate", G_CALLBACK (on_compare_models), self,
                           G_CONNECT_SWAPPED);
  g_action_map_add_action (actions, G_ACTION (self->compare_models));
  self->test = add_action (self, actions, "test", on_test);
  self->play = add_action (self, actions, "play", on_play);
  g_action_map_add_action (actions, G_ACTION (live_preview));
  g_action_map_add_action_entries (actions, zooms, G_N_ELEMENTS (zooms), self);
}

static void
connect (GengaPreviewPane *self)
{
  const struct
  {
    gpointer object;
    const char *signal;
    GCallback func;
  } swapped[] = {
    { self->comparison, "message", G_CALLBACK (emit_message) },
    { self->comparison, "video-changed", G_CALLBACK (on_video_changed) },
    { self->comparison, "place-changed", G_CALLBACK (on_place_changed) },
    { get_frames (self), "clip-changed", G_CALLBACK (on_clip_changed) },
    { self->trial, "notify", G_CALLBACK (on_running) },
    { self->queue, "notify::running", G_CALLBACK (on_running) },
    { self->queue, "items-changed", G_CALLBACK (update_actions) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (swapped); i++)
    g_signal_connect_object (swapped[i].object, swapped[i].signal, swapped[i].func, self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->trial, "ended", G_CALLBACK (on_ended), self, 0);
}

void
genga_preview_pane_set_up (GengaPreviewPane *self,
                           GengaJobQueue *queue,
                           GengaOptions *options,
                           GSettings *settings,
                           GActionMap *actions)
{
  g_return_if_fail (self->comparison == NULL);

  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->settings = g_object_ref (settings);
  self->comparison = genga_comparison_new (self->view, options);
  self->trial = genga_trial_run_new ();
  add_actions (self, actions);
  connect (self);
  genga_hint_bar_set_up (self->hints, queue, settings);
  g_settings_bind (settings, "live-preview", self->comparison, "live", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "side-by-side", self->view, "side-by-side", G_SETTINGS_BIND_DEFAULT);
  update_actions (self);
}

static void
disconnect (GengaPreviewPane *self)
{
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_signal_handlers_disconnect_by_data (self->compare_models, self);
  g_signal_handlers_disconnect_by_data (self->test, self);
  g_signal_handlers_disconnect_by_data (self->play, self);
  g_signal_handlers_disconnect_by_data (self->trial, self);
  g_signal_handlers_disconnect_by_data (get_frames (self), self);
  g_signal_handlers_disconnect_by_data (self->comparison, self);
}

void
genga_preview_pane_shut_down (GengaPreviewPane *self)
{
  if (self->queue == NULL)
    return;
  disconnect (self);
  genga_comparison_shut_down (self->comparison);
  g_clear_object (&self->comparison);
  genga_trial_run_shut_down (self->trial);
  g_clear_object (&self->trial);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_func (self->job, update_part, self);
  g_clear_object (&self->job);
  g_clear_object (&self->options);
  g_clear_object (&self->settings);
  g_clear_object (&self->compare_models);
  g_clear_object (&self->test);
  g_clear_object (&self->play);
  g_clear_object (&self->queue);
}

static void
genga_preview_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, GENGA_PREVIEW_PANE (object)->job);
}

static void
genga_preview_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaPreviewPane *self = GENGA_PREVIEW_PANE (object);

  if (self->queue == NULL)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_func (self->job, update_part, self);
  g_set_object (&self->job, g_value_get_object (value));
  if (self->job != NULL)
    g_signal_connect_object (self->job, "notify::options", G_CALLBACK (update_part), self,
                             G_CONNECT_SWAPPED);
  genga_comparison_set_job (self->comparison, self->job);
}

static void
genga_preview_pane_dispose (GObject *object)
{
  genga_preview_pane_shut_down (GENGA_PREVIEW_PANE (object));

  G_OBJECT_CLASS (genga_preview_pane_parent_class)->dispose (object);
}

static void
genga_preview_pane_class_init (GengaPreviewPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = genga_preview_pane_get_property;
  object_class->set_property = genga_preview_pane_set_property;
  object_class->dispose = genga_preview_pane_dispose;

  properties[PROP_JOB] = g_param_spec_object ("job", NULL, NULL, GENGA_TYPE_JOB,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  message_signal = g_signal_new ("message", GENGA_TYPE_PREVIEW_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (GENGA_TYPE_COMPARE_VIEW);
  g_type_ensure (GENGA_TYPE_FRAME_BAR);
  g_type_ensure (GENGA_TYPE_HINT_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/preview-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaPreviewPane, hints);
  gtk_widget_class_bind_template_child (widget_class, GengaPreviewPane, view);
  gtk_widget_class_bind_template_child (widget_class, GengaPreviewPane, frames);
}

static void
genga_preview_pane_init (GengaPreviewPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->frames, "moved", G_CALLBACK (on_moved), self, 0);
}
