/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPartFile: a file that is not all there yet, kept from one attempt to the next.
 *
 * It lies under its own name ("x.pth.part") in a folder of the user's, and one process at a time
 * works on it. Links are not followed.
 *
 * Thread rule: one thread at a time; blocks.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaPartFile GengaPartFile;

/*
 * Opens it, or makes it. Errors, all GENGA_ERROR_OUTPUT: it cannot be opened, is no regular file,
 * or another process has it.
 */
GengaPartFile *genga_part_file_open (const char *path, GError **error);

/* Closes it; what is there stays. */
void genga_part_file_free (GengaPartFile *self);

/* How many bytes are there. */
guint64 genga_part_file_get_size (const GengaPartFile *self);

/* Appends. Errors: GENGA_ERROR_OUTPUT. */
gboolean
genga_part_file_append (GengaPartFile *self, gconstpointer data, gsize size, GError **error);

/* Starts over, with nothing. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_part_file_clear (GengaPartFile *self, GError **error);

/*
 * The SHA-256 of what is there, in lower-case hexadecimal; free with g_free(). Errors:
 * GENGA_ERROR_OUTPUT; G_IO_ERROR_CANCELLED.
 */
char *genga_part_file_dup_sha256 (GengaPartFile *self, GCancellable *cancellable, GError **error);

/* The same of any file. Errors: GENGA_ERROR_INPUT; G_IO_ERROR_CANCELLED. */
char *genga_part_file_dup_sha256_of (const char *path, GCancellable *cancellable, GError **error);

/* Makes it durable and names it `path`, in the same folder. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_part_file_rename (GengaPartFile *self, const char *path, GError **error);

/* Removes it; only closing may follow. */
void genga_part_file_remove (GengaPartFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPartFile, genga_part_file_free)

G_END_DECLS
