/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Constants that scores are multiplied with, and what is added to them. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-count.h"
#include "nets/onnx/onnx-heads.h"

G_BEGIN_DECLS

/* Whether numbers are the same for all pairs of places: at most one for each head. */
gboolean genga_onnx_terms_are_factors (const GengaOnnxValue *scores, const GengaOnnxValue *numbers);
/* Whether they differ from window to window. */
gboolean genga_onnx_terms_are_of_windows (const GengaOnnxValue *scores,
                                          const GengaOnnxValue *numbers);

/*
 * For head h, place n of a window and place m that is looked at, numbers of `terms` go to
 * out[(h * N + n) * N + m], N = n_places: added where they are, not set. FALSE with an error: their
 * shape does not fit the scores', or they are of more heads or places than there are.
 */
gboolean genga_onnx_terms_add (GengaOnnxImport *self,
                               const GengaOnnxValue *scores,
                               GengaOnnxValue *terms,
                               gsize n_heads,
                               gsize n_places,
                               float *out);

/*
 * Whether `terms`, which are those of that picture, are the mask of windows that were rolled (see
 * GENGA_OP_WINDOW_ATTENTION), or zeros everywhere. FALSE with an error: they are something else.
 */
gboolean genga_onnx_terms_are_mask (GengaOnnxImport *self,
                                    const GengaOnnxValue *scores,
                                    const GengaOnnxHeads *heads,
                                    GengaOnnxValue *terms,
                                    const GengaOnnxPicture *picture,
                                    gboolean *is_mask);

G_END_DECLS
