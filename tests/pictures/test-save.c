/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"
#include "core/error.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vips/vips.h>

static const GengaPictureSave png = { .format = GENGA_FORMAT_PNG, .png_level = 6 };

static GengaFrame *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = support_media ()->picture_load (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return frame;
}

static void
assert_same_pixels (const GengaFrame *a, const GengaFrame *b)
{
  const gsize size = a->info.width * genga_layout_get_n_channels (a->info.layout) *
                     genga_sample_get_size (a->info.sample);

  g_assert_cmpint (a->info.sample, ==, b->info.sample);
  g_assert_cmpint (a->info.layout, ==, b->info.layout);
  for (int y = 0; y < a->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (a, 0, y), size, genga_frame_get_row (b, 0, y), size);
}

static gsize
get_file_size (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size;
}

/* 16 bits are real: the header says so, and every level comes back (FMT-1). */
static void
test_png (void)
{
  g_autofree char *folder = support_make_output_folder ();
  const GengaSample samples[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16 };

  if (folder == NULL)
    return;
  for (int s = 0; s < 2; s++)
    for (int layout = GENGA_LAYOUT_GREY; layout <= GENGA_LAYOUT_RGBA; layout++)
      {
        static const guint8 colour_types[] = { 0, 4, 2, 6 };
        g_autofree char *name = g_strdup_printf ("%d-%d.png", s, layout);
        g_autoptr (GengaFrame) frame = support_new_frame (700, 9, samples[s], layout);
        g_autofree char *path = support_save (frame, folder, name, &png);
        g_autoptr (GengaFrame) back = load (path);
        g_autofree char *bytes = NULL;

        assert_same_pixels (frame, back);
        g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
        g_assert_cmpint (bytes[24], ==, s == 0 ? 8 : 16);
        g_assert_cmpint (bytes[25], ==, colour_types[layout]);
      }
  g_assert_cmpuint (support_count_files (folder), ==, 8);
}

static void
test_png_levels (void)
{
  g_autofree char *folder = support_make_output_folder ();
  g_autoptr (GengaFrame) frame = NULL;
  gsize sizes[11];

  if (folder == NULL)
    return;
  frame = support_new_frame (300, 200, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  for (int level = 0; level <= 10; level++)
    {
      GengaPictureSave params = { .format = GENGA_FORMAT_PNG, .png_level = MIN (level, 9) };
      g_autofree char *name = g_strdup_printf ("%d.png", level);
      g_autofree char *path = NULL;

      params.png_optimise = level == 10;
      path = support_save (frame, folder, name, &params);
      g_autoptr (GengaFrame) back = load (path);
      assert_same_pixels (frame, back);
      sizes[level] = get_file_size (path);
    }
  g_assert_cmpuint (sizes[0], >, 300 * 200 * 3);
  g_assert_cmpuint (sizes[1], <, sizes[0]);
  g_assert_cmpuint (sizes[9], <=, sizes[6]);
  g_assert_cmpuint (sizes[10], <, sizes[9]);
}

/* Clamped, rounded half up, nothing that is no number; twice as many bits give 257 times as much.
 */
static void
test_rounding (void)
{
  const float values[] = { -1, 0, 0.499f / 255, 0.501f / 255, 0.5f,      254.499f / 255,
                           1,  2, NAN,          INFINITY,     -INFINITY, 1e-30f };
  const guint8 bytes[] = { 0, 0, 0, 1, 128, 254, 255, 255, 0, 255, 0, 0 };
  const guint16 halves[] = { 0x0000, 0x3c00, 0x3800, 0x7c00, 0xfc00, 0x7e00, 0x0001, 0xbc00 };
  const guint8 half_bytes[] = { 0, 255, 128, 255, 0, 0, 0, 0 };
  g_autofree char *folder = support_make_output_folder ();
  GengaPictureSave params = png;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame =
      support_new_frame (G_N_ELEMENTS (values), 1, GENGA_SAMPLE_F32, GENGA_LAYOUT_GREY);
  memcpy (frame->planes[0], values, sizeof values);
  params.bit_depth = 8;
  g_autofree char *path = support_save (frame, folder, "8.png", &params);
  g_autoptr (GengaFrame) back = load (path);
  g_assert_cmpmem (back->planes[0], sizeof bytes, bytes, sizeof bytes);

  params.bit_depth = 0;
  g_autofree char *deep_path = support_save (frame, folder, "16.png", &params);
  g_autoptr (GengaFrame) deep = load (deep_path);
  g_assert_cmpint (deep->info.sample, ==, GENGA_SAMPLE_U16);
  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const float value = values[i] > 0 ? MIN (values[i], 1) : 0;
      const int found = ((guint16 *)(gpointer)deep->planes[0])[i];
      g_assert_cmpfloat (found, ==, floor (value * 65535.0 + 0.5));
    }

  g_autoptr (GengaFrame) half =
      support_new_frame (G_N_ELEMENTS (halves), 1, GENGA_SAMPLE_U16, GENGA_LAYOUT_GREY);
  memcpy (half->planes[0], halves, sizeof halves);
  half->info.sample = GENGA_SAMPLE_F16;
  params.bit_depth = 8;
  g_autofree char *half_path = support_save (half, folder, "half.png", &params);
  g_autoptr (GengaFrame) from_half = load (half_path);
  g_assert_cmpmem (from_half->planes[0], sizeof half_bytes, half_bytes, sizeof half_bytes);

  g_autoptr (GengaFrame) wide = support_new_frame (256, 1, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);
  params.bit_depth = 16;
  g_autofree char *wide_path = support_save (wide, folder, "wide.png", &params);
  g_autoptr (GengaFrame) widened = load (wide_path);
  for (int x = 0; x < 256; x++)
    g_assert_cmpint (((guint16 *)(gpointer)widened->planes[0])[x], ==, wide->planes[0][x] * 257);
  params.bit_depth = 8;
  g_autofree char *narrow_path = support_save (widened, folder, "narrow.png", &params);
  g_autoptr (GengaFrame) narrowed = load (narrow_path);
  assert_same_pixels (wide, narrowed);
}

