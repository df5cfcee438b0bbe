/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a source's first frame and of its stream, for sinks; GengaOrigin.first. */
#pragma once

#include "media/source.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct
{
  AVFormatContext *format; /* of the stream alone */
  AVStream *stream;
  AVFrame *first; /* without pixels */
} GengaAvOrigin;

/* Of a file. NULL: there is no memory. */
GengaAvOrigin *genga_av_origin_new (const AVStream *stream, const AVFrame *first);
/* Of frames from elsewhere. */
GengaAvOrigin *genga_av_origin_new_plain (const GengaSourceInfo *info);
void genga_av_origin_free (GengaAvOrigin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaAvOrigin, genga_av_origin_free)

G_END_DECLS
