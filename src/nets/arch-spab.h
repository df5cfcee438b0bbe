/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SPAB, the block of SPAN and its descendants: three Conv3XC "<prefix>.c1_r", ".c2_r", ".c3_r" of
 * one width. o3 = c3 (f (c2 (f (c1 (x))))); the result is (o3 + x) * (sigmoid (o3) - 1/2).
 * For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

void
genga_arch_expect_spab (GengaArchReader *reader, const char *prefix, int dim, gboolean has_bias);

/*
 * `function` is f. `*first` (may be NULL) becomes f (c1 (x)): what networks of this kind read
 * beside the result. Activated, because the training's activation works in place.
 */
guint genga_arch_build_spab (const GengaArchBuild *build,
                             guint input,
                             GengaActivation function,
                             guint *first,
                             const char *format,
                             ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
