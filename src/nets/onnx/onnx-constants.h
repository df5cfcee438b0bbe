/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers whose inputs are numbers, such as what makes position biases of coordinates: operators by
 * ONNX's names. For src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_constant_clip (GengaOnnxImport *self);
gboolean genga_onnx_constant_gemm (GengaOnnxImport *self);
gboolean genga_onnx_constant_layer_normalization (GengaOnnxImport *self);
gboolean genga_onnx_constant_matmul (GengaOnnxImport *self);

G_END_DECLS
