/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products whose axes have letters. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/* ONNX's operator of that name, of two inputs, where it is a product of matrices. */
gboolean genga_onnx_einsum (GengaOnnxImport *self);

G_END_DECLS
