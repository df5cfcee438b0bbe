/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FFmpeg's streams as the tracks that people count (core/tracks/track-list.h). Thread rule: any
 * thread. */
#pragma once

#include "media/video.h"
#include "media/video/av.h"

G_BEGIN_DECLS

GengaTrackKind genga_track_get_kind (const AVStream *stream);

/* Which of its kind a stream is, from 1. `upscaled`: the stream that is no track, or -1. */
guint genga_track_get_number (const AVFormatContext *input, const AVStream *stream, int upscaled);

/* What a stream is; nothing has become of it yet. */
void genga_track_describe (GengaTrack *self,
                           const AVFormatContext *input,
                           const AVStream *stream,
                           int upscaled);

G_END_DECLS
