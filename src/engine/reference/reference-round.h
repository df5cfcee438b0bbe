/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as half precisions store them. For src/engine/reference only. */
#pragma once

#include "core/choices.h"

G_BEGIN_DECLS

/*
 * Rounds to the nearest number of `precision`, ties to even; NaN stays NaN, and what is too large
 * for fp16 becomes infinite. GENGA_PRECISION_FP32 changes nothing.
 */
void genga_reference_round (float *values, gsize n, GengaPrecision precision);

G_END_DECLS
