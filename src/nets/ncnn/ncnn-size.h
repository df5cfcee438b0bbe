/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes that newer files write as expressions. For src/nets/ncnn only. */
#pragma once

#include "nets/ncnn/ncnn-import.h"

G_BEGIN_DECLS

/*
 * The numbers of a list like "0,*(1h,4)" in parameter `id`, for a sample picture: whole numbers,
 * the width, height or channels of an input of the layer ("1h": the second one's height), and +, -,
 * * and // in front of two operands. FALSE with an error for anything else, and for more than
 * `max`.
 */
gboolean genga_ncnn_evaluate (
    GengaNcnnImport *self, int id, guint sample, gint64 *values, guint max, guint *n);

G_END_DECLS
