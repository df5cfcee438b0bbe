/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One memory budget: lets jobs in as long as all those inside fit into one budget together.
 *
 * Several jobs of a pipeline are under way at a time. Each alone may need the whole budget; what
 * is available is therefore measured while no job is inside, and a job that does not fit beside the
 * others waits for them to leave.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaMemoryBudget GengaMemoryBudget;

GengaMemoryBudget *genga_memory_budget_new (void);
void genga_memory_budget_free (GengaMemoryBudget *self);

/* Bytes for one job alone, now: half of what is available. */
guint64 genga_memory_budget_measure (void);

/* Bytes for one job alone: half of what was available when no job was inside. */
guint64 genga_memory_budget_get_size (GengaMemoryBudget *self);

/* Waits until `bytes` fit into `budget` beside what is inside, or no job is. */
void genga_memory_budget_enter (GengaMemoryBudget *self, guint64 bytes, guint64 budget);
void genga_memory_budget_leave (GengaMemoryBudget *self, guint64 bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaMemoryBudget, genga_memory_budget_free)

G_END_DECLS
