/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decoder has to know of a stream first, as bytes. */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

/* A stream's codec parameters, without time and place, as bytes; and these back, or NULL where the
 * bytes are no such parameters. */
GBytes *genga_av_pack_coding (const AVCodecParameters *coding);
AVCodecParameters *genga_av_unpack_coding (GBytes *bytes);

G_END_DECLS
