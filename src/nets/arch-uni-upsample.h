/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UniUpsample, the upsampler of several families. "<prefix>.MetaUpsample" says how it is made: the
 * version, the mode, the network's scale and widths as bytes. Its layers are numbered, those
 * without weights as well. For src/nets only.
 *
 *   conv                 a convolution
 *   pixelshuffledirect   a convolution, a pixel shuffle
 *   pixelshuffle         a convolution, leaky ReLU, steps of a convolution and a pixel shuffle by 2
 *                        (by 3 where the scale is 3), a convolution
 *   nearest+conv         steps of a convolution, nearest and leaky ReLU, two convolutions
 *   dysample             DySample, after a convolution and leaky ReLU where the width changes
 *   transpose+conv       transposed convolutions, a convolution
 *   pa_up                steps of nearest, a convolution, pixel attention and another convolution;
 * a convolution
 *
 * In version 254 (SMoSR) the convolutions are DOConv (nets/arch-doconv.h).
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

/* Reads what the meta tensor says; what nobody can build is refused. */
void
genga_arch_read_uni_upsample (GengaArchReader *reader, const char *prefix, GengaUniUpsample *up);

/* Names all tensors, for `in` channels and a picture of `out`. Fills in `mid`. */
void genga_arch_expect_uni_upsample (
    GengaArchReader *reader, const char *prefix, GengaUniUpsample *up, int in, int out);

guint genga_arch_build_uni_upsample (const GengaArchBuild *build,
                                     guint input,
                                     const GengaUniUpsample *up,
                                     int out,
                                     const char *prefix);

/* "pixelshuffledirect" */
const char *genga_uni_upsample_get_name (const GengaUniUpsample *up);

G_END_DECLS
