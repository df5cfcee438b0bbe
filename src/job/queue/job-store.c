/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/queue/job-store.h"
#include "job/queue/job-store-file.h"

/* What is written together at most, so that the log of a large change stays small. */
#define MAX_TOGETHER 4096

typedef enum
{
  LOAD,
  PUT,
  REMOVE,
  QUIT,
} Kind;

typedef struct
{
  Kind kind;
  GTask *task;           /* LOAD */
  GengaJobStoreRow *row; /* PUT */
  gint64 id;             /* REMOVE */
} Order;

/* What the thread says reaches the main context even when the store has gone by then. */
typedef struct
{
  gatomicrefcount n_refs;
  GengaJobStoreNotifiedFunc func; /* NULL once the store has gone; main context only */
  gpointer user_data;
} Listener;

typedef struct
{
  Listener *listener;
  char *sentence;
} Message;

struct _GengaJobStore
{
  char *path;
  Listener *listener;
  GMainContext *context;
  GAsyncQueue *orders; /* of Order */
  GThread *thread;     /* NULL until the first order */

  /* the thread's own */
  GengaJobStoreFile *file; /* NULL: not open, or nothing can be kept any more */
  gboolean was_opened;
};

char *
genga_job_store_dup_default_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "genga", "queue.sqlite", NULL);
}

static void
listener_unref (Listener *self)
{
  if (g_atomic_ref_count_dec (&self->n_refs))
    g_free (self);
}

static void
message_free (gpointer data)
{
  Message *message = data;

  listener_unref (message->listener);
  g_free (message->sentence);
  g_free (message);
}

static gboolean
on_message (gpointer data)
{
  Message *message = data;

  if (message->listener->func != NULL)
    message->listener->func (message->sentence, message->listener->user_data);
  return G_SOURCE_REMOVE;
}

static void
tell (GengaJobStore *self, const char *sentence)
{
  Message *message = g_new (Message, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_message ("%s", sentence);
  g_atomic_ref_count_inc (&self->listener->n_refs);
  message->listener = self->listener;
  message->sentence = g_strdup (sentence);
  g_source_set_callback (source, on_message, message, message_free);
  g_source_attach (source, self->context);
}

/* The program goes on without a store. */
static void
give_up (GengaJobStore *self, const GError *error)
{
  tell (self, error->message);
  g_clear_pointer (&self->file, genga_job_store_file_close);
}

static void
open_once (GengaJobStore *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *put_aside = NULL;

  if (self->was_opened)
    return;
  self->was_opened = TRUE;
  self->file = genga_job_store_file_open (self->path, &put_aside, &error);
  if (put_aside != NULL)
    tell (self, put_aside);
  if (self->file == NULL)
    give_up (self, error);
}

static void
load (GengaJobStore *self, GTask *task)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = NULL;

  if (self->file != NULL)
    {
      rows = genga_job_store_file_read (self->file, &error);
      if (rows == NULL)
        give_up (self, error);
    }
  if (rows == NULL)
    rows = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_job_store_row_free);
  g_task_return_pointer (task, rows, (GDestroyNotify)g_ptr_array_unref);
}

static void
order_free (Order *order)
{
  g_clear_object (&order->task);
  genga_job_store_row_free (order->row);
  g_free (order);
}

static gboolean
write_order (GengaJobStore *self, const Order *order, GError **error)
{
  return order->kind == PUT ? genga_job_store_file_put (self->file, order->row, error)
                            : genga_job_store_file_remove (self->file, order->id, error);
}

/* Takes the order and those behind it that write; answers the first that does not, or NULL. */
static Order *
write_together (GengaJobStore *self, Order *order)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = self->file != NULL && genga_job_store_file_begin (self->file, &error);

  for (guint n = 0;
       order != NULL && (order->kind == PUT || order->kind == REMOVE) && n < MAX_TOGETHER; n++)
    {
      ok = ok && write_order (self, order, &error);
      order_free (order);
      order = g_async_queue_try_pop (self->orders);
    }
  if (self->file != NULL && (!ok || !genga_job_store_file_end (self->file, &error)))
    give_up (self, error);
  return order;
}

static gpointer
store_thread (gpointer data)
{
  GengaJobStore *self = data;
  Order *order = g_async_queue_pop (self->orders);

  open_once (self);
  while (order->kind != QUIT)
    {
      Order *next = NULL;
      if (order->kind == LOAD)
        {
          load (self, order->task);
          order_free (order);
        }
      else
        next = write_together (self, order);
      order = next != NULL ? next : g_async_queue_pop (self->orders);
    }
  order_free (order);
  g_clear_pointer (&self->file, genga_job_store_file_close);
  return NULL;
}

static void
send_order (GengaJobStore *self, Kind kind, GTask *task, GengaJobStoreRow *row, gint64 id)
{
  Order *order = g_new0 (Order, 1);

  order->kind = kind;
  order->task = task;
  order->row = row;
  order->id = id;
  if (self->thread == NULL)
    self->thread = g_thread_new ("store", store_thread, self);
  g_async_queue_push (self->orders, order);
}

GengaJobStore *
genga_job_store_new (const char *path, GengaJobStoreNotifiedFunc told, gpointer user_data)
{
  GengaJobStore *self = g_new0 (GengaJobStore, 1);

  self->path = g_strdup (path);
  self->context = g_main_context_ref_thread_default ();
  self->orders = g_async_queue_new ();
  self->listener = g_new0 (Listener, 1);
  g_atomic_ref_count_init (&self->listener->n_refs);
  self->listener->func = told;
  self->listener->user_data = user_data;
  return self;
}

void
genga_job_store_free (GengaJobStore *self)
{
  if (self->thread != NULL)
    {
      send_order (self, QUIT, NULL, NULL, 0);
      g_thread_join (self->thread);
    }
  self->listener->func = NULL;
  listener_unref (self->listener);
  g_main_context_unref (self->context);
  g_async_queue_unref (self->orders);
  g_free (self->path);
  g_free (self);
}

void
genga_job_store_load_async (GengaJobStore *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, genga_job_store_load_async);
  send_order (self, LOAD, task, NULL, 0);
}

GPtrArray *
genga_job_store_load_finish (GengaJobStore *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
genga_job_store_put (GengaJobStore *self, GengaJobStoreRow *take_row)
{
  send_order (self, PUT, NULL, take_row, 0);
}

void
genga_job_store_remove (GengaJobStore *self, gint64 id)
{
  send_order (self, REMOVE, NULL, NULL, id);
}
