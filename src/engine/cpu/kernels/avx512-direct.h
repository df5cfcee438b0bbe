/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolutions of any shape by their own sums in f32, from either store. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

/* Not depthwise; a kernel there is. */
GengaConv *genga_avx512_direct_new (const GengaConvSpec *spec);

/* Depthwise, or an epilogue alone. */
GengaConv *genga_avx512_depthwise_new (const GengaConvSpec *spec);

G_END_DECLS
