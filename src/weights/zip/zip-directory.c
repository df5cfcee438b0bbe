/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/weights-error.h"
#include "weights/zip/zip-directory.h"
#include "weights/zip/zip-local.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define END_SIZE 22
#define END64_SIZE 56
#define LOCATOR64_SIZE 20
#define CENTRAL_SIZE 46

#define END_MAGIC 0x06054b50
#define END64_MAGIC 0x06064b50
#define LOCATOR64_MAGIC 0x07064b50
#define CENTRAL_MAGIC 0x02014b50

#define FLAG_ENCRYPTED 0x0001
#define FLAG_STRONG 0x0040
#define FLAG_MASKED 0x2000

#define MAX_NAME_LENGTH 4096

typedef struct
{
  guint64 offset;
  guint64 size;
  guint64 count;
} Directory;

static gboolean
broken (GError **error, const char *what)
{
  return genga_weights_broken (error, "zip: %s", what);
}

/* The last end record whose comment reaches exactly to the end of the file. */
static gboolean
find_end (GengaZip *self, gsize *at, GError **error)
{
  gsize lowest = self->size > END_SIZE + G_MAXUINT16 ? self->size - END_SIZE - G_MAXUINT16 : 0;

  for (gsize i = self->size < END_SIZE ? 0 : self->size - END_SIZE + 1; i-- > lowest;)
    {
      const guint8 *p = self->data + i;

      if (genga_zip_get32 (p) == END_MAGIC && genga_zip_get16 (p + 20) == self->size - i - END_SIZE)
        {
          *at = i;
          return TRUE;
        }
    }
  return broken (error, "no directory: the file is cut off");
}

/* The zip64 end record before `end`, where a locator points to one; `end` moves to it. */
static gboolean
read_end64 (GengaZip *self, gsize *end, Directory *directory, GError **error)
{
  const guint8 *locator;
  const guint8 *p;
  guint64 offset;
  Directory wide;

  if (*end < LOCATOR64_SIZE + END64_SIZE)
    return TRUE;
  locator = self->data + *end - LOCATOR64_SIZE;
  if (genga_zip_get32 (locator) != LOCATOR64_MAGIC)
    return TRUE;
  offset = genga_zip_get64 (locator + 8);
  if (genga_zip_get32 (locator + 4) != 0 || genga_zip_get32 (locator + 16) > 1 ||
      offset > *end - LOCATOR64_SIZE - END64_SIZE)
    return broken (error, "false zip64 locator");
  p = self->data + offset;
  if (genga_zip_get32 (p) != END64_MAGIC ||
      genga_zip_get64 (p + 4) != *end - LOCATOR64_SIZE - offset - 12 ||
      genga_zip_get32 (p + 16) != 0 || genga_zip_get32 (p + 20) != 0)
    return broken (error, "false zip64 end record");

  wide.count = genga_zip_get64 (p + 32);
  wide.size = genga_zip_get64 (p + 40);
  wide.offset = genga_zip_get64 (p + 48);
  if (genga_zip_get64 (p + 24) != wide.count ||
      !genga_zip_agrees (directory->count, G_MAXUINT16, wide.count) ||
      !genga_zip_agrees (directory->size, G_MAXUINT32, wide.size) ||
      !genga_zip_agrees (directory->offset, G_MAXUINT32, wide.offset))
    return broken (error, "zip64 end record disagrees with the end record");
  *directory = wide;
  *end = offset;
  return TRUE;
}

static gboolean
read_end (GengaZip *self, Directory *directory, GError **error)
{
  gsize end = 0;
  const guint8 *p;

  if (!find_end (self, &end, error))
    return FALSE;
  p = self->data + end;
  directory->count = genga_zip_get16 (p + 10);
  directory->size = genga_zip_get32 (p + 12);
  directory->offset = genga_zip_get32 (p + 16);
  if (genga_zip_get16 (p + 4) != 0 || genga_zip_get16 (p + 6) != 0 ||
      genga_zip_get16 (p + 8) != directory->count)
    return genga_weights_refuse (error,
                                 _ ("This is one part of a split ZIP archive. Join the parts "
                                    "first."));
  if (!read_end64 (self, &end, directory, error))
    return FALSE;
  if (directory->count > GENGA_ZIP_MAX_RECORDS)
    return broken (error, "too many records");
  if (directory->offset > end || directory->size != end - directory->offset)
    return broken (error, "the directory is not where it should be");
  return TRUE;
}

/*
 * A central record's three wide fields. The block holds, in this order, those that the narrow
 * fields leave out; a block that holds all of them all the same has to agree.
 */
static gboolean
widen_central (GengaZipRecord *record, const guint8 *extra, gsize extra_size)
{
  guint64 *fields[] = { &record->size, &record->packed_size, &record->header };
  const guint8 *block;
  gsize size;
  guint n_wide = 0;

  if (!genga_zip_find_zip64 (extra, extra_size, &block, &size))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    n_wide += *fields[i] == G_MAXUINT32;
  if (n_wide == 0 && size < 8 * G_N_ELEMENTS (fields))
    {
      for (guint i = 0; i < size / 8; i++)
        {
          if (genga_zip_get64 (block + 8 * i) != *fields[i])
            return FALSE;
        }
      return size % 8 == 0;
    }
  if (size != 8 * n_wide && size != 8 * G_N_ELEMENTS (fields) &&
      size != 8 * G_N_ELEMENTS (fields) + 4)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      gboolean is_wide = *fields[i] == G_MAXUINT32;

      if (!is_wide && size == 8 * n_wide)
        continue;
      if (!genga_zip_agrees (*fields[i], G_MAXUINT32, genga_zip_get64 (block)))
        return FALSE;
      *fields[i] = genga_zip_get64 (block);
      block += 8;
    }
  return TRUE;
}

