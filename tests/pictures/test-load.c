/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "core/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
check_info (const Case *expected, const GengaSourceInfo *info, const GengaFrame *frame)
{
  g_assert_cmpstr (info->container, ==, expected->loader);
  g_assert_cmpint (info->n_pages, ==, expected->n_pages);
  g_assert_cmpint (info->width, ==, expected->width);
  g_assert_cmpint (info->height, ==, expected->height);
  g_assert_cmpint (genga_layout_get_n_channels (info->layout), ==, expected->n_channels);
  g_assert_cmpuint (genga_sample_get_size (info->sample) * 8, ==, expected->n_bits);
  g_assert_cmpint (frame->info.width, ==, info->width);
  g_assert_cmpint (frame->info.height, ==, info->height);
  g_assert_cmpint (frame->info.layout, ==, info->layout);
  g_assert_cmpint (frame->info.sample, ==, info->sample);
}

/* Every kind of picture has Pillow's pixels, and the header tells what will come. */
static void
test_pixels (void)
{
  if (support_get_folder () == NULL)
    return;
  for (guint i = 0; i < support_get_cases ()->len; i++)
    {
      const Case *expected = g_ptr_array_index (support_get_cases (), i);
      g_autofree char *path = support_path (expected->name);
      g_autofree char *raw = g_strconcat (expected->name, ".raw", NULL);
      g_autoptr (GBytes) pixels = support_read (raw);
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrame) frame = support_load (expected->name);
      GengaSourceInfo info;
      int difference;

      g_test_message ("%s", expected->name);
      support_media ()->picture_probe (path, NULL, &info, &error);
      g_assert_no_error (error);
      check_info (expected, &info, frame);
      difference = support_get_difference (frame, g_bytes_get_data (pixels, NULL));
      g_test_message ("difference %d", difference);
      g_assert_cmpint (difference, <=, expected->tolerance);
    }
}

/* Without a profile inks get a general one: paper is white, each ink takes its colour away. */
static void
check_plain_inks (const char *name)
{
  static const struct
  {
    guint8 low[3], high[3];
  } bounds[] = {
    { { 250, 250, 250 }, { 255, 255, 255 } }, { { 0, 0, 0 }, { 70, 70, 70 } },
    { { 0, 120, 180 }, { 60, 190, 255 } },    { { 180, 0, 80 }, { 255, 60, 170 } },
    { { 220, 200, 0 }, { 255, 255, 80 } },
  };
  g_autoptr (GengaFrame) frame = support_load (name);

  g_assert_cmpint (frame->info.layout, ==, GENGA_LAYOUT_RGB);
  g_assert_null (frame->icc);
  for (gsize i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
      const guint8 *pixel = (guint8 *)genga_frame_get_row (frame, 0, 5) + 3 * (8 * i + 4);

      g_test_message ("%s ink %zu: %d %d %d", name, i, pixel[0], pixel[1], pixel[2]);
      for (int c = 0; c < 3; c++)
        {
          g_assert_cmpint (pixel[c], >=, bounds[i].low[c]);
          g_assert_cmpint (pixel[c], <=, bounds[i].high[c]);
        }
    }
}

static void
test_inks (void)
{
  if (support_get_folder () == NULL)
    return;
  check_plain_inks ("inks.jpg");
  check_plain_inks ("inks.tiff");

  g_autofree char *profiled = support_path ("inks-icc.jpg");
  if (g_file_test (profiled, G_FILE_TEST_EXISTS))
    {
      g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
      const GengaSourceParams params = { .progress = progress };
      g_autoptr (GengaFrame) frame = support_media ()->picture_load (profiled, &params, NULL, NULL);
      g_assert_null (frame->icc);
      g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
      g_assert_true (notices == NULL || notices->len == 0); /* it was good, and was applied */
    }
}

