/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a view to a plain map: what reshaping and transposing has come to, as pixel shuffles and an
 * order of channels. For src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/*
 * The map or vector that the view is, as 1 x channels x height x width: the map itself where the
 * view changes nothing, or one that is made of it: once, as the view is one of that map from then
 * on. GENGA_NONE with an error.
 */
guint genga_onnx_view_to_map (GengaOnnxImport *self, GengaOnnxValue *view);

/* The same where that is possible; FALSE, without an error, where it is not. */
gboolean genga_onnx_view_try_plain (GengaOnnxImport *self, GengaOnnxValue *view);

/* Channels of a map by their numbers, in any order and any number. GENGA_NONE with an error. */
guint genga_onnx_pick_channels (GengaOnnxImport *self, guint map, const int *channels, int n);

/*
 * A convolution of single pixels without bias: out x in `weights`, which it takes. Sums of
 * channels, and orders of them.
 */
guint genga_onnx_mix_channels (GengaOnnxImport *self, guint map, int n_out, float *weights);

G_END_DECLS
