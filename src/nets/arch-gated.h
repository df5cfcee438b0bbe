/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gated convolutional block of MoSR and its kin, for maps of `dim` channels:
 *
 *   g, i, c = split (fc1 (norm (x)))        h, h - m and m channels
 *   Mish (fc2 (Mish (g) * [i, mix (c)]))
 *
 * "<prefix>.norm" is a layer norm or an RMS norm. The mixer is one depthwise convolution
 * "<prefix>.<mixer>", or Inception-like ones: of its m = dim channels all but the last 3 n go by,
 * then n are convolved by 3x3, n by 1x11 and n by 11x1 ("<prefix>.<mixer>.dwconv_hw", "_w", "_h").
 * Or it is attention, between the pixels of the whole map or between its channels, with a factor
 * "temperature" for each head; a "flash" in the file says between which.
 * What the result is added to, the family says. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* Names all tensors of one; `kernel` is that of fc1 and fc2. Returns h. */
int genga_arch_expect_gated (
    GengaArchReader *reader, const char *prefix, const char *mixer, int dim, int kernel);

/* Between what the attention "<mixer>" is: pixels, or channels. */
gboolean genga_arch_gated_attends_to_pixels (GengaStateDict *dict, const char *mixer);

guint genga_arch_build_gated (const GengaArchBuild *build,
                              guint input,
                              const char *prefix,
                              const char *mixer);

G_END_DECLS
