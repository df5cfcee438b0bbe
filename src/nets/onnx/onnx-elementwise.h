/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators of each number by itself, at least one input a view. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/* Add, Sub, Mul, Div, Pow, Min, Max. */
gboolean genga_onnx_combine (GengaOnnxImport *self);
/* Functions of one input, with their attributes. */
gboolean genga_onnx_apply (GengaOnnxImport *self);
gboolean genga_onnx_clip (GengaOnnxImport *self);
gboolean genga_onnx_prelu (GengaOnnxImport *self);

/* A map of the same size as `like`, as the node's output with the axes of `view`. */
gboolean genga_onnx_set_applied (GengaOnnxImport *self, const GengaOnnxValue *view, guint made);

/* x * factor + offset. */
guint genga_onnx_scale (GengaOnnxImport *self, guint map, float factor, float offset);

G_END_DECLS
