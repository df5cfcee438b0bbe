/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/weights-error.h"
#include "weights/zip/zip-local.h"

#include <string.h>

#define LOCAL_SIZE 30
#define LOCAL_MAGIC 0x04034b50
#define DESCRIPTOR_MAGIC 0x08074b50
#define FLAG_DESCRIPTOR 0x0008
#define EXTRA_ZIP64 0x0001

static gboolean
broken (GError **error, const char *what)
{
  return genga_weights_broken (error, "zip: %s", what);
}

gboolean
genga_zip_find_zip64 (const guint8 *extra, gsize size, const guint8 **block, gsize *block_size)
{
  *block = NULL;
  *block_size = 0;
  while (size >= 4)
    {
      gsize length = genga_zip_get16 (extra + 2);

      if (length > size - 4)
        return FALSE;
      if (genga_zip_get16 (extra) == EXTRA_ZIP64)
        {
          if (*block != NULL)
            return FALSE;
          *block = extra + 4;
          *block_size = length;
        }
      extra += 4 + length;
      size -= 4 + length;
    }
  return TRUE;
}

/* A local header's sizes are the directory's, or 0 where a data descriptor follows. */
static gboolean
check_local_sizes (const GengaZipRecord *record, const guint8 *p, gsize name_size, gsize extra_size)
{
  guint64 packed_size = genga_zip_get32 (p + 18);
  guint64 size = genga_zip_get32 (p + 22);
  gboolean is_wide = packed_size == G_MAXUINT32 || size == G_MAXUINT32;
  const guint8 *block;
  gsize block_size;
  gboolean may_be_zero;

  if (!genga_zip_find_zip64 (p + LOCAL_SIZE + name_size, extra_size, &block, &block_size) ||
      (is_wide && block_size < 16))
    return FALSE;
  if (is_wide)
    {
      if (!genga_zip_agrees (size, G_MAXUINT32, genga_zip_get64 (block)) ||
          !genga_zip_agrees (packed_size, G_MAXUINT32, genga_zip_get64 (block + 8)))
        return FALSE;
      size = genga_zip_get64 (block);
      packed_size = genga_zip_get64 (block + 8);
    }
  may_be_zero = (record->flags & FLAG_DESCRIPTOR) != 0;
  return (packed_size == record->packed_size || (may_be_zero && packed_size == 0)) &&
         (size == record->size || (may_be_zero && size == 0));
}

/* The descriptor comes with or without a magic number, in a narrow or a wide form. */
static gboolean
find_descriptor (GengaZip *self, GengaZipRecord *record)
{
  for (guint form = 0; form < 4; form++)
    {
      gsize magic_size = form & 1 ? 0 : 4;
      gsize width = form & 2 ? 8 : 4;
      const guint8 *p = self->data + record->end;

      if (self->directory - record->end < magic_size + 4 + 2 * width)
        continue;
      if (magic_size > 0 && genga_zip_get32 (p) != DESCRIPTOR_MAGIC)
        continue;
      p += magic_size;
      if (genga_zip_get32 (p) == record->crc &&
          (width == 4 ? genga_zip_get32 (p + 4) : genga_zip_get64 (p + 4)) == record->packed_size &&
          (width == 4 ? genga_zip_get32 (p + 8) : genga_zip_get64 (p + 12)) == record->size)
        {
          record->end += magic_size + 4 + 2 * width;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
genga_zip_read_local (GengaZip *self, GengaZipRecord *record, GError **error)
{
  const guint8 *p;
  gsize name_size, extra_size;

  if (record->header > self->directory || self->directory - record->header < LOCAL_SIZE)
    return broken (error, "a record has no header");
  p = self->data + record->header;
  if (genga_zip_get32 (p) != LOCAL_MAGIC)
    return broken (error, "a record has no header");
  name_size = genga_zip_get16 (p + 26);
  extra_size = genga_zip_get16 (p + 28);
  if (self->directory - record->header - LOCAL_SIZE < name_size + extra_size ||
      name_size != strlen (record->name) || memcmp (p + LOCAL_SIZE, record->name, name_size) != 0 ||
      genga_zip_get16 (p + 6) != record->flags || genga_zip_get16 (p + 8) != record->method ||
      !check_local_sizes (record, p, name_size, extra_size))
    return broken (error, "a record's header disagrees with the directory");
  if ((record->flags & FLAG_DESCRIPTOR) == 0 && genga_zip_get32 (p + 14) != record->crc)
    return broken (error, "a record's checksum disagrees with the directory");

  record->data = record->header + LOCAL_SIZE + name_size + extra_size;
  if (self->directory - record->data < record->packed_size)
    return broken (error, "a record reaches into the directory");
  record->end = record->data + record->packed_size;
  if ((record->flags & FLAG_DESCRIPTOR) != 0 && !find_descriptor (self, record))
    return broken (error, "a data descriptor disagrees with the directory");
  return TRUE;
}
