/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/window.h"
#include "app/dialogs/file-dialog.h"
#include "app/dialogs/toast.h"
#include "app/models/models-window.h"
#include "app/options/options-note.h"
#include "app/options/options-panel.h"
#include "app/options/outlook-source.h"
#include "app/options/preset-menu.h"
#include "app/queue/existing-question.h"
#include "app/queue/source-kinds.h"
#include "app/settings.h"
#include "app/watched/session-use.h"
#include "app/watched/watched-folders.h"
#include "app/window/empty-page.h"
#include "app/window/estimate-bar.h"
#include "app/window/file-actions.h"
#include "app/window/finish-action.h"
#include "app/window/full-screen.h"
#include "app/window/header.h"
#include "app/window/job-list.h"
#include "app/window/list-pane.h"
#include "app/window/own-options-actions.h"
#include "app/window/preview-pane.h"
#include "app/window/queue-actions.h"
#include "app/window/result-actions.h"
#include "app/window/toast-place.h"
#include "app/window/work-pane.h"
#include "job/queue/queue-store.h"
#include "job/reader/reader-process.h"

#include <glib/gi18n-lib.h>

#define NOTIFICATION "finished"

struct _GengaWindow
{
  AdwApplicationWindow parent_instance;

  GengaJobQueue *queue;
  GengaQueueStore *store;
  GengaSourceKinds *kinds;
  GengaOutlookSource *outlook;
  GengaOptions *options;
  GengaOptions *told; /* as the queue knows them */
  GSettings *settings;
  guint inhibition;  /* of suspend, while jobs run */
  char *last_result; /* of the last job that was done, or NULL */

  GengaJobList *jobs;
  GengaFileActions *file_actions;
  GengaQueueActions *queue_actions;
  GengaResultActions *result_actions;
  GengaFinishAction *finish_action;
  GengaWatchedFolders *watched;
  GengaQueuePauses *pauses;
  GengaSessionUse *use;

  AdwToastOverlay *toasts;
  GtkWidget *header;
  AdwFlap *flap;
  GtkWidget *options_pane;
  GengaPresetMenu *presets;
  GengaOptionsNote *note;
  GengaOptionsPanel *panel;
  GengaEstimateBar *estimate;
  GtkStack *pages;
  GengaPreviewPane *preview;
  GtkWidget *work;
  GtkWidget *list_pane;
  GtkListView *list;
};

G_DEFINE_FINAL_TYPE (GengaWindow, genga_window, ADW_TYPE_APPLICATION_WINDOW)

/* Stays until the user closes it: something was put aside. */
static void
on_store_message (const char *sentence, gpointer user_data)
{
  genga_toast_show_until_closed (GENGA_WINDOW (user_data)->toasts, sentence);
}

static void
on_models (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaWindow *self = user_data;

  gtk_window_present (GTK_WINDOW (genga_models_window_new (user_data, self->options)));
}

static void
show_options (GengaWindow *self)
{
  if (!adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, TRUE);
}

/* Who brings pictures wants to see them, and what can be done with them. */
static void
on_added (GengaWindow *self, guint position)
{
  genga_job_list_select (self->jobs, position);
  show_options (self);
}

/* The first files may be those of the last time. */
static void
on_items_changed (GengaWindow *self)
{
  gboolean was_empty = g_str_equal (gtk_stack_get_visible_child_name (self->pages), "empty");
  gboolean is_empty = g_list_model_get_n_items (G_LIST_MODEL (self->queue)) == 0;

  gtk_stack_set_visible_child_name (self->pages, is_empty ? "empty" : "work");
  if (was_empty && !is_empty)
    show_options (self);
}

/* What waits follows what the user changes. */
static gboolean
is_told (GengaWindow *self, GengaOption option)
{
  return genga_options_is_same (self->options, option, self->told) &&
         genga_options_is_set (self->options, option) == genga_options_is_set (self->told, option);
}

/* All that has changed since it was told last: a preset changes many options. */
static void
on_option_changed (GengaWindow *self)
{
  gboolean is_changed[GENGA_N_OPTIONS] = { FALSE }, is_any = FALSE;

  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      is_changed[option] = !is_told (self, option);
      is_any |= is_changed[option];
    }
  if (!is_any)
    return;
  g_clear_object (&self->told);
  self->told = genga_options_copy (self->options);
  genga_job_queue_set_options (self->queue, is_changed, self->options);
  genga_estimate_bar_refresh (self->estimate);
  genga_outlook_source_refresh (self->outlook);
}

