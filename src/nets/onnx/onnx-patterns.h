/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operations that exporters write as several nodes, told at the last one: what came before is no
 * longer needed, and mostly used by nothing else. For src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/*
 * Translates the node as the end of a pattern, where it is one: Mish, SiLU and GELU at a Mul, layer
 * norms at a Div, DySample at a GridSample. FALSE, with or without an error, where it is none.
 */
gboolean genga_onnx_translate_pattern (GengaOnnxImport *self);

G_END_DECLS
