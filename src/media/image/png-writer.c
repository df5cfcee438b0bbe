/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/png-writer.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Of the specification, in its order: none, sub, up, average, Paeth. */
#define N_FILTERS 5

struct _GengaPngWriter
{
  GengaPngSetup setup;
  GengaDeflateStream *stream;
  gsize pixel_size;
  gsize row_size;
  guint8 *row;                 /* as the file has it; `pixel_size` zeroes stand before it */
  guint8 *above;               /* the same of the row before */
  guint8 *filtered[N_FILTERS]; /* each the filter's number, then the row */
  int n_rows;                  /* so far */
  gboolean has_begun;          /* the signature and the header are written */
};

/* ---- chunks ---- */

static void
put_be32 (guint8 *to, guint32 value)
{
  to[0] = value >> 24;
  to[1] = value >> 16;
  to[2] = value >> 8;
  to[3] = value;
}

static gboolean
write_bytes (GengaPngWriter *self, gconstpointer bytes, gsize size)
{
  return self->setup.write (self->setup.data, bytes, size);
}

static gboolean
write_chunk (GengaPngWriter *self, const char *name, gconstpointer bytes, gsize size)
{
  guint8 head[8], tail[4];
  uLong sum;

  put_be32 (head, size);
  memcpy (head + 4, name, 4);
  sum = crc32 (crc32 (0, NULL, 0), head + 4, 4);
  if (size > 0)
    sum = crc32 (sum, bytes, size);
  put_be32 (tail, sum);
  return write_bytes (self, head, sizeof head) && (size == 0 || write_bytes (self, bytes, size)) &&
         write_bytes (self, tail, sizeof tail);
}

static gboolean
write_head (GengaPngWriter *self)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  static const guint8 colour_types[] = { 0, 0, 4, 2, 6 };
  guint8 header[13] = { 0 };

  self->has_begun = TRUE;
  put_be32 (header, self->setup.width);
  put_be32 (header + 4, self->setup.height);
  header[8] = self->setup.bits;
  header[9] = colour_types[self->setup.n_channels];
  return write_bytes (self, signature, sizeof signature) &&
         write_chunk (self, "IHDR", header, sizeof header);
}

/* A block of the stream is a chunk of its own. */
static gboolean
write_data (gpointer data, gconstpointer bytes, gsize size)
{
  return write_chunk (data, "IDAT", bytes, size);
}

/* ---- filters ---- */

static inline int
get_paeth (int left, int above, int corner)
{
  const int p = above - corner, q = left - corner;
  const int from_left = abs (p), from_above = abs (q), from_corner = abs (p + q);

  if (from_left <= from_above && from_left <= from_corner)
    return left;
  return from_above <= from_corner ? above : corner;
}

static void
filter_row (const GengaPngWriter *self, int filter, guint8 *out)
{
  const guint8 *row = self->row, *left = row - self->pixel_size;
  const guint8 *above = self->above, *corner = above - self->pixel_size;
  const gsize n = self->row_size;

  *out++ = filter;
  switch (filter)
    {
    case 1:
      for (gsize i = 0; i < n; i++)
        out[i] = row[i] - left[i];
      break;
    case 2:
      for (gsize i = 0; i < n; i++)
        out[i] = row[i] - above[i];
      break;
    case 3:
      for (gsize i = 0; i < n; i++)
        out[i] = row[i] - (left[i] + above[i]) / 2;
      break;
    case 4:
      for (gsize i = 0; i < n; i++)
        out[i] = row[i] - get_paeth (left[i], above[i], corner[i]);
      break;
    default:
      memcpy (out, row, n);
      break;
    }
}

static guint64
sum_differences (const guint8 *bytes, gsize n)
{
  guint64 sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += abs ((gint8)bytes[i]);
  return sum;
}

/* The filtered row that is likely to take the least room. */
static const guint8 *
choose_filtered (GengaPngWriter *self)
{
  const guint8 *best = NULL;
  guint64 least = G_MAXUINT64;

  for (int i = 0; i < N_FILTERS; i++)
    {
      guint8 *out = self->filtered[i];
      guint64 sum;

      filter_row (self, i, out);
      sum = sum_differences (out + 1, self->row_size);
      if (sum < least)
        {
          least = sum;
          best = out;
        }
    }
  return best;
}

/* ---- the border ---- */

static guint8 *
new_row (const GengaPngWriter *self)
{
  guint8 *memory = g_try_malloc0 (self->pixel_size + self->row_size);

  return memory != NULL ? memory + self->pixel_size : NULL;
}

