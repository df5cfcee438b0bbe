/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/memory-budget.h"
#include "core/cpu.h"

struct _GengaMemoryBudget
{
  GMutex mutex;
  GCond has_left;

  /* protected by mutex */
  guint64 budget;
  guint64 bytes_inside;
  guint n_inside;
};

GengaMemoryBudget *
genga_memory_budget_new (void)
{
  GengaMemoryBudget *self = g_new0 (GengaMemoryBudget, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->has_left);
  return self;
}

void
genga_memory_budget_free (GengaMemoryBudget *self)
{
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->has_left);
  g_free (self);
}

guint64
genga_memory_budget_measure (void)
{
  return genga_memory_get_available () / 2;
}

guint64
genga_memory_budget_get_size (GengaMemoryBudget *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->n_inside == 0)
    self->budget = genga_memory_budget_measure ();
  return self->budget;
}

void
genga_memory_budget_enter (GengaMemoryBudget *self, guint64 bytes, guint64 budget)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  while (self->n_inside > 0 && (bytes > budget || self->bytes_inside > budget - bytes))
    g_cond_wait (&self->has_left, &self->mutex);
  self->bytes_inside += bytes;
  self->n_inside++;
}

void
genga_memory_budget_leave (GengaMemoryBudget *self, guint64 bytes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->bytes_inside -= bytes;
  self->n_inside--;
  g_cond_broadcast (&self->has_left);
}
