/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/queue-actions.h"
#include "app/window/job-removal.h"
#include "core/options-text.h"

struct _GengaQueueActions
{
  GObject parent_instance;

  GengaJobQueue *queue;
  GengaOptions *options;
  AdwToastOverlay *toasts;
  GActionMap *actions; /* NULL once it has gone */
};

G_DEFINE_FINAL_TYPE (GengaQueueActions, genga_queue_actions, G_TYPE_OBJECT)

enum
{
  STARTING,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Whether the panel asks for another result than these do. */
static gboolean
are_others (GengaQueueActions *self, GengaOptions *options)
{
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if (!genga_option_has_fact (option, GENGA_OPTION_REPLACES) &&
          !genga_options_is_same (options, option, self->options))
        return TRUE;
    }
  return FALSE;
}

/* The finished jobs that a start would run again; with `only_one`, one of them at most. */
static GPtrArray *
find_outdated (GengaQueueActions *self, gboolean only_one)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  GengaOptions *last = NULL; /* neighbours share theirs */
  gboolean is_outdated = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (jobs) && !(only_one && found->len > 0); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (genga_job_get_state (job) != GENGA_JOB_DONE || genga_job_has_own_options (job))
        continue;
      if (last != genga_job_get_options (job))
        is_outdated = are_others (self, genga_job_get_options (job));
      last = genga_job_get_options (job);
      if (is_outdated)
        g_ptr_array_add (found, g_steal_pointer (&job));
    }
  return found;
}

/* Where nothing waits, a start is meant for what is finished and was to be different. */
static void
put_back_outdated (GengaQueueActions *self)
{
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) jobs = NULL;

  if (genga_job_queue_get_n_waiting (self->queue) > 0)
    return;
  jobs = find_outdated (self, FALSE);
  g_ptr_array_add (options, genga_options_copy (self->options));
  genga_options_freeze (options->pdata[0]);
  genga_job_queue_retry_many (self->queue, jobs, options);
}

static gboolean
can_start (GengaQueueActions *self)
{
  g_autoptr (GPtrArray) jobs = NULL;

  if (genga_job_queue_is_running (self->queue))
    return FALSE;
  if (genga_job_queue_get_n_waiting (self->queue) > 0)
    return TRUE;
  jobs = find_outdated (self, TRUE);
  return jobs->len > 0;
}

static void
on_start (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaQueueActions *self = user_data;
  g_autoptr (GError) error = NULL;

  if (genga_options_validate (self->options, &error))
    put_back_outdated (self);
  if (error != NULL || !genga_job_queue_hand_out_names (self->queue, &error))
    {
      g_signal_emit (self, signals[MESSAGE], 0, error->message);
      return;
    }
  g_signal_emit (self, signals[STARTING], 0);
  genga_job_queue_start (self->queue);
}

static void
on_pause (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  GengaQueueActions *self = user_data;

  genga_job_queue_set_paused (self->queue, g_variant_get_boolean (state));
}

static void
on_stop (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaQueueActions *self = user_data;

  genga_job_queue_stop (self->queue);
}

static void
on_remove_done (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaQueueActions *self = user_data;
  g_autoptr (GPtrArray) jobs = genga_job_queue_dup_done (self->queue);

  genga_job_removal_remove (self->queue, jobs, self->toasts);
}

static GSimpleAction *
get_action (GengaQueueActions *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (self->actions, name));
}

static void
update (GengaQueueActions *self)
{
  gboolean is_running = genga_job_queue_is_running (self->queue);
  gboolean is_paused = genga_job_queue_is_paused (self->queue);

  if (self->actions == NULL)
    return;
  g_simple_action_set_enabled (get_action (self, "start"), can_start (self));
  g_simple_action_set_enabled (get_action (self, "stop"), is_running);
  g_simple_action_set_enabled (get_action (self, "pause"), is_running);
  g_simple_action_set_state (get_action (self, "pause"), g_variant_new_boolean (is_paused));
  g_simple_action_set_enabled (get_action (self, "remove-done"),
                               g_list_model_get_n_items (G_LIST_MODEL (self->queue)) > 0);
}

static void
genga_queue_actions_dispose (GObject *object)
{
  GengaQueueActions *self = GENGA_QUEUE_ACTIONS (object);

  g_clear_weak_pointer (&self->actions);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_object (&self->toasts);

  G_OBJECT_CLASS (genga_queue_actions_parent_class)->dispose (object);
}

static void
genga_queue_actions_class_init (GengaQueueActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_queue_actions_dispose;

  signals[STARTING] = g_signal_new ("starting", GENGA_TYPE_QUEUE_ACTIONS, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", GENGA_TYPE_QUEUE_ACTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_queue_actions_init (GengaQueueActions *self)
{
}

GengaQueueActions *
genga_queue_actions_new (GengaJobQueue *queue,
                         GengaOptions *options,
                         AdwToastOverlay *toasts,
                         GActionMap *actions)
{
  const GActionEntry entries[] = {
    { "start", on_start },
    { "pause", NULL, NULL, "false", on_pause },
    { "stop", on_stop },
    { "remove-done", on_remove_done },
  };
  GengaQueueActions *self = g_object_new (GENGA_TYPE_QUEUE_ACTIONS, NULL);

  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->toasts = g_object_ref (toasts);
  g_set_weak_pointer (&self->actions, actions);
  g_action_map_add_action_entries (actions, entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (options, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}