/* The machine stays awake while it works. */
static void
on_running (GengaWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  gboolean is_running = genga_job_queue_is_running (self->queue);

  genga_settings_save_options (self->settings, self->options);
  if (application == NULL)
    return;
  if (is_running && self->inhibition == 0)
    self->inhibition =
        gtk_application_inhibit (application, GTK_WINDOW (self),
                                 GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_LOGOUT,
                                 _ ("Upscaling pictures and videos"));
  else if (!is_running && self->inhibition != 0)
    {
      gtk_application_uninhibit (application, self->inhibition);
      self->inhibition = 0;
    }
  if (is_running)
    g_application_withdraw_notification (G_APPLICATION (application), NOTIFICATION);
}

static char *
dup_summary (guint n_done, guint n_failed)
{
  g_autofree char *done = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u file was upscaled.", "%u files were upscaled.", n_done),
      n_done);
  g_autofree char *failed = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%u file failed.", "%u files failed.", n_failed), n_failed);

  if (n_failed == 0)
    return g_steal_pointer (&done);
  return n_done == 0 ? g_steal_pointer (&failed) : g_strdup_printf ("%s %s", done, failed);
}

static void
on_job_ended (GengaWindow *self, GengaJob *job)
{
  if (genga_job_get_state (job) != GENGA_JOB_DONE)
    return;
  g_free (self->last_result);
  self->last_result = g_strdup (genga_job_get_target (job));
}

static void
on_show_result (GengaWindow *self)
{
  if (self->last_result != NULL)
    genga_file_reveal (GTK_WINDOW (self), self->last_result);
}

static void
on_finished (GengaJobQueue *queue, guint n_done, guint n_failed, GengaWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  g_autofree char *summary = dup_summary (n_done, n_failed);

  if (application == NULL || n_done + n_failed == 0)
    return;
  if (gtk_window_is_active (GTK_WINDOW (self)))
    {
      if (n_done > 0)
        genga_toast_show_with_button (self->toasts, summary, _ ("Show"),
                                      G_CALLBACK (on_show_result), G_OBJECT (self));
      else
        genga_toast_show (self->toasts, summary);
      return;
    }
  if (!g_settings_get_boolean (self->settings, "notify"))
    return;
  g_autoptr (GNotification) notification =
      g_notification_new (n_done > 0 ? _ ("Results Are Ready") : _ ("Upscaling Failed"));
  g_notification_set_body (notification, summary);
  g_application_send_notification (G_APPLICATION (application), NOTIFICATION, notification);
}

static void
save_settings (GengaWindow *self)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  genga_settings_save_options (self->settings, self->options);
}

static void
load_settings (GengaWindow *self)
{
  int width, height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  genga_settings_load_options (self->settings, self->options);
  /* The factor that is seen is meant, of videos as well. */
  genga_options_set_int (self->options, GENGA_OPTION_SCALE,
                         genga_options_get_int (self->options, GENGA_OPTION_SCALE));
}

static void
on_close_answer (AdwMessageDialog *dialog, const char *answer, GengaWindow *self)
{
  if (!g_str_equal (answer, "stop"))
    return;
  genga_job_queue_shut_down (self->queue);
  /* The dialog is still at it, and must not look for a parent that has gone. */
  gtk_window_set_transient_for (GTK_WINDOW (dialog), NULL);
  gtk_window_close (GTK_WINDOW (self));
}

