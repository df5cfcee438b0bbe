/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the benchmarks share. */
#pragma once

#include "core/cpu.h"

#include <glib.h>

G_BEGIN_DECLS

void genga_bench_network (void);
void genga_bench_batch (void);
void genga_bench_start (void);
void genga_bench_memory (void);
/* Where the window is built. */
void genga_bench_preview (void);

/* Sorts `values`. */
double genga_bench_get_median (double *values, int n);

G_END_DECLS
