/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small models and frames that tests make for themselves. */
#pragma once

#include "core/frame.h"
#include "engine/session.h"

G_BEGIN_DECLS

/*
 * Writes a random Compact network as safetensors and answers its path in a temporary folder.
 * `poison` puts a NaN into its last bias.
 */
char *genga_test_write_compact (
    guint32 seed, int n_channels, int n_features, int n_conv, int scale, gboolean poison);

/* The same for a small ESRGAN with pixel unshuffle by 2, 2x in all. */
char *genga_test_write_unshuffled_esrgan (guint32 seed);

/* The same for a small Real-CUGAN, 2x, without means: it pads any picture, and works on its halves
   and quarters. */
char *genga_test_write_cugan (guint32 seed);

/* A frame of smooth gradients with noise and edges, always the same for a seed. */
GengaFrame *
genga_test_make_frame (guint32 seed, int width, int height, GengaLayout layout, GengaSample sample);

/* A file of the shared data; skips the test and answers NULL where it is not there. */
char *genga_test_find_shared (const char *relative);

/* The largest difference of two f32 frames, in 1/255. */
double genga_test_get_max_difference (GengaFrame *a, GengaFrame *b);

/* Asserts that f32 `part` is what `whole` has from (x, y) on, bit for bit. */
void genga_test_assert_part (GengaFrame *whole, GengaFrame *part, int x, int y);

/*
 * Runs `wanted` of a result with the part of `frame` that the session says it needs, and not one
 * pixel more.
 */
GengaFrame *genga_test_run_part (GengaSession *session, GengaFrame *frame, const GengaRect *wanted);

G_END_DECLS
