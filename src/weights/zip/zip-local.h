/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local headers of a ZIP archive. For src/weights/zip only. */
#pragma once

#include "weights/zip/zip-record.h"

G_BEGIN_DECLS

/* The zip64 block of an extra field, NULL where there is none; FALSE where the field is broken. */
gboolean
genga_zip_find_zip64 (const guint8 *extra, gsize size, const guint8 **block, gsize *block_size);

/* Completes a record of the directory from its local header and data descriptor. */
gboolean genga_zip_read_local (GengaZip *self, GengaZipRecord *record, GError **error);

G_END_DECLS
