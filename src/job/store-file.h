/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a store: SQLite, and the only place that knows it.
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include "job/store.h"

G_BEGIN_DECLS

typedef struct _GengaStoreFile GengaStoreFile;

/*
 * Opens `path`, makes it where it is missing, and locks it. What is damaged, or from a newer Genga,
 * is put aside; then `*put_aside` gets a sentence (g_free()). A file that could not be looked at
 * stays as it is, which is an error. Errors: GENGA_ERROR_OUTPUT.
 */
GengaStoreFile *genga_store_file_open (const char *path, char **put_aside, GError **error);
void genga_store_file_close (GengaStoreFile *self);

/* Array of GengaStoreRow by id. Errors: GENGA_ERROR_OUTPUT. */
GPtrArray *genga_store_file_read (GengaStoreFile *self, GError **error);

/* Changes between begin and end are written together or not at all. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_store_file_begin (GengaStoreFile *self, GError **error);
gboolean genga_store_file_put (GengaStoreFile *self, const GengaStoreRow *row, GError **error);
gboolean genga_store_file_remove (GengaStoreFile *self, gint64 id, GError **error);
gboolean genga_store_file_end (GengaStoreFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaStoreFile, genga_store_file_close)

G_END_DECLS
