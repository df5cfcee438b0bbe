/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the structure of a picture file alone tells of damage, with no decoder behind it. */
#include "media/image/read/structure.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

static void
put_u32 (GByteArray *png, guint32 number)
{
  guint32 bytes = GUINT32_TO_BE (number);

  g_byte_array_append (png, (const guint8 *)&bytes, sizeof bytes);
}

static void
put_chunk (GByteArray *png, const char *name, const guint8 *data, gsize size)
{
  guint start = png->len + 4;

  put_u32 (png, size);
  g_byte_array_append (png, (const guint8 *)name, 4);
  g_byte_array_append (png, data, size);
  put_u32 (png, crc32 (0, png->data + start, png->len - start));
}

/*
 * A small grey PNG whose pixels lie in two chunks, with a text behind them; `*begin` and `*end`
 * enclose the chunks of the pixels.
 */
static GByteArray *
make_png (gsize *begin, gsize *end)
{
  static const guint8 header[] = { 0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0 };
  GByteArray *png = g_byte_array_new ();
  guint8 rows[8 * 9], packed[256];
  uLongf size = sizeof packed;

  for (guint i = 0; i < sizeof rows; i++)
    rows[i] = i % 9 == 0 ? 0 : i * 7;
  g_assert_cmpint (compress (packed, &size, rows, sizeof rows), ==, Z_OK);
  g_byte_array_append (png, (const guint8 *)"\x89PNG\r\n\x1a\n", 8);
  put_chunk (png, "IHDR", header, sizeof header);
  *begin = png->len;
  put_chunk (png, "IDAT", packed, size / 2);
  put_chunk (png, "IDAT", packed + size / 2, size - size / 2);
  *end = png->len;
  put_chunk (png, "tEXt", (const guint8 *)"Title\0x", 7);
  put_chunk (png, "IEND", NULL, 0);
  return png;
}

static void
write_all (int fd, const GByteArray *png)
{
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, png->data, png->len, 0), ==, png->len);
}

static int
open_temporary (void)
{
  g_autofree char *name = NULL;
  int fd = g_file_open_tmp ("genga-structure-XXXXXX", &name, NULL);

  g_assert_cmpint (fd, >=, 0);
  unlink (name);
  return fd;
}

/* Any wrong bit of the pixels' chunks: lengths, names, contents and check sums. */
static void
test_pixels (void)
{
  gboolean has_end;
  gsize begin, end;
  g_autoptr (GByteArray) png = make_png (&begin, &end);
  int fd = open_temporary ();

  write_all (fd, png);
  g_assert_cmpuint (genga_structure_count_png (fd, &has_end), ==, 1);
  for (gsize bit = begin * 8; bit < end * 8; bit++)
    {
      png->data[bit / 8] ^= 1 << bit % 8;
      write_all (fd, png);
      if (genga_structure_count_png (fd, &has_end) != 0)
        g_error ("bit %zu of byte %zu may be wrong", bit % 8, bit / 8 - begin);
      png->data[bit / 8] ^= 1 << bit % 8;
    }
  close (fd);
}

/* A chunk that is longer than what is read at once, and one that claims more than there is. */
static void
test_long_chunk (void)
{
  gboolean has_end;
  enum
  {
    SIZE = 100003
  };
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (GByteArray) png = g_byte_array_new ();
  int fd = open_temporary ();

  for (guint i = 0; i < SIZE; i++)
    data[i] = i * i >> 3;
  g_byte_array_append (png, (const guint8 *)"\x89PNG\r\n\x1a\n", 8);
  put_chunk (png, "IDAT", data, SIZE);
  put_chunk (png, "IEND", NULL, 0);
  write_all (fd, png);
  g_assert_cmpuint (genga_structure_count_png (fd, &has_end), ==, 1);
  png->data[16 + SIZE - 1] ^= 1;
  write_all (fd, png);
  g_assert_cmpuint (genga_structure_count_png (fd, &has_end), ==, 0);
  png->data[16 + SIZE - 1] ^= 1;
  png->data[8] = 0xff;
  write_all (fd, png);
  g_assert_cmpuint (genga_structure_count_png (fd, &has_end), ==, 0);
  close (fd);
}

/* A TIFF of little-endian directories of one entry, one behind the other; the last leads to
 * `last`. */
static guint
count_pages (int fd, guint n, guint32 last)
{
  g_autoptr (GByteArray) tiff = g_byte_array_new ();

  g_byte_array_append (tiff, (const guint8 *)"II*\0\x08\0\0\0", 8);
  for (guint i = 0; i < n; i++)
    {
      const guint8 entries[14] = { 1, 0, 0, 1, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0 };
      const guint32 next = GUINT32_TO_LE (i + 1 < n ? tiff->len + 18 : last);

      g_byte_array_append (tiff, entries, sizeof entries);
      g_byte_array_append (tiff, (const guint8 *)&next, sizeof next);
    }
  write_all (fd, tiff);
  return genga_structure_count_tiff (fd);
}

/* Directories that lead back to one of those before have no end: the file is damaged. */
static void
test_pages (void)
{
  const int fd = memfd_create ("test", MFD_CLOEXEC);

  for (guint n = 1; n < 20; n++)
    {
      g_assert_cmpuint (count_pages (fd, n, 0), ==, n);
      for (guint back = 0; back < n; back++)
        g_assert_cmpuint (count_pages (fd, n, 8 + 18 * back), ==, 0);
    }
  g_assert_cmpuint (count_pages (fd, 2, 1000), ==, 0);
  g_assert_cmpuint (count_pages (fd, 2, 40), ==, 0);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pictures/structure/pixels", test_pixels);
  g_test_add_func ("/pictures/structure/long-chunk", test_long_chunk);
  g_test_add_func ("/pictures/structure/pages", test_pages);
  return g_test_run ();
}
