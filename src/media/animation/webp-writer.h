/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Animated WebP out, of which FFmpeg does not write the last duration. */
#pragma once

#include "media/video.h"

G_BEGIN_DECLS

/* Encodes WebP frames; times in milliseconds. */
typedef struct _GengaWebpWriter GengaWebpWriter;

GengaWebpWriter *
genga_webp_writer_new (const GengaAnimationWrite *params, guint loop_count, GError **error);
void genga_webp_writer_free (GengaWebpWriter *self);
/* RGBA of 8 bits, `stride` bytes a row. */
gboolean genga_webp_writer_add (
    GengaWebpWriter *self, const guint8 *pixels, int stride, int time, GError **error);
/* The file; `end` is when the last frame is over. */
GBytes *genga_webp_writer_finish (GengaWebpWriter *self, int end, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaWebpWriter, genga_webp_writer_free)

G_END_DECLS
