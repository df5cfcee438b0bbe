/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/file-dialog.h"
#include "app/compare/texture.h"
#include "app/window/window-private.h"
#include "job/save-as.h"
#include "media/media.h"

#include <glib/gi18n-lib.h>

GengaJob *
genga_window_get_done_job (GengaWindow *self)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);

  return job != NULL && genga_job_get_state (job) == GENGA_JOB_DONE ? job : NULL;
}

gboolean
genga_window_give_to_text (GengaWindow *self, const char *action)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return (GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus)) &&
         gtk_widget_activate_action (focus, action, NULL);
}

static void
on_texture_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = genga_texture_load_finish (result, &error);

  if (texture == NULL)
    {
      genga_window_tell (self, error->message);
      return;
    }
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), texture);
  genga_window_tell (self, _ ("The result is in the clipboard."));
}

/* Programs that take pictures have no use for many frames; a file manager has for their file. */
static gboolean
is_of_frames (GengaJob *job)
{
  GengaJobFacts facts;

  genga_job_get_facts (job, &facts);
  return facts.frames > 0 ||
         genga_format_from_path (genga_job_get_target (job)) == GENGA_FORMAT_AUTO;
}

static void
copy_file (GengaWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList list = { file, NULL };
  GdkFileList *files = gdk_file_list_new_from_list (&list);

  gdk_clipboard_set (gtk_widget_get_clipboard (GTK_WIDGET (self)), GDK_TYPE_FILE_LIST, files);
  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  genga_window_tell (self, _ ("The result's file is in the clipboard."));
}

void
genga_window_copy_result (GengaWindow *self)
{
  GengaJob *job = genga_window_get_done_job (self);

  if (job == NULL || genga_window_give_to_text (self, "clipboard.copy"))
    return;
  if (is_of_frames (job))
    copy_file (self, genga_job_get_target (job));
  else
    genga_texture_load_async (genga_job_get_target (job), NULL, on_texture_loaded,
                              g_object_ref (self));
}

typedef struct
{
  GengaWindow *window;
  char *target;
} Saving;

static void
on_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;

  if (genga_save_as_finish (result, &error))
    {
      g_autofree char *name = g_filename_display_basename (saving->target);
      g_autofree char *sentence = g_strdup_printf (_ ("The result was saved as “%s”."), name);
      genga_window_tell (saving->window, sentence);
    }
  else
    genga_window_tell (saving->window, error->message);
  g_object_unref (saving->window);
  g_free (saving->target);
  g_free (saving);
}

static void
on_target_chosen (GListModel *files, gpointer user_data)
{
  GengaWindow *self = user_data;
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autoptr (GengaJob) job = g_steal_pointer (&self->saved_job);
  const char *target = file != NULL ? g_file_peek_path (file) : NULL;

  if (target == NULL || job == NULL)
    return;
  Saving *saving = g_new0 (Saving, 1);
  saving->window = g_object_ref (self);
  saving->target = g_strdup (target);
  /* Where a file is there, the dialog has asked; one that comes in between is not replaced. */
  genga_save_as_async (genga_job_get_target (job), target, genga_job_get_options (job),
                       g_file_test (target, G_FILE_TEST_EXISTS), on_exported, saving);
}

void
genga_window_save_as (GengaWindow *self)
{
  GengaJob *job = genga_window_get_done_job (self);

  if (job == NULL)
    return;
  g_set_object (&self->saved_job, job);
  genga_file_dialog_save (GTK_WINDOW (self), genga_job_get_target (job), on_target_chosen,
                          GTK_WIDGET (self));
}
