/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ZIP archive's inside: its records, and how numbers lie in it. For src/weights/zip only. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GENGA_ZIP_MAX_RECORDS 50000

typedef struct _GengaZip GengaZip;

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

G_END_DECLS
