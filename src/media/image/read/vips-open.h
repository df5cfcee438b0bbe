/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attempts to read a picture file with libvips, from the strictest one on: what an attempt refuses
 * may be let pass by the next, where every pixel is there or the user wants what is.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include "media/image/read/vips-file.h"
#include "media/source.h"

G_BEGIN_DECLS

/* How strict the first attempt is. */
VipsFailOn genga_vips_open_get_strictest (const GengaVipsFile *source);

/*
 * After an attempt has failed, with libvips's text in its buffer: whether another one may be less
 * strict. The text goes.
 */
gboolean genga_vips_open_relax (GengaVipsFile *source, VipsFailOn *fail_on);

/*
 * The image with its header read and its pixels to come, as RGB or grey of 8 or 16 bits; free with
 * g_object_unref(). Errors: GENGA_ERROR_INPUT, libvips's text in its buffer; G_IO_ERROR_CANCELLED.
 */
VipsImage *genga_vips_open (GengaVipsFile *source, VipsFailOn fail_on, GError **error);

/* The frame that such an image becomes, rotated as its orientation says. */
void genga_vips_open_describe (VipsImage *image, GengaFrameInfo *info);

/*
 * Whether it fits into the budget, and its file is whole or may be damaged: a bomb is too large
 * before it is damaged. Errors: GENGA_ERROR_INPUT.
 */
gboolean genga_vips_open_check (GengaVipsFile *source,
                                const GengaFrameInfo *info,
                                const GengaSourceParams *params,
                                GError **error);

void genga_vips_open_set_damaged (const GengaVipsFile *source, GError **error);

/* What is to say of a picture once all of it was read. `progress` may be NULL. */
void
genga_vips_open_notice (const GengaVipsFile *source, VipsImage *image, GengaProgress *progress);

G_END_DECLS
