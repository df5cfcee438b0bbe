/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A track of sound, decoded and coded anew, for containers that cannot hold it as it is. Its times
 * stay: where the source has a gap, there is silence.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "core/choices.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaSoundCoder GengaSoundCoder;

/*
 * What a track that a container does not take becomes there: without loss where it was coded
 * without loss, else at a rate at which no difference is heard. `audio` may ask for a codec. NONE:
 * nothing is allowed.
 */
enum AVCodecID
genga_sound_choose (GengaAudio audio, GengaContainer container, const AVCodecParameters *from);

/* NULL where it is not possible. */
GengaSoundCoder *
genga_sound_coder_new (const AVStream *from, enum AVCodecID to, gboolean has_global_header);
/* `self` may be NULL. */
void genga_sound_coder_free (GengaSoundCoder *self);

/* What the stream of the output has to say of it; its time base is set. FALSE: there is no memory.
 */
gboolean genga_sound_coder_describe (const GengaSoundCoder *self, AVStream *stream);
AVRational genga_sound_coder_get_time_base (const GengaSoundCoder *self);
/* Bits per second, or 0 where nothing is lost. */
gint64 genga_sound_coder_get_bit_rate (const GengaSoundCoder *self);

/*
 * Takes a packet with the times of the stream it comes from, or NULL at the end. What cannot be
 * decoded becomes silence. 0, or an error of FFmpeg's.
 */
int genga_sound_coder_send (GengaSoundCoder *self, const AVPacket *packet);
/* The next coded packet, in the time base of describe(): 0, AVERROR (EAGAIN), AVERROR_EOF or
 * another error. */
int genga_sound_coder_receive (GengaSoundCoder *self, AVPacket *packet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaSoundCoder, genga_sound_coder_free)

G_END_DECLS
