/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ordinary ZIP archive with one model in it, as download pages pack it: looked into as a folder
 * is. For src/weights only.
 *
 * Thread rule: one thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GengaArchive GengaArchive;

/*
 * Whether `bytes` are such an archive: `*archive` gets it, or NULL where PyTorch wrote it, which
 * makes it a model itself. Errors, GENGA_ERROR_MODEL: it is damaged, or there is not just one model
 * in it.
 */
gboolean genga_archive_open (GBytes *bytes, GengaArchive **archive, GError **error);
void genga_archive_free (GengaArchive *self);

/* The name of the model's file, without folder; of several, the one that describes the others. */
const char *genga_archive_get_name (GengaArchive *self);

/*
 * The content of a file in the same folder or beneath. Free with g_bytes_unref(). Errors:
 * GENGA_ERROR_MODEL, GENGA_ERROR_OUT_OF_MEMORY.
 */
GBytes *genga_archive_read (GengaArchive *self, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaArchive, genga_archive_free)

G_END_DECLS
