/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Crop, which says in one of four ways what is left of a map.
 *
 * Functions are GengaNcnnFunc, named after the layers. For src/nets/ncnn only.
 */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

gboolean genga_ncnn_crop (GengaNcnnImport *self);

G_END_DECLS
