/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * EXIF, XMP and pixels in a JPEG XL file: boxes of its container (ISO/IEC 18181-2, 4.2 and annex
 * A.4), which libvips before 8.15 does not write. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The file with EXIF (from the TIFF header on) and XMP before its pixels; either may be NULL. Where
 * both are, or it is no JPEG XL, a new reference to it.
 */
GBytes *genga_jxl_add_boxes (GBytes *file, GBytes *exif, GBytes *xmp);

/*
 * EXIF and XMP of a file, untrusted bytes; NULL: there is none, or it is compressed (“brob”). Free
 * with g_bytes_unref().
 */
void genga_jxl_read_boxes (GBytes *file, GBytes **exif, GBytes **xmp);

/* The coded picture or its beginning, untrusted bytes; empty where there is none. A reference. */
GBytes *genga_jxl_find_codestream (GBytes *file);

G_END_DECLS
