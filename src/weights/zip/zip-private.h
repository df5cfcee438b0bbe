/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the ZIP reader share. */
#pragma once

#include "weights/zip/zip.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name; /* valid UTF-8 */
  guint64 header;   /* offset of the local header */
  guint64 data;     /* offset of the record's bytes */
  guint64 end;      /* behind the record and its data descriptor */
  guint64 packed_size;
  guint64 size;
  guint32 crc;
  guint16 flags;
  guint16 method;
} GengaZipRecord;

struct _GengaZip
{
  const guint8 *data;
  gsize size;
  GStringChunk *names;
  GArray *records;   /* of GengaZipRecord, sorted by name */
  guint64 directory; /* offset of the central directory, where the records' part ends */
  guint64 budget;    /* how much may still be inflated */
};

#define GENGA_ZIP_STORED 0
#define GENGA_ZIP_DEFLATED 8

static inline guint16
genga_zip_get16 (const guint8 *p)
{
  return (guint16)(p[0] | p[1] << 8);
}

static inline guint32
genga_zip_get32 (const guint8 *p)
{
  return genga_zip_get16 (p) | (guint32)genga_zip_get16 (p + 2) << 16;
}

static inline guint64
genga_zip_get64 (const guint8 *p)
{
  return genga_zip_get32 (p) | (guint64)genga_zip_get32 (p + 4) << 32;
}

/* Whether a narrow field says what the wide one says, or leaves it to that one. */
static inline gboolean
genga_zip_agrees (guint64 narrow, guint64 sentinel, guint64 wide)
{
  return narrow == sentinel || narrow == wide;
}

/* The zip64 block of an extra field, NULL where there is none; FALSE where the field is broken. */
gboolean
genga_zip_find_zip64 (const guint8 *extra, gsize size, const guint8 **block, gsize *block_size);

/* Completes a record of the directory from its local header and data descriptor. */
gboolean genga_zip_read_local (GengaZip *self, GengaZipRecord *record, GError **error);

/* Fills `records` from the central directory and checks them against the local headers. */
gboolean genga_zip_read_directory (GengaZip *self, GError **error);

G_END_DECLS
