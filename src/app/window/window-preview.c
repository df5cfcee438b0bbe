/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/window-private.h"

#include <glib/gi18n-lib.h>

static void
on_selected (GengaWindow *self)
{
  genga_previewer_set_job (self->previewer,
                           gtk_single_selection_get_selected_item (self->selection));
  genga_window_update_actions (self);
}

static void
on_video_changed (GengaWindow *self)
{
  genga_frame_bar_set_video (self->frames, genga_previewer_get_video (self->previewer));
}

static void
on_place_changed (GengaWindow *self)
{
  genga_frame_bar_set_seconds (self->frames, genga_previewer_get_seconds (self->previewer));
}

static void
on_clip_changed (GengaWindow *self)
{
  genga_frame_bar_set_clip (self->frames, genga_previewer_has_clip (self->previewer),
                            genga_previewer_is_playing (self->previewer));
  genga_window_update_actions (self);
}

static void
on_moved (GengaFrameBar *bar, double seconds, GengaWindow *self)
{
  if (self->previewer != NULL)
    genga_previewer_set_seconds (self->previewer, seconds);
}

/* Jobs and tests have the machine to themselves. */
static void
on_running (GengaWindow *self)
{
  gboolean is_testing = genga_trial_run_is_running (self->tester);

  genga_previewer_set_held (self->previewer,
                            is_testing || genga_job_queue_is_running (self->queue));
  genga_compare_view_set_progress (self->view,
                                   is_testing ? genga_trial_run_get_fraction (self->tester) : -1);
  genga_window_update_actions (self);
}

static void
on_test_ended (GengaTrialRun *tester, GObject *result, const char *sentence, GengaWindow *self)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);
  GengaOptions *options = genga_trial_run_get_options (tester);

  if (sentence != NULL)
    genga_window_tell (self, sentence);
  if (result == NULL || job == NULL ||
      !g_str_equal (genga_job_get_source (job), genga_trial_run_get_source (tester)))
    return;
  if (GENGA_IS_CLIP (result))
    genga_previewer_show_clip (self->previewer, GENGA_CLIP (result), options);
  else
    genga_previewer_show_test (self->previewer, GENGA_PICTURE (result), options);
}

void
genga_window_test (GengaWindow *self, gboolean is_wanted)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);
  GengaOptions *options = genga_previewer_get_options (self->previewer);
  g_autoptr (GengaTileStore) tiles = NULL;
  g_autoptr (GError) error = NULL;

  if (!is_wanted)
    {
      genga_trial_run_stop (self->tester);
      return;
    }
  if (job == NULL || !genga_options_validate (options, &error))
    {
      if (error != NULL)
        genga_window_tell (self, error->message);
      return;
    }
  gboolean is_video = genga_previewer_get_video (self->previewer) != NULL;
  double seconds = is_video ? genga_previewer_get_seconds (self->previewer) : -1;
  tiles = genga_previewer_dup_tiles (self->previewer);
  genga_trial_run_start (self->tester, genga_job_get_source (job), seconds, options, tiles);
}

void
genga_window_lend_tiles (GengaWindow *self)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (GengaTileStore) seen = genga_previewer_dup_tiles (self->previewer);
  GengaTileStore *tested = genga_trial_run_get_tiles (self->tester);

  if (job == NULL || genga_job_get_state (job) != GENGA_JOB_QUEUED)
    return;
  if (tested != NULL)
    genga_job_add_tiles (job, tested);
  if (seen != NULL)
    genga_job_add_tiles (job, seen);
  genga_trial_run_forget_tiles (self->tester);
}

void
genga_window_preview_selection (GengaWindow *self)
{
  self->previewer = genga_previewer_new (self->view, self->options);
  self->tester = genga_trial_run_new ();
  g_signal_connect_object (self->previewer, "told", G_CALLBACK (genga_window_tell), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->previewer, "video-changed", G_CALLBACK (on_video_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->previewer, "place-changed", G_CALLBACK (on_place_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->previewer, "clip-changed", G_CALLBACK (on_clip_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->frames, "moved", G_CALLBACK (on_moved), self, 0);
  g_signal_connect_object (self->tester, "ended", G_CALLBACK (on_test_ended), self, 0);
  g_signal_connect_object (self->tester, "notify", G_CALLBACK (on_running), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "notify::running", G_CALLBACK (on_running), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  g_settings_bind (self->settings, "live-preview", self->previewer, "live",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "side-by-side", self->view, "side-by-side",
                   G_SETTINGS_BIND_DEFAULT);
}

void
genga_window_end_preview (GengaWindow *self)
{
  if (self->previewer != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->previewer, self);
      genga_previewer_shut_down (self->previewer);
    }
  g_clear_object (&self->previewer);
  if (self->tester != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->tester, self);
      genga_trial_run_shut_down (self->tester);
    }
  g_clear_object (&self->tester);
}
