/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of memory that nobody can change any more, to hand pixels to another process without a
 * copy. Thread rule: any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_MEMORY_FILE_ALIGNMENT 64 /* of each part, from the beginning */

/*
 * A sealed file of `parts` (of GBytes), each at the next multiple of the alignment behind the one
 * before; its descriptor, to be closed. -1 with GENGA_ERROR_OUT_OF_MEMORY.
 */
int genga_memory_file_new (GPtrArray *parts, GError **error);

/*
 * The file's bytes as long as they are needed; does not take `fd`. From whomever it comes: NULL
 * with GENGA_ERROR_INTERNAL where it is empty or larger than `max_bytes`, or could still be changed
 * or cut off.
 */
GBytes *genga_memory_file_map (int fd, guint64 max_bytes, GError **error);

/* Where the part of `size` bytes that is put behind `*end` begins; moves `*end`. */
guint64 genga_memory_file_place (guint64 *end, guint64 size);

G_END_DECLS
