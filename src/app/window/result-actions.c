/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/result-actions.h"
#include "app/compare/picture-load.h"
#include "app/dialogs/file-dialog.h"
#include "app/gallery/gallery-window.h"
#include "app/window/text-focus.h"
#include "job/save-as.h"

#include <glib/gi18n-lib.h>

/* Older ones are in their folders. */
#define MOST_RESULTS 1000

struct _GengaResultActions
{
  GObject parent_instance;

  GtkWindow *window; /* NULL once it has gone */
  GengaJobList *jobs;
  GSignalGroup *selected; /* signals of the selected job */
  GListStore *results;    /* of GFile, the latest first */
  GtkWindow *gallery;     /* NULL: none is open */
  GSimpleAction *save_as;
  GSimpleAction *copy_result;
  GSimpleAction *open_folder;
  GengaJob *saved_job; /* whose result the dialog finds another name for */
};

G_DEFINE_FINAL_TYPE (GengaResultActions, genga_result_actions, G_TYPE_OBJECT)

static guint message_signal;

static void
emit_message (GengaResultActions *self, const char *sentence)
{
  g_signal_emit (self, message_signal, 0, sentence);
}

/* The selected job, where it is done; borrowed. */
static GengaJob *
get_done_job (GengaResultActions *self)
{
  GengaJob *job = genga_job_list_get_current (self->jobs);

  return job != NULL && genga_job_get_state (job) == GENGA_JOB_DONE ? job : NULL;
}

/* ---- copying ---- */

static void
on_texture_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaResultActions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = genga_picture_load_finish (result, &error);

  if (self->window == NULL)
    return;
  if (texture == NULL)
    {
      emit_message (self, error->message);
      return;
    }
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), texture);
  emit_message (self, _ ("Copied the result to the clipboard."));
}

static void
copy_file (GengaResultActions *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList list = { file, NULL };
  GdkFileList *files = gdk_file_list_new_from_list (&list);

  gdk_clipboard_set (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), GDK_TYPE_FILE_LIST,
                     files);
  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  emit_message (self, _ ("Copied the file of the result to the clipboard."));
}

static void
on_copy_result (GengaResultActions *self)
{
  GengaJob *job = get_done_job (self);
  GengaJobFacts facts;

  if (job == NULL || genga_text_focus_activate (self->window, "clipboard.copy"))
    return;
  genga_job_get_facts (job, &facts);
  /* Programs that take pictures can't use many frames; a file manager can use their file. */
  if (facts.has_frames)
    copy_file (self, genga_job_get_target (job));
  else
    genga_picture_load_async (genga_job_get_target (job), GENGA_LOAD_TEXTURE, NULL,
                              on_texture_loaded, g_object_ref (self));
}

/* ---- saving ---- */

typedef struct
{
  GengaResultActions *actions;
  char *target;
} Saving;

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;

  if (genga_save_as_finish (result, &error))
    {
      g_autofree char *name = g_filename_display_basename (saving->target);
      g_autofree char *sentence = g_strdup_printf (_ ("Saved the result as “%s”."), name);
      emit_message (saving->actions, sentence);
    }
  else
    emit_message (saving->actions, error->message);
  g_object_unref (saving->actions);
  g_free (saving->target);
  g_free (saving);
}

static void
on_target_chosen (GListModel *files, gpointer user_data)
{
  GengaResultActions *self = user_data;
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autoptr (GengaJob) job = g_steal_pointer (&self->saved_job);
  const char *target = file != NULL ? g_file_peek_path (file) : NULL;

  if (target == NULL || job == NULL)
    return;
  Saving *saving = g_new0 (Saving, 1);
  saving->actions = g_object_ref (self);
  saving->target = g_strdup (target);
  /* Where a file is there, the dialog has asked; one that comes in between is not replaced. */
  genga_save_as_async (job, target, g_file_test (target, G_FILE_TEST_EXISTS), on_saved, saving);
}

static void
on_save_as (GengaResultActions *self)
{
  GengaJob *job = get_done_job (self);

  if (job == NULL)
    return;
  g_set_object (&self->saved_job, job);
  genga_file_dialog_save (self->window, genga_job_get_target (job), on_target_chosen, self);
}

/* ---- all of them ---- */

