/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TIFF files of our own, read back by libtiff, and written with breaks. */
#include "media/image/tiff-writer.h"
#include "no-threads.h"

#include <glib.h>
#include <string.h>
#include <vips/vips.h>

#define WIDTH 211
#define HEIGHT 1900

typedef struct
{
  GByteArray *bytes;
  gsize place;
} File;

static gboolean
put (gpointer data, gconstpointer bytes, gsize size)
{
  File *self = data;

  if (self->place + size > self->bytes->len)
    g_byte_array_set_size (self->bytes, self->place + size);
  memcpy (self->bytes->data + self->place, bytes, size);
  self->place += size;
  return TRUE;
}

static gboolean
seek (gpointer data, gint64 offset)
{
  ((File *)data)->place = offset;
  return TRUE;
}

static GengaTiffSetup
make_setup (int n_channels, int bits, GengaCompression compression, File *file)
{
  return (GengaTiffSetup){
    .width = WIDTH,
    .height = HEIGHT,
    .n_channels = n_channels,
    .bits = bits,
    .compression = compression,
    .n_threads = 3,
    .write = put,
    .seek = seek,
    .data = file,
  };
}

/* Slopes, flat parts and noise, so that every table of LZW becomes full. */
static guint8 *
make_pixels (int n_channels, int bits)
{
  const gsize n = (gsize)WIDTH * HEIGHT * n_channels;
  guint8 *pixels = g_malloc (n * bits / 8);
  GRand *rand = g_rand_new_with_seed (bits + n_channels);

  for (gsize i = 0; i < n; i++)
    {
      const guint value = i % 5000 < 2000 ? 77 : i % 5000 < 3500 ? i / 3 : g_rand_int (rand);

      if (bits == 8)
        pixels[i] = value;
      else if (bits == 16)
        ((guint16 *)(gpointer)pixels)[i] = value * 5;
      else
        ((float *)(gpointer)pixels)[i] = value / 65536.f - 1;
    }
  g_rand_free (rand);
  return pixels;
}

static void
add_rows (GengaTiffWriter *writer, const guint8 *pixels, gsize stride, int begin, int end)
{
  for (int y = begin; y < end; y++)
    g_assert_true (genga_tiff_writer_add (writer, pixels + y * stride));
}

/* The file, with breaks behind some rows, or none. */
static GByteArray *
write_file (const GengaTiffSetup *setup, const guint8 *pixels, const int *breaks, int n_breaks)
{
  const gsize stride = (gsize)WIDTH * setup->n_channels * setup->bits / 8;
  GengaTiffWriter *writer = genga_tiff_writer_new (setup);
  File *file = setup->data;

  file->bytes = g_byte_array_new ();
  file->place = 0;
  for (int i = 0; i < n_breaks; i++)
    {
      add_rows (writer, pixels, stride, genga_tiff_writer_get_n_rows (writer), breaks[i]);
      g_autoptr (GBytes) state = genga_tiff_writer_save (writer);
      const gsize size = file->place;
      /* What comes after that is lost. */
      if (breaks[i] < HEIGHT)
        add_rows (writer, pixels, stride, breaks[i], MIN (breaks[i] + 900, HEIGHT));
      genga_tiff_writer_free (writer);
      g_byte_array_set_size (file->bytes, size);
      file->place = size;
      writer = genga_tiff_writer_new (setup);
      g_assert_true (genga_tiff_writer_restore (writer, state));
      g_assert_cmpint (genga_tiff_writer_get_n_rows (writer), ==, breaks[i]);
    }
  add_rows (writer, pixels, stride, genga_tiff_writer_get_n_rows (writer), HEIGHT);
  g_assert_true (genga_tiff_writer_finish (writer));
  genga_tiff_writer_free (writer);
  return file->bytes;
}

static void
check_file (const GByteArray *bytes, const GengaTiffSetup *setup, const guint8 *pixels)
{
  const gsize size = (gsize)WIDTH * HEIGHT * setup->n_channels * setup->bits / 8;
  VipsImage *image = NULL;
  gsize found_size;

  g_assert_cmpint (
      vips_tiffload_buffer (bytes->data, bytes->len, &image, "fail-on", VIPS_FAIL_ON_WARNING, NULL),
      ==, 0);
  g_assert_cmpint (image->Xsize, ==, WIDTH);
  g_assert_cmpint (image->Ysize, ==, HEIGHT);
  g_assert_cmpint (image->Bands, ==, setup->n_channels);
  g_autofree gpointer found = vips_image_write_to_memory (image, &found_size);
  g_assert_nonnull (found);
  g_assert_cmpmem (found, found_size, pixels, size);
  if (setup->x_per_metre > 0)
    {
      g_assert_cmpfloat_with_epsilon (image->Xres * 1000, setup->x_per_metre, 1e-2);
      g_assert_cmpfloat_with_epsilon (image->Yres * 1000, setup->y_per_metre, 1e-2);
    }
  for (int i = 0; i < 2; i++)
    {
      GBytes *expected = i == 0 ? setup->icc : setup->xmp;
      const void *data = NULL;
      gconstpointer wanted = NULL;
      gsize n = 0, n_wanted = 0;

      vips_image_get_blob (image, i == 0 ? VIPS_META_ICC_NAME : VIPS_META_XMP_NAME, &data, &n);
      if (expected != NULL)
        wanted = g_bytes_get_data (expected, &n_wanted);
      g_assert_cmpmem (data, n, wanted, n_wanted);
    }
  g_object_unref (image);
}

