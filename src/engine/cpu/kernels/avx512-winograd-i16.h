/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 3x3 convolutions of 16 and more channels in 16-bit integers. A tile's taps share one scale, made
 * of their largest magnitude: nothing saturates, nothing was measured before, and no other tile
 * counts.
 */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

/* For stride and dilation 1, not depthwise. */
GengaConv *genga_avx512_winograd_i16_new (const GengaConvSpec *spec);

G_END_DECLS
