/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/zip/zip.h"
#include "weights/weights-error.h"
#include "weights/zip/zip-directory.h"

#include <string.h>
#include <zlib.h>

#define BUDGET_FACTOR 4
#define BUDGET_BASE (G_GUINT64_CONSTANT (64) << 20)
#define FIRST_BUFFER_SIZE (64 * 1024)
#define MAX_CHUNK (G_GUINT64_CONSTANT (1) << 30) /* zlib counts in 32 bits */

GengaZip *
genga_zip_open (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (GengaZip) self = g_new0 (GengaZip, 1);

  self->data = data;
  self->size = size;
  self->names = g_string_chunk_new (4096);
  self->records = g_array_new (FALSE, FALSE, sizeof (GengaZipRecord));
  self->budget = MIN (size, GENGA_ZIP_MAX_INFLATED) * BUDGET_FACTOR + BUDGET_BASE;
  self->budget = MIN (self->budget, GENGA_ZIP_MAX_INFLATED);
  if (!genga_zip_read_directory (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
genga_zip_free (GengaZip *self)
{
  g_array_unref (self->records);
  g_string_chunk_free (self->names);
  g_free (self);
}

guint
genga_zip_get_n_records (GengaZip *self)
{
  return self->records->len;
}

static const GengaZipRecord *
get_record (GengaZip *self, guint index)
{
  return &g_array_index (self->records, GengaZipRecord, index);
}

const char *
genga_zip_get_name (GengaZip *self, guint index)
{
  return get_record (self, index)->name;
}

guint64
genga_zip_get_size (GengaZip *self, guint index)
{
  return get_record (self, index)->size;
}

int
genga_zip_find (GengaZip *self, const char *name)
{
  guint low = 0;
  guint high = self->records->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      int order = strcmp (name, get_record (self, middle)->name);

      if (order == 0)
        return (int)middle;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return -1;
}

static guint32
checksum (const guint8 *data, gsize size)
{
  uLong crc = crc32 (0, NULL, 0);

  for (gsize n; size > 0; data += n, size -= n)
    {
      n = MIN (size, MAX_CHUNK);
      crc = crc32 (crc, data, (uInt)n);
    }
  return (guint32)crc;
}

typedef struct
{
  guint8 *data;
  gsize size; /* allocated */
  gsize used;
} Buffer;

/* Grows with what really came out, never by what the record says. */
static gboolean
grow (Buffer *buffer, gsize limit, GError **error)
{
  gsize size = MIN (limit, MAX (buffer->size * 2, FIRST_BUFFER_SIZE));
  guint8 *data = g_try_realloc (buffer->data, size);

  if (data == NULL)
    return genga_weights_no_memory (error);
  buffer->data = data;
  buffer->size = size;
  return TRUE;
}

/* Inflates the whole record, whose size must come out as the directory says. */
static gboolean
run_inflate (
    z_stream *stream, const guint8 *in, guint64 in_size, Buffer *out, guint64 limit, GError **error)
{
  int status = Z_OK;

  if (!grow (out, MAX (limit, 1), error))
    return FALSE;
  while (status == Z_OK)
    {
      guint64 in_step = MIN (in_size, MAX_CHUNK);
      guint64 out_step;

      if (out->used == out->size && out->size < limit && !grow (out, limit, error))
        return FALSE;
      out_step = MIN (out->size - out->used, MAX_CHUNK);
      stream->next_in = (Bytef *)in;
      stream->avail_in = (uInt)in_step;
      stream->next_out = out->data + out->used;
      stream->avail_out = (uInt)out_step;
      status = inflate (stream, Z_NO_FLUSH);
      in += in_step - stream->avail_in;
      in_size -= in_step - stream->avail_in;
      out->used += out_step - stream->avail_out;
    }
  return (status == Z_STREAM_END && in_size == 0 && out->used == limit) ||
         genga_weights_broken (error, "zip: a record does not unpack");
}

static gboolean
inflate_record (GengaZip *self, const GengaZipRecord *record, Buffer *out, GError **error)
{
  z_stream stream = { 0 };
  gboolean ok;

  if (record->size > self->budget)
    return genga_weights_broken (error, "zip: the archive unpacks to far more than a model has");
  if (inflateInit2 (&stream, -MAX_WBITS) != Z_OK)
    return genga_weights_broken (error, "zip: zlib cannot start");
  ok = run_inflate (&stream, self->data + record->data, record->packed_size, out, record->size,
                    error);
  inflateEnd (&stream);
  self->budget -= MIN (self->budget, out->used);
  return ok;
}

gboolean
genga_zip_read (
    GengaZip *self, guint index, const guint8 **data, gsize *size, guint8 **owned, GError **error)
{
  const GengaZipRecord *record = get_record (self, index);
  Buffer buffer = { 0 };

  if (record->method == GENGA_ZIP_DEFLATED && !inflate_record (self, record, &buffer, error))
    {
      g_free (buffer.data);
      return FALSE;
    }
  *owned = buffer.data;
  *data = buffer.data != NULL ? buffer.data : self->data + record->data;
  *size = record->size;
  if (record->crc != 0 && checksum (*data, *size) != record->crc)
    {
      g_clear_pointer (owned, g_free);
      return genga_weights_broken (error, "zip: a record's checksum is wrong");
    }
  return TRUE;
}
