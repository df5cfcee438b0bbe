/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a decoder's frames to packed float RGB. */
#pragma once

#include "core/frame.h"
#include "media/video/av.h"

G_BEGIN_DECLS

typedef struct _GengaVideoReader GengaVideoReader;

/*
 * From decoded frames of one format, size and colour to RGB(A) F32. `colour` is complete. Errors:
 * GENGA_ERROR_INPUT (formats and matrices that mean nothing here), GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaVideoReader *genga_video_reader_new (enum AVPixelFormat format,
                                          int width,
                                          int height,
                                          const GengaColour *colour,
                                          const char *name,
                                          GError **error);
void genga_video_reader_free (GengaVideoReader *self);
gboolean genga_video_reader_matches (GengaVideoReader *self,
                                     enum AVPixelFormat format,
                                     int width,
                                     int height,
                                     const GengaColour *colour);
/* `layout`: RGB or RGBA. */
GengaFrame *genga_video_reader_run (GengaVideoReader *self,
                                    const AVFrame *frame,
                                    GengaLayout layout,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaVideoReader, genga_video_reader_free)

G_END_DECLS
