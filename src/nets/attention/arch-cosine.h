/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cosine attention as of Swin Transformer V2: heads have a factor each, and a small network makes
 * the biases. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* "<prefix>.logit_scale" and "<prefix>.cpb_mlp" for n_heads. */
void genga_cosine_expect (GengaArchReader *reader, const char *prefix, int n_heads);

/* What products of heads are multiplied with: exp (logit_scale), at most 100. */
guint genga_cosine_build_factors (const GengaArchBuild *build, const char *prefix);

/*
 * Biases by relative position between a window of height x width and one of the same place with
 * the sides small_height, small_width, in pixels of either: n_heads x (height + small_height - 1) x
 * (width + small_width - 1).
 *
 * Along an axis with the sides s and a, row r stands for the distance
 * d = r - (a - 1) - (s - a) / 2, and a bias is 16 sigmoid (cpb_mlp.2 (ReLU (cpb_mlp.0 (t)))) of
 * t = sign (d) log2 (8 |d| / m + 1) / 3 along both axes, m being the largest distance.
 */
guint genga_cosine_build_positions (const GengaArchBuild *build,
                                    const char *prefix,
                                    int height,
                                    int width,
                                    int small_height,
                                    int small_width);

G_END_DECLS
