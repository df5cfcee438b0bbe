/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The re-parameterised convolutions of RTMoSR, each one plain convolution. What they once came to
 * is stored beside the parts and may be stale; a file may have nothing else.
 *
 * RepConv, 3x3: alpha[0] * (k1 o k0) + alpha[1] * conv2 + alpha[2] * conv3, where "<prefix>.conv1"
 * is a 1x1 convolution k0, b0 and a 3x3 one k1, b1, conv2 is 3x3 and conv3 a Conv3XC
 * (nets/arch-conv3xc.h). The training pads with what b0 makes of zeros: the border is the same.
 * Folded: "<prefix>.conv_3x3_rep".
 *
 * OmniShift, depthwise 5x5: alpha1 + alpha2 * conv1x1 + alpha3 * conv3x3 + alpha4 * conv5x5, with
 * factors for each channel. Folded: "<prefix>.conv5x5_reparam".
 *
 * For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* The length of the folded kernel, out x in x 3 x 3, along axis 0 or 1. */
int genga_arch_get_repconv_dim (GengaArchReader *reader, const char *prefix, guint axis);

/* Names all tensors of one. */
void genga_arch_expect_repconv (GengaArchReader *reader, const char *prefix, int out, int in);
void genga_arch_expect_omnishift (GengaArchReader *reader, const char *prefix, int dim);

guint genga_arch_build_repconv (const GengaArchBuild *build, guint input, const char *prefix);
guint genga_arch_build_omnishift (const GengaArchBuild *build, guint input, const char *prefix);

G_END_DECLS
