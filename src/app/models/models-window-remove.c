/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-facts-row.h"
#include "app/models/model-watch.h"
#include "app/models/models-window-private.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  char *path;
  gboolean permanently;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_free (removal->path);
  g_free (removal);
}

static GengaModelFactsRow *
find_row (GengaModelsWindow *self, const char *path)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GengaModelFactsRow *row = g_ptr_array_index (self->rows, i);

      if (g_str_equal (genga_model_facts_row_get_path (row), path))
        return row;
    }
  return NULL;
}

static void
tell (GengaModelsWindow *self, const char *sentence)
{
  g_autofree char *markup = g_markup_escape_text (sentence, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

/* What is gone is not chosen any more. */
static void
stop_using (GengaModelsWindow *self, const char *path)
{
  GengaModelFactsRow *row = find_row (self, path);
  const char *value = genga_options_get_string (self->options, GENGA_OPTION_MODEL);

  if (row == NULL || g_strcmp0 (genga_model_facts_row_get_value (row), value) != 0)
    return;
  genga_options_set_string (
      self->options, GENGA_OPTION_MODEL,
      G_PARAM_SPEC_STRING (genga_option_get_pspec (GENGA_OPTION_MODEL))->default_value);
}

static void ask (GengaModelsWindow *self, const char *path, gboolean permanently);

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaModelsWindow *self = GENGA_MODELS_WINDOW (source);
  const Removal *removal = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean is_removed = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->options == NULL) /* the window was closed meanwhile */
    return;
  if (is_removed)
    {
      stop_using (self, removal->path);
      tell (self, _ ("The model was removed."));
    }
  else if (!removal->permanently && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    ask (self, removal->path, TRUE);
  else
    tell (self, error->message);
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
on_answer (AdwMessageDialog *dialog, const char *answer, GengaModelsWindow *self)
{
  const Removal *asked = g_object_get_data (G_OBJECT (dialog), "genga-removal");
  g_autoptr (GTask) task = NULL;
  Removal *removal;

  if (!g_str_equal (answer, "remove"))
    return;
  removal = g_new0 (Removal, 1);
  removal->path = g_strdup (asked->path);
  removal->permanently = asked->permanently;
  task = g_task_new (self, NULL, on_removed, NULL);
  g_task_set_source_tag (task, on_answer);
  g_task_set_task_data (task, removal, removal_free);
  g_task_run_in_thread (task, remove_in_thread);
}

static void
ask (GengaModelsWindow *self, const char *path, gboolean permanently)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *heading = g_strdup_printf (_ ("Remove “%s”?"), name);
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (self), heading,
      permanently ? _ ("There is no trash for it here: it is deleted for good.")
                  : _ ("The file is moved to the trash."));
  Removal *removal = g_new0 (Removal, 1);

  removal->path = g_strdup (path);
  removal->permanently = permanently;
  g_object_set_data_full (G_OBJECT (dialog), "genga-removal", removal, removal_free);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "remove",
                                    permanently ? _ ("Delete") : _ ("Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
genga_models_window_ask_remove (GengaModelsWindow *self, const char *path)
{
  ask (self, path, FALSE);
}
