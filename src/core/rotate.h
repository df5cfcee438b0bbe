/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rotation of frames by right angles, and mirroring. Thread rule: any thread. */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

/*
 * `frame`, a packed host frame, rotated clockwise by `degrees`: a multiple of 90, which may be
 * negative. The result has the frame's properties and is the frame itself where nothing is to be
 * rotated; free it with genga_frame_unref(). Errors: GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *genga_frame_rotate (GengaFrame *frame, int degrees, GError **error);

/* The same for a frame that is mirrored: left is right. */
GengaFrame *genga_frame_mirror (const GengaFrame *frame, GError **error);

G_END_DECLS
