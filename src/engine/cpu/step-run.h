/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks of a layout, carried out. Thread rule: each thread has its own part of every task. */
#pragma once

#include "engine/cpu/step-work.h"

G_BEGIN_DECLS

/* Makes thread `thread`'s columns of a task. */
void genga_cpu_run_task (const GengaCpuRun *self, const GengaCpuTask *task, guint thread);

/* Zeros around the maps that begin in a phase: thread `thread`'s share of them. */
void genga_cpu_run_clear (const GengaCpuRun *self, guint phase, guint thread);

/* What one thread does before a phase, when those before it are over. */
void genga_cpu_run_begin (const GengaCpuRun *self, guint phase);

G_END_DECLS
