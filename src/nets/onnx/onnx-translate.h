/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an ONNX file's nodes to the graph. For src/nets only. */
#pragma once

#include "nets/graph.h"
#include "nets/spec-data.h"
#include "weights/onnx/onnx-model.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * The graph of `model`, whose constants are the tensors of `dict`. `told` gets what the file says
 * of itself. Errors: GENGA_ERROR_MODEL, which names the node and its operator.
 */
GengaGraph *genga_onnx_translate (const GengaOnnxModel *model,
                                  GengaStateDict *dict,
                                  gboolean with_weights,
                                  GengaOnnxSpec *told,
                                  GError **error);

G_END_DECLS
