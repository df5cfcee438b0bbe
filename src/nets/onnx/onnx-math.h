/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators of numbers alone: arithmetic with constants and sizes. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/* Operators of two inputs, and Min and Max of any; of one. All are numbers. */
gboolean genga_onnx_math_combine (GengaOnnxImport *self);
gboolean genga_onnx_math_apply (GengaOnnxImport *self);
/* To whole numbers, or from them. */
gboolean genga_onnx_math_cast (GengaOnnxImport *self);

G_END_DECLS
