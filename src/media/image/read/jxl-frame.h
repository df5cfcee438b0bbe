/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first frame of an animated JPEG XL, by libjxl itself: libvips before 8.16 decodes all frames
 * and gives the last one. Only in a process of its own.
 */
#pragma once

#include <vips/vips.h>

G_BEGIN_DECLS

/* Whether this build has libjxl. */
gboolean genga_jxl_frame_is_available (void);

/*
 * Pixels in the form of `image`, which is what libvips says of this file (untrusted bytes), and how
 * many bytes they are; free with g_free(). NULL: damaged, not enough memory, or no libjxl.
 */
gpointer
genga_jxl_frame_decode (gconstpointer file, gsize size, const VipsImage *image, gsize *n_bytes);

G_END_DECLS
