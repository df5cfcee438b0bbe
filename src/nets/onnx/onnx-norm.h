/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Norms and means. Names are ONNX's. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_instance_normalization (GengaOnnxImport *self);
gboolean genga_onnx_group_normalization (GengaOnnxImport *self);
gboolean genga_onnx_layer_normalization (GengaOnnxImport *self);
/* With its statistics: a factor and an offset. */
gboolean genga_onnx_batch_normalization (GengaOnnxImport *self);

gboolean genga_onnx_reduce_mean (GengaOnnxImport *self);
gboolean genga_onnx_reduce_sum (GengaOnnxImport *self);
gboolean genga_onnx_global_average_pool (GengaOnnxImport *self);

/*
 * (x - mean) / sqrt (variance + epsilon) over the axes that are named, as node's output 0: the
 * channels of each pixel, or all pixels of each channel.
 */
gboolean genga_onnx_set_norm (GengaOnnxImport *self,
                              GengaOnnxValue *view,
                              const gboolean *is_in,
                              double epsilon);

G_END_DECLS
