/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of an ncnn network's weights (".bin"). For src/weights only. */
#pragma once

#include "weights/ncnn/ncnn-model-private.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/*
 * Adds the weights of all layers to `dict`, which keeps `bytes` alive already, and says in each
 * layer where they are. Nothing in the file says what it holds: that follows from the layers, and
 * the file has to end where they do. So a layer of a type that is not known is refused.
 *
 * The tensors, by type; shapes are ncnn's own:
 *   Convolution, ConvolutionDepthWise, Deconvolution, DeconvolutionDepthWise:
 *     weight (out x in / groups x height x width), bias where parameter 5 is set
 *   InnerProduct: weight (out x in), bias where parameter 1 is set
 *   PReLU: slopes
 *   Scale: factors, offsets where parameter 1 is set; none where the factors are an input
 *   BatchNorm: factors, means, variances, offsets
 *   LayerNorm, GroupNorm, InstanceNorm: factors, offsets; none where they are not affine
 *   Bias: offsets
 *   MemoryData: the numbers (channels x height x width, without the axes that are not given)
 *
 * Errors as in weights-error.h.
 */
gboolean genga_ncnn_weights_read (GengaNcnnModel *model,
                                  GengaStateDict *dict,
                                  GBytes *bytes,
                                  GError **error);

/*
 * The same of a dict that has the weights of all layers already, from whomever they come: says in
 * each layer where they are, once they have the shapes that it wants.
 */
gboolean genga_ncnn_weights_check (GengaNcnnModel *model, GengaStateDict *dict, GError **error);

G_END_DECLS
