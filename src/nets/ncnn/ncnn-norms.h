/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers that look at many values at once: norms, means and pools.
 *
 * Functions are GengaNcnnFunc, named after the layers. For src/nets/ncnn only.
 */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

gboolean genga_ncnn_batch_norm (GengaNcnnImport *self);
gboolean genga_ncnn_norm (GengaNcnnImport *self);
gboolean genga_ncnn_pooling (GengaNcnnImport *self);
gboolean genga_ncnn_reduction (GengaNcnnImport *self);

G_END_DECLS
