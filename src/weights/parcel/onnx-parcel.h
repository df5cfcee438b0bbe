/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nodes of an ONNX file as a value (weights/parcel/dict-parcel.h). For src/weights only. */
#pragma once

#include "weights/onnx/onnx-model.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/* Floating. `blocks` have the bytes of attributes that are tensors. */
GVariant *genga_onnx_parcel_new (const GengaOnnxModel *model, GPtrArray *blocks);

/*
 * Adds tensors to `dict` as constants, and the nodes; from whomever the value comes: they are
 * checked as those of a file are. Errors as in weights-error.h.
 */
gboolean genga_onnx_parcel_read (
    GVariant *parcel, GVariant *tensors, GPtrArray *blocks, GengaStateDict *dict, GError **error);

G_END_DECLS
