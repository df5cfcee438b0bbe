/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/file-dialog.h"
#include "app/models/models-window.h"
#include "app/window/window-private.h"

#include <glib/gi18n-lib.h>

static void
on_files_chosen (GListModel *files, gpointer user_data)
{
  genga_window_add_files (user_data, files);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  genga_file_dialog_open (user_data, on_files_chosen, user_data);
}

static void
on_paste (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  genga_window_paste (user_data);
}

static void
on_models (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaWindow *self = user_data;

  gtk_window_present (GTK_WINDOW (genga_models_window_new (user_data, self->options)));
}

static void
on_start (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaWindow *self = user_data;
  g_autoptr (GError) error = NULL;

  if (genga_options_validate (self->options, &error) &&
      genga_job_queue_hand_out_names (self->queue, &error))
    {
      genga_trial_run_stop (self->tester); /* the start does the same, and keeps it */
      genga_window_lend_tiles (self);
      genga_job_queue_start (self->queue);
    }
  else
    genga_window_tell (self, error->message);
}

static void
on_pause (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  GengaWindow *self = user_data;

  genga_job_queue_set_paused (self->queue, g_variant_get_boolean (state));
}

static void
on_test (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  genga_window_test (user_data, g_variant_get_boolean (state));
}

static void
on_play (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  GengaWindow *self = user_data;

  genga_previewer_set_playing (self->previewer, g_variant_get_boolean (state));
}

static void
on_stop (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaWindow *self = user_data;

  genga_job_queue_stop (self->queue);
}

static void
on_remove_done (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaWindow *self = user_data;

  genga_job_queue_remove_done (self->queue);
}

static void
on_remove_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  genga_window_remove_selected (user_data);
}

static void
on_save_as (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  genga_window_save_as (user_data);
}

static void
on_copy_result (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  genga_window_copy_result (user_data);
}

/* What is possible depends on how far the selected job is. */
static void
watch_selected (GengaWindow *self)
{
  GSignalGroup *signals = g_signal_group_new (GENGA_TYPE_JOB);

  g_signal_group_connect_object (signals, "notify::state", G_CALLBACK (genga_window_update_actions),
                                 self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->selection, "selected-item", signals, "target",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (signals, "notify::target", G_CALLBACK (genga_window_update_actions),
                           self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (self), "genga-selected", signals, g_object_unref);
}

void
genga_window_install_actions (GengaWindow *self)
{
  const GActionEntry entries[] = {
    { "open", on_open },
    { "paste", on_paste },
    { "start", on_start },
    { "pause", NULL, NULL, "false", on_pause },
    { "test", NULL, NULL, "false", on_test },
    { "play", NULL, NULL, "false", on_play },
    { "stop", on_stop },
    { "remove-done", on_remove_done },
    { "remove-selected", on_remove_selected },
    { "save-as", on_save_as },
    { "copy-result", on_copy_result },
    { "models", on_models },
  };
  g_autoptr (GPropertyAction) show_options =
      g_property_action_new ("show-options", self->flap, "reveal-flap");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_autoptr (GPropertyAction) live_preview =
      g_property_action_new ("live-preview", self->previewer, "live");
  g_autoptr (GPropertyAction) queue_beside =
      g_property_action_new ("queue-beside", self->work, "beside");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (queue_beside));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_options));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (live_preview));
  g_signal_connect_object (self->queue, "notify", G_CALLBACK (genga_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "items-changed", G_CALLBACK (genga_window_update_actions),
                           self, G_CONNECT_SWAPPED);
  watch_selected (self);
  genga_window_update_actions (self);
}

static GSimpleAction *
get_action (GengaWindow *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name));
}

void
genga_window_update_actions (GengaWindow *self)
{
  gboolean is_running = genga_job_queue_is_running (self->queue);
  gboolean is_testing = genga_trial_run_is_running (self->tester);
  gboolean is_done = genga_window_get_done_job (self) != NULL;
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->queue)) == 0;

  g_simple_action_set_enabled (get_action (self, "start"),
                               !is_running && genga_job_queue_get_n_waiting (self->queue) > 0);
  g_simple_action_set_enabled (get_action (self, "test"), !is_running && !is_empty);
  g_simple_action_set_state (get_action (self, "test"), g_variant_new_boolean (is_testing));
  g_simple_action_set_enabled (get_action (self, "play"),
                               genga_previewer_has_clip (self->previewer));
  g_simple_action_set_state (get_action (self, "play"),
                             g_variant_new_boolean (genga_previewer_is_playing (self->previewer)));
  g_simple_action_set_enabled (get_action (self, "stop"), is_running);
  g_simple_action_set_enabled (get_action (self, "pause"), is_running);
  g_simple_action_set_state (get_action (self, "pause"),
                             g_variant_new_boolean (genga_job_queue_is_paused (self->queue)));
  g_simple_action_set_enabled (get_action (self, "remove-done"), !is_empty);
  g_simple_action_set_enabled (get_action (self, "remove-selected"), !is_empty);
  g_simple_action_set_enabled (get_action (self, "save-as"), is_done);
  g_simple_action_set_enabled (get_action (self, "copy-result"), is_done);
}
