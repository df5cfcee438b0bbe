/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-add.h"
#include "app/window/window-private.h"
#include "job/queue/inputs.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* What files that were brought in come to. */
typedef struct
{
  GPtrArray *inputs; /* of GengaInput */
  char **models;     /* paths of model files */
} Sorted;

static void
sorted_free (Sorted *self)
{
  g_ptr_array_unref (self->inputs);
  g_strfreev (self->models);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sorted, sorted_free)

/* Models are told from pictures here, since that may need a look into the file. */
static void
sort_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GStrvBuilder) models = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) others = g_strv_builder_new ();
  Sorted *sorted = g_new0 (Sorted, 1);
  char **paths = data;

  for (guint i = 0; paths[i] != NULL; i++)
    g_strv_builder_add (genga_model_import_is_model (paths[i]) ? models : others, paths[i]);

  g_auto (GStrv) rest = g_strv_builder_end (others);
  sorted->inputs = genga_inputs_expand (rest, NULL, NULL, NULL);
  sorted->models = g_strv_builder_end (models);
  g_task_return_pointer (task, sorted, (GDestroyNotify)sorted_free);
}

static void
tell_skipped (GengaWindow *self, guint n_skipped)
{
  g_autofree char *sentence = NULL;

  if (n_skipped == 0)
    return;
  sentence = g_strdup_printf (
      g_dngettext (
          GETTEXT_PACKAGE, "%u file in the folder is no picture and no video, and was left out.",
          "%u files in the folder are no pictures and no videos, and were left out.", n_skipped),
      n_skipped);
  genga_window_tell (self, sentence);
}

static void
on_sorted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaWindow *self = GENGA_WINDOW (source);
  g_autoptr (Sorted) sorted = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  guint n_skipped = 0;

  if (self->queue == NULL) /* closed meanwhile */
    return;
  if (sorted->models[0] != NULL)
    genga_model_add (GTK_WINDOW (self), self->toasts, self->options,
                     (const char *const *)sorted->models);
  for (guint i = 0; i < sorted->inputs->len; i++)
    {
      GengaInput *input = g_ptr_array_index (sorted->inputs, i);

      if (input->is_skipped)
        n_skipped += 1;
      else if (input->error != NULL)
        genga_window_tell (self, input->error->message);
      else
        g_ptr_array_add (sources, input->path);
    }
  tell_skipped (self, n_skipped);
  if (sources->len == 0)
    return;
  g_ptr_array_add (sources, NULL);
  genga_job_queue_add (self->queue, (const char *const *)sources->pdata, self->options);
  if (!adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, TRUE);
}

void
genga_window_add_files (GengaWindow *self, GListModel *files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (GTask) task = g_task_new (self, NULL, on_sorted, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        g_strv_builder_add (paths, g_file_peek_path (file));
      else
        genga_window_tell (self, _ ("Only files of this computer can be opened."));
    }
  g_task_set_source_tag (task, genga_window_add_files);
  g_task_set_task_data (task, g_strv_builder_end (paths), (GDestroyNotify)g_strfreev);
  g_task_run_in_thread (task, sort_in_thread);
}

static void
add_file_list (GengaWindow *self, const GValue *value)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
    g_list_store_append (files, l->data);
  genga_window_add_files (self, G_LIST_MODEL (files));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GengaWindow *self)
{
  add_file_list (self, value);
  return TRUE;
}

void
genga_window_accept_drops (GengaWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* Where a picture without a file is put, so that its result has a place, too. */
static char *
dup_pasted_path (GError **error)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autofree char *folder =
      g_build_filename (pictures != NULL ? pictures : g_get_home_dir (), "Genga", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y-%m-%d %H.%M.%S");

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_autofree char *display = g_filename_display_name (folder);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _ ("The folder “%s” for pasted pictures cannot be made."), display);
      return NULL;
    }
  for (guint i = 1;; i++)
    {
      /* TRANSLATORS: the name of a file; %s is date and time. */
      g_autofree char *first = g_strdup_printf (_ ("Pasted %s.png"), stamp);
      g_autofree char *further = g_strdup_printf ("%u", i);
      /* TRANSLATORS: the same, of one more picture in the same second: its number is the last %s.
       */
      g_autofree char *other = g_strdup_printf (_ ("Pasted %s (%s).png"), stamp, further);
      g_autofree char *path = g_build_filename (folder, i == 1 ? first : other, NULL);
      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autofree char *path = dup_pasted_path (&error);
  g_autoptr (GBytes) png = NULL;

  if (path != NULL)
    {
      png = gdk_texture_save_to_png_bytes (data);
      g_file_set_contents (path, g_bytes_get_data (png, NULL), g_bytes_get_size (png), &error);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_file_new_for_path (path), g_object_unref);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaWindow *self = GENGA_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  if (self->queue == NULL) /* closed meanwhile */
    return;
  if (file == NULL)
    {
      genga_window_tell (self, error->message);
      return;
    }
  g_list_store_append (files, file);
  genga_window_add_files (self, G_LIST_MODEL (files));
}

static void
on_texture_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaWindow) self = user_data;
  GdkTexture *texture = gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  if (texture == NULL)
    {
      genga_window_tell (self, _ ("There is no picture in the clipboard."));
      return;
    }
  g_autoptr (GTask) task = g_task_new (self, NULL, on_saved, NULL);
  g_task_set_source_tag (task, on_texture_read);
  g_task_set_task_data (task, texture, g_object_unref);
  g_task_run_in_thread (task, save_in_thread);
}

static void
on_files_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaWindow) self = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value != NULL)
    add_file_list (self, value);
  else
    genga_window_tell (self, _ ("The files in the clipboard cannot be read."));
}

void
genga_window_paste (GengaWindow *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  if (genga_window_give_to_text (self, "clipboard.paste"))
    return;
  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                    on_files_read, g_object_ref (self));
  else
    gdk_clipboard_read_texture_async (clipboard, NULL, on_texture_read, g_object_ref (self));
}
