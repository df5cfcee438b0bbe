/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of ncnn's description of a network, a text (".param"). For src/weights only. */
#pragma once

#include "weights/ncnn/ncnn-model-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The layers, without their tensors. Every line is held against what it says: as many layers as
 * announced, inputs that were made before. Memory is bounded by the text. Errors as in
 * weights-error.h.
 */
GengaNcnnModel *genga_ncnn_param_read (const guint8 *data, gsize size, GError **error);

G_END_DECLS
