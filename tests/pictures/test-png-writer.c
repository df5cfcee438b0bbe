/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One zlib stream by several threads, and the PNG around it. */
#include "media/image/png-writer.h"
#include "no-threads.h"

#include <string.h>
#include <zlib.h>

#define BLOCK (256 << 10) /* of the stream */

static gboolean
append (gpointer data, gconstpointer bytes, gsize size)
{
  g_byte_array_append (data, bytes, size);
  return TRUE;
}

/* Lines and areas of few colours, and some noise: what drawn pictures are like. */
static guint8 *
new_bytes (gsize size)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint8 *bytes = g_malloc (MAX (size, 1));
  guint8 value = 90;

  for (gsize i = 0; i < size; i++)
    {
      if (g_rand_int_range (rand, 0, 12) == 0)
        value = g_rand_int (rand);
      bytes[i] = value + (g_rand_int_range (rand, 0, 5) == 0);
    }
  return bytes;
}

static GByteArray *
deflate_all (const guint8 *bytes, gsize size, int level, guint n_threads)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GengaDeflateStream) stream =
      genga_deflate_stream_new (level, Z_DEFAULT_STRATEGY, n_threads, append, out);

  for (gsize at = 0; at < size; at += 7001)
    g_assert_true (genga_deflate_stream_write (stream, bytes + at, MIN (size - at, 7001)));
  g_assert_true (genga_deflate_stream_finish (stream));
  return out;
}

static gsize
deflate_plainly (const guint8 *bytes, gsize size, int level)
{
  uLongf length = compressBound (size);
  g_autofree guint8 *out = g_malloc (length);

  g_assert_cmpint (compress2 (out, &length, bytes, size, level), ==, Z_OK);
  return length;
}

static void
test_stream (void)
{
  static const gsize sizes[] = { 0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 12345 };
  g_autofree guint8 *bytes = new_bytes (sizes[5]);
  g_autofree guint8 *back = g_malloc (sizes[5]);

  for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int level = 0; level <= 9; level += s < 5 ? 9 : 3)
      {
        g_autoptr (GByteArray) one = deflate_all (bytes, sizes[s], level, 1);
        uLongf length = sizes[5];

        g_assert_cmpint (uncompress (back, &length, one->data, one->len), ==, Z_OK);
        g_assert_cmpmem (back, length, bytes, sizes[s]);
        g_assert_cmpuint (one->len, <=, 1.02 * deflate_plainly (bytes, sizes[s], level) + 16);
        for (guint n_threads = 2; n_threads <= 11; n_threads += 9)
          {
            g_autoptr (GByteArray) many = deflate_all (bytes, sizes[s], level, n_threads);

            g_assert_cmpmem (many->data, many->len, one->data, one->len);
          }
      }
}

/* Where no thread can be made, there is the same stream without any. */
static void
test_no_threads (void)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 20 * G_USEC_PER_SEC, 0);
      g_test_trap_assert_passed ();
      return;
    }
  const gsize size = 5 * BLOCK + 12345;
  g_autofree guint8 *bytes = new_bytes (size);
  g_autoptr (GByteArray) one = deflate_all (bytes, size, 1, 1);
  g_assert_true (no_threads_enter ());
  g_autoptr (GByteArray) many = deflate_all (bytes, size, 1, 3);

  g_assert_cmpmem (many->data, many->len, one->data, one->len);
}

typedef struct
{
  GByteArray *out;
  guint n_left;
} Disk;

static gboolean
append_until_full (gpointer data, gconstpointer bytes, gsize size)
{
  Disk *disk = data;

  g_assert_cmpuint (disk->n_left, <, 1000); /* not called again once it has failed */
  return disk->n_left-- > 0;
}

/* A write that fails is the last one, whichever it is, and nothing waits for ever. */
static void
test_failure (void)
{
  g_autofree guint8 *bytes = new_bytes (6 * BLOCK);

  for (guint n = 0; n < 7; n++)
    for (guint n_threads = 1; n_threads <= 3; n_threads++)
      {
        Disk disk = { .n_left = n };
        g_autoptr (GengaDeflateStream) stream =
            genga_deflate_stream_new (1, Z_DEFAULT_STRATEGY, n_threads, append_until_full, &disk);

        genga_deflate_stream_write (stream, bytes, 6 * BLOCK);
        g_assert_false (genga_deflate_stream_finish (stream));
      }
}

static const GengaPngSetup deep = {
  .width = 2501, .height = 120, .n_channels = 3, .bits = 16, .level = 3, .is_filtered = TRUE
};

static GengaPngWriter *
new_writer (GByteArray *out, guint n_threads)
{
  GengaPngSetup setup = deep;

  setup.n_threads = n_threads;
  setup.write = append;
  setup.data = out;
  return genga_png_writer_new (&setup);
}

static void
add_rows (GengaPngWriter *writer, const guint8 *bytes, int from, int to)
{
  for (int y = from; y < to; y++)
    g_assert_true (genga_png_writer_add (writer, bytes + (gsize)y * deep.width * 6));
}

/* A file that was broken off anywhere, and went on with other threads, has the same bytes. */
static void
test_going_on (void)
{
  g_autofree guint8 *bytes = new_bytes ((gsize)deep.width * 6 * deep.height);
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (GengaPngWriter) writer = new_writer (whole, 2);

  add_rows (writer, bytes, 0, deep.height);
  g_assert_true (genga_png_writer_finish (writer));
  g_assert_cmpuint (whole->len, >, 60000);
  for (int break_at = 0; break_at <= deep.height; break_at += 40)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();
      g_autoptr (GengaPngWriter) first = new_writer (out, 3);
      g_autoptr (GengaPngWriter) second = new_writer (out, 1);
      g_autoptr (GBytes) state = NULL, cut = NULL;
      guint length;

      add_rows (first, bytes, 0, break_at);
      state = genga_png_writer_save (first);
      length = out->len;
      /* What was done after that does not count. */
      add_rows (first, bytes, break_at, MIN (break_at + 30, deep.height));
      g_byte_array_set_size (out, length);
      cut = g_bytes_new_from_bytes (state, 0, g_bytes_get_size (state) - 1);
      g_assert_false (genga_png_writer_restore (second, cut));
      g_assert_true (genga_png_writer_restore (second, state));
      add_rows (second, bytes, break_at, deep.height);
      g_assert_true (genga_png_writer_finish (second));
      g_assert_cmpmem (out->data, out->len, whole->data, whole->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pictures/png-writer/stream", test_stream);
  g_test_add_func ("/pictures/png-writer/no-threads", test_no_threads);
  g_test_add_func ("/pictures/png-writer/failure", test_failure);
  g_test_add_func ("/pictures/png-writer/going-on", test_going_on);
  return g_test_run ();
}
