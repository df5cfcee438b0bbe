/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/pool.h"

#include <stdatomic.h>

/* Some ten microseconds: longer than threads are apart at the end of a band, as a rule. */
#define SPINS 2000

/* A place where all threads wait for one another, any number of times. */
typedef struct
{
  atomic_uint n_arrived;
  atomic_uint round;
  atomic_uint n_sleeping;
  GMutex mutex;
  GCond cond;
} Gate;

struct _GengaCpuPool
{
  guint n_threads;
  GThread **threads; /* of thread i + 1 */
  Gate gate;

  GMutex mutex;
  GCond cond;
  guint job; /* protected by mutex; counts them */
  gboolean is_over;
  GengaCpuFunc func;
  gpointer data;
};

typedef struct
{
  GengaCpuPool *pool;
  guint thread;
} Worker;

static inline void
relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#endif
}

static void
gate_open (Gate *self)
{
  atomic_store (&self->n_arrived, 0);
  atomic_fetch_add (&self->round, 1);
  if (atomic_load (&self->n_sleeping) > 0)
    {
      g_mutex_lock (&self->mutex);
      g_cond_broadcast (&self->cond);
      g_mutex_unlock (&self->mutex);
    }
}

static void
gate_pass (Gate *self, guint n_threads)
{
  const guint round = atomic_load (&self->round);

  if (atomic_fetch_add (&self->n_arrived, 1) + 1 == n_threads)
    {
      gate_open (self);
      return;
    }
  for (guint i = 0; i < SPINS; i++)
    {
      if (atomic_load_explicit (&self->round, memory_order_acquire) != round)
        return;
      relax ();
    }
  g_mutex_lock (&self->mutex);
  atomic_fetch_add (&self->n_sleeping, 1);
  while (atomic_load (&self->round) == round)
    g_cond_wait (&self->cond, &self->mutex);
  atomic_fetch_sub (&self->n_sleeping, 1);
  g_mutex_unlock (&self->mutex);
}

static gpointer
work (gpointer data)
{
  g_autofree Worker *worker = data;
  GengaCpuPool *self = worker->pool;
  guint done = 0;

  while (TRUE)
    {
      GengaCpuFunc func;
      gpointer func_data;

      g_mutex_lock (&self->mutex);
      while (self->job == done && !self->is_over)
        g_cond_wait (&self->cond, &self->mutex);
      if (self->is_over)
        {
          g_mutex_unlock (&self->mutex);
          return NULL;
        }
      done = self->job;
      func = self->func;
      func_data = self->data;
      g_mutex_unlock (&self->mutex);

      func (func_data, worker->thread);
      gate_pass (&self->gate, self->n_threads);
    }
}

static gboolean
add_thread (GengaCpuPool *self, guint thread)
{
  Worker *worker = g_new (Worker, 1);
  g_autofree char *name = g_strdup_printf ("genga-cpu-%u", thread);
  g_autoptr (GError) error = NULL;

  worker->pool = self;
  worker->thread = thread;
  self->threads[thread - 1] = g_thread_try_new (name, work, worker, &error);
  if (self->threads[thread - 1] != NULL)
    return TRUE;
  g_info ("%u threads instead of more: %s", thread, error->message);
  g_free (worker);
  return FALSE;
}

GengaCpuPool *
genga_cpu_pool_new (guint n_threads)
{
  GengaCpuPool *self = g_new0 (GengaCpuPool, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_mutex_init (&self->gate.mutex);
  g_cond_init (&self->gate.cond);
  self->threads = g_new0 (GThread *, MAX (1, n_threads));
  self->n_threads = 1;
  while (self->n_threads < n_threads && add_thread (self, self->n_threads))
    self->n_threads++;
  return self;
}

void
genga_cpu_pool_free (GengaCpuPool *self)
{
  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  for (guint i = 1; i < self->n_threads; i++)
    g_thread_join (self->threads[i - 1]);
  g_free (self->threads);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->gate.mutex);
  g_cond_clear (&self->gate.cond);
  g_free (self);
}

guint
genga_cpu_pool_get_n_threads (GengaCpuPool *self)
{
  return self->n_threads;
}

void
genga_cpu_pool_run (GengaCpuPool *self, GengaCpuFunc func, gpointer data)
{
  if (self->n_threads > 1)
    {
      g_mutex_lock (&self->mutex);
      self->func = func;
      self->data = data;
      self->job++;
      g_cond_broadcast (&self->cond);
      g_mutex_unlock (&self->mutex);
    }
  func (data, 0);
  gate_pass (&self->gate, self->n_threads);
}

void
genga_cpu_pool_wait (GengaCpuPool *self)
{
  gate_pass (&self->gate, self->n_threads);
}
