/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attention in windows, a part of some of them at a time. Thread rule: any thread. */
#pragma once

#include "engine/cpu/step-work.h"

G_BEGIN_DECLS

/* Of a GENGA_CPU_WINDOWS step. */
void genga_cpu_run_windows (const GengaCpuWork *work);

G_END_DECLS
