/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures carry beside their pixels. */
#pragma once

#include "core/frame.h"
#include "core/progress.h"
#include "media/image/tags.h"
#include "media/image/vips-file.h"

G_BEGIN_DECLS

/* All that a file carries, from an image of libvips and the file itself into a frame. */
void genga_vips_take_metadata (GengaFrame *frame,
                               VipsImage *image,
                               const GengaVipsFile *source,
                               GengaProgress *progress);

/* The profile, where it fits, and what libvips writes itself into a TIFF. */
void genga_vips_give_metadata (VipsImage *image,
                               const GengaFrame *frame,
                               const GengaTags *tags,
                               GengaProgress *progress);

/* The colour space of a profile that can be used ('RGB ', 'GRAY', 'CMYK'), or 0. */
guint32 genga_icc_get_space (const guint8 *data, gsize size);
#define GENGA_ICC_RGB 0x52474220
#define GENGA_ICC_GREY 0x47524159
#define GENGA_ICC_CMYK 0x434d594b

G_END_DECLS
