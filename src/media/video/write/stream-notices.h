/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a stream that is not copied as it is, in sentences. */
#pragma once

#include "media/video.h"
#include "media/video/av.h"
#include "media/video/write/sound-coder.h"

G_BEGIN_DECLS

/* "2: flac, eng": which one is meant. Free with g_free(). */
char *genga_stream_dup_name (const AVStream *stream);

/* FALSE, with GENGA_ERROR_OUTPUT. */
gboolean
genga_stream_refuse_audio (const AVStream *stream, const GengaVideoWrite *params, GError **error);

void genga_stream_notice_dropped (const AVStream *stream, const GengaVideoWrite *params);
/* TRUE. */
gboolean genga_stream_notice_empty (const AVStream *stream, const GengaVideoWrite *params);
void genga_stream_notice_converted (const AVStream *from,
                                    enum AVCodecID codec,
                                    const GengaVideoWrite *params);
/* `to` is the stream that `sound` makes of it. */
void genga_stream_notice_coded (const AVStream *from,
                                const GengaSoundCoder *sound,
                                const AVStream *to,
                                const GengaVideoWrite *params);
/* `tag` is the language's, as BCP 47 has it. */
void
genga_stream_notice_language (const AVStream *from, const char *tag, const GengaVideoWrite *params);

G_END_DECLS
