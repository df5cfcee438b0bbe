/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tensors as values that go from one process to another: what they are, and where their bytes lie
 * in blocks, which go beside the values (weights/parcel/dict-parcel.h). For src/weights only.
 */
#pragma once

#include "weights/tensor.h"

G_BEGIN_DECLS

/* name, type, shape, strides; number of the block, where in it */
#define GENGA_TENSOR_PARCEL_TYPE "(syaxaxut)"

/* `blocks` (of GBytes) have the tensor's bytes. Floating. */
GVariant *genga_tensor_parcel_new (const GengaTensor *tensor, GPtrArray *blocks);

/*
 * Back again; from whomever the value comes: what comes out has been checked. The name belongs to
 * the value, the bytes to the block. Errors as in weights-error.h.
 */
gboolean
genga_tensor_parcel_read (GVariant *parcel, GPtrArray *blocks, GengaTensor *tensor, GError **error);

G_END_DECLS
