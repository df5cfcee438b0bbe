/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HDR for a screen that is none: plain enough to judge a picture by, and for looking at only.
 *
 * The white of printed text (203 cd/m², ITU-R BT.2408) and what is darker stay nearly as they are,
 * highlights are compressed by one curve; colours outside of BT.709 are cut off. PQ and HLG are
 * those of ITU-R BT.2100, HLG as on a display of 1000 cd/m².
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/* Whether such tags mean HDR: PQ or HLG. */
gboolean genga_tone_is_hdr (const GengaColour *colour);

/* An sRGB frame (U8) of an RGB or RGBA frame that is HDR. Errors: GENGA_ERROR_OUT_OF_MEMORY. */
GengaFrame *genga_tone_down (const GengaFrame *frame, GError **error);

G_END_DECLS
