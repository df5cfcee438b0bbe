/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DySample as an upsampler (GENGA_OP_DYSAMPLE): offsets that two 1x1 convolutions make,
 * conv (x) * sigmoid (scope (x)) / 2, beside the sub-pixels' own places, "<prefix>.init_pos". A
 * convolution "<prefix>.end_conv" may follow. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* The groups of every family that does not say otherwise. */
#define GENGA_DYSAMPLE_GROUPS 4

/* By how much it enlarges, from its number of offsets; 1 after an error. */
int genga_arch_get_dysample_scale (GengaArchReader *reader, const char *prefix, int n_groups);

/* Names all tensors of one with `channels` inputs; `out` of the last convolution, 0: there is none.
 */
void genga_arch_expect_dysample (
    GengaArchReader *reader, const char *prefix, int channels, int n_groups, int scale, int out);

guint genga_arch_build_dysample (
    const GengaArchBuild *build, guint input, int n_groups, int scale, const char *prefix);

G_END_DECLS
