/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what files hold to what frames hold. */
#pragma once

#include "media/image/read/vips-file.h"

G_BEGIN_DECLS

/*
 * The steps from what a file holds to what a frame can hold: grey or RGB, with or without alpha,
 * U8 or U16. Metadata stay attached except a profile that no longer fits. NULL with an error
 * (GENGA_ERROR_INPUT) where the numbers mean nothing that can be shown.
 */
VipsImage *genga_vips_convert (VipsImage *image, const GengaVipsFile *source, GError **error);

/* Whether a converted image's numbers went through its file's own profile, which is dropped then.
 */
gboolean genga_vips_convert_took_profile (VipsImage *image);

/* Whether a converted image had floats without a profile, which were taken for linear light. */
gboolean genga_vips_convert_took_light (VipsImage *image);

G_END_DECLS
