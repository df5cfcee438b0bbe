/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the layers of all kernel sets begin with: the spec, and an epilogue that needs no caller. */
#pragma once

#include "engine/cpu/kernels/kernels.h"

G_BEGIN_DECLS

/* Channels are handled in groups of this many. */
#define GENGA_KERNEL_GROUP 16

static inline guint
genga_kernel_round_up (guint n, guint multiple)
{
  return (n + multiple - 1) / multiple * multiple;
}

typedef struct
{
  GengaConv conv;
  GengaConvSpec spec; /* weights are NULL; bias and slopes are the layer's own, never NULL, padded
                         with zeros to whole groups */
  guint in_padded, out_padded; /* channels in whole groups */
  gpointer packed;             /* packed_bytes on 64 bytes, what the set wants */
} GengaLayer;

/*
 * A layer with `packed_bytes` for it to fill, cleared; `run` is its kernel.
 * conv.scratch_bytes is left at 0. genga_conv_free() frees it.
 */
GengaLayer *genga_layer_new (const GengaConvSpec *spec,
                             const char *kernel,
                             gsize packed_bytes,
                             void (*run) (const GengaConv *self, const GengaConvRows *rows));

G_END_DECLS
