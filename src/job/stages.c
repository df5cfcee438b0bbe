/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/stages.h"
#include "core/error.h"
#include "core/item-queue.h"
#include "engine/device-list.h"
#include "job/work.h"

#define POLL_MS 100

/* What may wait between two stages: two pictures and their ends, or four frames of a video, fewer
 * of large ones. */
#define QUEUE_ITEMS 4
#define QUEUE_BYTES (32 << 20)

/* A device's share of the work. */
typedef struct
{
  struct _Stages *stages;
  GengaItemQueue *queue; /* of what is read for it */
  GThread *thread;       /* NULL: until a job needs it */
  int n_jobs;            /* under way (atomic) */
  int is_lost;           /* atomic */
} Lane;

typedef struct _Stages
{
  GengaPipeline base;
  GAsyncQueue *jobs;   /* of Ticket; the last one has no task */
  gboolean is_closing; /* that one is in it; by the queue's lock */
  Lane lanes[GENGA_DEVICE_LIST_MAX];
  guint n_lanes; /* with threads; the read stage's */
  GengaItemQueue *work_to_write;
  GengaMemoryBudget *memory_budget;
  GengaNameReservations *names;
  GThread *read_thread; /* NULL until the first job */
  GThread *write_thread;
  GPtrArray *running; /* of GengaJob, main context only */
} Stages;

/* One job on its way. Made and freed on the main context; in between each stage has it in turn. */
typedef struct
{
  GTask *task;
  GengaWork *work;
  GSource *sampler;
  GPtrArray *running;  /* the pipeline's */
  Lane *lane;          /* whose it is while it is under way */
  gboolean is_started; /* told so; the read stage's */
} Ticket;

static void
ticket_free (gpointer data)
{
  Ticket *ticket = data;

  g_clear_object (&ticket->task);
  g_clear_pointer (&ticket->work, genga_work_free);
  g_clear_pointer (&ticket->running, g_ptr_array_unref);
  g_free (ticket);
}

static GengaJob *
ticket_get_job (Ticket *ticket)
{
  return g_task_get_source_object (ticket->task);
}

static void
sample (Ticket *ticket)
{
  GengaJobFacts facts;

  genga_work_get_facts (ticket->work, &facts);
  genga_job_set_facts (ticket_get_job (ticket), &facts);
  genga_job_poll (ticket_get_job (ticket));
}

static gboolean
on_poll (gpointer data)
{
  sample (data);
  return G_SOURCE_CONTINUE;
}

static void
attach (Ticket *ticket, GSource *source, GSourceFunc func, GDestroyNotify notify)
{
  g_source_set_callback (source, func, ticket, notify);
  g_source_attach (source, g_task_get_context (ticket->task));
}

