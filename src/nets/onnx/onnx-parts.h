/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of views along axes that are some of a map's channels. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/*
 * Indices from `first` on of an axis that channels are a factor of (heads, or queries, keys and
 * values), as the node's output `index`; an axis of one that is left is dropped where `drops`.
 * FALSE with an error: there is no such axis, or not so many.
 */
gboolean genga_onnx_set_part (GengaOnnxImport *self,
                              guint index,
                              const GengaOnnxValue *view,
                              guint axis,
                              gint64 first,
                              gint64 n,
                              gboolean drops);
/* Whether there is, and how many indices it has. */
gboolean genga_onnx_has_parts (const GengaOnnxValue *view, guint axis, gint64 *n);

/*
 * The two parts of a map's rows or columns that a Concat puts together the other way round: a view
 * that begins further on. FALSE, without an error, where the node is something else.
 */
gboolean genga_onnx_roll (GengaOnnxImport *self);

G_END_DECLS
