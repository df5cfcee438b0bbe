/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where values lie: buffers, and parts of them. */
#pragma once

#include "engine/cpu/draft.h"

G_BEGIN_DECLS

/*
 * Gives all drafts their places in `buffers` (of GengaCpuBuffer), and adds the copies that
 * concatenations need where a part cannot be made in its place. Drafts are to be sorted again.
 */
void genga_cpu_drafts_set_places (GengaCpuDrafts *drafts, GArray *buffers);

G_END_DECLS
