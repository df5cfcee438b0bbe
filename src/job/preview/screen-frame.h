/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames as a screen shows them. Thread rule: any thread. */
#pragma once

#include "job/preview/frame-shape.h"

G_BEGIN_DECLS

/*
 * A packed frame mirrored and rotated as its shape says (NULL: as it is), with integer samples, HDR
 * toned down (job/preview/tone.h): the frame itself where all that is so already. Free it with
 * genga_frame_unref(). Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *
genga_screen_frame_new (const GengaFrame *frame, const GengaFrameShape *shape, GError **error);

G_END_DECLS
