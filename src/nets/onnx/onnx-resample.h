/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that change sides. Names are ONNX's. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_resize (GengaOnnxImport *self);
gboolean genga_onnx_upsample (GengaOnnxImport *self);
/* MaxPool and AveragePool. */
gboolean genga_onnx_pool (GengaOnnxImport *self);
gboolean genga_onnx_depth_to_space (GengaOnnxImport *self);
gboolean genga_onnx_space_to_depth (GengaOnnxImport *self);

G_END_DECLS