/* Nothing is ever unpacked to disk; such names only occur in archives that want to fool. */
static gboolean
is_harmless_name (const char *name, gsize length)
{
  if (length == 0 || length > MAX_NAME_LENGTH || memchr (name, '\0', length) != NULL ||
      memchr (name, '\\', length) != NULL || name[0] == '/' ||
      !g_utf8_validate_len (name, length, NULL))
    return FALSE;
  for (gsize start = 0; start < length;)
    {
      const char *slash = memchr (name + start, '/', length - start);
      gsize n = slash != NULL ? (gsize)(slash - name) - start : length - start;

      if (n == 0 || (n == 1 && name[start] == '.') ||
          (n == 2 && name[start] == '.' && name[start + 1] == '.'))
        return FALSE;
      start += n + 1;
    }
  return TRUE;
}

static gboolean
check_kind (const GengaZipRecord *record, guint64 disk, GError **error)
{
  if ((record->flags & (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED)) != 0)
    return genga_weights_refuse (error, _ ("The file is an encrypted ZIP archive. Unpack it with "
                                           "its password first."));
  if (record->method != GENGA_ZIP_STORED && record->method != GENGA_ZIP_DEFLATED)
    return genga_weights_refuse (error, _ ("The file is a ZIP archive with a compression that "
                                           "PyTorch does not use. Pack it again, or save the model "
                                           "again."));
  if (disk != 0 || (record->method == GENGA_ZIP_STORED && record->packed_size != record->size) ||
      (g_str_has_suffix (record->name, "/") && record->size != 0))
    return broken (error, "false sizes");
  return TRUE;
}

/* Reads the record at `at`, moves `at` behind it. */
static gboolean
read_central (GengaZip *self, gsize *at, gsize end, GError **error)
{
  const guint8 *p = self->data + *at;
  GengaZipRecord record = { 0 };
  gsize name_size, extra_size, comment_size;

  if (end - *at < CENTRAL_SIZE || genga_zip_get32 (p) != CENTRAL_MAGIC)
    return broken (error, "the directory is cut off");
  name_size = genga_zip_get16 (p + 28);
  extra_size = genga_zip_get16 (p + 30);
  comment_size = genga_zip_get16 (p + 32);
  if (end - *at - CENTRAL_SIZE < name_size + extra_size + comment_size)
    return broken (error, "the directory is cut off");
  if (!is_harmless_name ((const char *)p + CENTRAL_SIZE, name_size))
    return broken (error, "a record has a name that leads outside the archive");

  record.name =
      g_string_chunk_insert_len (self->names, (const char *)p + CENTRAL_SIZE, (gssize)name_size);
  record.flags = genga_zip_get16 (p + 8);
  record.method = genga_zip_get16 (p + 10);
  record.crc = genga_zip_get32 (p + 16);
  record.packed_size = genga_zip_get32 (p + 20);
  record.size = genga_zip_get32 (p + 24);
  record.header = genga_zip_get32 (p + 42);
  if (!widen_central (&record, p + CENTRAL_SIZE + name_size, extra_size))
    return broken (error, "false zip64 field");
  if (!check_kind (&record, genga_zip_get16 (p + 34), error) ||
      !genga_zip_read_local (self, &record, error))
    return FALSE;
  g_array_append_val (self->records, record);
  *at += CENTRAL_SIZE + name_size + extra_size + comment_size;
  return TRUE;
}

static int
compare_headers (gconstpointer a, gconstpointer b)
{
  const GengaZipRecord *x = a, *y = b;

  return x->header < y->header ? -1 : x->header > y->header;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const GengaZipRecord *x = a, *y = b;

  return strcmp (x->name, y->name);
}

/* Leaves the records sorted by name. */
static gboolean
check_records (GengaZip *self, GError **error)
{
  g_array_sort (self->records, compare_headers);
  for (guint i = 1; i < self->records->len; i++)
    {
      if (g_array_index (self->records, GengaZipRecord, i - 1).end >
          g_array_index (self->records, GengaZipRecord, i).header)
        return broken (error, "records overlap");
    }
  g_array_sort (self->records, compare_names);
  for (guint i = 1; i < self->records->len; i++)
    {
      if (compare_names (&g_array_index (self->records, GengaZipRecord, i - 1),
                         &g_array_index (self->records, GengaZipRecord, i)) == 0)
        return broken (error, "a name is there twice");
    }
  return TRUE;
}

gboolean
genga_zip_read_directory (GengaZip *self, GError **error)
{
  Directory directory;
  gsize at, end;

  if (!read_end (self, &directory, error))
    return FALSE;
  self->directory = directory.offset;
  at = directory.offset;
  end = directory.offset + directory.size;
  for (guint64 i = 0; i < directory.count; i++)
    {
      if (!read_central (self, &at, end, error))
        return FALSE;
    }
  if (at != end)
    return broken (error, "the directory holds more than it says");
  return check_records (self, error);
}
