/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * EXIF and IPTC of a TIFF, which libvips does not tell (the first) or cuts off (the second, whose
 * words it takes for bytes, in 8.14).
 *
 * A TIFF has the tags of EXIF's first directory in its own, beside those of its pixels, and the
 * others in directories behind it (Exif 2.3, 4.6.3; TIFF 6.0, section 2). Untrusted bytes; any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * EXIF of its own, from a TIFF header on: what the first directory says of the picture, but for its
 * pixels, and the directories of EXIF and GPS whole. What a camera's maker has noted is copied as
 * it is, although places in it may not be true any more. NULL: there is nothing of that, or the
 * file is none that is understood (BigTIFF).
 */
GBytes *genga_tiff_read_exif (int fd);

/* Records of IPTC-IIM, or NULL. */
GBytes *genga_tiff_read_iptc (int fd);

G_END_DECLS
