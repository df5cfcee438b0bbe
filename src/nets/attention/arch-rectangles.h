/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DAT's position biases. For src/nets only. */
#pragma once

#include "nets/arch-build.h"

G_BEGIN_DECLS

/*
 * The biases of a window of height x width pixels as GENGA_OP_WINDOW_ATTENTION takes them:
 * n_heads x N x N. They come out of a small network, "<prefix>.pos", that turns a relative
 * position into a number for each head: it is run here, once for all positions.
 */
guint genga_arch_dat_build_positions (
    const GengaArchBuild *build, const char *prefix, int height, int width, int n_heads);

G_END_DECLS
