/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The types of layers that are translated. For src/nets/ncnn only. */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

/* The function of a type of layer, or NULL. */
GengaNcnnFunc genga_ncnn_layer_lookup (const char *type);

G_END_DECLS
