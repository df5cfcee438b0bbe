/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-removal.h"
#include "app/dialogs/toast.h"
#include "app/models/model-watch.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  gatomicrefcount ref_count;
  AdwToastOverlay *toasts;
  GengaOptions *options;
  char *path;
  char *value;
  gboolean permanently;
} Removal;

static void
removal_unref (gpointer data)
{
  Removal *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_object_unref (self->toasts);
  g_object_unref (self->options);
  g_free (self->path);
  g_free (self->value);
  g_free (self);
}

static Removal *
removal_ref (Removal *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* What is gone is not chosen any more. */
static void
stop_using (Removal *self)
{
  const char *value = genga_options_get_string (self->options, GENGA_OPTION_MODEL);

  if (self->value == NULL || g_strcmp0 (self->value, value) != 0)
    return;
  genga_options_set_string (
      self->options, GENGA_OPTION_MODEL,
      G_PARAM_SPEC_STRING (genga_option_get_pspec (GENGA_OPTION_MODEL))->default_value);
}

static void ask (GtkWindow *window, Removal *take_removal);

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (source);
  Removal *removal = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean is_removed = g_task_propagate_boolean (G_TASK (result), &error);

  if (is_removed)
    stop_using (removal);
  if (gtk_widget_get_root (GTK_WIDGET (removal->toasts)) != GTK_ROOT (window))
    return; /* it was closed meanwhile */
  if (is_removed)
    genga_toast_show (removal->toasts, _ ("The model was removed."));
  else if (!removal->permanently && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    {
      removal->permanently = TRUE;
      ask (window, removal_ref (removal));
    }
  else
    genga_toast_show (removal->toasts, error->message);
  genga_model_watch_emit (genga_model_watch_get_default ());
}

static void
remove_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Removal *removal = data;
  GError *error = NULL;

  if (genga_model_import_remove (removal->path, removal->permanently, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, GtkWindow *window)
{
  Removal *removal = g_object_get_data (G_OBJECT (dialog), "genga-removal");
  g_autoptr (GTask) task = NULL;

  if (!g_str_equal (answer, "remove"))
    return;
  task = g_task_new (window, NULL, on_removed, NULL);
  g_task_set_source_tag (task, on_answer);
  g_task_set_task_data (task, removal_ref (removal), removal_unref);
  g_task_run_in_thread (task, remove_in_thread);
}

static void
ask (GtkWindow *window, Removal *take_removal)
{
  gboolean permanently = take_removal->permanently;
  g_autofree char *name = g_filename_display_basename (take_removal->path);
  g_autofree char *heading = g_strdup_printf (_ ("Remove “%s”?"), name);
  GtkWidget *dialog = adw_message_dialog_new (
      window, heading,
      permanently ? _ ("This folder has no trash. The file will be deleted permanently.")
                  : _ ("The file is moved to the trash."));

  g_object_set_data_full (G_OBJECT (dialog), "genga-removal", take_removal, removal_unref);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "remove",
                                    permanently ? _ ("Delete") : _ ("Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
genga_model_removal_ask (GtkWindow *window,
                         AdwToastOverlay *toasts,
                         GengaOptions *options,
                         const char *path,
                         const char *value)
{
  Removal *removal = g_new0 (Removal, 1);

  g_atomic_ref_count_init (&removal->ref_count);
  removal->toasts = g_object_ref (toasts);
  removal->options = g_object_ref (options);
  removal->path = g_strdup (path);
  removal->value = g_strdup (value);
  ask (window, removal);
}
