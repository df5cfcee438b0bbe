/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deinterlacing by bwdif. */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaDeinterlacer GengaDeinterlacer;

/* bwdif, one frame for each; `all`: also frames that are not marked. */
GengaDeinterlacer *genga_deinterlacer_new (const AVFrame *like, gboolean all, GError **error);
void genga_deinterlacer_free (GengaDeinterlacer *self);
/* Whether it takes such a frame; another one needs another deinterlacer. */
gboolean genga_deinterlacer_matches (GengaDeinterlacer *self, const AVFrame *frame);
/* NULL ends the stream. Keeps the frame's content, not the frame. */
gboolean genga_deinterlacer_send (GengaDeinterlacer *self, AVFrame *frame, GError **error);
/* AVERROR (EAGAIN) where it wants more; times are those of the frames sent. */
int genga_deinterlacer_receive (GengaDeinterlacer *self, AVFrame *frame);

G_END_DECLS
