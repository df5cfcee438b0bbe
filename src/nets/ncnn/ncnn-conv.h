/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers with weights: convolutions, their transposes, and linear layers of vectors.
 *
 * Functions are GengaNcnnFunc, named after the layers. For src/nets/ncnn only.
 */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

gboolean genga_ncnn_convolution (GengaNcnnImport *self);
gboolean genga_ncnn_deconvolution (GengaNcnnImport *self);
gboolean genga_ncnn_inner_product (GengaNcnnImport *self);

G_END_DECLS
