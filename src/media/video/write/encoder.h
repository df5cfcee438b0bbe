/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One encoder, from frames to packets. */
#pragma once

#include "media/video.h"
#include "media/video/write/encoding.h"

G_BEGIN_DECLS

/* What all encoders of one video are opened with; borrowed things outlive them. */
typedef struct
{
  const GengaVideoWrite *params;
  const GengaEncoding *encoding;
  AVRational time_base; /* of the frames' times, and of packets */
  AVRational rate;      /* 0 = unknown */
  AVRational sar;
  gboolean has_global_header;
} GengaEncoderSetup;

typedef struct _GengaVideoEncoder GengaVideoEncoder;

/*
 * Its calls run in a guard's thread (media/guard.h): one that does not come back is given up, after
 * which all calls fail. Send a frame before anything else: some encoders wait for ever when they
 * are closed without.
 */
GengaVideoEncoder *genga_video_encoder_new (const GengaEncoderSetup *setup, GError **error);
void genga_video_encoder_free (GengaVideoEncoder *self);
AVCodecContext *genga_video_encoder_get_context (GengaVideoEncoder *self);
/* Microseconds that went into making frames what the encoder gets. */
gint64 genga_video_encoder_get_convert_us (GengaVideoEncoder *self);
/* `frame` NULL ends the stream. Errors: GENGA_ERROR_OUTPUT. */
gboolean
genga_video_encoder_send (GengaVideoEncoder *self, GengaFrame *frame, gint64 pts, GError **error);
/* 1: there is one; 0: it wants more, or has ended; -1 with an error. */
int genga_video_encoder_receive (GengaVideoEncoder *self, AVPacket *packet, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoEncoder, genga_video_encoder_free)

G_END_DECLS
