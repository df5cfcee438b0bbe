/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures carry beside their pixels. */
#pragma once

#include "core/frame.h"
#include "core/progress.h"
#include "media/image/colour-map.h"
#include "media/image/tags/tags.h"
#include "media/image/read/vips-file.h"
#include "media/source.h"

G_BEGIN_DECLS

/* All that a file carries, from an image of libvips and the file itself into a frame. */
void genga_vips_take_metadata (GengaFrame *frame,
                               VipsImage *image,
                               const GengaVipsFile *source,
                               GengaProgress *progress);

/* What the profile says of an image, or of a PNG the chunks in its place. */
GengaColours
genga_vips_get_colours (VipsImage *image, const GengaFrameInfo *info, const GengaVipsFile *source);

/* The profile, where it fits, and what libvips writes itself into a TIFF. */
void genga_vips_give_metadata (VipsImage *image,
                               const GengaFrame *frame,
                               const GengaTags *tags,
                               GengaProgress *progress);

G_END_DECLS
