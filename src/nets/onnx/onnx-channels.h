/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operators that put parts of tensors together and take them apart. Names are ONNX's. For
 * src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_concat (GengaOnnxImport *self);
gboolean genga_onnx_split (GengaOnnxImport *self);
gboolean genga_onnx_slice (GengaOnnxImport *self);
gboolean genga_onnx_gather (GengaOnnxImport *self);
/* Some channels of a map replaced: how exporters write an assignment to a part. */
gboolean genga_onnx_scatter_nd (GengaOnnxImport *self);

G_END_DECLS
