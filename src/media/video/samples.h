/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples of FFmpeg's frames, of any format that can be laid out, as zimg gets and gives them. */
#pragma once

#include "media/video/zimg-graph.h"

G_BEGIN_DECLS

/* What of a frame of width x height `planes` has room for, repeated beyond its borders. */
void genga_video_samples_read (const GengaVideoLayout *layout,
                               int width,
                               int height,
                               const AVFrame *frame,
                               GengaVideoPlanes *planes);

/* Into a writable frame of width x height. */
void genga_video_samples_write (const GengaVideoLayout *layout,
                                int width,
                                int height,
                                const GengaVideoPlanes *planes,
                                AVFrame *frame);

/* Whether two frames look the same: format, size, colour tags and every sample. */
gboolean genga_video_samples_are_equal (const AVFrame *a, const AVFrame *b);

G_END_DECLS
