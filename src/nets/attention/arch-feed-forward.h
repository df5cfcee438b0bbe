/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gated feed-forward network that several families share: "<prefix>.project_in", 1x1 to twice
 * as many channels, a depth-wise 3x3 "<prefix>.dwconv", GELU (first half) * second half, and
 * "<prefix>.project_out", 1x1. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* The channels of a half. */
int genga_feed_forward_read_hidden (GengaArchReader *reader, const char *prefix);
void genga_feed_forward_expect (
    GengaArchReader *reader, const char *prefix, int dim, int hidden, gboolean bias);

guint genga_feed_forward_build (const GengaArchBuild *build, guint input, const char *prefix);

/*
 * The same where the depth-wise convolution sees no further than windows of window x window pixels,
 * beyond which there are zeros. They divide the map.
 */
guint genga_feed_forward_build_windowed (const GengaArchBuild *build,
                                         guint input,
                                         int window,
                                         const char *prefix);

/*
 * Another one: "<prefix>.fc1", GELU, plus what GELU and a depth-wise convolution,
 * "<prefix>.dwconv.depthwise_conv.0", make of that, and "<prefix>.fc2".
 */
guint genga_feed_forward_build_conv (const GengaArchBuild *build, guint input, const char *prefix);

G_END_DECLS
