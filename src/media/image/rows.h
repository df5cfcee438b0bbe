/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a frame as files hold them: 8 or 16 bits or floats, straight alpha or none. Any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * Converts `width` pixels of a packed host frame from (x, y) to U8, U16 or F32: clamped to [0, 1],
 * rounded half up, without dithering; numbers that are none become 0. With a `background` (RGB from
 * 0 to 1, or NULL), alpha is composited on it, out = alpha * colour + (1 - alpha) * background, and
 * left out. `out` holds width times the channels that genga_rows_get_n_channels() says.
 */
void genga_rows_convert (const GengaFrame *frame,
                         int x,
                         int y,
                         int width,
                         GengaSample sample,
                         const float *background,
                         gpointer out);

/* Channels of a converted frame: grey with alpha on a background that is not grey is RGB. */
int genga_rows_get_n_channels (const GengaFrame *frame, const float *background);

G_END_DECLS