static void
test_kinds (void)
{
  static const int bits[] = { 8, 16, 32 };

  for (int i = 0; i < 4 * 4 * 3; i++)
    {
      File file;
      GengaTiffSetup setup = make_setup (1 + i % 4, bits[i / 16], i / 4 % 4, &file);
      g_autofree guint8 *pixels = make_pixels (setup.n_channels, setup.bits);

      setup.is_big = i % 3 == 0;
      g_test_message ("%d channels, %d bits, compression %d", setup.n_channels, setup.bits,
                      setup.compression);
      g_autoptr (GByteArray) bytes = write_file (&setup, pixels, NULL, 0);
      check_file (bytes, &setup, pixels);
    }
}

static void
test_tags (void)
{
  for (int i = 0; i < 2; i++)
    {
      File file;
      GengaTiffSetup setup = make_setup (3, 8, GENGA_COMPRESSION_DEFLATE, &file);
      g_autofree guint8 *pixels = make_pixels (3, 8);
      VipsBlob *srgb = NULL;

      g_assert_cmpint (vips_profile_load ("srgb", &srgb, NULL), ==, 0);
      g_autoptr (GBytes) icc = g_bytes_new (VIPS_AREA (srgb)->data, VIPS_AREA (srgb)->length);
      g_autoptr (GBytes) xmp = g_bytes_new_static ("<?xpacket?><x/>", 15);
      vips_area_unref (VIPS_AREA (srgb));
      setup.is_big = i == 1;
      setup.icc = icc;
      setup.xmp = xmp;
      setup.x_per_metre = 11811;
      setup.y_per_metre = 2834.6;
      g_autoptr (GByteArray) bytes = write_file (&setup, pixels, NULL, 0);
      check_file (bytes, &setup, pixels);
    }
}

/* Behind no row, in the middle of strips and at their ends, and behind the last row. */
static void
test_breaks (void)
{
  static const int breaks[] = { 0, 1, 400, 413, 414, 1000, HEIGHT };

  for (int i = 0; i < 4; i++)
    {
      File file;
      GengaTiffSetup setup = make_setup (3, 8, i, &file);
      g_autofree guint8 *pixels = make_pixels (3, 8);
      g_autoptr (GByteArray) expected = write_file (&setup, pixels, NULL, 0);
      setup.n_threads = 2;
      g_autoptr (GByteArray) found = write_file (&setup, pixels, breaks, G_N_ELEMENTS (breaks));

      g_assert_cmpmem (found->data, found->len, expected->data, expected->len);
    }
}

/* Where no thread can be made, there is the same file without any. */
static void
test_no_threads (void)
{
  File file;
  GengaTiffSetup setup = make_setup (3, 8, GENGA_COMPRESSION_DEFLATE, &file);

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 20 * G_USEC_PER_SEC, 0);
      g_test_trap_assert_passed ();
      return;
    }
  g_autofree guint8 *pixels = make_pixels (3, 8);
  g_autoptr (GByteArray) expected = write_file (&setup, pixels, NULL, 0);
  g_assert_true (no_threads_enter ());
  g_autoptr (GByteArray) found = write_file (&setup, pixels, NULL, 0);

  g_assert_cmpmem (found->data, found->len, expected->data, expected->len);
}

/* A state that says more than it has, and one of another picture. */
static void
test_bad_states (void)
{
  File file = { g_byte_array_new (), 0 };
  const GengaTiffSetup setup = make_setup (3, 8, GENGA_COMPRESSION_NONE, &file);
  const guint32 many[] = { 0xffffffff, 0 }, rows[] = { 0, 0xffffffff };
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) strips = g_bytes_new (many, sizeof many);
  g_autoptr (GBytes) beyond = g_bytes_new (rows, sizeof rows);
  g_autoptr (GengaTiffWriter) writer = genga_tiff_writer_new (&setup);

  g_assert_false (genga_tiff_writer_restore (writer, none));
  g_assert_false (genga_tiff_writer_restore (writer, strips));
  g_assert_false (genga_tiff_writer_restore (writer, beyond));
  g_assert_false (genga_tiff_writer_finish (writer));
  g_byte_array_unref (file.bytes);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]) != 0)
    g_error ("libvips does not start");
  g_test_add_func ("/tiff-writer/kinds", test_kinds);
  g_test_add_func ("/tiff-writer/tags", test_tags);
  g_test_add_func ("/tiff-writer/breaks", test_breaks);
  g_test_add_func ("/tiff-writer/no-threads", test_no_threads);
  g_test_add_func ("/tiff-writer/bad-states", test_bad_states);
  status = g_test_run ();
  vips_shutdown ();
  return status;
}
