/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers that change where values lie.
 *
 * Functions are GengaNcnnFunc, named after the layers. For src/nets/ncnn only.
 */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

gboolean genga_ncnn_split (GengaNcnnImport *self);
gboolean genga_ncnn_memory_data (GengaNcnnImport *self);
gboolean genga_ncnn_concat (GengaNcnnImport *self);
gboolean genga_ncnn_slice (GengaNcnnImport *self);
gboolean genga_ncnn_padding (GengaNcnnImport *self);
gboolean genga_ncnn_interp (GengaNcnnImport *self);
gboolean genga_ncnn_pixel_shuffle (GengaNcnnImport *self);
gboolean genga_ncnn_reorg (GengaNcnnImport *self);
gboolean genga_ncnn_permute (GengaNcnnImport *self);
gboolean genga_ncnn_reshape (GengaNcnnImport *self);

G_END_DECLS
