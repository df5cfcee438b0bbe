/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between a live preview, whose pieces are as a video codes its frames, and a viewport, which shows
 * them as players do.
 *
 * `info` is that of a video, NULL for a picture. Thread rule: main context only, but for
 * genga_live_pieces_wrap().
 */
#pragma once

#include "app/compare/compare-viewport.h"
#include "job/preview/frame-shape.h"

G_BEGIN_DECLS

/* For genga_preview_new(): a GengaPicture of a piece, or NULL. Any thread. */
GObject *genga_live_pieces_wrap (const GengaFrame *frame);

/*
 * Tells the viewport the shape of pixels and, where `options` say it, the size of the result of
 * `before` (NULL: nothing is shown). Before the pictures are set.
 */
void genga_live_pieces_prepare (GengaCompareViewport *viewport,
                                GengaPicture *before,
                                const GengaSourceInfo *info,
                                GengaOptions *options);

/* FALSE: there was nothing to show of it. */
gboolean genga_live_pieces_add (GengaCompareViewport *viewport,
                                const GengaPreviewPatch *patch,
                                const GengaSourceInfo *info);

/* The part in view, of the frame as it is coded: for genga_preview_set_view(). */
GengaPreviewView genga_live_pieces_get_view (GengaCompareViewport *viewport,
                                             const GengaSourceInfo *info);

G_END_DECLS
