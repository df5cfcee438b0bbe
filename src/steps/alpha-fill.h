/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The colours that transparent pixels do not show.
 *
 * Those of pixels whose alpha is 0 never count. They are filled in from what is visible around
 * them; or, for networks, the picture is put on black and on white, and what is made of both tells
 * colour and alpha: with made(black) = alpha * c and made(white) = alpha * c + 1 - alpha,
 *   1 - alpha = made(white) - made(black), the mean of all channels,
 *   alpha * c = the mean of made(black) and made(white) - (1 - alpha)
 * (A. R. Smith, J. F. Blinn, "Blue Screen Matting", 1996, theorem 4). So the result looks on either
 * as if it had been made there, and what is made of faint pixels has the weight that they have.
 *
 * Thread rule: any thread, on the caller's frames.
 */
#pragma once

#include "core/frame.h"
#include "core/rect.h"

G_BEGIN_DECLS

/*
 * Fills the colours of pixels that are wholly transparent in a packed frame with alpha, in place:
 * each gets the mean of what is visible around, near pixels first, weighed by alpha. (Averages of
 * halves upwards, and back where something is missing: S. J. Gortler et al., "The Lumigraph",
 * 1996, "pull-push".) A frame without anything visible stays as it is. Errors:
 * GENGA_ERROR_OUT_OF_MEMORY, when nothing has been changed.
 */
gboolean genga_alpha_fill_hidden (GengaFrame *frame, GError **error);

/*
 * What is visible of a picture, coarsely, for who has only some rows of it at a time: the same
 * pixels as of the whole. Thread rule: one thread at a time.
 */
typedef struct _GengaVisible GengaVisible;

/* Of a picture of this size and packed layout with alpha. Errors: GENGA_ERROR_OUT_OF_MEMORY. */
GengaVisible *genga_visible_new (const GengaFrameInfo *info, GError **error);
void genga_visible_free (GengaVisible *self);

/* The next rows, from top to bottom. What follows is asked after the last one. */
void genga_visible_add (GengaVisible *self, const GengaFrame *rows);

/*
 * As genga_alpha_fill_hidden(), for rows that begin at row `place` of the picture, a multiple of
 * the margin; the outermost rows, so many as the margin, are not filled well but at the picture's
 * own edges. Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
#define GENGA_VISIBLE_MARGIN 8
gboolean genga_visible_fill (GengaVisible *self, GengaFrame *rows, int place, GError **error);

/* As genga_ground_new(). */
GengaFrame *genga_visible_new_ground (const GengaVisible *self, GError **error);

/*
 * The ground of a packed frame with alpha, the mean of what is visible around each place: a coarse
 * f32 picture without alpha, black where nothing is visible. Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *genga_ground_new (const GengaFrame *frame, GError **error);

/* Puts `colour`, an f32 frame, on black: alpha (grey, any type) * colour. */
void genga_alpha_put_on_black (GengaFrame *colour, const GengaFrame *alpha);

/* The same picture on white, of what is on black. Errors: GENGA_ERROR_OUT_OF_MEMORY. */
GengaFrame *
genga_alpha_new_on_white (const GengaFrame *black, const GengaFrame *alpha, GError **error);

/* Alpha (grey, f32) of what was made on black and on white. Errors: GENGA_ERROR_OUT_OF_MEMORY. */
GengaFrame *genga_alpha_solve (const GengaFrame *black, const GengaFrame *white, GError **error);

/*
 * The colours, with `alpha` as it was solved or is known otherwise; all are f32, and the part
 * `place` of what has become of the source, `factor` times as large. What was made on black is
 * replaced. `white` is NULL where all is clear or opaque. As good as clear pixels get the
 * ground's colours.
 */
void genga_alpha_solve_colours (GengaFrame *black,
                                const GengaFrame *white,
                                const GengaFrame *alpha,
                                const GengaFrame *ground,
                                int factor,
                                const GengaRect *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVisible, genga_visible_free)

G_END_DECLS
