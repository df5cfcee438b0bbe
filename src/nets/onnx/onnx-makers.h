/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who makes a value: looking back through a file's nodes for patterns. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/* The node that makes a value, through casts, if it is of that operator; else NULL. */
const GengaOnnxNode *genga_onnx_find_maker (GengaOnnxImport *self, guint value, const char *op);
/* Whether two values are the same behind casts. */
gboolean genga_onnx_is_same_value (GengaOnnxImport *self, guint a, guint b);
/* x, where the value is op (x, ...); else GENGA_ONNX_NO_VALUE. */
guint genga_onnx_find_argument (GengaOnnxImport *self, guint value, const char *op);
/* Of a node of two inputs, one a single constant: that number, and the other one's value. */
gboolean genga_onnx_find_constant (GengaOnnxImport *self,
                                   const GengaOnnxNode *node,
                                   float *number,
                                   guint *other);
/* x, where the value is x op number, or number op x; else GENGA_ONNX_NO_VALUE. */
guint genga_onnx_find_scaled (GengaOnnxImport *self, guint value, const char *op, double number);

G_END_DECLS
