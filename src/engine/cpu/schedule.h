/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which a layout's steps make their rows, and how many rows rings must have for it. */
#pragma once

#include "engine/cpu/layout.h"

G_BEGIN_DECLS

/* Sets tasks, and n_rows of the maps that are rings. FALSE: no memory. */
gboolean genga_cpu_layout_schedule (GengaCpuLayout *self);

G_END_DECLS
