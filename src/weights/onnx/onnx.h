/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of ONNX files. For src/weights only. */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * Fills `dict` from `bytes`, of which it keeps a reference, with the constants as tensors and the
 * nodes as GENGA_NODES_ONNX. Numbers in other files are read beneath the folder of the dict's path.
 * Errors as in weights-error.h.
 */
gboolean genga_onnx_read (GengaStateDict *dict, GBytes *bytes, GError **error);

G_END_DECLS
