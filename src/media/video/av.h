/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the video module's files share of the FFmpeg libraries: their headers, and small helpers. */
#pragma once

#include "media/video/av-compat.h"

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>

G_BEGIN_DECLS

/* The library's type under a name of our own, for automatic clean-up. */
typedef AVFrame GengaAvFrame;

static inline void
genga_av_frame_free (GengaAvFrame *frame)
{
  av_frame_free (&frame);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaAvFrame, genga_av_frame_free)

/* An error of the FFmpeg libraries in their own words; free with g_free(). */
static inline char *
genga_av_dup_error (int code)
{
  char text[AV_ERROR_MAX_STRING_SIZE] = { 0 };

  av_strerror (code, text, sizeof text);
  return g_strdup (text);
}

G_END_DECLS
