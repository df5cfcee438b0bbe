/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of tensors that come out of a hostile file. For the readers in src/weights only. */
#pragma once

#include "weights/state-dict.h"

G_BEGIN_DECLS

/* Row-major strides for the shape; FALSE where the number of elements overflows. */
gboolean genga_tensor_set_contiguous_strides (GengaTensor *tensor);

/*
 * Checks that every element of a view that starts `offset` elements into a storage of `n_storage`
 * elements lies inside the storage, that no two elements overlap (so that a tensor is never larger
 * than its bytes), and that nothing is negative or overflows. `data` is not looked at; the rank
 * has been checked by the caller.
 */
gboolean genga_tensor_check_view (const GengaTensor *tensor,
                                  gint64 offset,
                                  guint64 n_storage,
                                  GError **error);

G_END_DECLS
