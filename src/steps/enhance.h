/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sharpness, contrast and saturation with the meaning of Pillow's ImageEnhance:
 * bit for bit on 8-bit RGB and grey, the same formulas without truncation and clamped at
 * the end on 16-bit and float data. Alpha is left alone.
 *
 * Thread rule: any thread; results do not depend on `n_threads` (0 = all that there are).
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef struct
{
  double sharpening; /* 0 = as it is; Pillow's Sharpness factor is 1 + sharpening */
  double contrast;   /* 1 = as it is */
  double saturation; /* 1 = as it is */
} GengaEnhance;

gboolean genga_enhance_is_neutral (const GengaEnhance *self);

/*
 * Consumes `frame` (packed) and answers the enhanced one: changed in place where no one else
 * holds it. Steps with a neutral value are skipped. Errors: GENGA_ERROR_OUT_OF_MEMORY,
 * G_IO_ERROR_CANCELLED.
 */
GengaFrame *genga_enhance_apply (const GengaEnhance *self,
                                 GengaFrame *frame,
                                 guint n_threads,
                                 GCancellable *cancellable,
                                 GError **error);

/*
 * The same for a part of a picture, whose contrast turns around the mean luma of the whole, 0 to 1.
 * The outermost pixels of the part are not sharpened, as those of a picture. `frame` stays as it
 * is; the result is dense and has samples of the type `sample`, which is U8 where the frame's is.
 */
GengaFrame *genga_enhance_apply_part (const GengaEnhance *self,
                                      GengaFrame *frame,
                                      GengaSample sample,
                                      double mean,
                                      guint n_threads,
                                      GCancellable *cancellable,
                                      GError **error);

/*
 * For who has a picture's rows one after the other: the sums of luma of a packed frame's rows, one
 * each in `sums`, sharpened as they would be before contrast. In the frame's own units, 255 of U8
 * being 1 of all other types. Errors as above.
 */
gboolean genga_enhance_sum_rows (const GengaEnhance *self,
                                 GengaFrame *frame,
                                 double *sums,
                                 guint n_threads,
                                 GCancellable *cancellable,
                                 GError **error);

/*
 * As genga_enhance_apply() for rows of a picture whose luma has the mean `mean`, the sum of those
 * sums by the number of pixels: bit for bit as of the whole, but for the outermost rows.
 */
GengaFrame *genga_enhance_apply_around (const GengaEnhance *self,
                                        GengaFrame *frame,
                                        double mean,
                                        guint n_threads,
                                        GCancellable *cancellable,
                                        GError **error);

/* The mean luma of a packed frame, 0 to 1. */
double genga_enhance_measure_mean (const GengaFrame *frame);

G_END_DECLS