static void
on_gallery (GengaResultActions *self)
{
  if (self->gallery == NULL)
    g_set_weak_pointer (&self->gallery,
                        GTK_WINDOW (genga_gallery_window_new (GTK_WINDOW (self->window),
                                                              G_LIST_MODEL (self->results))));
  gtk_window_present (self->gallery);
}

/* That of the selected result, or of the latest one. */
static void
on_open_folder (GengaResultActions *self)
{
  g_autoptr (GFile) latest = g_list_model_get_item (G_LIST_MODEL (self->results), 0);
  GengaJob *job = get_done_job (self);
  const char *path = job != NULL      ? genga_job_get_target (job)
                     : latest != NULL ? g_file_peek_path (latest)
                                      : NULL;

  if (path != NULL)
    genga_file_reveal (GTK_WINDOW (self->window), path);
}

/* ---- the type ---- */

static void
update (GengaResultActions *self)
{
  gboolean is_done = get_done_job (self) != NULL;

  g_simple_action_set_enabled (self->save_as, is_done);
  g_simple_action_set_enabled (self->copy_result, is_done);
  g_simple_action_set_enabled (
      self->open_folder, is_done || g_list_model_get_n_items (G_LIST_MODEL (self->results)) > 0);
}

/* A file that was made anew is there once. */
static void
add_result (GengaResultActions *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->results));
  guint position;

  if (g_list_store_find_with_equal_func (self->results, file, (GEqualFunc)g_file_equal, &position))
    g_list_store_remove (self->results, position);
  else if (n >= MOST_RESULTS)
    g_list_store_remove (self->results, n - 1);
  g_list_store_insert (self->results, 0, file);
}

static void
on_job_ended (GengaResultActions *self, GengaJob *job)
{
  if (genga_job_get_state (job) == GENGA_JOB_DONE && genga_job_get_target (job) != NULL)
    add_result (self, genga_job_get_target (job));
  update (self);
}

/* What is possible depends on how far the selected job is. */
static void
watch_selected (GengaResultActions *self)
{
  self->selected = g_signal_group_new (GENGA_TYPE_JOB);
  g_signal_group_connect_object (self->selected, "notify::state", G_CALLBACK (update), self,
                                 G_CONNECT_SWAPPED);
  g_object_bind_property (self->jobs, "current", self->selected, "target", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->selected, "notify::target", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}

static GSimpleAction *
add_action (GengaResultActions *self, const char *name, void (*func) (GengaResultActions *self))
{
  GSimpleAction *action = g_simple_action_new (name, NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (func), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (self->window), G_ACTION (action));
  return action;
}

static void
genga_result_actions_dispose (GObject *object)
{
  GengaResultActions *self = GENGA_RESULT_ACTIONS (object);

  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->gallery);
  g_clear_object (&self->selected);
  g_clear_object (&self->jobs);
  g_clear_object (&self->save_as);
  g_clear_object (&self->copy_result);
  g_clear_object (&self->open_folder);
  g_clear_object (&self->results);
  g_clear_object (&self->saved_job);

  G_OBJECT_CLASS (genga_result_actions_parent_class)->dispose (object);
}

static void
genga_result_actions_class_init (GengaResultActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_result_actions_dispose;

  message_signal = g_signal_new ("message", GENGA_TYPE_RESULT_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_result_actions_init (GengaResultActions *self)
{
}

GengaResultActions *
genga_result_actions_new (GtkApplicationWindow *window, GengaJobQueue *queue, GengaJobList *jobs)
{
  GengaResultActions *self = g_object_new (GENGA_TYPE_RESULT_ACTIONS, NULL);

  g_set_weak_pointer (&self->window, GTK_WINDOW (window));
  self->jobs = g_object_ref (jobs);
  self->results = g_list_store_new (G_TYPE_FILE);
  self->save_as = add_action (self, "save-as", on_save_as);
  self->copy_result = add_action (self, "copy-result", on_copy_result);
  self->open_folder = add_action (self, "open-folder", on_open_folder);
  g_object_unref (add_action (self, "gallery", on_gallery));
  g_signal_connect_object (queue, "job-ended", G_CALLBACK (on_job_ended), self, G_CONNECT_SWAPPED);
  watch_selected (self);
  update (self);
  return self;
}
