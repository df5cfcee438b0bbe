/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/existing-question.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  GtkWindow *window; /* owns it */
  GengaJobQueue *queue;
  GQueue waiting;         /* of GengaJob, that ask */
  gboolean is_asking;     /* about the first one */
  GengaExisting existing; /* what was answered for all of this run; ASK: nothing */
  GtkWidget *dialog;      /* while it asks */
  GtkWidget *for_all;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_signal_handlers_disconnect_by_data (self->queue, self);
  if (self->dialog != NULL)
    g_signal_handlers_disconnect_by_data (self->dialog, self);
  g_clear_weak_pointer (&self->dialog);
  g_queue_clear_full (&self->waiting, g_object_unref);
  g_object_unref (self->queue);
  g_free (self);
}

/* Those that the list still has: one may have been removed while it asked. */
static GPtrArray *
find_in_queue (Question *self, GPtrArray *jobs)
{
  GListModel *model = G_LIST_MODEL (self->queue);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_add (wanted, jobs->pdata[i]);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (model, i);

      if (g_hash_table_contains (wanted, job))
        g_ptr_array_add (found, g_steal_pointer (&job));
    }
  return found;
}

/* The run may have ended while it was asked, and goes on with these jobs. */
static void
try_again (Question *self, GPtrArray *jobs, GengaExisting answer)
{
  g_autoptr (GPtrArray) found = find_in_queue (self, jobs);
  g_autoptr (GPtrArray) all_options = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) answered = g_hash_table_new (NULL, NULL); /* by what they were before */

  if (found->len == 0)
    return;
  for (guint i = 0; i < found->len; i++)
    {
      GengaOptions *before = genga_job_get_options (found->pdata[i]);
      GengaOptions *options = g_hash_table_lookup (answered, before);

      options = options != NULL ? g_object_ref (options) : genga_options_copy (before);
      g_ptr_array_add (all_options, options);
      if (!g_hash_table_insert (answered, before, options))
        continue;
      genga_options_set_int (options, GENGA_OPTION_EXISTING, answer);
      genga_options_freeze (options);
    }
  genga_job_queue_retry_many (self->queue, found, all_options);
  if (!genga_job_queue_is_running (self->queue))
    genga_job_queue_start (self->queue);
}

static void ask_next (Question *self);

static void
on_answer (AdwMessageDialog *dialog, const char *answer, Question *self)
{
  GengaExisting existing = GENGA_EXISTING_SKIP;
  gboolean is_for_all = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->for_all));
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_str_equal (answer, "replace"))
    existing = GENGA_EXISTING_REPLACE;
  else if (g_str_equal (answer, "number"))
    existing = GENGA_EXISTING_NUMBER;
  self->is_asking = FALSE;
  g_clear_weak_pointer (&self->dialog);
  g_ptr_array_add (jobs, g_queue_pop_head (&self->waiting));
  while (is_for_all && !g_queue_is_empty (&self->waiting))
    g_ptr_array_add (jobs, g_queue_pop_head (&self->waiting));
  if (is_for_all)
    self->existing = existing;
  try_again (self, jobs, existing);
  ask_next (self);
}

static void
present (Question *self, GengaJob *job)
{
  g_autofree char *name = g_filename_display_basename (genga_job_get_target (job));
  g_autofree char *folder = g_path_get_dirname (genga_job_get_target (job));
  g_autofree char *place = g_filename_display_name (folder);
  g_autofree char *heading = g_strdup_printf (_ ("“%s” Exists Already"), name);
  g_autofree char *body = g_strdup_printf (_ ("There is a file of this name in “%s”."), place);
  GtkWidget *dialog = adw_message_dialog_new (self->window, heading, body);

  self->is_asking = TRUE;
  g_set_weak_pointer (&self->dialog, dialog);
  self->for_all = gtk_check_button_new_with_mnemonic (_ ("_Apply to all files"));
  gtk_widget_set_halign (self->for_all, GTK_ALIGN_CENTER);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), self->for_all);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "skip", _ ("_Skip"), "number",
                                    _ ("_Keep Both"), "replace", _ ("_Replace"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "number");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "skip");
  g_signal_connect (dialog, "response", G_CALLBACK (on_answer), self);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_next (Question *self)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->is_asking || g_queue_is_empty (&self->waiting))
    return;
  if (self->existing == GENGA_EXISTING_ASK)
    {
      present (self, g_queue_peek_head (&self->waiting));
      return;
    }
  while (!g_queue_is_empty (&self->waiting))
    g_ptr_array_add (jobs, g_queue_pop_head (&self->waiting));
  try_again (self, jobs, self->existing);
}

static void
on_job_ended (GengaJobQueue *queue, GengaJob *job, Question *self)
{
  if (!genga_job_asks_about_existing (job))
    return;
  g_queue_push_tail (&self->waiting, g_object_ref (job));
  ask_next (self);
}

/* An answer for all is for one run. */
static void
on_finished (GengaJobQueue *queue, guint n_done, guint n_failed, Question *self)
{
  if (g_queue_is_empty (&self->waiting))
    self->existing = GENGA_EXISTING_ASK;
}

void
genga_existing_question_watch (GtkWindow *window, GengaJobQueue *queue)
{
  Question *self = g_new0 (Question, 1);

  self->window = window;
  self->queue = g_object_ref (queue);
  g_queue_init (&self->waiting);
  g_signal_connect (queue, "job-ended", G_CALLBACK (on_job_ended), self);
  g_signal_connect (queue, "finished", G_CALLBACK (on_finished), self);
  g_object_set_data_full (G_OBJECT (window), "genga-existing-question", self, question_free);
}
