/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers that the vector-*.c files make for each set that they are compiled for. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

/*
 * linear_i16: 1x1, stride 1, more than 4 channels.
 * winograd_f32 and winograd_i16: 3x3, stride and dilation 1, not depthwise, more than 4 channels.
 * winograd_large: square, odd and from 5x5 on, otherwise the same. direct: any convolution that
 * isn't depthwise. depthwise: those, or an epilogue alone, of more than 4 channels. Either store
 * everywhere; conv.set is left to the caller.
 */
#define GENGA_DECLARE_KERNELS(set)                                                                 \
  GengaConv *genga_##set##_winograd_f32_new (const GengaConvSpec *spec);                           \
  GengaConv *genga_##set##_winograd_i16_new (const GengaConvSpec *spec);                           \
  GengaConv *genga_##set##_winograd_large_new (const GengaConvSpec *spec);                         \
  GengaConv *genga_##set##_linear_i16_new (const GengaConvSpec *spec);                             \
  GengaConv *genga_##set##_direct_new (const GengaConvSpec *spec);                                 \
  GengaConv *genga_##set##_depthwise_new (const GengaConvSpec *spec);                              \
  void genga_##set##_layer_norm (const GengaNormRow *row, guint x0, guint x1);                     \
  void genga_##set##_attend (const GengaAttend *self);                                             \
  void genga_##set##_multiply (const GengaProduct *self);

GENGA_DECLARE_KERNELS (avx512)
GENGA_DECLARE_KERNELS (avx2)

G_END_DECLS
