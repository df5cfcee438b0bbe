/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/structure.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define PNG_SIGNATURE_SIZE 8
#define MAX_PNG_CHUNKS (1 << 20)
#define MAX_TIFF_DIRECTORIES (1 << 16)
/* Palettes and transparency are at most this long; what is longer shows nothing. */
#define MAX_CHECKED_SIZE 1024

gssize
genga_file_read_at (int fd, gpointer data, gsize size, gint64 offset)
{
  gsize done = 0;

  while (done < size)
    {
      gssize n = pread (fd, (guint8 *)data + done, size - done, offset + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += n;
    }
  return done;
}

static guint32
read_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

static gboolean
is_intact (int fd, gint64 offset, guint32 length)
{
  guint8 bytes[16 << 10];
  gint64 left = 4 + (gint64)length; /* the name counts, too */
  uLong sum = crc32 (0, NULL, 0);

  for (offset += 4; left > 0;)
    {
      gssize n = genga_file_read_at (fd, bytes, MIN (left, (gint64)sizeof bytes), offset);

      if (n <= 0)
        return FALSE;
      sum = crc32 (sum, bytes, n);
      offset += n;
      left -= n;
    }
  return genga_file_read_at (fd, bytes, 4, offset) == 4 && read_be32 (bytes) == sum;
}

guint
genga_structure_count_png (int fd, gboolean *has_end)
{
  gint64 offset = PNG_SIGNATURE_SIZE;
  gboolean is_pixels = FALSE, seen_pixels = FALSE;
  guint n_frames = 1;

  *has_end = TRUE;
  for (int i = 0; i < MAX_PNG_CHUNKS; i++)
    {
      guint8 chunk[12];
      guint32 length;

      const gssize n = genga_file_read_at (fd, chunk, sizeof chunk, offset);

      /* Whether these were all pixels, the decoder knows. */
      if (n >= 0 && n < (gssize)sizeof chunk && is_pixels)
        {
          *has_end = FALSE;
          return n_frames;
        }
      if (n != sizeof chunk)
        return 0;
      length = read_be32 (chunk);
      if (memcmp (chunk + 4, "IEND", 4) == 0)
        return n_frames;

      /* What follows pixels may be more of them, with damage to its name. */
      gboolean follows_pixels = is_pixels;
      is_pixels = memcmp (chunk + 4, "IDAT", 4) == 0;
      seen_pixels = seen_pixels || is_pixels;
      if ((is_pixels || follows_pixels || (!seen_pixels && length <= MAX_CHECKED_SIZE)) &&
          !is_intact (fd, offset, length))
        return 0;
      if (!seen_pixels && length >= 4 && memcmp (chunk + 4, "acTL", 4) == 0)
        n_frames = CLAMP (read_be32 (chunk + 8), 1, G_MAXINT);
      offset += 12 + (gint64)length;
    }
  return 0;
}

static guint64
read_number (const guint8 *data, int size, gboolean little)
{
  guint64 number = 0;

  for (int i = 0; i < size; i++)
    number = number << 8 | data[little ? size - 1 - i : i];
  return number;
}

guint
genga_structure_count_tiff (int fd)
{
  guint8 bytes[16];
  gboolean little, big;
  guint64 offset, seen = 0;

  if (genga_file_read_at (fd, bytes, sizeof bytes, 0) < 8)
    return 0;
  little = bytes[0] == 'I';
  big = read_number (bytes + 2, 2, little) == 43;
  offset = big ? read_number (bytes + 8, 8, little) : read_number (bytes + 4, 4, little);

  for (guint n_pages = 0; n_pages < MAX_TIFF_DIRECTORIES; n_pages++)
    {
      const int count_size = big ? 8 : 2;
      const int link_size = big ? 8 : 4;
      guint64 n_entries;

      if (offset == 0)
        return n_pages;
      /* A chain that comes back to where it was (Brent's algorithm). */
      if (offset == seen)
        return 0;
      if ((n_pages & (n_pages - 1)) == 0)
        seen = offset;
      if (offset > G_MAXINT32 * (guint64)G_MAXUINT16 ||
          genga_file_read_at (fd, bytes, count_size, offset) != count_size)
        return 0;
      n_entries = read_number (bytes, count_size, little);
      if (n_entries == 0 || n_entries > G_MAXUINT16)
        return 0;
      offset += count_size + n_entries * (big ? 20 : 12);
      if (genga_file_read_at (fd, bytes, link_size, offset) != link_size)
        return 0;
      offset = read_number (bytes, link_size, little);
    }
  return 0;
}

/* Steps over a chain of GIF sub-blocks; FALSE at the end of the file. */
static gboolean
skip_sub_blocks (const guint8 *data, gsize size, gsize *position)
{
  while (*position < size)
    {
      guint8 length = data[(*position)++];

      if (length == 0)
        return TRUE;
      *position += length;
    }
  return FALSE;
}

static gsize
get_colour_table_size (guint8 flags)
{
  return flags & 0x80 ? 3 * ((gsize)2 << (flags & 7)) : 0;
}

guint
genga_structure_count_gif (const guint8 *data, gsize size)
{
  guint n_frames = 0;
  gsize position;

  if (size < 13)
    return 0;
  position = 13 + get_colour_table_size (data[10]);
  while (position < size)
    {
      guint8 kind = data[position++];

      if (kind == 0x3b)
        return n_frames;
      if (kind == 0x21)
        position += 1;
      else if (kind == 0x2c && size - position > 9)
        {
          position += 9 + get_colour_table_size (data[position + 8]) + 1;
          n_frames++;
        }
      else
        return 0;
      if (!skip_sub_blocks (data, size, &position))
        return 0;
    }
  return 0;
}

static guint32
read_le32 (const guint8 *data)
{
  return data[0] | data[1] << 8 | data[2] << 16 | (guint32)data[3] << 24;
}

guint
genga_structure_count_webp (const guint8 *data, gsize size)
{
  gsize end, position = 12;
  guint n_frames = 0;

  if (size < 12 || read_le32 (data + 4) > size - 8)
    return 0;
  end = 8 + (gsize)read_le32 (data + 4);
  while (position + 8 <= end)
    {
      if (memcmp (data + position, "ANMF", 4) == 0)
        n_frames++;
      position += 8 + (gsize)read_le32 (data + position + 4);
      position += position & 1;
    }
  return MAX (n_frames, 1);
}
