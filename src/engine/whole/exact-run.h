/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rectangles of a picture, through a back end that crops exactly: whatever rectangles a picture is
 * run in, it has the same pixels. For src/engine only.
 */
#pragma once

#include "engine/session-types.h"

G_BEGIN_DECLS

/*
 * Runs the network for a rectangle of the picture, padded as the network needs it: (width * scale)
 * x (height * scale) pixels in the frame's layout, packed samples of a type that the device writes,
 * clamped, in rows `stride` bytes apart. In pieces where the session is asked to, or memory is
 * short. Without detours where genga_session_align_rect() leaves the rectangle as it is.
 */
gboolean genga_session_run_exactly (GengaSession *self,
                                    const GengaRegion *source,
                                    const GengaRect *rect,
                                    GengaSample sample,
                                    void *pixels,
                                    gsize stride,
                                    GError **error);

/* Tells the progress of so many pixels, or of all that is left of GengaSession.n_left. */
void genga_session_tell_done (GengaSession *self, guint64 n_pixels);

/*
 * The smallest rectangle around one that the back end makes: its edges are multiples of
 * GengaModelNeeds.unit, or those of the picture of width x height, padded.
 */
GengaRect
genga_session_align_rect (const GengaSession *self, const GengaRect *rect, int width, int height);

/* The pixels of the picture that a rectangle is made of. */
GengaRect genga_session_get_seen_rect (const GengaSession *self,
                                       const GengaRect *rect,
                                       int width,
                                       int height);

G_END_DECLS
