/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that appears under its name only when it is complete.
 *
 * The bytes go to a file beside the target that has no name, or on file systems that know no such
 * files a hidden temporary one. Committing makes them durable and gives them the name, in one step
 * that fails if another process took the name meanwhile, unless replacing is allowed.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaOutputFile GengaOutputFile;

/*
 * Errors: GENGA_ERROR_OUTPUT with a sentence, among them that `path` exists already where
 * `overwrite` is not set.
 */
GengaOutputFile *genga_output_file_new (const char *path, gboolean overwrite, GError **error);

/*
 * The same through a file named `temporary`, on the same file system, which stays there until it is
 * committed: the owner of that name removes it. `path` may be taken meanwhile.
 */
GengaOutputFile *
genga_output_file_new_through (const char *path, const char *temporary, GError **error);

/* The same through a file that is there, of which the first `size` bytes count. */
GengaOutputFile *genga_output_file_continue_through (const char *path,
                                                     const char *temporary,
                                                     gint64 size,
                                                     GError **error);

/*
 * The bytes go into `fd`, from its place on, of which a copy is kept; `path` is only what messages
 * call it. Whoever opened it has it: it gets no name and is not synchronised, and committing says
 * no more than whether all was written.
 */
GengaOutputFile *genga_output_file_new_to (const char *path, int fd, GError **error);

/* Removes what was not committed and has no name that another owner has. */
void genga_output_file_free (GengaOutputFile *self);

/* Appends; FALSE when it fails, and genga_output_file_get_error() tells why. */
gboolean genga_output_file_write (GengaOutputFile *self, gconstpointer data, gsize size);

/* Moves to where the next bytes go, as lseek(); the new place, or -1. */
gint64 genga_output_file_seek (GengaOutputFile *self, gint64 offset, int whence);

/* To read what was written, at places of one's own; borrowed. */
int genga_output_file_get_fd (GengaOutputFile *self);

/* Sets the reason of a write that failed (GENGA_ERROR_OUTPUT); FALSE where none did. */
gboolean genga_output_file_get_error (GengaOutputFile *self, GError **error);

/* What is asked where the disk is full: TRUE to try once more, FALSE to fail. */
typedef gboolean (*GengaOutputDiskSpaceFunc) (gpointer data);
void genga_output_file_set_disk_space_func (GengaOutputFile *self,
                                            GengaOutputDiskSpaceFunc func,
                                            gpointer data);

/* Makes the bytes durable. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_output_file_sync (GengaOutputFile *self, GError **error);

/* Whether committing may replace a file. */
void genga_output_file_set_overwrite (GengaOutputFile *self, gboolean overwrite);

/* Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_output_file_commit (GengaOutputFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaOutputFile, genga_output_file_free)

G_END_DECLS
