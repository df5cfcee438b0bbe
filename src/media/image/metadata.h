/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures carry beside their pixels. */
#pragma once

#include "core/frame.h"
#include "core/progress.h"
#include "media/image/vips-types.h"

G_BEGIN_DECLS

/* Moves ICC, EXIF and XMP between an image of libvips and a frame. */
void genga_vips_take_metadata (GengaFrame *frame,
                               VipsImage *image,
                               const char *name,
                               GengaProgress *progress);
void genga_vips_give_metadata (VipsImage *image, const GengaFrame *frame, GengaProgress *progress);

/* The colour space of a profile that can be used ('RGB ', 'GRAY', 'CMYK'), or 0. */
guint32 genga_icc_get_space (const guint8 *data, gsize size);
#define GENGA_ICC_RGB 0x52474220
#define GENGA_ICC_GREY 0x47524159
#define GENGA_ICC_CMYK 0x434d594b

G_END_DECLS