static void
test_profiles (void)
{
  static const char *const kept[][2] = {
    { "icc-rgb.png", "rgb.icc" },  { "icc-rgb.jpg", "rgb.icc" },   { "icc-rgb.webp", "rgb.icc" },
    { "icc-rgb.tiff", "rgb.icc" }, { "icc-grey.png", "grey.icc" }, { "icc-grey.jpg", "grey.icc" },
  };
  static const char *const dropped[] = { "icc-broken.jpg", "icc-cut.png", "icc-wrong.jpg",
                                         "icc-huge.webp" };

  if (support_get_folder () == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autoptr (GengaFrame) frame = support_load (kept[i][0]);
      g_autoptr (GBytes) profile = support_read (kept[i][1]);

      g_test_message ("%s", kept[i][0]);
      g_assert_nonnull (frame->icc);
      g_assert_true (g_bytes_equal (frame->icc, profile));
    }

  g_autoptr (GengaFrame) large = support_load ("icc-large.webp");
  g_assert_nonnull (large->icc);
  g_assert_cmpuint (g_bytes_get_size (large->icc), >, 10 << 20);
  for (gsize i = 0; i < G_N_ELEMENTS (dropped); i++)
    {
      g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
      g_autofree char *path = support_path (dropped[i]);
      const GengaSourceParams params = { .progress = progress };
      g_autoptr (GengaFrame) frame = support_media ()->picture_load (path, &params, NULL, NULL);
      g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);

      g_test_message ("%s", dropped[i]);
      g_assert_nonnull (frame);
      g_assert_null (frame->icc);
      if (!g_str_equal (dropped[i], "icc-cut.png")) /* libvips itself has dropped that one */
        {
          g_assert_cmpuint (notices->len, ==, 1);
          g_assert_nonnull (strstr (notices->pdata[0], "profile"));
        }
    }
}

static gboolean
contains (GBytes *bytes, const char *word)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return memmem (data, size, word, strlen (word)) != NULL;
}

static void
test_metadata (void)
{
  if (support_get_folder () == NULL)
    return;
  for (int turn = 1; turn <= 8; turn++)
    {
      g_autofree char *name = g_strdup_printf ("turned%d.jpg", turn);
      g_autoptr (GengaFrame) frame = support_load (name);

      g_assert_nonnull (frame->exif);
      g_assert_true (contains (frame->exif, "Maker"));
    }

  g_autoptr (GengaFrame) frame = support_load ("xmp.webp");
  g_assert_nonnull (frame->xmp);
  g_assert_true (contains (frame->xmp, "dc:title=\"kept\""));
  g_assert_true (contains (frame->xmp, "tiff:Orientation=\"1\""));
}

