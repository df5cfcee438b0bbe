/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/interrupted-question.h"
#include "job/export/interrupted.h"
#include "job/queue/inputs.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* More are counted. */
#define MOST_SENTENCES 5

/* Of the jobs that were taken out together. */
typedef struct
{
  GtkWindow *window; /* NULL once it has gone */
  GengaJobQueue *queue;
  GPtrArray *places; /* of Place */
  guint n_running;   /* jobs that have not ended yet */
  GPtrArray *found;  /* of Found; NULL before it is known */
} Question;

/* Where the results of a job are looked for. */
typedef struct
{
  char *source;
  char *folder;
  char *stem;
} Place;

/* What is finished, and of which source. */
typedef struct
{
  char *source;
  GengaInterrupted *interrupted; /* of `owner` */
  GPtrArray *owner;
} Found;

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

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->source);
  g_ptr_array_unref (found->owner);
  g_free (found);
}

static Question *
question_new (GtkWindow *window, GengaJobQueue *queue)
{
  Question *self = g_rc_box_new0 (Question);

  g_set_weak_pointer (&self->window, window);
  self->queue = g_object_ref (queue);
  self->places = g_ptr_array_new_with_free_func (place_free);
  return self;
}

static void
question_clear (gpointer data)
{
  Question *self = data;

  g_clear_weak_pointer (&self->window);
  g_object_unref (self->queue);
  g_ptr_array_unref (self->places);
  g_clear_pointer (&self->found, g_ptr_array_unref);
}

static void
question_unref (gpointer self)
{
  g_rc_box_release_full (self, question_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_unref)

/* What is finished of a video may be that of a row with the same source: of one that has stayed, or
 * has come back meanwhile. */
static void
drop_listed (Question *self)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);
  g_autoptr (GHashTable) listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      g_hash_table_add (listed, g_strdup (genga_job_get_source (job)));
    }
  for (guint i = self->places->len; i > 0; i--)
    if (g_hash_table_contains (listed, ((Place *)self->places->pdata[i - 1])->source))
      g_ptr_array_remove_index (self->places, i - 1);
  for (guint i = self->found != NULL ? self->found->len : 0; i > 0; i--)
    if (g_hash_table_contains (listed, ((Found *)self->found->pdata[i - 1])->source))
      g_ptr_array_remove_index (self->found, i - 1);
}

/* ---- the answer ---- */

static void
discard_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *all = data;

  for (guint i = 0; i < all->len; i++)
    genga_interrupted_discard (((Found *)all->pdata[i])->interrupted->target);
  g_task_return_boolean (task, TRUE);
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, Question *self)
{
  g_autoptr (GTask) task = NULL;

  if (!g_str_equal (answer, "discard"))
    return;
  drop_listed (self);
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, on_answer);
  g_task_set_task_data (task, g_ptr_array_ref (self->found), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, discard_in_thread);
}

static void
release (gpointer data, GClosure *closure)
{
  question_unref (data);
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

static char *
dup_body (Question *self)
{
  g_autoptr (GString) body = g_string_new (NULL);
  guint64 size = 0;

  for (guint i = 0; i < self->found->len; i++)
    {
      const Found *found = self->found->pdata[i];
      g_autofree char *sentence = dup_sentence (found->interrupted);

      size += found->interrupted->size;
      if (self->found->len <= MOST_SENTENCES)
        g_string_append_printf (body, "%s ", sentence);
    }
  if (self->found->len > MOST_SENTENCES)
    {
      g_autofree char *all = g_format_size (size);

      /* TRANSLATORS: number of videos, size (“12 MB”). */
      g_string_append_printf (body,
                              g_dngettext (GETTEXT_PACKAGE, "Frames of %u video are finished (%s).",
                                           "Frames of %u videos are finished (%s).",
                                           self->found->len),
                              self->found->len, all);
      g_string_append_c (body, ' ');
    }
  g_string_append (
      body, _ ("If you keep them, the video resumes there when you add and start it again."));
  return g_string_free (g_steal_pointer (&body), FALSE);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) self = user_data;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  self->found = g_task_propagate_pointer (G_TASK (result), NULL);
  drop_listed (self);
  if (self->found->len == 0 || self->window == NULL ||
      !gtk_widget_get_visible (GTK_WIDGET (self->window)))
    return;
  body = dup_body (self);
  dialog = adw_message_dialog_new (self->window, _ ("Discard Finished Frames?"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("Keep"), "discard",
                                    _ ("Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_answer), g_steal_pointer (&self),
                         release, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Two rows of one video have one part. */
static void
add_found (GPtrArray *all, const char *source, GPtrArray *parts, GHashTable *targets)
{
  for (guint i = 0; i < parts->len; i++)
    {
      GengaInterrupted *interrupted = parts->pdata[i];
      Found *found;

      if (!g_hash_table_add (targets, interrupted->target))
        continue;
      found = g_new0 (Found, 1);
      found->source = g_strdup (source);
      found->interrupted = interrupted;
      found->owner = g_ptr_array_ref (parts);
      g_ptr_array_add (all, found);
    }
}

static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *places = data;
  GPtrArray *all = g_ptr_array_new_with_free_func (found_free);
  g_autoptr (GHashTable) targets = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = places->pdata[i];
      g_autoptr (GPtrArray) parts =
          genga_interrupted_of (place->source, place->folder, place->stem);

      add_found (all, place->source, parts, targets);
    }
  g_task_return_pointer (task, all, (GDestroyNotify)g_ptr_array_unref);
}

static void
look (Question *self)
{
  g_autoptr (GTask) task = NULL;

  drop_listed (self);
  if (self->places->len == 0)
    return;
  task = g_task_new (NULL, NULL, on_found, g_rc_box_acquire (self));
  g_task_set_source_tag (task, genga_interrupted_question_ask);
  g_task_set_task_data (task, g_ptr_array_ref (self->places), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, find_in_thread);
}

static void
on_state (GengaJob *job, GParamSpec *pspec, Question *self)
{
  g_autoptr (Question) kept = g_rc_box_acquire (self);

  if (genga_job_get_state (job) <= GENGA_JOB_RUNNING)
    return;
  g_signal_handlers_disconnect_by_func (job, on_state, self);
  if (genga_job_get_state (job) != GENGA_JOB_DONE)
    g_ptr_array_add (kept->places, place_new (job));
  kept->n_running -= 1;
  if (kept->n_running == 0)
    look (kept);
}

void
genga_interrupted_question_ask (GtkWindow *window, GengaJobQueue *queue, GPtrArray *jobs)
{
  g_autoptr (Question) self = question_new (window, queue);

  for (guint i = 0; i < jobs->len; i++)
    {
      GengaJob *job = jobs->pdata[i];

      if (genga_job_get_state (job) == GENGA_JOB_RUNNING)
        {
          self->n_running += 1;
          g_signal_connect_data (job, "notify::state", G_CALLBACK (on_state),
                                 g_rc_box_acquire (self), release, 0);
        }
      else if (genga_job_get_state (job) != GENGA_JOB_DONE)
        g_ptr_array_add (self->places, place_new (job));
    }
  if (self->n_running == 0)
    look (self);
}