/* Work of an hour is not lost to a slip of the hand. */
static void
ask_before_close (GengaWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Stop Upscaling?"),
                                              _ ("Finished results are kept. An unfinished picture "
                                                 "starts over; an unfinished video resumes."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Continue"), "stop",
                                    _ ("Stop and Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
genga_window_close_request (GtkWindow *window)
{
  GengaWindow *self = GENGA_WINDOW (window);

  if (genga_job_queue_is_running (self->queue))
    {
      ask_before_close (self);
      return GDK_EVENT_STOP;
    }
  save_settings (self);
  return GTK_WINDOW_CLASS (genga_window_parent_class)->close_request (window);
}

/* The benchmark of the window waits for it. */
static void
on_painted (GdkFrameClock *clock, GengaWindow *self)
{
  g_debug ("the first frame is painted");
  genga_reader_prepare ();
  genga_preview_pane_prepare (self->preview);
  g_signal_handlers_disconnect_by_func (clock, on_painted, self);
}

static void
genga_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (genga_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint",
                           G_CALLBACK (on_painted), widget, 0);
}

static void
genga_window_dispose (GObject *object)
{
  GengaWindow *self = GENGA_WINDOW (object);

  if (self->queue != NULL)
    g_signal_handlers_disconnect_by_data (self->queue, self);
  if (self->preview != NULL)
    genga_preview_pane_shut_down (self->preview);
  self->preview = NULL;
  g_clear_object (&self->watched);
  g_clear_pointer (&self->use, genga_session_use_free);
  g_clear_pointer (&self->pauses, genga_queue_pauses_free);
  g_clear_pointer (&self->store, genga_queue_store_free);
  g_clear_pointer (&self->last_result, g_free);
  if (self->outlook != NULL)
    genga_outlook_source_shut_down (self->outlook);
  g_clear_object (&self->outlook);
  g_clear_object (&self->file_actions);
  g_clear_object (&self->queue_actions);
  g_clear_object (&self->result_actions);
  g_clear_object (&self->finish_action);
  g_clear_object (&self->jobs);
  g_clear_object (&self->kinds);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_object (&self->told);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (genga_window_parent_class)->dispose (object);
}

static void
genga_window_class_init (GengaWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_window_dispose;
  widget_class->realize = genga_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = genga_window_close_request;

  g_type_ensure (GENGA_TYPE_EMPTY_PAGE);
  g_type_ensure (GENGA_TYPE_ESTIMATE_BAR);
  g_type_ensure (GENGA_TYPE_HEADER);
  g_type_ensure (GENGA_TYPE_LIST_PANE);
  g_type_ensure (GENGA_TYPE_OPTIONS_NOTE);
  g_type_ensure (GENGA_TYPE_OPTIONS_PANEL);
  g_type_ensure (GENGA_TYPE_PRESET_MENU);
  g_type_ensure (GENGA_TYPE_PREVIEW_PANE);
  g_type_ensure (GENGA_TYPE_WORK_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/genga/Genga/window.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, header);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, options_pane);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, presets);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, note);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, panel);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, estimate);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, preview);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, work);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, list_pane);
  gtk_widget_class_bind_template_child (widget_class, GengaWindow, list);
}

static void
on_pause (const char *sentence, gpointer user_data)
{
  genga_toast_show (GENGA_WINDOW (user_data)->toasts, sentence);
}

static void
on_loaded (gpointer user_data)
{
  genga_watched_folders_start (GENGA_WINDOW (user_data)->watched);
}

static void
make_parts (GengaWindow *self)
{
  GActionMap *actions = G_ACTION_MAP (self);

  self->jobs = genga_job_list_new (self->list, self->queue, self->options, self->toasts, actions);
  genga_preview_pane_set_up (self->preview, self->queue, self->options, self->settings, actions);
  g_object_bind_property (self->jobs, "current", self->preview, "job", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->jobs, "current", self->outlook, "job", G_BINDING_SYNC_CREATE);
  self->queue_actions = genga_queue_actions_new (self->queue, self->options, self->toasts, actions);
  self->result_actions =
      genga_result_actions_new (GTK_APPLICATION_WINDOW (self), self->queue, self->jobs);
  genga_own_options_actions_add (GTK_APPLICATION_WINDOW (self), self->jobs, self->queue,
                                 self->options, self->toasts);
  self->file_actions = genga_file_actions_new (GTK_APPLICATION_WINDOW (self), self->toasts,
                                               self->queue, self->options);
  self->finish_action = genga_finish_action_new (GTK_APPLICATION_WINDOW (self), self->queue);
  self->watched = genga_watched_folders_new (self->queue, self->options, self->settings);
  self->pauses = genga_queue_pauses_new (self->queue, on_pause, self);
  self->use = genga_session_use_new (self->queue, self->pauses, on_pause, self);
  g_signal_connect_object (self->queue_actions, "starting",
                           G_CALLBACK (genga_preview_pane_give_way), self->preview,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->file_actions, "added", G_CALLBACK (on_added), self,
                           G_CONNECT_SWAPPED);

  genga_existing_question_watch (GTK_WINDOW (self), self->queue);
  genga_toast_place_keep (self->toasts, genga_preview_pane_get_view (self->preview),
                          self->options_pane);
  gpointer speakers[] = { self->preview,      self->queue_actions, self->result_actions,
                          self->file_actions, self->finish_action, self->watched };
  for (guint i = 0; i < G_N_ELEMENTS (speakers); i++)
    g_signal_connect_object (speakers[i], "message", G_CALLBACK (genga_toast_show), self->toasts,
                             G_CONNECT_SWAPPED);
}

