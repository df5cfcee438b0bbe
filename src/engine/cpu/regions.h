/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows and columns of each map a rectangle needs. */
#pragma once

#include "engine/cpu/layout.h"

G_BEGIN_DECLS

/* Of width, height and wanted. */
void genga_cpu_layout_set_regions (GengaCpuLayout *self);

/*
 * How far from a rectangle, wherever it begins, what it is made of lies: pixels of the picture; -1:
 * anywhere. The layout is to be arranged again before it is used.
 */
int genga_cpu_layout_find_reach (GengaCpuLayout *self);

G_END_DECLS
