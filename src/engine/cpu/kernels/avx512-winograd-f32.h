/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 3x3 convolutions of 16 and more channels in f32, from either store. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

/* For stride and dilation 1, not depthwise. */
GengaConv *genga_avx512_winograd_f32_new (const GengaConvSpec *spec);

G_END_DECLS
