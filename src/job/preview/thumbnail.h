/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Thumbnails: small pictures of files; of videos a frame that tells something.
 *
 * Thread rule: any thread. Blocks.
 */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* What was found out about the file; all zero where nothing was. */
typedef struct
{
  int width;
  int height;
  gboolean is_video;
  GengaSourceInfo video; /* where it is one */
} GengaThumbnailFacts;

/*
 * A copy of at most `size` pixels a side, as a screen shows it; `video` is what is known of the
 * video that it comes from, or NULL. Errors: G_IO_ERROR_CANCELLED, GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaFrame *genga_thumbnail_shrink (GengaFrame *frame,
                                    int size,
                                    const GengaSourceInfo *video,
                                    GCancellable *cancellable,
                                    GError **error);

/*
 * A frame of at most `size` pixels a side, as a screen shows it; `facts` is filled in any case.
 * NULL without error for a picture that can be processed and is too large to be read for this, NULL
 * with an error for what is no picture and no video (as genga_source_open()).
 */
GengaFrame *genga_thumbnail_read (const char *path,
                                  int size,
                                  GengaThumbnailFacts *facts,
                                  GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
