/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a store: SQLite, and the only place that knows it.
 *
 * Thread rule: one thread at a time. Every function blocks.
 */
#pragma once

#include "job/queue/job-store-row.h"

G_BEGIN_DECLS

typedef struct _GengaJobStoreFile GengaJobStoreFile;

/*
 * Opens `path`, makes it where it is missing, and locks it. What is damaged, or from a newer Genga,
 * is put aside; then `*put_aside` gets a sentence (g_free()). A file that could not be looked at
 * stays as it is, which is an error. Errors: GENGA_ERROR_OUTPUT.
 */
GengaJobStoreFile *genga_job_store_file_open (const char *path, char **put_aside, GError **error);
void genga_job_store_file_close (GengaJobStoreFile *self);

/* Array of GengaJobStoreRow by id. Errors: GENGA_ERROR_OUTPUT. */
GPtrArray *genga_job_store_file_read (GengaJobStoreFile *self, GError **error);

/* Changes between begin and end are written together or not at all. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_job_store_file_begin (GengaJobStoreFile *self, GError **error);
gboolean
genga_job_store_file_put (GengaJobStoreFile *self, const GengaJobStoreRow *row, GError **error);
gboolean genga_job_store_file_remove (GengaJobStoreFile *self, gint64 id, GError **error);
gboolean genga_job_store_file_end (GengaJobStoreFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaJobStoreFile, genga_job_store_file_close)

G_END_DECLS
