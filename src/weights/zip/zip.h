/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader for the ZIP archives that torch writes and that people re-pack. For src/weights only.
 *
 * Everything the archive says is checked before the first record is read: the central directory
 * and the local headers agree, records lie inside the file and do not overlap, names are unique
 * and lead nowhere. Accepted: stored and deflated records, zip64, data descriptors that agree with
 * the directory. Refused: encryption, other methods, split archives, more than
 * GENGA_ZIP_MAX_RECORDS records.
 *
 * Inflating is limited for the whole archive to 4 times its size plus 64 MB, at most
 * GENGA_ZIP_MAX_INFLATED, and counted while inflating.
 *
 * Errors as in weights-error.h. One thread.
 */
#pragma once

#include "weights/zip/zip-record.h"

G_BEGIN_DECLS

#define GENGA_ZIP_MAX_INFLATED (G_GUINT64_CONSTANT (4) << 30)

/* The archive in `data`, which must outlive it. */
GengaZip *genga_zip_open (const guint8 *data, gsize size, GError **error);
void genga_zip_free (GengaZip *self);

/* The records, directories included, in the order of their names' bytes. */
guint genga_zip_get_n_records (GengaZip *self);
const char *genga_zip_get_name (GengaZip *self, guint index);
guint64 genga_zip_get_size (GengaZip *self, guint index);

/* The index of a record, or -1. */
int genga_zip_find (GengaZip *self, const char *name);

/*
 * The bytes of a record. A stored record is lent out of the archive and `owned` is NULL; a
 * deflated one is inflated, and `owned` is to be freed with g_free(). The checksum is compared,
 * except where it is 0: torch can be told to leave it out.
 */
gboolean genga_zip_read (
    GengaZip *self, guint index, const guint8 **data, gsize *size, guint8 **owned, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaZip, genga_zip_free)

G_END_DECLS
