/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Transparency: enlarged, and resized with its colours.
 *
 * Alpha is straight. A resize weighs colours by their alpha. Alpha that is enlarged stays within
 * what the pixels around have, so it neither rings nor leaves ghosts: where they are all clear or
 * all opaque, so is the result.
 *
 * Thread rule: any thread, on the caller's frames; results do not depend on `n_threads`.
 */
#pragma once

#include "core/choices.h"
#include "steps/resize.h"

G_BEGIN_DECLS

/* Whether all of a grey frame that lies within one pixel around `rect` is the same: `*share`. */
gboolean genga_alpha_is_even (const GengaFrame *alpha, const GengaRect *rect, float *share);

/*
 * The part part->wanted of `alpha` (grey, the pixels from (x, y) on of part->width x part->height;
 * those that the part is made from, and two more on each side), enlarged without a network: by
 * Lanczos resampling, or each pixel repeated. f32. Errors: as of resizes.
 */
GengaFrame *genga_alpha_enlarge_part (GengaAlpha how,
                                      GengaFrame *alpha,
                                      int x,
                                      int y,
                                      const GengaResizePart *part,
                                      guint n_threads,
                                      GCancellable *cancellable,
                                      GError **error);

/*
 * Keeps the last channel of `frame`, a packed f32 frame and the part->wanted of an enlargement of
 * `source`, within what the last channel of `source` has around each pixel: those that the pixel
 * lies in, and one more on each side. `source` has the pixels from (x, y) on.
 */
void genga_alpha_limit (
    GengaFrame *frame, const GengaResizePart *part, const GengaFrame *source, int x, int y);

/*
 * Where `source` (grey, the pixels from (x, y) on) has the same alpha all around a pixel of
 * part->wanted, what was made on white becomes what follows from black: whether parts that are even
 * are made on white at all changes nothing then. Both are f32.
 */
void genga_alpha_trust_black (GengaFrame *white,
                              const GengaFrame *black,
                              const GengaResizePart *part,
                              const GengaFrame *source,
                              int x,
                              int y);

/*
 * As genga_resize_part(), for a packed frame with alpha: colours are weighed by it, and it is
 * limited as genga_alpha_limit() does. Where the result is as good as clear, it has the colour of
 * the source's pixel there.
 */
GengaFrame *genga_alpha_resize_part (const GengaResizePart *part,
                                     GengaFrame *frame,
                                     guint n_threads,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
