/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/own-options-actions.h"
#include "app/dialogs/toast.h"
#include "app/options/own-options.h"

#include <glib/gi18n-lib.h>

#define KEY "genga-own-options-actions"

typedef struct
{
  GengaJobList *jobs;
  GengaJobQueue *queue;
  GengaOptions *options;
  AdwToastOverlay *toasts;
} Actions;

static void
actions_free (gpointer data)
{
  Actions *self = data;

  g_object_unref (self->jobs);
  g_object_unref (self->queue);
  g_object_unref (self->options);
  g_object_unref (self->toasts);
  g_free (self);
}

/* What is under way keeps its options. */
static GListModel *
list_selected (Actions *self)
{
  g_autoptr (GPtrArray) selected = genga_job_list_dup_selected (self->jobs);
  GListStore *store = g_list_store_new (GENGA_TYPE_JOB);

  for (guint i = 0; i < selected->len; i++)
    if (genga_job_get_state (selected->pdata[i]) != GENGA_JOB_RUNNING)
      g_list_store_append (store, selected->pdata[i]);
  return G_LIST_MODEL (store);
}

/* What has begun while the dialog was open, or waits for the one that runs. */
static void
report_begun (Actions *self, GPtrArray *begun)
{
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;

  if (begun->len == 0)
    return;
  name = g_filename_display_basename (genga_job_get_source (begun->pdata[0]));
  if (begun->len == 1)
    sentence = g_strdup_printf (_ ("“%s” has begun already and keeps its options."), name);
  else
    sentence = g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%u file has begun already and keeps its options.",
                     "%u files have begun already and keep their options.", begun->len),
        begun->len);
  genga_toast_show (self->toasts, sentence);
}

static void
set_options (Actions *self, GListModel *jobs, GengaOptions *options, gboolean are_own)
{
  g_autoptr (GengaOptions) shared = genga_options_copy (options);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) begun = NULL;

  genga_options_freeze (shared);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    g_ptr_array_add (all, g_list_model_get_item (jobs, i));
  begun = genga_job_queue_set_own_options (self->queue, all, shared, are_own);
  report_begun (self, begun);
}

static void
on_applied (GengaOwnOptions *dialog, GengaOptions *options, GtkWindow *window)
{
  set_options (g_object_get_data (G_OBJECT (window), KEY),
               g_object_get_data (G_OBJECT (dialog), KEY), options, TRUE);
}

static void
on_own_options (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  Actions *self = g_object_get_data (window, KEY);
  g_autoptr (GListModel) jobs = list_selected (self);
  g_autoptr (GengaJob) first = g_list_model_get_item (jobs, 0);
  g_autoptr (GengaOptions) options = NULL;
  GtkWidget *dialog;

  if (first == NULL)
    return;
  options = genga_options_copy (genga_job_get_options (first));
  /* What was answered about one file is no wish for the next one. */
  genga_options_take_over (options, GENGA_OPTION_EXISTING, self->options);
  dialog = genga_own_options_new (window, jobs, options);
  g_object_set_data_full (G_OBJECT (dialog), KEY, g_object_ref (jobs), g_object_unref);
  g_signal_connect_object (dialog, "applied", G_CALLBACK (on_applied), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_common_options (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  Actions *self = g_object_get_data (window, KEY);
  g_autoptr (GListModel) jobs = list_selected (self);
  g_autoptr (GListStore) with_own = g_list_store_new (GENGA_TYPE_JOB);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (genga_job_has_own_options (job))
        g_list_store_append (with_own, job);
    }
  set_options (self, G_LIST_MODEL (with_own), self->options, FALSE);
}

void
genga_own_options_actions_add (GtkApplicationWindow *window,
                               GengaJobList *jobs,
                               GengaJobQueue *queue,
                               GengaOptions *options,
                               AdwToastOverlay *toasts)
{
  const GActionEntry entries[] = { { "own-options", on_own_options },
                                   { "common-options", on_common_options } };
  Actions *self = g_new0 (Actions, 1);

  self->jobs = g_object_ref (jobs);
  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->toasts = g_object_ref (toasts);
  g_object_set_data_full (G_OBJECT (window), KEY, self, actions_free);
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
}
