/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The colours that transparent pixels do not show.
 *
 * Those of pixels whose alpha is 0 never count. They are filled in from what is visible around
 * them; or, for networks, the picture is put on a ground: the mean of what is visible around each
 * place. There a network sees no edge where the picture only ends, and what it makes of faint
 * pixels has the weight that they have: c = (made - (1 - alpha) * ground) / alpha.
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
 * The ground of a packed frame with alpha: a coarse f32 picture without alpha, black where nothing
 * is visible. Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *genga_ground_new (const GengaFrame *frame, GError **error);

/* Puts `colour`, an f32 frame, on its ground where `alpha` (grey, any type) is not full. */
void genga_ground_add (GengaFrame *colour, const GengaFrame *alpha, const GengaFrame *ground);

/*
 * Takes the ground away again: `colour` and `alpha` are f32, and the part `place` of what has
 * become of the frame, `factor` times as large. Where they are as good as clear, colours become
 * the ground's.
 */
void genga_ground_remove (GengaFrame *colour,
                          const GengaFrame *alpha,
                          const GengaFrame *ground,
                          int factor,
                          const GengaRect *place);

G_END_DECLS
