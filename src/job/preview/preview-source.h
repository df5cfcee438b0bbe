/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a preview begins with: a picture as the network gets it, reduced, in sRGB and without
 * transparency, as options have it.
 *
 * Thread rule: any thread. Blocks.
 */
#pragma once

#include "core/options.h"
#include "core/progress.h"
#include "media/source.h"

G_BEGIN_DECLS

typedef struct
{
  GengaSourceInfo info; /* of the file */
  GengaFrame *colour;
  GengaFrame *alpha;  /* grey, of its size; NULL: opaque, or put on a background */
  GengaFrame *ground; /* that the colours are on where they are transparent; NULL: none */
} GengaPreviewSource;

/*
 * The picture at `path`; only its progress' cancellable is used. Errors: those of
 * genga_source_open() and genga_source_read(), G_IO_ERROR_CANCELLED.
 */
gboolean genga_preview_source_read (GengaPreviewSource *self,
                                    const char *path,
                                    GengaOptions *options,
                                    GengaProgress *progress,
                                    GError **error);

/* A frame that is there already, of a source of `info`. Swallows it. */
gboolean genga_preview_source_take (GengaPreviewSource *self,
                                    GengaFrame *take_frame,
                                    const GengaSourceInfo *info,
                                    GengaOptions *options,
                                    GengaProgress *progress,
                                    GError **error);

/*
 * Whether its frames are what such a picture has with such options; for one that comes from
 * elsewhere.
 */
gboolean genga_preview_source_is_sound (const GengaPreviewSource *self, GengaOptions *options);

/* Its frames go. */
void genga_preview_source_clear (GengaPreviewSource *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaPreviewSource, genga_preview_source_clear)

G_END_DECLS