/* Luma's sampling factors in a JPEG's frame header. */
static int
get_sampling (const char *path)
{
  g_autofree guint8 *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, (char **)&bytes, &size, NULL));
  for (gsize i = 2; i + 11 < size;)
    {
      if (bytes[i + 1] == 0xc0 || bytes[i + 1] == 0xc2)
        return bytes[i + 11];
      i += 2 + (bytes[i + 2] << 8 | bytes[i + 3]);
    }
  return -1;
}

static void
test_jpeg (void)
{
  g_autofree char *folder = support_make_output_folder ();
  g_autoptr (GengaFrame) frame = NULL;
  gsize previous = 0;

  if (folder == NULL)
    return;
  frame = support_new_frame (160, 120, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGB);
  for (int quality = 0; quality <= 100; quality += 10)
    {
      const GengaPictureSave params = { .format = GENGA_FORMAT_JPEG, .quality = quality };
      g_autofree char *name = g_strdup_printf ("%d.jpg", quality);
      g_autofree char *path = support_save (frame, folder, name, &params);

      g_assert_cmpuint (get_file_size (path), >=, previous);
      previous = get_file_size (path);
      g_assert_cmpint (get_sampling (path), ==, quality < 90 ? 0x22 : 0x11);
    }
}

/* Transparent pixels become what they are on paper of a colour, by the formula of FMT-2. */
static void
test_jpeg_alpha (void)
{
  const GengaPictureSave params = { .format = GENGA_FORMAT_JPEG,
                                    .quality = 100,
                                    .background = { 0.8f, 0.8f, 0.8f } };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  for (int layout = GENGA_LAYOUT_GREY_ALPHA; layout <= GENGA_LAYOUT_RGBA; layout += 2)
    {
      const int n_channels = genga_layout_get_n_channels (layout);
      g_autoptr (GengaFrame) frame = support_new_frame (256, 64, GENGA_SAMPLE_U8, layout);
      g_autofree char *name = g_strdup_printf ("%d.jpg", layout);
      g_autofree char *path = support_save (frame, folder, name, &params);
      g_autoptr (GengaFrame) back = load (path);

      g_assert_cmpint (genga_layout_get_n_channels (back->info.layout), ==, n_channels - 1);
      for (int y = 0; y < 64; y++)
        for (int x = 0; x < 256; x++)
          {
            const guint8 *from = (guint8 *)genga_frame_get_row (frame, 0, y) + x * n_channels;
            const guint8 *to = (guint8 *)genga_frame_get_row (back, 0, y) + x * (n_channels - 1);
            const double alpha = from[n_channels - 1] / 255.0;

            for (int c = 0; c < n_channels - 1; c++)
              g_assert_cmpfloat (fabs (alpha * from[c] + (1 - alpha) * 0.8 * 255 - to[c]), <, 5);
          }
    }
}

