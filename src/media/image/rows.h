/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a frame as files hold them: 8 or 16 bits, straight alpha or none. Any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * Converts `width` pixels of a packed host frame from (x, y) to U8 or U16: clamped to [0, 1],
 * rounded half up, without dithering; numbers that are none become 0. With `on_white`, alpha is
 * composited on white, out = alpha * colour + (1 - alpha) * white, and left out. `out`
 * holds width times the channels that remain.
 */
void genga_rows_convert (const GengaFrame *frame,
                         int x,
                         int y,
                         int width,
                         GengaSample sample,
                         gboolean on_white,
                         gpointer out);

G_END_DECLS
