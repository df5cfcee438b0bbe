/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes of an ONNX file (NodeProto, AttributeProto). For src/weights only. */
#pragma once

#include "weights/onnx/onnx-draft.h"

G_BEGIN_DECLS

/* Adds a node; a Constant becomes a constant. */
gboolean genga_onnx_read_node (GengaOnnxDraft *draft, GengaProtoBytes message, GError **error);

G_END_DECLS
