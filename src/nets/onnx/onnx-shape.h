/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operators that ask for shapes or change them, of numbers and of views. Names are ONNX's. For
 * src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_shape (GengaOnnxImport *self);
gboolean genga_onnx_reshape (GengaOnnxImport *self);
gboolean genga_onnx_flatten (GengaOnnxImport *self);
gboolean genga_onnx_squeeze (GengaOnnxImport *self);
gboolean genga_onnx_unsqueeze (GengaOnnxImport *self);
gboolean genga_onnx_transpose (GengaOnnxImport *self);
gboolean genga_onnx_expand (GengaOnnxImport *self);
gboolean genga_onnx_tile (GengaOnnxImport *self);
/* Identity, Dropout, and Cast between types of floats. */
gboolean genga_onnx_identity (GengaOnnxImport *self);
gboolean genga_onnx_cast (GengaOnnxImport *self);

G_END_DECLS
