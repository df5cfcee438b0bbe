/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How FFmpeg's encoder of FFV1 may cut frames. */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

/* Adds to the encoder's options what keeps it from losing colours. */
void
genga_ffv1_slices_choose (AVDictionary **options, enum AVPixelFormat format, int width, int height);

G_END_DECLS
