/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two U-nets in a row that Real-CUGAN and waifu2x's CUNet are made of, "unet1" and "unet2".
 * Their convolutions have no padding: what they need around a picture is padded before. All widths
 * are in the shapes of their tensors. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* Whether there are squeeze-and-excitation blocks: gates for channels, made of means over maps. */
gboolean genga_arch_unets_have_gates (GengaArchReader *reader);

/*
 * Name all tensors of a net that takes `in` channels; each answers how many it makes. The first one
 * ends in a transposed convolution that enlarges by 2 or 3, or in a plain one where `scale` is 1.
 */
int genga_arch_read_first_unet (GengaArchReader *reader, int in, int scale);
int genga_arch_read_second_unet (GengaArchReader *reader, int in);

/*
 * Of a map of n x n pixels the first net makes scale * (n - 16), or 3 * n - 44 where the scale is
 * 3; the second one n - 40. Sides have to be even, for the second one multiples of 4.
 */
guint genga_arch_build_first_unet (const GengaArchBuild *build, guint input, int scale);
guint genga_arch_build_second_unet (const GengaArchBuild *build, guint input);

/* What the second net makes of `input`, plus the part of `input` that lies under it. */
guint genga_arch_build_refined (const GengaArchBuild *build, guint input);

G_END_DECLS
