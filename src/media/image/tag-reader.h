/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libvips does not tell of a file: chunks of PNG (specification, section 11.3), comments of
 * JPEG (ITU-T T.81, B.2.4.5) and extensions of GIF.
 *
 * Untrusted bytes; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Whole chunks of text (but for XMP) and of the samples' meaning, where their sums are right; NULL:
 * there are none. Pixels per metre, where a chunk tells them; else they stay as they are.
 */
GBytes *genga_tags_read_png (int fd, double *x_per_metre, double *y_per_metre);

/* The comments, a line break between them, or NULL; and the resolution of the JFIF header. */
GBytes *genga_tags_read_jpeg (int fd, double *x_per_metre, double *y_per_metre);

/*
 * The comments of a GIF (GIF89a, 24), which is all in memory, a line break between them, or NULL;
 * and XMP (Adobe XMP specification 3, 1.1.2).
 */
GBytes *genga_tags_read_gif (GBytes *file, GBytes **xmp);

G_END_DECLS
