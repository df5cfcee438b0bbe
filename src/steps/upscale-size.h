/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many passes a scale takes, and what size comes out. Thread rule: pure functions. */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * The smallest n >= 1 with native_scale^n >= target; 1 for a native scale of 1.
 */
int genga_upscale_get_n_passes (int native_scale, int target);

/* native_scale^n: how many times as large the network's result is. */
int genga_upscale_get_factor (int native_scale, int target);

/*
 * Changes `info` from what goes into so many passes to what comes out. Errors: GENGA_ERROR_USAGE
 * where that is too large.
 */
gboolean
genga_upscale_describe (int native_scale, int n_passes, GengaFrameInfo *info, GError **error);

G_END_DECLS
