/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole frame as one texture, for other programs: the clipboard. What is shown is cut into tiles
 * (app/compare/picture.h).
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/frame.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From a packed U8 or U16 frame, whose pixels it shares where GDK has their format; blocks.
 * Errors: GENGA_ERROR_OUT_OF_MEMORY. */
GdkTexture *genga_texture_new (GengaFrame *frame, GError **error);

G_END_DECLS
