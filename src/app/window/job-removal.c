/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/job-removal.h"
#include "app/dialogs/toast.h"

#include <glib/gi18n-lib.h>

#define KEY "genga-removed-jobs"

typedef struct
{
  GengaJobQueue *queue;
  GPtrArray *jobs;   /* in their order */
  GArray *positions; /* of guint, where they were */
} Removed;

static void
removed_free (gpointer data)
{
  Removed *self = data;

  g_object_unref (self->queue);
  g_ptr_array_unref (self->jobs);
  g_array_unref (self->positions);
  g_free (self);
}

static Removed *
removed_new (GengaJobQueue *queue, GPtrArray *jobs)
{
  GListModel *model = G_LIST_MODEL (queue);
  Removed *self = g_new0 (Removed, 1);
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);

  self->queue = g_object_ref (queue);
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < jobs->len; i++)
    g_hash_table_add (wanted, jobs->pdata[i]);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (model, i);

      if (!g_hash_table_contains (wanted, job))
        continue;
      g_ptr_array_add (self->jobs, g_steal_pointer (&job));
      g_array_append_val (self->positions, i);
    }
  return self;
}

static void
on_undo (AdwToastOverlay *toasts, AdwToast *toast)
{
  Removed *self = g_object_get_data (G_OBJECT (toast), KEY);

  if (self != NULL)
    genga_job_queue_put_back (self->queue, self->positions, self->jobs);
  g_object_set_data (G_OBJECT (toast), KEY, NULL);
}

static char *
dup_sentence (GPtrArray *jobs)
{
  g_autofree char *name = NULL;

  if (jobs->len > 1)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Removed %u file from the list.",
                                         "Removed %u files from the list.", jobs->len),
                            jobs->len);
  name = g_filename_display_basename (genga_job_get_source (jobs->pdata[0]));
  return g_strdup_printf (_ ("Removed “%s” from the list."), name);
}

void
genga_job_removal_remove (GengaJobQueue *queue, GPtrArray *jobs, AdwToastOverlay *toasts)
{
  g_autofree char *sentence = NULL;
  Removed *removed;
  AdwToast *toast;

  if (jobs->len == 0)
    return;
  removed = removed_new (queue, jobs);
  if (removed->jobs->len == 0)
    {
      removed_free (removed);
      return;
    }
  sentence = dup_sentence (removed->jobs);
  genga_job_queue_remove_many (queue, removed->jobs);
  toast = genga_toast_show_with_undo (toasts, sentence, G_CALLBACK (on_undo), G_OBJECT (toasts));
  g_object_set_data_full (G_OBJECT (toast), KEY, removed, removed_free);
}
