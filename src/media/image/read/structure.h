/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outer structure of picture files: how many frames or pages there are, and whether the file
 * reaches its end. Decoders overlook much of this: libpng stops after the last row and drops side
 * chunks with a wrong check sum, transparency among them; libspng may not look at the check sum of
 * the last rows; the others stop after the first page.
 *
 * All functions answer 0 for a file that is truncated or damaged. Sources: PNG specification
 * section 5, GIF89a, the WebP container specification, TIFF 6.0 section 2 and its BigTIFF
 * variant. Untrusted bytes; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * 1 for a PNG that is not animated. Pixels and the short chunks before them are checked by their
 * sums, which reads the file to the end of the first frame's pixels. `*has_end`: FALSE where the
 * file stops within the chunk after whole chunks of pixels, which need not be all.
 */
guint genga_structure_count_png (int fd, gboolean *has_end);
/* Directories of a TIFF. */
guint genga_structure_count_tiff (int fd);
/* The whole file in memory. */
guint genga_structure_count_gif (const guint8 *data, gsize size);
guint genga_structure_count_webp (const guint8 *data, gsize size);

/* Reads `size` bytes at `offset`, fewer at the end of the file; -1 with errno. */
gssize genga_file_read_at (int fd, gpointer data, gsize size, gint64 offset);

G_END_DECLS
