/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/politeness/queue-pauses.h"
#include "job/politeness/battery.h"

#include <glib/gi18n-lib.h>

#define CHECK_SECONDS 5

struct _GengaQueuePauses
{
  GengaJobQueue *queue;
  char *root;
  void (*told) (const char *sentence, gpointer data);
  gpointer data;
  guint check_id; /* while the queue runs */
  gboolean is_in_use;
  gboolean is_holding;   /* the queue is paused by this */
  gboolean is_overruled; /* for as long as there is a reason */
  gboolean is_changing;
};

gboolean
genga_queue_pauses_are_wanted (GengaQueuePauses *self, GengaOption option)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; genga_job_queue_is_running (self->queue) && i < g_list_model_get_n_items (jobs);
       i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (genga_job_get_state (job) <= GENGA_JOB_RUNNING &&
          genga_options_get_boolean (genga_job_get_options (job), option))
        return TRUE;
    }
  return FALSE;
}

/* NULL: there is none. */
static const char *
find_reason (GengaQueuePauses *self)
{
  if (genga_queue_pauses_are_wanted (self, GENGA_OPTION_PAUSE_ON_BATTERY) &&
      genga_battery_is_used (self->root))
    return _ ("Paused: the computer runs on its battery.");
  if (self->is_in_use && genga_queue_pauses_are_wanted (self, GENGA_OPTION_PAUSE_IN_USE))
    return _ ("Paused: the computer is in use.");
  return NULL;
}

static void
set_paused (GengaQueuePauses *self, gboolean is_paused, const char *sentence)
{
  self->is_holding = is_paused;
  self->is_changing = TRUE;
  genga_job_queue_set_paused (self->queue, is_paused);
  self->is_changing = FALSE;
  self->told (sentence, self->data);
}

void
genga_queue_pauses_check (GengaQueuePauses *self)
{
  const char *reason = find_reason (self);

  if (reason == NULL)
    self->is_overruled = FALSE;
  if (reason != NULL && !self->is_overruled && !genga_job_queue_is_paused (self->queue))
    set_paused (self, TRUE, reason);
  else if (reason == NULL && self->is_holding)
    set_paused (self, FALSE, _ ("Going on."));
}

static gboolean
on_check (gpointer data)
{
  genga_queue_pauses_check (data);
  return G_SOURCE_CONTINUE;
}

static void
on_running (GengaQueuePauses *self)
{
  self->is_holding = self->is_overruled = FALSE;
  g_clear_handle_id (&self->check_id, g_source_remove);
  if (!genga_job_queue_is_running (self->queue))
    return;
  self->check_id = g_timeout_add_seconds (CHECK_SECONDS, on_check, self);
  genga_queue_pauses_check (self);
}

/* By somebody else. */
static void
on_paused (GengaQueuePauses *self)
{
  if (self->is_changing)
    return;
  self->is_overruled = self->is_holding && !genga_job_queue_is_paused (self->queue);
  self->is_holding = FALSE;
}

GengaQueuePauses *
genga_queue_pauses_new (GengaJobQueue *queue,
                        void (*told) (const char *sentence, gpointer data),
                        gpointer data)
{
  GengaQueuePauses *self = g_new0 (GengaQueuePauses, 1);

  self->queue = g_object_ref (queue);
  self->root = g_strdup ("");
  self->told = told;
  self->data = data;
  g_signal_connect_swapped (queue, "notify::running", G_CALLBACK (on_running), self);
  g_signal_connect_swapped (queue, "notify::paused", G_CALLBACK (on_paused), self);
  return self;
}

void
genga_queue_pauses_free (GengaQueuePauses *self)
{
  g_clear_handle_id (&self->check_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_object_unref (self->queue);
  g_free (self->root);
  g_free (self);
}

void
genga_queue_pauses_set_in_use (GengaQueuePauses *self, gboolean is_in_use)
{
  self->is_in_use = is_in_use;
  genga_queue_pauses_check (self);
}

void
genga_queue_pauses_set_root (GengaQueuePauses *self, const char *root)
{
  g_free (self->root);
  self->root = g_strdup (root);
}
