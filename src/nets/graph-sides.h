/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For which pictures the maps of a graph have sizes that fit each other. For src/nets only.
 *
 * A side of a map is the picture's times a ratio, give or take a constant, with a remainder left
 * out here and there (genga_op_get_side()). So it repeats itself: where the picture grows by the
 * period, the least number that all ratios make whole, every map grows by its ratio times that.
 * What holds for the pictures of one period holds for all larger ones.
 */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

/* Of a ratio's two numbers, and of the period. More than this stands for all that is too much. */
#define GENGA_SIDES_MAX_RATIO 4096

/* `ratio` times num / den, in lowest terms. */
GengaSizeRatio genga_size_ratio_multiply (GengaSizeRatio ratio, gint64 num, gint64 den);

/* Pixels of the picture; GENGA_SIDES_MAX_RATIO + 1 where a ratio or the period is larger. */
int genga_ops_get_period (const GengaOp *ops, guint n_ops);

/* The sides of all values along an axis for a picture; `sides` has room for n_ops. */
void genga_ops_list_sides (
    const GengaOp *ops, guint n_ops, GengaAxis axis, gint64 picture, gint64 *sides);

/*
 * What the picture's sides have to be: raises `*minimum` and multiplies `*multiple_of` as little as
 * possible, so that every map has pixels, operations of several maps get maps of one size, pixels
 * are unshuffled without a rest, and the result's sides are the picture's times its ratio. FALSE:
 * there are no such pictures, and `*fault` (may be NULL) is the first operation at fault, or the
 * last one.
 */
gboolean genga_ops_find_picture_sides (
    const GengaOp *ops, guint n_ops, int *minimum, int *multiple_of, guint *fault);

G_END_DECLS
