/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The convolutions of SMoSR, as they are trained; each comes to one plain convolution.
 *
 * DOConv: a kernel K[o, i, m] = mul * sum_s (D + d_diag)[i, m, s] * W[o, i, s], whose taps m and s
 * are counted row by row, and a bias that is multiplied as well. 1x1 kernels have no D.
 *
 * ConvNXC ("<prefix>.sk.W"): Conv3XC (nets/arch-conv3xc.h) made of four of them.
 *
 * "<prefix>.eval_conv" is what they once came to, and stale; a file may have nothing else.
 * For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* The output channels of one. */
int genga_arch_get_doconv_out (GengaArchReader *reader, const char *prefix);

/* Names all tensors of one. `kernel` is 3, or 1 for a DOConv. */
void
genga_arch_expect_doconv (GengaArchReader *reader, const char *prefix, int out, int in, int kernel);

guint genga_arch_build_doconv (const GengaArchBuild *build, guint input, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
