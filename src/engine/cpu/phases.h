/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where whole maps lie between two parts of a network: see plan.h. */
#pragma once

#include "engine/cpu/draft.h"

G_BEGIN_DECLS

/* Sets the phases of drafts, which are in order. */
void genga_cpu_drafts_set_phases (GengaCpuDrafts *drafts);

G_END_DECLS