/* What is no picture is refused by name, at once, whatever it is called (I4). */
static void
test_refused (void)
{
  static const char *const files[][2] = {
    { "page.png", "HTML" },
    { "drawing.png", "SVG" },
    { "words.png", "text" },
    { "video.png", "MP4" },
    { "matroska.png", "Matroska" },
    { "noise.png", "not a picture" },
    { "empty.png", "empty" },
    { "bitmap.png", "compressed BMP" },
    { "netpbm.png", "Netpbm" },
    { "missing.png", "does not" },
    { ".", "folder" },
    { "pipe", "pipe" },
  };
  g_autofree char *pipe = NULL;
  g_autoptr (GError) error = NULL;

  if (support_get_folder () == NULL)
    return;
  pipe = support_path ("pipe");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    support_assert_refused (files[i][0], files[i][1]);

  g_assert_null (support_media ()->picture_load ("/dev/zero", NULL, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_clear_error (&error);
  g_assert_null (support_media ()->picture_load ("/proc/self/status", NULL, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
}

static void
test_names (void)
{
  g_autofree char *long_name = g_strnfill (255, 'x');
  g_autofree char *longer_name = g_strnfill (256, 'x');
  const char *const names[] = { "line\nbreak.png", "bytes\xff\xfe.png", " ", "-o", long_name };
  g_autoptr (GBytes) picture = NULL;

  if (support_get_folder () == NULL)
    return;
  picture = support_read ("c3b8.png");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize size;
      gconstpointer data = g_bytes_get_data (picture, &size);

      support_write (names[i], data, size);
      g_autoptr (GengaFrame) frame = support_load (names[i]);
      g_assert_cmpint (frame->info.width, ==, 61);
      support_write (names[i], data, size / 2);
      support_assert_refused (names[i], "truncated");
    }
  support_assert_refused (longer_name, "too long");
}

/* The project's real pictures, as they are on the test machine, against Pillow. */
static void
test_real (void)
{
  const char *shared = g_getenv ("GENGA_SHARED");
  g_autofree char *images = NULL;

  if (support_get_folder () == NULL)
    return;
  if (shared == NULL)
    {
      g_test_skip ("no shared data (GENGA_SHARED)");
      return;
    }
  images = g_build_filename (shared, "media", "images", NULL);
  g_autoptr (GDir) dir = g_dir_open (images, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (images, name, NULL);
      g_autofree char *raw = support_path ("real.raw");
      g_autoptr (GError) error = NULL;
      g_autoptr (GengaFrame) frame = NULL;

      if (genga_format_from_path (name) == GENGA_FORMAT_AUTO)
        continue;
      frame = support_media ()->picture_load (path, NULL, NULL, &error);
      g_assert_no_error (error);
      support_run ("pictures_read.py", path, raw, NULL);
      g_autoptr (GBytes) expected = support_read ("real.raw");
      int difference = support_get_difference (frame, g_bytes_get_data (expected, NULL));
      g_test_message ("%s: difference %d", name, difference);
      g_assert_cmpint (difference, <=, g_str_has_suffix (name, ".png") ? 0 : 2);
    }
}

/* Of an animated JPEG XL, as cjxl 0.7 makes it of a red frame and a blue one, the red one is read.
 */
static void
test_jxl_animation (void)
{
  static const guint8 plain[] =
      "\xff\x0a\x41\x04\x01\x58\x50\x5c\x12\x08\x08\xa0\x02\0\0\x64\0\x4b\x18\x8b\x15\xc2\x49\x02"
      "\xe6\x05\x24\0\xd8\xff\xfe\xd0\xfb\x03\0\0\0\0\0\0\0\0\x08\x08\xa0\x42\0\0\x54\0\x4b\x18"
      "\x8b\x15\xc2\x49\x41\x5e\x40\x02\0\xfa\x03\0\0\0\0\0\0\0";
  g_autofree char *path = NULL;
  GengaSourceInfo info;

  if (support_get_folder () == NULL)
    return;
  path = support_path ("moving.jxl");
  support_write ("moving.jxl", plain, sizeof plain);
  g_assert_true (support_media ()->picture_probe (path, NULL, &info, NULL));
  g_assert_true (info.is_moving);
  g_autoptr (GengaFrame) frame = support_load ("moving.jxl");
  g_assert_cmpint (frame->info.width, ==, 8);
  g_assert_cmpint (frame->info.height, ==, 8);
  const gsize n = (gsize)genga_layout_get_n_channels (frame->info.layout);
  for (int y = 0; y < 8; y++)
    {
      const guint8 *row = genga_frame_get_row (frame, 0, y);

      for (gsize x = 0; x < 8; x++)
        g_assert_cmpmem (row + n * x, n, "\xff\0\0\xff", n);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (support_get_folder () == NULL)
    return;
  path = support_path ("c3b8.png");
  g_cancellable_cancel (cancellable);
  g_assert_null (support_media ()->picture_load (path, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  int status;

  support_init (&argc, &argv);
  g_test_add_func ("/pictures/load/pixels", test_pixels);
  g_test_add_func ("/pictures/load/inks", test_inks);
  g_test_add_func ("/pictures/load/profiles", test_profiles);
  g_test_add_func ("/pictures/load/metadata", test_metadata);
  g_test_add_func ("/pictures/load/refused", test_refused);
  g_test_add_func ("/pictures/load/names", test_names);
  g_test_add_func ("/pictures/load/real", test_real);
  g_test_add_func ("/pictures/load/jxl-animation", test_jxl_animation);
  g_test_add_func ("/pictures/load/cancelled", test_cancelled);
  status = g_test_run ();
  support_finish ();
  return status;
}