static void
test_webp (void)
{
  GengaPictureSave params = { .format = GENGA_FORMAT_WEBP, .webp_lossless = TRUE };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (120, 80, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autofree char *path = support_save (frame, folder, "lossless.webp", &params);
  g_autoptr (GengaFrame) back = load (path);
  assert_same_pixels (frame, back);

  params.webp_lossless = FALSE;
  params.quality = 30;
  g_autofree char *small = support_save (frame, folder, "small.webp", &params);
  params.quality = 95;
  g_autofree char *good = support_save (frame, folder, "good.webp", &params);
  g_assert_cmpuint (get_file_size (small), <, get_file_size (good));

  g_autoptr (GengaFrame) alpha =
      support_new_frame (120, 80, GENGA_SAMPLE_U16, GENGA_LAYOUT_GREY_ALPHA);
  g_autofree char *alpha_path = support_save (alpha, folder, "alpha.webp", &params);
  g_autoptr (GengaFrame) alpha_back = load (alpha_path);
  g_assert_cmpint (alpha_back->info.layout, ==, GENGA_LAYOUT_RGBA);
  for (int x = 0; x < 120; x++)
    g_assert_cmpint (alpha_back->planes[0][4 * x + 3], ==,
                     (((guint16 *)(gpointer)alpha->planes[0])[2 * x + 1] * 255 + 32767) / 65535);
}

static void
test_webp_nearly_lossless (void)
{
  GengaPictureSave params = {
    .format = GENGA_FORMAT_WEBP, .webp_lossless = TRUE, .webp_method = 4, .quality = 40
  };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (120, 80, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (int y = 0; y < 80; y++)
    for (int i = 0; i < 360; i++)
      ((guint8 *)genga_frame_get_row (frame, 0, y))[i] = g_rand_int_range (rand, 0, 256);
  g_autofree char *exact = support_save (frame, folder, "exact.webp", &params);
  params.webp_near_lossless = TRUE;
  g_autofree char *path = support_save (frame, folder, "near.webp", &params);
  g_autoptr (GengaFrame) back = load (path);
  int most = 0;

  g_assert_cmpuint (get_file_size (path), <, get_file_size (exact));
  for (int y = 0; y < 80; y++)
    for (int i = 0; i < 360; i++)
      most = MAX (most, ABS (((guint8 *)genga_frame_get_row (frame, 0, y))[i] -
                             ((guint8 *)genga_frame_get_row (back, 0, y))[i]));
  g_assert_cmpint (most, >, 0);
  g_assert_cmpint (most, <=, 16);
}

/* More effort is smaller; nearly lossless needs no other word. */
static void
test_webp_method (void)
{
  g_autofree char *folder = support_make_output_folder ();
  gsize sizes[2] = { 0 };

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (300, 200, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  for (int y = 0; y < 200; y++)
    for (int x = 0; x < 900; x++)
      ((guint8 *)genga_frame_get_row (frame, 0, y))[x] += g_rand_int_range (rand, 0, 48);
  for (int i = 0; i < 2; i++)
    {
      const GengaPictureSave params = {
        .format = GENGA_FORMAT_WEBP, .quality = 80, .webp_method = 6 * i, .overwrite = TRUE
      };
      g_autofree char *path = support_save (frame, folder, "a.webp", &params);

      sizes[i] = get_file_size (path);
    }
  g_assert_cmpuint (sizes[1], <, sizes[0]);

  const GengaPictureSave near = { .format = GENGA_FORMAT_WEBP,
                                  .webp_near_lossless = TRUE,
                                  .quality = 60 };
  g_autofree char *path = support_save (frame, folder, "near.webp", &near);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_nonnull (memmem (bytes, size, "VP8L", 4));
}

/* Every kind of TIFF gives back what went in; floats are those of the frame. */
static void
test_tiff (void)
{
  static const GengaSample samples[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16 };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  for (int i = 0; i < 2 * 4 * 4; i++)
    {
      const GengaPictureSave params = { .format = GENGA_FORMAT_TIFF, .compression = i / 8 };
      g_autofree char *name = g_strdup_printf ("%d.tif", i);
      g_autoptr (GengaFrame) frame =
          support_new_frame (70, 50, samples[i % 2], GENGA_LAYOUT_GREY + i / 2 % 4);
      g_autofree char *path = support_save (frame, folder, name, &params);
      g_autoptr (GengaFrame) back = load (path);

      assert_same_pixels (frame, back);
    }
  const GengaPictureSave floats = { .format = GENGA_FORMAT_TIFF, .bit_depth = 32 };
  g_autoptr (GengaFrame) frame = support_new_frame (70, 50, GENGA_SAMPLE_U16, GENGA_LAYOUT_RGBA);
  g_autofree char *path = support_save (frame, folder, "float.tif", &floats);
  VipsImage *image = vips_image_new_from_file (path, NULL);

  g_assert_cmpint (image->BandFmt, ==, VIPS_FORMAT_FLOAT);
  g_object_unref (image);
}

static double
get_mean_difference (GengaFrame *frame, const char *path)
{
  VipsImage *image = vips_image_new_from_file (path, NULL);
  const int n = genga_layout_get_n_channels (frame->info.layout);
  gsize size;
  double sum = 0;

  g_assert_nonnull (image);
  g_assert_cmpint (image->Xsize, ==, frame->info.width);
  const int bands = image->Bands;
  const gboolean is_deep = image->BandFmt == VIPS_FORMAT_USHORT;
  guint8 *pixels = vips_image_write_to_memory (image, &size);
  for (int y = 0; y < frame->info.height; y++)
    for (int x = 0; x < frame->info.width; x++)
      {
        const gsize at = ((gsize)y * frame->info.width + x) * bands;
        const double found = is_deep ? ((guint16 *)(gpointer)pixels)[at] : pixels[at] * 257.;

        sum += fabs (found - ((guint16 *)genga_frame_get_row (frame, 0, y))[x * n]);
      }
  g_free (pixels);
  g_object_unref (image);
  return sum / frame->info.width / frame->info.height;
}

/* Encoders in a process of their own: deep, with alpha, exact where they are lossless. */
static void
test_worker (void)
{
  static const struct
  {
    const char *name;
    int bit_depth;
    gboolean is_lossless;
    double tolerance;
  } cases[] = {
    { "a.avif", 8, FALSE, 600 }, { "b.avif", 12, FALSE, 300 }, { "c.jxl", 8, FALSE, 600 },
    { "d.jxl", 16, FALSE, 600 }, { "e.jxl", 16, TRUE, 0 },
  };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  vips_operation_block_set ("VipsForeignLoadJxl", FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GengaPictureSave params = { .format = genga_format_from_path (cases[i].name),
                                        .bit_depth = cases[i].bit_depth,
                                        .webp_lossless = cases[i].is_lossless,
                                        .quality = 95 };
      g_autoptr (GengaFrame) frame = support_new_frame (
          90, 70, GENGA_SAMPLE_U16, i % 2 == 0 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_RGBA);
      g_autofree char *path = support_save (frame, folder, cases[i].name, &params);

      g_assert_cmpfloat (get_mean_difference (frame, path), <=, cases[i].tolerance);
    }
  vips_operation_block_set ("VipsForeignLoadJxl", TRUE);
}

/* What the decoder has of the whole picture counts, too: floats, bytes, and what comes from its
 * process (genga_vips_file_read_header()). */
static void
test_worker_budget (void)
{
  const GengaPictureSave save = { .format = GENGA_FORMAT_JXL, .bit_depth = 8, .quality = 90 };
  GengaSourceParams budget = { .max_memory_bytes = 90 * 70 * 3 * (1 + 4 + sizeof (float)) };
  g_autofree char *folder = support_make_output_folder ();
  g_autoptr (GError) error = NULL;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (90, 70, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autofree char *path = support_save (frame, folder, "a.jxl", &save);
  g_autoptr (GengaFrame) back = support_media ()->picture_load (path, &budget, NULL, &error);
  g_assert_no_error (error);
  budget.max_memory_bytes--;
  g_assert_null (support_media ()->picture_load (path, &budget, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, "more than the limit"));
}

static guint
count_levels (const char *path)
{
  VipsImage *image = vips_image_new_from_file (path, NULL);
  g_autofree guint8 *seen = g_malloc0 (65536);
  guint n = 0;
  gsize size;

  g_assert_nonnull (image);
  g_assert_cmpint (image->BandFmt, ==, VIPS_FORMAT_USHORT);
  const int step = image->Bands;
  guint16 *pixels = vips_image_write_to_memory (image, &size);
  for (gsize i = 0; i < size / 2; i += step)
    seen[pixels[i]] = TRUE;
  for (int i = 0; i < 65536; i++)
    n += seen[i];
  g_free (pixels);
  g_object_unref (image);
  return n;
}

/* A slope of 8192 floats stays one, as far as the format's bits go, at the usual quality. */
static void
test_deep_slopes (void)
{
  static const struct
  {
    const char *name;
    int bit_depth;
    guint least;
  } cases[] = {
    { "a.png", 16, 8000 }, { "a.tiff", 16, 8000 }, { "a.jxl", 16, 4001 }, { "a.avif", 12, 1001 }
  };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (8192, 8, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGB);
  for (int y = 0; y < 8; y++)
    for (int i = 0; i < 3 * 8192; i++)
      ((float *)genga_frame_get_row (frame, 0, y))[i] = (i / 3 + 0.5f) / 8192;
  vips_operation_block_set ("VipsForeignLoadJxl", FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const GengaPictureSave params = { .format = genga_format_from_path (cases[i].name),
                                        .bit_depth = cases[i].bit_depth,
                                        .quality = 95 };
      g_autofree char *path = support_save (frame, folder, cases[i].name, &params);
      const guint n = count_levels (path);

      g_test_message ("%s: %u levels", cases[i].name, n);
      g_assert_cmpuint (n, >=, cases[i].least);
    }
  vips_operation_block_set ("VipsForeignLoadJxl", TRUE);
}

/* libaom aborts with 10 bits and full colours, and takes nothing with it. */
static void
test_worker_ends (void)
{
  const GengaPictureSave params = { .format = GENGA_FORMAT_AVIF,
                                    .bit_depth = 10,
                                    .subsampling = GENGA_SUBSAMPLING_444,
                                    .quality = 95 };
  g_autofree char *folder = support_make_output_folder ();
  g_autoptr (GError) error = NULL;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (90, 70, GENGA_SAMPLE_U16, GENGA_LAYOUT_RGB);
  g_autofree char *path = g_build_filename (folder, "a.avif", NULL);
  gboolean ok = support_media ()->picture_save (frame, path, &params, NULL, NULL, &error);

  /* Where it does not abort, there is a file. */
  g_assert_cmpint (ok, ==, g_file_test (path, G_FILE_TEST_EXISTS));
  if (!ok)
    g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_cmpuint (support_count_files (folder), ==, ok ? 1 : 0);
}

static void
test_subsampling (void)
{
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (64, 64, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  for (int i = 0; i < 4; i++)
    {
      const GengaPictureSave params = { .format = GENGA_FORMAT_JPEG,
                                        .quality = i < 2 ? 95 : 50,
                                        .subsampling = i % 2 == 0 ? GENGA_SUBSAMPLING_420
                                                                  : GENGA_SUBSAMPLING_444 };
      g_autofree char *name = g_strdup_printf ("%d.jpg", i);
      g_autofree char *path = support_save (frame, folder, name, &params);

      g_assert_cmpint (get_sampling (path), ==, i % 2 == 0 ? 0x22 : 0x11);
    }
}

/* A WebP that is too large is a PNG under a PNG's name; a JPEG that is too large is refused. */
static void
test_sizes (void)
{
  GengaPictureSave params = { .format = GENGA_FORMAT_WEBP, .quality = 90 };
  g_autofree char *folder = support_make_output_folder ();
  g_autofree char *refused = NULL;
  g_autoptr (GError) error = NULL;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) wide = support_new_frame (16384, 2, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autofree char *path = support_save (wide, folder, "wide.webp", &params);
  g_assert_true (g_str_has_suffix (path, "/wide.png"));
  g_autoptr (GengaFrame) back = load (path);
  assert_same_pixels (wide, back);
  g_assert_cmpuint (support_count_files (folder), ==, 1);

  g_autoptr (GengaFrame) tall = support_new_frame (1, 65536, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);
  params.format = GENGA_FORMAT_JPEG;
  refused = g_build_filename (folder, "tall.jpg", NULL);
  g_assert_false (support_media ()->picture_save (tall, refused, &params, NULL, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_cmpuint (support_count_files (folder), ==, 1);
  g_autofree char *tall_path = support_save (tall, folder, "tall.png", &png);
  g_autoptr (GengaFrame) tall_back = load (tall_path);
  assert_same_pixels (tall, tall_back);

  g_autoptr (GengaFrame) longest =
      support_new_frame (1600000, 1, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);
  g_autofree char *longest_path = support_save (longest, folder, "longest.png", &png);
  g_autoptr (GengaFrame) longest_back = load (longest_path);
  assert_same_pixels (longest, longest_back);
}

static void
test_metadata (void)
{
  static const char *const names[] = { "result.jpg", "result.png", "result.webp" };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) source = support_load ("turned6.jpg");
  g_autoptr (GengaFrame) profiled = support_load ("icc-rgb.png");
  g_autoptr (GengaFrame) described = support_load ("xmp.webp");
  g_autoptr (GengaFrame) result = support_new_frame (40, 60, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGB);
  genga_frame_copy_properties (result, source);
  result->icc = g_bytes_ref (profiled->icc);
  result->xmp = g_bytes_ref (described->xmp);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const GengaPictureSave params = { .format = genga_format_from_path (names[i]),
                                        .quality = 90,
                                        .png_level = 6 };
      g_autofree char *path = support_save (result, folder, names[i], &params);
      g_autoptr (GengaFrame) back = load (path);

      support_run ("pictures_check.py", path, "40", "60", NULL);
      g_assert_true (g_bytes_equal (back->icc, profiled->icc));
      g_assert_nonnull (back->xmp);
      g_assert_true (g_bytes_equal (back->xmp, described->xmp));
    }

  /* What was not there is not invented. */
  g_autoptr (GengaFrame) bare = support_new_frame (40, 60, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const GengaPictureSave params = { .format = genga_format_from_path (names[i]),
                                        .overwrite = TRUE };
      g_autofree char *path = support_save (bare, folder, names[i], &params);
      g_autoptr (GengaFrame) back = load (path);

      g_assert_null (back->exif);
      g_assert_null (back->icc);
      g_assert_null (back->xmp);
    }
}

static double
encode_srgb (double light)
{
  return light <= 0.0031308 ? 12.92 * light : 1.055 * pow (light, 1 / 2.4) - 0.055;
}

/* Grey keeps its profile where the format knows grey, else it goes through it to sRGB. */
static void
test_grey_profile (void)
{
  const GengaPictureSave webp = { .format = GENGA_FORMAT_WEBP, .webp_lossless = TRUE };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) grey = support_load ("icc-grey.png");
  g_autofree char *png_path = support_save (grey, folder, "grey.png", &png);
  g_autoptr (GengaFrame) png_back = load (png_path);
  g_assert_true (g_bytes_equal (png_back->icc, grey->icc));
  assert_same_pixels (grey, png_back);

  g_autofree char *path = support_save (grey, folder, "grey.webp", &webp);
  g_autoptr (GengaFrame) back = load (path);
  g_assert_null (back->icc);
  for (int y = 0; y < grey->info.height; y++)
    for (int x = 0; x < grey->info.width; x++)
      {
        const guint8 from = ((guint8 *)genga_frame_get_row (grey, 0, y))[x];
        const guint8 *to = (guint8 *)genga_frame_get_row (back, 0, y) + 3 * x;
        g_assert_cmpfloat (fabs (encode_srgb (pow (from / 255.0, 1.8)) * 255 - to[1]), <=, 2);
      }

  g_autoptr (GengaFrame) colour = support_new_frame (8, 8, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  colour->icc = g_bytes_ref (grey->icc);
  g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
  GengaPictureSave told = png;
  told.progress = progress;
  g_autofree char *colour_path = support_save (colour, folder, "colour.png", &told);
  g_autoptr (GPtrArray) notices = genga_progress_take_notices (progress);
  g_assert_cmpuint (notices->len, ==, 1);
  g_autoptr (GengaFrame) colour_back = load (colour_path);
  g_assert_null (colour_back->icc);
}

static void
assert_refused (GengaFrame *frame, const char *folder, const char *name, const char *word)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *written = NULL;

  g_assert_false (support_media ()->picture_save (frame, path, &png, NULL, &written, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT);
  g_assert_null (written);
  if (strstr (error->message, word) == NULL)
    g_error ("no \"%s\" in: %s", word, error->message);
}

static void
test_refused (void)
{
  g_autofree char *folder = support_make_output_folder ();
  g_autofree char *long_name = g_strnfill (256, 'x');
  g_autofree char *longest_name = g_strnfill (255, 'x');
  g_autofree char *occupied = NULL;
  g_autofree char *dangling = NULL;
  g_autofree char *hard = NULL;
  g_autofree char *sub = NULL;
  g_autofree char *content = NULL;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (9, 9, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  occupied = g_build_filename (folder, "occupied.png", NULL);
  dangling = g_build_filename (folder, "dangling.png", NULL);
  hard = g_build_filename (folder, "hard.png", NULL);
  sub = g_build_filename (folder, "sub", NULL);
  g_assert_true (g_file_set_contents (occupied, "mine", -1, NULL));
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_assert_cmpint (link (occupied, hard), ==, 0);
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);

  assert_refused (frame, folder, "occupied.png", "already exists");
  assert_refused (frame, folder, "hard.png", "already exists");
  assert_refused (frame, folder, "dangling.png", "already exists");
  assert_refused (frame, folder, "sub", "is a folder");
  assert_refused (frame, folder, "missing/a.png", "does not exist");
  assert_refused (frame, folder, "occupied.png/a.png", "is a file");
  assert_refused (frame, folder, long_name, "too long");
  assert_refused (frame, "/proc/self", "a.png", "Can't write");
  g_assert_cmpuint (support_count_files (folder), ==, 4);
  g_assert_true (g_file_get_contents (occupied, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "mine");

  if (geteuid () != 0)
    {
      g_assert_cmpint (g_chmod (sub, 0500), ==, 0);
      assert_refused (frame, sub, "a.png", "permission");
    }
  g_autofree char *path = support_save (frame, folder, longest_name, &png);
  g_autofree char *odd_path = support_save (frame, folder, "line\nbreak\xff.png", &png);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_test (odd_path, G_FILE_TEST_IS_REGULAR));
}

static void
test_overwrite (void)
{
  GengaPictureSave params = png;
  g_autofree char *folder = support_make_output_folder ();
  g_autofree char *target = NULL;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (9, 9, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  target = g_build_filename (folder, "a.png", NULL);
  g_assert_true (g_file_set_contents (target, "old", -1, NULL));
  params.overwrite = TRUE;
  g_autofree char *path = support_save (frame, folder, "a.png", &params);
  g_autoptr (GengaFrame) back = load (path);
  assert_same_pixels (frame, back);
  g_autofree char *fresh = support_save (frame, folder, "b.png", &params);
  g_assert_cmpuint (support_count_files (folder), ==, 2);
}

/* A file that may not grow as far as it must leaves nothing behind. */
static void
test_no_room (void)
{
  g_autofree char *folder = support_make_output_folder ();
  struct rlimit before, limit;

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (400, 400, GENGA_SAMPLE_U16, GENGA_LAYOUT_RGB);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 10000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_refused (frame, folder, "a.png", "larger than");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_cmpuint (support_count_files (folder), ==, 0);
}

typedef struct
{
  const char *folder;
  GCancellable *cancellable;
  int is_over; /* atomic */
} Canceller;

/* Whether a file of the folder is open, which has no name until it is whole. */
static gboolean
is_begun (const char *folder)
{
  g_autoptr (GDir) files = g_dir_open ("/proc/self/fd", 0, NULL);

  for (const char *name; (name = g_dir_read_name (files)) != NULL;)
    {
      g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *path = g_file_read_link (link, NULL);

      if (path != NULL && g_str_has_prefix (path, folder))
        return TRUE;
    }
  return FALSE;
}

/* Cancels as soon as a file is begun. */
static gpointer
cancel_begun (gpointer data)
{
  Canceller *self = data;

  while (!g_atomic_int_get (&self->is_over) && !is_begun (self->folder))
    g_thread_yield ();
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

/* FALSE where the file was whole before it could be cancelled. */
static gboolean
cancel_save (GengaFrame *frame, const char *folder, const GengaPictureSave *params)
{
  g_autofree char *path = g_build_filename (folder, "a.picture", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Canceller canceller = { folder, cancellable, FALSE };
  GThread *thread = g_thread_new ("cancel", cancel_begun, &canceller);
  gboolean is_whole =
      support_media ()->picture_save (frame, path, params, cancellable, NULL, &error);

  g_atomic_int_set (&canceller.is_over, TRUE);
  g_thread_join (thread);
  if (is_whole)
    {
      g_assert_cmpint (g_unlink (path), ==, 0);
      return FALSE;
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (support_count_files (folder), ==, 0);
  return TRUE;
}

static void
test_cancelled (void)
{
  const GengaPictureSave params[] = {
    { .format = GENGA_FORMAT_PNG, .png_level = 9 },
    { .format = GENGA_FORMAT_JPEG, .quality = 95 },
    { .format = GENGA_FORMAT_WEBP, .quality = 90 },
  };
  g_autofree char *folder = support_make_output_folder ();

  if (folder == NULL)
    return;
  g_autoptr (GengaFrame) frame = support_new_frame (3000, 2000, GENGA_SAMPLE_U16, GENGA_LAYOUT_RGB);
  for (gsize i = 0; i < G_N_ELEMENTS (params); i++)
    {
      gboolean is_cancelled = FALSE;

      for (int attempt = 0; attempt < 20 && !is_cancelled; attempt++)
        is_cancelled = cancel_save (frame, folder, &params[i]);
      g_assert_true (is_cancelled);
    }
}

/* Float rows are converted on their way: a large frame needs hardly more than itself. */
static void
test_memory (void)
{
  g_autofree char *folder = support_make_output_folder ();
  const GengaPictureSave params = { .format = GENGA_FORMAT_PNG, .png_level = 1 };
  int before;

  if (folder == NULL)
    return;
  if (!support_can_measure ())
    {
      g_test_skip ("memory says nothing under a sanitizer");
      return;
    }
  g_autoptr (GengaFrame) frame = support_new_frame (3000, 3000, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGB);
  before = support_get_peak_mib ();
  g_autofree char *path = support_save (frame, folder, "large.png", &params);
  g_test_message ("%d MiB more", support_get_peak_mib () - before);
  g_assert_cmpint (support_get_peak_mib () - before, <, 16);
}

int
main (int argc, char **argv)
{
  int status;

  support_init (&argc, &argv);
  g_test_add_func ("/pictures/save/memory", test_memory);
  g_test_add_func ("/pictures/save/png", test_png);
  g_test_add_func ("/pictures/save/png-levels", test_png_levels);
  g_test_add_func ("/pictures/save/rounding", test_rounding);
  g_test_add_func ("/pictures/save/jpeg", test_jpeg);
  g_test_add_func ("/pictures/save/jpeg-alpha", test_jpeg_alpha);
  g_test_add_func ("/pictures/save/subsampling", test_subsampling);
  g_test_add_func ("/pictures/save/worker", test_worker);
  g_test_add_func ("/pictures/save/worker-budget", test_worker_budget);
  g_test_add_func ("/pictures/save/deep-slopes", test_deep_slopes);
  g_test_add_func ("/pictures/save/worker-ends", test_worker_ends);
  g_test_add_func ("/pictures/save/tiff", test_tiff);
  g_test_add_func ("/pictures/save/webp-nearly-lossless", test_webp_nearly_lossless);
  g_test_add_func ("/pictures/save/webp-method", test_webp_method);
  g_test_add_func ("/pictures/save/webp", test_webp);
  g_test_add_func ("/pictures/save/sizes", test_sizes);
  g_test_add_func ("/pictures/save/metadata", test_metadata);
  g_test_add_func ("/pictures/save/grey-profile", test_grey_profile);
  g_test_add_func ("/pictures/save/refused", test_refused);
  g_test_add_func ("/pictures/save/overwrite", test_overwrite);
  g_test_add_func ("/pictures/save/no-room", test_no_room);
  g_test_add_func ("/pictures/save/cancelled", test_cancelled);
  status = g_test_run ();
  support_finish ();
  return status;
}
