/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that stay in the planes of their file: FFmpeg's as Genga's, and back, without a copy. They
 * are planar YUV of 8 to 16 bits in the machine's order, without transparency, whose sides are
 * multiples of the subsampling.
 */
#pragma once

#include "core/frame.h"
#include "media/video/av.h"

G_BEGIN_DECLS

/* FALSE where frames of a format and size cannot stay as they are. */
gboolean
genga_av_planes_describe (enum AVPixelFormat format, int width, int height, GengaFrameInfo *info);

/* The format of such frames. */
enum AVPixelFormat genga_av_planes_get_format (const GengaFrameInfo *info);

/* A frame with the pixels of `frame`, which keeps its own. NULL: there is no memory. */
GengaFrame *genga_av_planes_wrap (const AVFrame *frame, const GengaFrameInfo *info);

/* The other way round: nobody may write into it. NULL: there is no memory. */
AVFrame *genga_av_planes_unwrap (GengaFrame *frame);

G_END_DECLS
