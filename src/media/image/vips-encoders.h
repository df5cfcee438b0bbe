/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The encoders of libvips that run in this process: JPEG, WebP and TIFF. They ask for an image's
 * rows from top to bottom. libvips's text about a failure stays in its buffer.
 */
#pragma once

#include "media/image/vips-types.h"
#include "media/media.h"

G_BEGIN_DECLS

/* Takes the image; what is to be written in its place. */
VipsImage *genga_vips_prepare_encode (VipsImage *take_image, GengaFormat format);

/* Writes an image into a target. */
gboolean genga_vips_run_encoder (VipsImage *image,
                                 VipsTarget *target,
                                 GengaFormat format,
                                 const GengaPictureSave *params);

G_END_DECLS
