/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JPEG files of each kind, cut at every byte: only one that lacks its end alone may pass. */
#include "media/image/read/jpeg-end.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jpeglib.h>

#define WIDTH 45
#define HEIGHT 37
#define END 2 /* bytes of the mark */

static void
keep_scans_apart (j_compress_ptr jpeg)
{
  static const jpeg_scan_info scans[] = {
    { 1, { 0 }, 0, 63, 0, 0 },
    { 1, { 1 }, 0, 63, 0, 0 },
    { 1, { 2 }, 0, 63, 0, 0 },
  };

  jpeg->scan_info = scans;
  jpeg->num_scans = G_N_ELEMENTS (scans);
}

static void
restart_often (j_compress_ptr jpeg)
{
  jpeg->restart_interval = 2;
}

static void
restart_progressive (j_compress_ptr jpeg)
{
  jpeg_simple_progression (jpeg);
  jpeg->restart_interval = 3;
}

static void
code_by_arithmetic (j_compress_ptr jpeg)
{
  jpeg->arith_code = TRUE;
}

static void
keep_as_usual (j_compress_ptr jpeg)
{
}

/* A picture that has something in most blocks. Free with free(). */
static guint8 *
make_file (void (*set_up) (j_compress_ptr), J_COLOR_SPACE space, gulong *size)
{
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  guint8 *bytes = NULL;
  guint8 row[WIDTH * 3];
  JSAMPROW rows[] = { row };

  jpeg.err = jpeg_std_error (&errors);
  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &bytes, size);
  jpeg.image_width = WIDTH;
  jpeg.image_height = HEIGHT;
  jpeg.input_components = space == JCS_GRAYSCALE ? 1 : 3;
  jpeg.in_color_space = space;
  jpeg_set_defaults (&jpeg);
  jpeg_set_quality (&jpeg, 85, TRUE);
  set_up (&jpeg);
  jpeg_start_compress (&jpeg, TRUE);
  for (int y = 0; y < HEIGHT; y++)
    {
      for (int i = 0; i < WIDTH * jpeg.input_components; i++)
        row[i] = (i * 7 + y * y * 3 + (i * y >> 3)) & 0xff;
      jpeg_write_scanlines (&jpeg, rows, 1);
    }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  return bytes;
}

static gboolean
ask (const guint8 *bytes, gsize size)
{
  const int fd = memfd_create ("cut.jpg", MFD_CLOEXEC);
  gboolean answer;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, size), ==, size);
  answer = genga_jpeg_lacks_only_end (fd);
  close (fd);
  return answer;
}

static void
test_cuts (void)
{
  static const struct
  {
    const char *name;
    void (*set_up) (j_compress_ptr);
    J_COLOR_SPACE space;
    gboolean can_be_known;
  } kinds[] = {
    { "baseline", keep_as_usual, JCS_RGB, TRUE },
    { "grey", keep_as_usual, JCS_GRAYSCALE, TRUE },
    { "restart markers", restart_often, JCS_RGB, TRUE },
    { "a scan for each component", keep_scans_apart, JCS_RGB, TRUE },
    { "progressive", jpeg_simple_progression, JCS_RGB, TRUE },
    { "progressive, grey", jpeg_simple_progression, JCS_GRAYSCALE, TRUE },
    { "progressive, restart markers", restart_progressive, JCS_RGB, TRUE },
    { "arithmetic", code_by_arithmetic, JCS_RGB, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gulong size = 0;
      guint8 *bytes = make_file (kinds[i].set_up, kinds[i].space, &size);

      for (gsize cut = 0; cut <= size; cut++)
        {
          const gboolean lacks_end = cut >= size - END && cut < size && kinds[i].can_be_known;

          if (ask (bytes, cut) != lacks_end)
            g_error ("%s: wrong for %zu of %lu bytes", kinds[i].name, cut, size);
        }
      free (bytes);
    }
}

/* What is damaged before its end is missed, too. */
static void
test_damage (void)
{
  gulong size = 0;
  guint8 *bytes = make_file (keep_as_usual, JCS_RGB, &size);

  g_assert_true (ask (bytes, size - END));
  memset (bytes + size / 2, 0, 1);
  memcpy (bytes + size - 40, "\xff\xd3", 2);
  g_assert_false (ask (bytes, size - END));
  free (bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jpeg-end/cuts", test_cuts);
  g_test_add_func ("/jpeg-end/damage", test_damage);
  return g_test_run ();
}
