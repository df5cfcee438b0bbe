/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a muxer takes a stream: it is tried, because tables of codecs do not tell. */
#pragma once

#include "media/video/av.h"
#include "media/video/write/packet-queue.h"

G_BEGIN_DECLS

/*
 * Writes a file of this stream alone into memory, with those of its packets that are in `packets`,
 * which stay there and may be NULL; `is_all`: the stream has no others.
 */
gboolean genga_stream_trial (const char *muxer,
                             const AVStream *stream,
                             const GengaPacketQueue *packets,
                             gboolean is_all);

/* Whether times of a stream's packets have to rise in this format, or may stand still. */
gboolean genga_muxer_is_strict (const AVOutputFormat *format, enum AVMediaType type);

G_END_DECLS
