/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tiff-strip.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

/* As libtiff has them where nobody says otherwise. */
#define DEFLATE_LEVEL 6
#define ZSTD_LEVEL 9

#define NO_PREDICTOR 1
#define DIFFERENCES 2
#define FLOAT_DIFFERENCES 3

#define CLEAR_CODE 256
#define END_CODE 257
#define FIRST_CODE 258
#define LAST_CODE 4094
/* A prime, so that every step of a search comes to all places. */
#define N_PLACES 9001

guint16
genga_tiff_strip_get_scheme (const GengaTiffStrip *self)
{
  switch (self->compression)
    {
    case GENGA_COMPRESSION_LZW:
      return 5;
    case GENGA_COMPRESSION_ZSTD:
      return 50000;
    case GENGA_COMPRESSION_NONE:
      return 1;
    case GENGA_COMPRESSION_DEFLATE:
    default:
      return 8;
    }
}

guint16
genga_tiff_strip_get_predictor (const GengaTiffStrip *self)
{
  if (self->compression == GENGA_COMPRESSION_NONE)
    return NO_PREDICTOR;
  return self->bits == 32 ? FLOAT_DIFFERENCES : DIFFERENCES;
}

/* ---- differences ---- */

static void
subtract_bytes (guint8 *row, gsize n, int n_channels)
{
  for (gsize i = n; i-- > (gsize)n_channels;)
    row[i] -= row[i - n_channels];
}

static void
subtract_shorts (guint16 *row, gsize n, int n_channels)
{
  for (gsize i = n; i-- > (gsize)n_channels;)
    row[i] -= row[i - n_channels];
}

/* The bytes of all numbers by their weight, the highest first, then their differences. */
static void
subtract_floats (guint8 *row, guint8 *scratch, gsize n, int n_channels)
{
  memcpy (scratch, row, 4 * n);
  for (gsize i = 0; i < n; i++)
    for (gsize byte = 0; byte < 4; byte++)
      row[byte * n + i] = scratch[4 * i + (G_BYTE_ORDER == G_LITTLE_ENDIAN ? 3 - byte : byte)];
  subtract_bytes (row, 4 * n, n_channels);
}

static gboolean
predict (const GengaTiffStrip *self, guint8 *rows, int n_rows)
{
  const gsize n = (gsize)self->width * self->n_channels;
  const gsize stride = n * self->bits / 8;
  g_autofree guint8 *scratch = self->bits == 32 ? g_try_malloc (stride) : NULL;

  if (self->bits == 32 && scratch == NULL)
    return FALSE;
  for (int y = 0; y < n_rows; y++, rows += stride)
    if (self->bits == 8)
      subtract_bytes (rows, n, self->n_channels);
    else if (self->bits == 16)
      subtract_shorts ((gpointer)rows, n, self->n_channels);
    else
      subtract_floats (rows, scratch, n, self->n_channels);
  return TRUE;
}

/* ---- LZW ---- */

typedef struct
{
  guint32 keys[N_PLACES]; /* a code and a byte behind it, and 1; 0: none */
  guint16 codes[N_PLACES];
  guint next; /* code */
  int n_bits; /* of a code */
  guint8 *out;
  guint32 bits;
  int n_waiting; /* bits, the next ones highest */
} Lzw;

static void
put_code (Lzw *self, guint code)
{
  self->bits = self->bits << self->n_bits | code;
  self->n_waiting += self->n_bits;
  for (; self->n_waiting >= 8; self->n_waiting -= 8)
    *self->out++ = self->bits >> (self->n_waiting - 8);
}

static void
clear_codes (Lzw *self)
{
  put_code (self, CLEAR_CODE);
  memset (self->keys, 0, sizeof self->keys);
  self->next = FIRST_CODE;
  self->n_bits = 9;
}

/* The place of a string, or the one where it belongs. */
static guint
find_place (const Lzw *self, guint32 key)
{
  guint place = key % N_PLACES;
  const guint step = 1 + key % (N_PLACES - 2);

  while (self->keys[place] != 0 && self->keys[place] != key)
    place = (place + step) % N_PLACES;
  return place;
}

/* One more has a meaning. */
static void
note_code (Lzw *self)
{
  self->next++;
  if (self->next == LAST_CODE)
    clear_codes (self);
  else if (self->next == 1u << self->n_bits)
    self->n_bits++;
}

static void
add_code (Lzw *self, guint place, guint32 key)
{
  self->keys[place] = key;
  self->codes[place] = self->next;
  note_code (self);
}

/* At most a code of 12 bits a byte, and one more for each table. */
static gsize
get_lzw_bound (gsize size)
{
  return size + size / 2 + size / 1024 + 16;
}

static GBytes *
compress_lzw (const guint8 *bytes, gsize size)
{
  g_autofree Lzw *self = g_try_new0 (Lzw, 1);
  guint8 *out = g_try_malloc (get_lzw_bound (size));
  guint prefix;

  if (self == NULL || out == NULL)
    {
      g_free (out);
      return NULL;
    }
  self->out = out;
  self->n_bits = 9;
  clear_codes (self);
  prefix = bytes[0];
  for (gsize i = 1; i < size; i++)
    {
      const guint32 key = (prefix << 8 | bytes[i]) + 1;
      const guint place = find_place (self, key);

      if (self->keys[place] == key)
        {
          prefix = self->codes[place];
          continue;
        }
      put_code (self, prefix);
      add_code (self, place, key);
      prefix = bytes[i];
    }
  put_code (self, prefix);
  note_code (self);
  put_code (self, END_CODE);
  if (self->n_waiting > 0)
    *self->out++ = self->bits << (8 - self->n_waiting);
  return g_bytes_new_take (out, self->out - out);
}

/* ---- the others ---- */

static GBytes *
compress_deflate (const guint8 *bytes, gsize size)
{
  uLongf packed = compressBound (size);
  guint8 *out = g_try_malloc (packed);

  if (out != NULL && compress2 (out, &packed, bytes, size, DEFLATE_LEVEL) == Z_OK)
    return g_bytes_new_take (out, packed);
  g_free (out);
  return NULL;
}

static GBytes *
compress_zstd (const guint8 *bytes, gsize size)
{
  const gsize bound = ZSTD_compressBound (size);
  guint8 *out = g_try_malloc (bound);
  const gsize packed = out != NULL ? ZSTD_compress (out, bound, bytes, size, ZSTD_LEVEL) : 0;

  if (out != NULL && !ZSTD_isError (packed))
    return g_bytes_new_take (out, packed);
  g_free (out);
  return NULL;
}

GBytes *
genga_tiff_strip_compress (const GengaTiffStrip *self, guint8 *rows, int n_rows)
{
  const gsize size = (gsize)self->width * self->n_channels * (self->bits / 8) * n_rows;

  if (genga_tiff_strip_get_predictor (self) != NO_PREDICTOR && !predict (self, rows, n_rows))
    return NULL;
  switch (self->compression)
    {
    case GENGA_COMPRESSION_LZW:
      return compress_lzw (rows, size);
    case GENGA_COMPRESSION_ZSTD:
      return compress_zstd (rows, size);
    case GENGA_COMPRESSION_NONE:
      return g_bytes_new (rows, size);
    case GENGA_COMPRESSION_DEFLATE:
    default:
      return compress_deflate (rows, size);
    }
}
