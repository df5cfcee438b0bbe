/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-add.h"
#include "app/models/model-watch.h"
#include "models/model-facts.h"
#include "models/model-folders.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>

/* Long enough to read it and decide. */
#define TOAST_SECONDS 12

/* One file, and what came of it. */
typedef struct
{
  char *path;
  GengaImportResult result;
  GError *error;
  char *target;
  char *title; /* of the model that was added */
  char *value;
} Item;

typedef struct
{
  AdwToastOverlay *toasts;
  GengaOptions *options;
  GPtrArray *items; /* of Item */
  gboolean keep_both;
} Request;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->path);
  g_clear_error (&item->error);
  g_free (item->target);
  g_free (item->title);
  g_free (item->value);
  g_free (item);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->toasts);
  g_object_unref (request->options);
  g_ptr_array_unref (request->items);
  g_free (request);
}

static void
describe (Item *item, GPtrArray *models)
{
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *facts = g_ptr_array_index (models, i);

      if (g_strcmp0 (facts->entry->path, item->target) == 0)
        {
          item->title = g_strdup (facts->entry->display_name);
          item->value = g_strdup (facts->value);
        }
    }
}

static void
import_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  g_auto (GStrv) folders = genga_model_folders_dup ();
  g_autoptr (GPtrArray) models = NULL;

  for (guint i = 0; i < request->items->len; i++)
    {
      Item *item = g_ptr_array_index (request->items, i);
      item->result =
          genga_model_import (item->path, request->keep_both, &item->target, &item->error);
    }
  models = genga_model_facts_list ((const char *const *)folders, FALSE);
  for (guint i = 0; i < request->items->len; i++)
    describe (g_ptr_array_index (request->items, i), models);
  g_task_return_boolean (task, TRUE);
}

/* ---- messages ---- */

static void
on_use (AdwToast *toast, GengaOptions *options)
{
  genga_options_set_string (options, GENGA_OPTION_MODEL,
                            g_object_get_data (G_OBJECT (toast), "genga-value"));
}

static void
show_added (const Request *request, const Item *item)
{
  gboolean is_new = item->result == GENGA_IMPORT_ADDED;
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;
  AdwToast *toast;

  if (item->value == NULL) /* it has been taken away again */
    return;
  text = g_strdup_printf (is_new ? _ ("“%s” was added.") : _ ("“%s” is already installed."),
                          item->title);
  markup = g_markup_escape_text (text, -1);
  toast = adw_toast_new (markup);
  adw_toast_set_button_label (toast, _ ("Use"));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  g_object_set_data_full (G_OBJECT (toast), "genga-value", g_strdup (item->value), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_use), request->options, 0);
  adw_toast_overlay_add_toast (request->toasts, toast);
}

static void
show_refused (GtkWindow *window, GPtrArray *items)
{
  g_autoptr (GString) body = g_string_new (NULL);
  guint n_refused = 0;

  for (guint i = 0; i < items->len; i++)
    {
      const Item *item = g_ptr_array_index (items, i);

      if (item->result != GENGA_IMPORT_FAILED)
        continue;
      g_string_append_printf (body, "%s%s", n_refused > 0 ? "\n\n" : "", item->error->message);
      n_refused += 1;
    }
  if (n_refused == 0)
    return;

  GtkWidget *dialog = adw_message_dialog_new (
      window, g_dngettext (GETTEXT_PACKAGE, "Model Not Added", "Models Not Added", n_refused),
      body->str);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

static void start (GtkWindow *window, Request *take_request);

static void
on_clash_answer (AdwMessageDialog *dialog, const char *answer, Request *request)
{
  Request *again;

  if (!g_str_equal (answer, "both"))
    return;
  again = g_new0 (Request, 1);
  again->toasts = g_object_ref (request->toasts);
  again->options = g_object_ref (request->options);
  again->items = g_ptr_array_ref (request->items);
  again->keep_both = TRUE;
  start (gtk_window_get_transient_for (GTK_WINDOW (dialog)), again);
}

/* Another model has the name of one that is offered. */
static void
ask_for_clash (GtkWindow *window, const Request *request, const Item *item)
{
  g_autofree char *name = g_path_get_basename (item->target);
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *body = g_strdup_printf (
      _ ("There is already another model named “%s”. It will not be replaced."), display);
  GtkWidget *dialog = adw_message_dialog_new (window, _ ("Add Under Another Name?"), body);
  Request *again = g_new0 (Request, 1);
  Item *copy = g_new0 (Item, 1);

  copy->path = g_strdup (item->path);
  again->toasts = g_object_ref (request->toasts);
  again->options = g_object_ref (request->options);
  again->items = g_ptr_array_new_with_free_func (item_free);
  g_ptr_array_add (again->items, copy);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "both",
                                    _ ("Keep Both"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "both",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_clash_answer), again);
  g_object_set_data_full (G_OBJECT (dialog), "genga-request", again, request_free);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_imported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Request *request = g_task_get_task_data (G_TASK (result));
  GtkWindow *window = GTK_WINDOW (source);

  genga_model_watch_emit (genga_model_watch_get_default ());
  if (gtk_widget_get_root (GTK_WIDGET (request->toasts)) != GTK_ROOT (window))
    return; /* it was closed meanwhile */
  for (guint i = 0; i < request->items->len; i++)
    {
      const Item *item = g_ptr_array_index (request->items, i);

      if (item->result == GENGA_IMPORT_CLASH)
        ask_for_clash (window, request, item);
      else if (item->result != GENGA_IMPORT_FAILED)
        show_added (request, item);
    }
  show_refused (window, request->items);
}

static void
start (GtkWindow *window, Request *take_request)
{
  g_autoptr (GTask) task = g_task_new (window, NULL, on_imported, NULL);

  g_task_set_source_tag (task, genga_model_add);
  g_task_set_task_data (task, take_request, request_free);
  g_task_run_in_thread (task, import_in_thread);
}

void
genga_model_add (GtkWindow *window,
                 AdwToastOverlay *toasts,
                 GengaOptions *options,
                 const char *const *paths)
{
  Request *request = g_new0 (Request, 1);

  request->toasts = g_object_ref (toasts);
  request->options = g_object_ref (options);
  request->items = g_ptr_array_new_with_free_func (item_free);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      Item *item = g_new0 (Item, 1);

      item->path = g_strdup (paths[i]);
      g_ptr_array_add (request->items, item);
    }
  start (window, request);
}
