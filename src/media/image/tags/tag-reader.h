/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libvips does not tell of a file: chunks of PNG (specification, section 11.3), comments of
 * JPEG (ITU-T T.81, B.2.4.5) and extensions of GIF.
 *
 * Untrusted bytes; any thread.
 */
#pragma once

#include "media/image/tags/tags.h"

G_BEGIN_DECLS

/*
 * Whole chunks of text and of the samples' meaning, where their sums are right, and a resolution;
 * EXIF, XMP and IPTC out of text (media/image/tags/raw-profile.h), which is no chunk of text then.
 * What is not there stays as it is. Whether there is an ICC profile, broken or not.
 */
gboolean genga_tags_read_png (int fd, GengaTags *tags);

/* The comments, a line break between them, and the resolution of the JFIF header. As above. */
gboolean genga_tags_read_jpeg (int fd, GengaTags *tags);

/*
 * The comments of a GIF (GIF89a, 24), which is all in memory, a line break between them, or NULL;
 * and XMP (Adobe XMP specification 3, 1.1.2).
 */
GBytes *genga_tags_read_gif (GBytes *file, GBytes **xmp);

G_END_DECLS
