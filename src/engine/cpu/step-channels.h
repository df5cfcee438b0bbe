/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attention between channels. Thread rule: any thread. */
#pragma once

#include "engine/cpu/step-work.h"

G_BEGIN_DECLS

/* Of a GENGA_CPU_CHANNEL_WINDOWS step. */
void genga_cpu_run_channel_windows (const GengaCpuWork *work);

/* Of a GENGA_CPU_CHANNEL_SUMS step: strips of GENGA_CPU_STATS_WIDTH columns, each by one thread. */
void genga_cpu_run_channel_sums (const GengaCpuWork *work);

/* Between the two, by one thread. */
void genga_cpu_run_channel_weights (const GengaCpuRun *self, const GengaCpuStep *step);

/* Of a GENGA_CPU_CHANNELS step. */
void genga_cpu_run_channels (const GengaCpuWork *work);

G_END_DECLS
