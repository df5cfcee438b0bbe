/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a graph's operations to steps. Thread rule: any thread. */
#pragma once

#include "engine/cpu/draft.h"

G_BEGIN_DECLS

/* The steps of a graph that stays as long; see genga_cpu_plan_new(). */
GengaCpuDrafts *genga_cpu_drafts_lower (const GengaGraph *graph, gboolean fast);

G_END_DECLS
