/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Matroska header says to cut off, whole, cut anywhere, and with any of its bits changed. */
#include "media/video/read/matroska-crop.h"

#include <glib/gstdio.h>
#include <stdio.h>

#define N_CHANGES 3000

static char *path;

static void
add (GByteArray *to, const char *name, gsize n_name, const GByteArray *content)
{
  guint8 size[] = { 0x10, 0, content->len >> 8, content->len & 0xff };

  g_byte_array_append (to, (const guint8 *)name, n_name);
  g_byte_array_append (to, size, sizeof size);
  g_byte_array_append (to, content->data, content->len);
}

static void
add_number (GByteArray *to, const char *name, gsize n_name, guint value)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  guint8 bytes[] = { value >> 24, value >> 16 & 0xff, value >> 8 & 0xff, value & 0xff };

  g_byte_array_append (content, bytes, sizeof bytes);
  add (to, name, n_name, content);
}

/* A header with a track of sound and one of pictures. */
static GByteArray *
make_header (guint display_width)
{
  g_autoptr (GByteArray) nothing = g_byte_array_new ();
  g_autoptr (GByteArray) picture = g_byte_array_new ();
  g_autoptr (GByteArray) video = g_byte_array_new ();
  g_autoptr (GByteArray) sound = g_byte_array_new ();
  g_autoptr (GByteArray) tracks = g_byte_array_new ();
  GByteArray *all = g_byte_array_new ();

  add_number (picture, "\xb0", 1, 720);
  add_number (picture, "\xba", 1, 480);
  add_number (picture, "\x54\xbb", 2, 60);
  add_number (picture, "\x54\xaa", 2, 60);
  add_number (picture, "\x54\xb0", 2, display_width);
  add_number (picture, "\x54\xba", 2, 360);
  add_number (video, "\x83", 1, 1);
  add (video, "\xe0", 1, picture);
  add_number (sound, "\x83", 1, 2);
  add (tracks, "\xae", 1, sound);
  add (tracks, "\xae", 1, video);
  add (all, "\x1a\x45\xdf\xa3", 4, nothing);
  /* Of unknown size, as in a stream. */
  g_byte_array_append (all, (const guint8 *)"\x18\x53\x80\x67\xff", 5);
  add (all, "\xec", 1, nothing);
  add (all, "\x16\x54\xae\x6b", 4, tracks);
  return all;
}

/* Not made durable, as g_file_set_contents() does. */
static gboolean
read_bytes (const guint8 *bytes, gsize n, guint index, GengaMatroskaCrop *crop)
{
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
  return genga_matroska_read_crop (path, index, crop);
}

static void
test_whole (void)
{
  g_autoptr (GByteArray) header = make_header (640);
  GengaMatroskaCrop crop;

  g_assert_true (read_bytes (header->data, header->len, 0, &crop));
  g_assert_cmpint (crop.width, ==, 720);
  g_assert_cmpint (crop.height, ==, 480);
  g_assert_cmpint (crop.top, ==, 60);
  g_assert_cmpint (crop.bottom, ==, 60);
  g_assert_cmpint (crop.left + crop.right, ==, 0);
  g_assert_cmpint (crop.sar_num * 9, ==, crop.sar_den * 8);
  g_assert_false (read_bytes (header->data, header->len, 1, &crop));
}

/* A side that is too large for a number says nothing; smaller ones do. */
static void
test_wide (void)
{
  g_autoptr (GByteArray) wide = make_header (3600000);
  g_autoptr (GByteArray) too_wide = make_header (0x80000000);
  GengaMatroskaCrop crop;

  g_assert_true (read_bytes (wide->data, wide->len, 0, &crop));
  g_assert_cmpint (crop.sar_num, ==, crop.sar_den * 5000);
  g_assert_true (read_bytes (too_wide->data, too_wide->len, 0, &crop));
  g_assert_cmpint (crop.sar_num, ==, 0);
}

static void
test_cut (void)
{
  g_autoptr (GByteArray) header = make_header (640);
  GengaMatroskaCrop crop;

  for (gsize n = 0; n < header->len; n++)
    g_assert_false (read_bytes (header->data, n, 0, &crop));
}

/* Whatever is read is a part of a picture. */
static void
test_changed (void)
{
  g_autoptr (GByteArray) header = make_header (640);

  for (int i = 0; i < N_CHANGES; i++)
    {
      g_autofree guint8 *bytes = g_memdup2 (header->data, header->len);
      GengaMatroskaCrop crop;

      for (int k = g_test_rand_int_range (1, 5); k > 0; k--)
        bytes[g_test_rand_int_range (0, header->len)] ^= 1 << g_test_rand_int_range (0, 8);
      if (!read_bytes (bytes, header->len, 0, &crop))
        continue;
      g_assert_cmpint (MIN (MIN (crop.left, crop.right), MIN (crop.top, crop.bottom)), >=, 0);
      g_assert_cmpint (crop.left + crop.right, <, crop.width);
      g_assert_cmpint (crop.top + crop.bottom, <, crop.height);
      g_assert_cmpint (crop.sar_num, >=, 0);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("genga-crop-XXXXXX", NULL);
  int code;

  g_test_init (&argc, &argv, NULL);
  path = g_build_filename (folder, "header.mkv", NULL);
  g_test_add_func ("/matroska-crop/whole", test_whole);
  g_test_add_func ("/matroska-crop/wide", test_wide);
  g_test_add_func ("/matroska-crop/cut", test_cut);
  g_test_add_func ("/matroska-crop/changed", test_changed);
  code = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  g_free (path);
  return code;
}
