/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who looks at what in an attention: heads, windows and the order of channels, from the views of
 * its queries, keys and values. Those have axes that all share (heads, and windows of the map), and
 * at the end pixels of a window and the channels of a head. For src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_between_channels; /* channels look at channels, else pixels at pixels */
  int n_heads;
  int depth;              /* channels of a head */
  int window_y, window_x; /* 0 x 0: all of the map */
  int roll_y, roll_x;
} GengaOnnxHeads;

/*
 * Of a product of queries and keys: [shared ..., pixels, channels] times [shared ..., channels,
 * pixels], or with pixels and channels exchanged in both. FALSE with an error where it is nothing
 * like that.
 */
gboolean genga_onnx_heads_find (GengaOnnxImport *self,
                                const GengaOnnxValue *queries,
                                const GengaOnnxValue *keys,
                                GengaOnnxHeads *heads);

/*
 * Whether values go with scores of these axes: [shared ..., pixels, channels], or exchanged;
 * `*depth` is how many channels of theirs a head has.
 */
gboolean genga_onnx_heads_find_values (GengaOnnxImport *self,
                                       const GengaOnnxHeads *heads,
                                       const GengaOnnxValue *scores,
                                       const GengaOnnxValue *values,
                                       int *depth);

/* The view's map with the channels of head after head; GENGA_NONE with an error. */
guint genga_onnx_heads_order (GengaOnnxImport *self,
                              const GengaOnnxHeads *heads,
                              const GengaOnnxValue *view);

G_END_DECLS
