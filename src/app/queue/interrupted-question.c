/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/interrupted-question.h"
#include "job/export/interrupted.h"
#include "job/queue/inputs.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Where the results of a job are looked for. */
typedef struct
{
  char *source;
  char *folder;
  char *stem;
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->source);
  g_free (place->folder);
  g_free (place->stem);
  g_free (place);
}

static char *
dup_stem (const char *path)
{
  char *stem = g_path_get_basename (path);
  char *dot = strrchr (stem, '.');

  if (dot != NULL && dot != stem)
    *dot = '\0';
  return stem;
}

static Place *
place_new (GengaJob *job)
{
  Place *place = g_new0 (Place, 1);
  const char *requested = genga_job_get_requested_target (job);
  const char *folder =
      genga_options_get_string (genga_job_get_options (job), GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *source = genga_input_dup_name (genga_job_get_source (job));

  place->source = g_strdup (genga_job_get_source (job));
  place->folder = requested == NULL && folder != NULL
                      ? g_strdup (folder)
                      : g_path_get_dirname (requested != NULL ? requested : source);
  place->stem = requested == NULL && genga_job_get_name (job) != NULL
                    ? g_strdup (genga_job_get_name (job))
                    : dup_stem (requested != NULL ? requested : source);
  return place;
}

/* ---- the answer ---- */

static void
discard_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *interrupted = data;

  for (guint i = 0; i < interrupted->len; i++)
    genga_interrupted_discard (((GengaInterrupted *)interrupted->pdata[i])->target);
  g_task_return_boolean (task, TRUE);
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, GPtrArray *interrupted)
{
  g_autoptr (GTask) task = NULL;

  if (!g_str_equal (answer, "discard"))
    return;
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, on_answer);
  g_task_set_task_data (task, g_ptr_array_ref (interrupted), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, discard_in_thread);
}

static void
release (gpointer data, GClosure *closure)
{
  g_ptr_array_unref (data);
}

/* ---- the question ---- */

static char *
dup_sentence (const GengaInterrupted *interrupted)
{
  g_autofree char *name = g_filename_display_basename (interrupted->target);
  g_autofree char *size = g_format_size (interrupted->size);

  if (interrupted->n_total == 0)
    /* TRANSLATORS: name, frames, size (“12 MB”). */
    return g_strdup_printf (_ ("%u frames of “%s” are finished (%s)."),
                            (guint)interrupted->n_frames, name, size);
  /* TRANSLATORS: finished frames, all frames, name, size (“12 MB”). */
  return g_strdup_printf (_ ("%u of %u frames of “%s” are finished (%s)."),
                          (guint)interrupted->n_frames, (guint)interrupted->n_total, name, size);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GtkWindow *window = GTK_WINDOW (source);
  g_autoptr (GPtrArray) interrupted = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  GtkWidget *dialog;

  if (interrupted->len == 0 || !gtk_widget_get_visible (GTK_WIDGET (window)))
    return;
  for (guint i = 0; i < interrupted->len; i++)
    {
      g_autofree char *sentence = dup_sentence (interrupted->pdata[i]);
      g_string_append_printf (body, "%s ", sentence);
    }
  g_string_append (
      body, _ ("If you keep them, the video resumes there when you add and start it again."));
  dialog = adw_message_dialog_new (window, _ ("Discard Finished Frames?"), body->str);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("Keep"), "discard",
                                    _ ("Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_answer), g_steal_pointer (&interrupted),
                         release, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Place *place = data;

  g_task_return_pointer (task, genga_interrupted_of (place->source, place->folder, place->stem),
                         (GDestroyNotify)g_ptr_array_unref);
}

static void
ask (GtkWindow *window, GengaJob *job)
{
  g_autoptr (GTask) task = g_task_new (window, NULL, on_found, NULL);

  g_task_set_source_tag (task, genga_interrupted_question_ask);
  g_task_set_task_data (task, place_new (job), place_free);
  g_task_run_in_thread (task, find_in_thread);
}

static void
on_state (GengaJob *job, GParamSpec *pspec, GtkWindow *window)
{
  if (genga_job_get_state (job) <= GENGA_JOB_RUNNING)
    return;
  g_signal_handlers_disconnect_by_func (job, on_state, window);
  if (genga_job_get_state (job) != GENGA_JOB_DONE)
    ask (window, job);
}

void
genga_interrupted_question_ask (GtkWindow *window, GengaJob *job)
{
  if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
    g_signal_connect_object (job, "notify::state", G_CALLBACK (on_state), window, 0);
  else if (genga_job_get_state (job) != GENGA_JOB_DONE)
    ask (window, job);
}
