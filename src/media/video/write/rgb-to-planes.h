/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From packed float RGB to an encoder's frames. */
#pragma once

#include "core/frame.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaVideoWriter GengaVideoWriter;

/*
 * From RGB(A) F32 to frames of one format. Where a side is no multiple of the subsampling, the last
 * row or column counts for those that the last samples of colour lack.
 */
GengaVideoWriter *genga_video_writer_new (
    enum AVPixelFormat format, int width, int height, const GengaColour *colour, GError **error);
void genga_video_writer_free (GengaVideoWriter *self);
/* Fills a writable frame of the writer's format and size. */
gboolean genga_video_writer_run (GengaVideoWriter *self,
                                 const GengaFrame *source,
                                 AVFrame *frame,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoWriter, genga_video_writer_free)

G_END_DECLS
