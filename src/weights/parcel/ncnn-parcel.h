/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers of an ncnn file as a value (weights/parcel/dict-parcel.h). For src/weights only. */
#pragma once

#include "weights/ncnn/ncnn-model.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/* Floating. */
GVariant *genga_ncnn_parcel_new (const GengaNcnnModel *model);

/*
 * Gives `dict`, which has its tensors, the layers; from whomever the value comes: they are checked
 * as those of a file are, and each has the weights that it wants. Errors as in weights-error.h.
 */
gboolean genga_ncnn_parcel_read (GVariant *parcel, GengaStateDict *dict, GError **error);

G_END_DECLS