static gboolean
on_started (gpointer data)
{
  Ticket *ticket = data;

  genga_job_start (ticket_get_job (ticket));
  ticket->sampler = g_timeout_source_new (POLL_MS);
  attach (ticket, ticket->sampler, on_poll, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_finished (gpointer data)
{
  Ticket *ticket = data;
  GengaJob *job = ticket_get_job (ticket);
  const GError *error = genga_work_get_error (ticket->work);

  g_source_destroy (ticket->sampler);
  g_clear_pointer (&ticket->sampler, g_source_unref);
  sample (ticket);
  genga_job_finish (job, genga_work_get_written (ticket->work), error);
  g_ptr_array_remove (ticket->running, job);
  if (error != NULL)
    g_task_return_error (ticket->task, g_error_copy (error));
  else
    g_task_return_boolean (ticket->task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
call_on_main (Ticket *ticket, GSourceFunc func, GDestroyNotify notify)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  attach (ticket, source, func, notify);
}

static void
hand_on (GengaItemQueue *queue, GengaStage stage, Ticket *ticket, GengaItem *item)
{
  /* Once its end is handed on, the ticket belongs to the next stage. */
  gboolean is_frame = item->kind == GENGA_ITEM_FRAME;
  gint64 start = g_get_monotonic_time ();

  item->owner = ticket;
  genga_item_queue_send (queue, item, genga_item_get_size (item));
  if (is_frame)
    genga_work_add_waiting (ticket->work, stage, start);
}

/* The next item; NULL at the end. Frames are waited for on behalf of their jobs. */
static GengaItem *
receive (GengaItemQueue *queue, GengaStage stage)
{
  gint64 start = g_get_monotonic_time ();
  GengaItem *item = genga_item_queue_receive (queue);

  if (item != NULL && item->kind == GENGA_ITEM_FRAME)
    genga_work_add_waiting (((Ticket *)item->owner)->work, stage, start);
  return item;
}

/* A job's frames, then its end, which reaches the last stage whatever happens to the frames. */
static void
read_job (Stages *self, Ticket *ticket)
{
  GengaItemQueue *queue = ticket->lane->queue;
  GengaItem *item = genga_work_read (ticket->work, self->memory_budget);

  for (; item != NULL; item = genga_work_read_next (ticket->work))
    hand_on (queue, GENGA_STAGE_READ, ticket, item);
  hand_on (queue, GENGA_STAGE_READ, ticket, genga_item_new (GENGA_ITEM_END, NULL, NULL));
}

static gpointer
work_stage (gpointer data)
{
  Lane *lane = data;
  Stages *self = lane->stages;
  GengaItem *item;

  while ((item = receive (lane->queue, GENGA_STAGE_WORK)) != NULL)
    {
      Ticket *ticket = item->owner;
      if (item->kind == GENGA_ITEM_FRAME)
        item = genga_work_process (ticket->work, item);
      if (item != NULL)
        hand_on (self->work_to_write, GENGA_STAGE_WORK, ticket, item);
    }
  genga_item_queue_finish_receive (lane->queue);
  return NULL;
}

static void
start_lane (Stages *self, Lane *lane)
{
  lane->stages = self;
  lane->queue = genga_item_queue_new (QUEUE_ITEMS, QUEUE_BYTES, (GDestroyNotify)genga_item_free);
  lane->thread = g_thread_new ("genga-work", work_stage, lane);
}

/* The device with the fewest jobs, of those that are not lost. */
static guint
choose_lane (Stages *self, guint n)
{
  guint best = 0;

  for (; self->n_lanes < n; self->n_lanes++)
    start_lane (self, &self->lanes[self->n_lanes]);
  for (guint i = 1; i < n; i++)
    {
      const gboolean is_lost = g_atomic_int_get (&self->lanes[i].is_lost);
      const gboolean is_best_lost = g_atomic_int_get (&self->lanes[best].is_lost);

      if (is_lost != is_best_lost ? is_best_lost
                                  : g_atomic_int_get (&self->lanes[i].n_jobs) <
                                        g_atomic_int_get (&self->lanes[best].n_jobs))
        best = i;
    }
  return best;
}

static void
enter_lane (Stages *self, Ticket *ticket)
{
  const guint lane = choose_lane (self, genga_work_count_lanes (ticket->work));

  ticket->lane = &self->lanes[lane];
  g_atomic_int_inc (&ticket->lane->n_jobs);
  genga_work_set_lane (ticket->work, lane);
}

static void
leave_lane (Ticket *ticket)
{
  if (genga_work_has_lost_lane (ticket->work))
    g_atomic_int_set (&ticket->lane->is_lost, TRUE);
  g_atomic_int_add (&ticket->lane->n_jobs, -1);
}

static gpointer
read_stage (gpointer data)
{
  Stages *self = data;

  for (;;)
    {
      Ticket *ticket = g_async_queue_pop (self->jobs);
      if (ticket->task == NULL)
        {
          ticket_free (ticket);
          break;
        }
      if (!ticket->is_started)
        call_on_main (ticket, on_started, NULL);
      ticket->is_started = TRUE;
      enter_lane (self, ticket);
      read_job (self, ticket);
    }
  for (guint i = 0; i < self->n_lanes; i++)
    {
      genga_item_queue_finish_send (self->lanes[i].queue);
      g_thread_join (self->lanes[i].thread);
    }
  genga_item_queue_finish_send (self->work_to_write);
  return NULL;
}

/* Whether the job goes through all stages once more, unless the pipeline is about to end. */
static gboolean
begin_again (Stages *self, Ticket *ticket)
{
  gboolean is_begun;

  g_async_queue_lock (self->jobs);
  is_begun = !self->is_closing && genga_work_restart (ticket->work);
  if (is_begun)
    g_async_queue_push_unlocked (self->jobs, ticket);
  g_async_queue_unlock (self->jobs);
  return is_begun;
}

static gpointer
write_stage (gpointer data)
{
  Stages *self = data;
  GengaItem *item;

  while ((item = receive (self->work_to_write, GENGA_STAGE_WRITE)) != NULL)
    {
      Ticket *ticket = item->owner;
      if (item->kind == GENGA_ITEM_FRAME)
        {
          genga_work_write (ticket->work, item);
          continue;
        }
      genga_item_free (item);
      genga_work_end (ticket->work);
      leave_lane (ticket);
      if (begin_again (self, ticket))
        continue;
      call_on_main (ticket, on_finished, ticket_free);
    }
  genga_item_queue_finish_receive (self->work_to_write);
  return NULL;
}

static void
start_threads (Stages *self)
{
  if (self->read_thread != NULL)
    return;
  self->read_thread = g_thread_new ("genga-read", read_stage, self);
  self->write_thread = g_thread_new ("genga-write", write_stage, self);
}

static void
stages_free (GengaPipeline *pipeline)
{
  Stages *self = (Stages *)pipeline;

  for (guint i = 0; i < self->running->len; i++)
    genga_job_cancel (self->running->pdata[i]);
  if (self->read_thread != NULL)
    {
      g_async_queue_lock (self->jobs);
      self->is_closing = TRUE;
      g_async_queue_push_unlocked (self->jobs, g_new0 (Ticket, 1));
      g_async_queue_unlock (self->jobs);
      g_thread_join (self->read_thread);
      g_thread_join (self->write_thread);
    }
  for (guint i = 0; i < self->n_lanes; i++)
    genga_item_queue_free (self->lanes[i].queue);
  genga_item_queue_free (self->work_to_write);
  genga_memory_budget_free (self->memory_budget);
  genga_name_reservations_unref (self->names);
  g_async_queue_unref (self->jobs);
  g_ptr_array_unref (self->running);
  g_free (self);
}

static void
stages_run (GengaPipeline *pipeline, GTask *take_task)
{
  Stages *self = (Stages *)pipeline;
  GengaJob *job = g_task_get_source_object (take_task);
  Ticket *ticket = g_new0 (Ticket, 1);

  ticket->task = take_task;
  ticket->work = genga_work_new (job, self->names);
  ticket->running = g_ptr_array_ref (self->running);
  g_ptr_array_add (self->running, g_object_ref (job));
  start_threads (self);
  g_async_queue_push (self->jobs, ticket);
}

static void
take_names (Stages *self, const char *const *taken)
{
  for (; taken != NULL && *taken != NULL; taken++)
    {
      g_autoptr (GengaReservation) name = genga_reservation_new (self->names);

      genga_reservation_take (name, *taken);
      genga_reservation_keep (name);
    }
}

GengaPipeline *
genga_stages_new (const char *const *taken)
{
  static const GengaPipelineClass klass = { .run = stages_run, .free = stages_free };
  Stages *self = g_new0 (Stages, 1);

  self->base.klass = &klass;
  self->jobs = g_async_queue_new ();
  self->running = g_ptr_array_new_with_free_func (g_object_unref);
  self->memory_budget = genga_memory_budget_new ();
  self->names = genga_name_reservations_new ();
  self->work_to_write =
      genga_item_queue_new (QUEUE_ITEMS, QUEUE_BYTES, (GDestroyNotify)genga_item_free);
  take_names (self, taken);
  return &self->base;
}
