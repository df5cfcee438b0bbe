/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layouts for pictures: regions, then the order of steps, then memory. */
#pragma once

#include "engine/cpu/layout.h"

G_BEGIN_DECLS

/*
 * Lays out what makes `wanted` of a picture of width x height pixels. FALSE: no memory, and the
 * layout is to be arranged again before it is used.
 */
gboolean
genga_cpu_layout_arrange (GengaCpuLayout *self, int width, int height, const GengaRect *wanted);

G_END_DECLS
