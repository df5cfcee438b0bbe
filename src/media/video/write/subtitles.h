/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text subtitles in another form. */
#pragma once

#include "core/choices.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaSubtitles GengaSubtitles;

/* What a container holds in the place of text subtitles that it does not, or NONE. */
enum AVCodecID genga_subtitles_choose (GengaContainer container, enum AVCodecID from);

/* NULL where it is not possible. */
GengaSubtitles *genga_subtitles_new (const AVStream *from, enum AVCodecID to);
void genga_subtitles_free (GengaSubtitles *self);
/* What the stream of the output has to say of them. */
gboolean genga_subtitles_describe (GengaSubtitles *self, AVStream *stream);
/* A packet with the times of the stream it comes from. FALSE: there is no memory. */
gboolean genga_subtitles_send (GengaSubtitles *self, AVPacket *packet);
/* No packet will begin before `until`, in microseconds; G_MAXINT64: there are no more. FALSE: there
 * is no memory. */
gboolean genga_subtitles_pass (GengaSubtitles *self, gint64 until);
/* After each of these: what is made of it, with times in `time_base`, until there is no more. */
gboolean genga_subtitles_receive (GengaSubtitles *self, AVPacket *packet, AVRational time_base);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSubtitles, genga_subtitles_free)

G_END_DECLS