static void
free_row (const GengaPngWriter *self, guint8 *row)
{
  if (row != NULL)
    g_free (row - self->pixel_size);
}

static gboolean
allocate (GengaPngWriter *self)
{
  self->row = new_row (self);
  self->above = new_row (self);
  if (self->row == NULL || self->above == NULL)
    return FALSE;
  for (int i = 0; i < (self->setup.is_filtered ? N_FILTERS : 1); i++)
    {
      self->filtered[i] = g_try_malloc (1 + self->row_size);
      if (self->filtered[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

GengaPngWriter *
genga_png_writer_new (const GengaPngSetup *setup)
{
  g_autoptr (GengaPngWriter) self = g_new0 (GengaPngWriter, 1);

  self->setup = *setup;
  self->pixel_size = setup->n_channels * setup->bits / 8;
  self->row_size = setup->width * self->pixel_size;
  self->stream =
      genga_deflate_stream_new (setup->level, setup->is_filtered ? Z_FILTERED : Z_DEFAULT_STRATEGY,
                                setup->n_threads, write_data, self);
  return self->stream != NULL && allocate (self) ? g_steal_pointer (&self) : NULL;
}

void
genga_png_writer_free (GengaPngWriter *self)
{
  if (self == NULL)
    return;
  genga_deflate_stream_free (self->stream);
  free_row (self, self->row);
  free_row (self, self->above);
  for (int i = 0; i < N_FILTERS; i++)
    g_free (self->filtered[i]);
  g_free (self);
}

/* Numbers of 16 bits have their upper half first in files. */
static void
load_row (GengaPngWriter *self, gconstpointer row)
{
  const guint16 *words = row;

  if (self->setup.bits == 8)
    memcpy (self->row, row, self->row_size);
  else
    for (gsize i = 0; i < self->row_size / 2; i++)
      {
        self->row[2 * i] = words[i] >> 8;
        self->row[2 * i + 1] = words[i];
      }
}

gboolean
genga_png_writer_add (GengaPngWriter *self, gconstpointer row)
{
  const guint8 *filtered = self->filtered[0];
  guint8 *swap = self->above;

  if (self->n_rows == self->setup.height || (!self->has_begun && !write_head (self)))
    return FALSE;
  load_row (self, row);
  if (self->setup.is_filtered)
    filtered = choose_filtered (self);
  else
    filter_row (self, 0, self->filtered[0]);
  self->above = self->row;
  self->row = swap;
  self->n_rows++;
  return genga_deflate_stream_write (self->stream, filtered, 1 + self->row_size);
}

gboolean
genga_png_writer_finish (GengaPngWriter *self)
{
  return self->n_rows == self->setup.height && genga_deflate_stream_finish (self->stream) &&
         write_chunk (self, "IEND", NULL, 0);
}

/* ---- going on ---- */

int
genga_png_writer_get_n_rows (const GengaPngWriter *self)
{
  return self->n_rows;
}

/* The number of rows, the last one of them, and the stream's state. */
GBytes *
genga_png_writer_save (GengaPngWriter *self)
{
  g_autoptr (GBytes) stream = NULL;
  const gint32 n_rows = self->n_rows;
  GByteArray *state;
  gsize size;
  gconstpointer data;

  if (!self->has_begun && !write_head (self))
    return NULL;
  stream = genga_deflate_stream_save (self->stream);
  if (stream == NULL)
    return NULL;
  state = g_byte_array_new ();
  g_byte_array_append (state, (const guint8 *)&n_rows, sizeof n_rows);
  g_byte_array_append (state, self->above, self->row_size);
  data = g_bytes_get_data (stream, &size);
  g_byte_array_append (state, data, size);
  return g_byte_array_free_to_bytes (state);
}

gboolean
genga_png_writer_restore (GengaPngWriter *self, GBytes *state)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (state, &size);
  const gsize n_own = sizeof (gint32) + self->row_size;
  g_autoptr (GBytes) stream = NULL;
  gint32 n_rows;

  if (size < n_own)
    return FALSE;
  memcpy (&n_rows, data, sizeof n_rows);
  stream = g_bytes_new_from_bytes (state, n_own, size - n_own);
  if (n_rows < 0 || n_rows > self->setup.height ||
      !genga_deflate_stream_restore (self->stream, stream))
    return FALSE;
  memcpy (self->above, data + sizeof n_rows, self->row_size);
  self->n_rows = n_rows;
  self->has_begun = TRUE;
  return TRUE;
}