static void
add_actions (GengaWindow *self)
{
  const GActionEntry entries[] = { { "models", on_models } };
  g_autoptr (GPropertyAction) show_options =
      g_property_action_new ("show-options", self->flap, "reveal-flap");
  g_autoptr (GPropertyAction) queue_beside =
      g_property_action_new ("queue-beside", self->work, "beside");
  GtkWidget *const around[] = { self->header, self->list_pane };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_options));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (queue_beside));
  genga_full_screen_add (GTK_APPLICATION_WINDOW (self), self->flap, around, G_N_ELEMENTS (around));
}

static void
set_up_panel (GengaWindow *self)
{
  static const char *const kinds[] = { "has-pictures", "has-videos", "formats" };

  genga_preset_menu_set_up (self->presets, self->options, self->toasts, G_ACTION_MAP (self));
  genga_options_note_set_up (self->note, self->options, self->queue);
  genga_options_panel_set_options (self->panel, self->options);
  genga_options_panel_keep_profiles (self->panel, self->settings);
  genga_options_panel_add_automatic (self->panel, self->settings);
  self->kinds = genga_source_kinds_new (G_LIST_MODEL (self->queue));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_object_bind_property (self->kinds, kinds[i], self->panel, kinds[i], G_BINDING_SYNC_CREATE);
  genga_estimate_bar_set_queue (self->estimate, self->queue, self->settings);
  g_object_bind_property (self->estimate, "effective", self->panel, "effective",
                          G_BINDING_SYNC_CREATE);
  self->outlook = genga_outlook_source_new (genga_estimate_bar_get_speeds (self->estimate));
  genga_options_panel_set_outlook (self->panel, self->outlook);
}

static void
genga_window_init (GengaWindow *self)
{
  g_autofree char *results_path = genga_result_record_dup_default_path ();
  g_autoptr (GengaResultRecord) results = genga_result_record_new (results_path);

  self->queue = genga_job_queue_new ();
  genga_job_queue_set_apart (self->queue, TRUE);
  genga_job_queue_set_results (self->queue, results);
  self->options = genga_options_new ();
  self->settings = genga_settings_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "genga");
  load_settings (self);
  self->told = genga_options_copy (self->options);
  genga_header_set_queue (GENGA_HEADER (self->header), self->queue);
  set_up_panel (self);
  make_parts (self);
  add_actions (self);
  g_settings_bind (self->settings, "queue-beside", self->work, "beside", G_SETTINGS_BIND_DEFAULT);

  g_signal_connect_object (self->options, "notify", G_CALLBACK (on_option_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->queue, "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect_swapped (self->queue, "notify::running", G_CALLBACK (on_running), self);
  g_signal_connect_swapped (self->queue, "job-ended", G_CALLBACK (on_job_ended), self);
  g_signal_connect (self->queue, "finished", G_CALLBACK (on_finished), self);

  g_autofree char *path = genga_job_store_dup_default_path ();
  self->store = genga_queue_store_new (self->queue, path, on_store_message, self);
  genga_queue_store_set_loaded_func (self->store, on_loaded, self);
}

void
genga_window_add_files (GengaWindow *self, GListModel *files, gboolean starts)
{
  genga_file_actions_add (self->file_actions, files, starts);
}

GengaJobQueue *
genga_window_get_queue (GengaWindow *self)
{
  return self->queue;
}

GengaOptions *
genga_window_get_options (GengaWindow *self)
{
  return self->options;
}

GengaWindow *
genga_window_new (AdwApplication *application)
{
  return g_object_new (GENGA_TYPE_WINDOW, "application", application, NULL);
}
