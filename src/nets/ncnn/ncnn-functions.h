/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers that do something with each value by itself, or with two of them.
 *
 * Functions are GengaNcnnFunc, named after the layers. For src/nets/ncnn only.
 */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

gboolean genga_ncnn_activation (GengaNcnnImport *self);
gboolean genga_ncnn_prelu (GengaNcnnImport *self);
gboolean genga_ncnn_unary (GengaNcnnImport *self);
gboolean genga_ncnn_binary (GengaNcnnImport *self);
gboolean genga_ncnn_eltwise (GengaNcnnImport *self);
gboolean genga_ncnn_scale (GengaNcnnImport *self);
gboolean genga_ncnn_bias (GengaNcnnImport *self);

/*
 * The activation that layers with weights have in their parameters 9 and 10, after `*value`. FALSE
 * with an error.
 */
gboolean genga_ncnn_add_activation (GengaNcnnImport *self, guint *value);

G_END_DECLS
