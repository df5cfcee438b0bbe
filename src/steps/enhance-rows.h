/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The arithmetic of sharpness, contrast and saturation on single packed rows; private to the
 * enhance step.
 *
 * The u8 functions work on 0 to 255 and truncate as Pillow does, the f32 functions on the nominal
 * range 0 to 1 without truncating or clamping. What they leave in an alpha channel has no meaning:
 * a caller that has alpha puts it back. Luma is (19595 R + 38470 G + 7471 B) / 65536, or grey
 * itself.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `above`, `row` and `below` are three neighbours; the first and last pixel are copied. */
void genga_enhance_sharpen_u8 (const guint8 *above,
                               const guint8 *row,
                               const guint8 *below,
                               guint8 *target,
                               int width,
                               int n_channels,
                               float factor);
void genga_enhance_sharpen_f32 (const float *above,
                                const float *row,
                                const float *below,
                                float *target,
                                int width,
                                int n_channels,
                                float factor);

/* The sum of a row's luma. */
double genga_enhance_sum_luma_u8 (const guint8 *row, int width, int n_channels);
double genga_enhance_sum_luma_f32 (const float *row, int width, int n_channels);

/* The contrast of each of the 256 values around `mean`; and of `n` samples, of 8 bits with the
 * table that says the same. */
void genga_enhance_make_contrast_table (guint8 table[256], float factor, int mean);
void
genga_enhance_contrast_u8 (guint8 *row, gsize n, float factor, int mean, const guint8 table[256]);
void genga_enhance_contrast_f32 (float *row, gsize n, float factor, float mean);

/* Rows of RGB or RGBA. */
void genga_enhance_saturate_u8 (guint8 *row, int width, int n_channels, float factor);
void genga_enhance_saturate_f32 (float *row, int width, int n_channels, float factor);

G_END_DECLS
