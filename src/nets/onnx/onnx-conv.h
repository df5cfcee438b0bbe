/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that multiply with weights. Names are ONNX's. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_conv (GengaOnnxImport *self);
gboolean genga_onnx_conv_transpose (GengaOnnxImport *self);
/* By a constant matrix, along the channels. */
gboolean genga_onnx_multiply_by_constant (GengaOnnxImport *self);
gboolean genga_onnx_gemm (GengaOnnxImport *self);

/* Constants of an input, of `n` numbers, for the graph; GENGA_NONE with an error. */
guint genga_onnx_copy_vector (GengaOnnxImport *self, guint index, int n);

/* Strides, dilations, pads and the kernel of convolutions and pools. */
typedef struct
{
  int kernel_y, kernel_x;
  int stride;
  int dilation;
  int top, left, bottom, right; /* pads; none is negative */
} GengaOnnxWindow;

/* `kernel` is its size where the node does not say it, or 0. */
gboolean
genga_onnx_read_window (GengaOnnxImport *self, GengaOnnxWindow *window, const gint64 kernel[2]);

/* The sides of what a window makes of a map; floor ((side + pads - extent) / stride) + 1. */
gboolean genga_onnx_find_window_size (GengaOnnxImport *self,
                                      const GengaOnnxWindow *window,
                                      guint map,
                                      GengaOnnxSize *height,
                                      GengaOnnxSize *width);

G_END_DECLS
