/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a file that was just written is what it should be: it is read again. */
#pragma once

#include "media/video/av.h"

G_BEGIN_DECLS

/* What a file should hold. */
typedef struct
{
  const AVFormatContext *output; /* that it was written with */
  const guint64 *n_packets;      /* of each of its streams; muxers leave out what has none */
  int video;                     /* the stream that is counted */
  double seconds;                /* from its first frame to its last one */
} GengaExpectedResult;

/* 0, or an error of FFmpeg's. */
int genga_result_check (const char *path, const GengaExpectedResult *expected);

G_END_DECLS
