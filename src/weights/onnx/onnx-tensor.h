/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tensors of an ONNX file (TensorProto). For src/weights only. */
#pragma once

#include "weights/onnx/onnx-draft.h"

G_BEGIN_DECLS

/*
 * `tensor` gets the type, the shape and the data, which the state dict keeps; `*name` gets the
 * name, "" without one. No memory is taken on a shape's word: what the file cannot hold is refused
 * before.
 */
gboolean genga_onnx_read_tensor (GengaOnnxDraft *draft,
                                 GengaProtoBytes message,
                                 GengaTensor *tensor,
                                 const char **name,
                                 GError **error);

G_END_DECLS
