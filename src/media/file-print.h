/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checksums of what files hold, by their size and pieces of them; not of names and times. What is
 * added goes to several sums at once: an array of them that ends with NULL.
 *
 * Thread rule: any thread, on the caller's objects.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A text, which may be NULL, under a name. */
void genga_file_print_add_text (GChecksum *const *sums, const char *name, const char *text);
void genga_file_print_add_number (GChecksum *const *sums, const char *name, gint64 number);

/* A piece of a file: its length, 0 at the file's end, -1 with errno. */
#define GENGA_FILE_PRINT_BLOCK (256 << 10)
gssize genga_file_print_add_block (GChecksum *const *sums, int fd, guint8 *buffer, gint64 offset);

/*
 * What a file holds; one that is gone, or no plain file, counts by its name. FALSE with errno where
 * it cannot be read.
 */
gboolean genga_file_print_add (GChecksum *const *sums, const char *path, gboolean *is_file);

/* Of one file; NULL where there is no plain file that can be read. Free with g_free(). */
char *genga_file_print_dup (const char *path);

G_END_DECLS
