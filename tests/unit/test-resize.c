/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/error.h"
#include "oracle.h"
#include "steps/pixels.h"
#include "steps/resize-rows.h"
#include "steps/resize.h"
#include <math.h>
#include <string.h>

static const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA, GENGA_LAYOUT_RGB,
                                       GENGA_LAYOUT_RGBA };

/*
 * Dense, with values that depend on nothing but the size. In 8 bits the contrast is low: Pillow
 * clamps between its two passes, where a float picture keeps what overshoots.
 */
static GengaFrame *
make_noise (int width, int height, GengaSample sample, int n_channels)
{
  const GengaFrameInfo info = {
    .width = width,
    .height = height,
    .sample = sample,
    .layout = layouts[n_channels - 1],
  };
  const gsize n = (gsize)width * n_channels;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (width * 7919 + height);
  g_autofree float *row = g_new (float, n);
  GengaFrame *frame = genga_frame_new_dense (&info, &error);

  g_assert_no_error (error);
  for (int y = 0; y < height; y++)
    {
      /* Noise, and the edges of line art, which ring. */
      for (gsize i = 0; i < n; i++)
        row[i] = (i / n_channels / 5 + y / 3) % 3 == 0 ? 0 : g_rand_double (rand);
      if (sample == GENGA_SAMPLE_U8)
        for (gsize i = 0; i < n; i++)
          row[i] = 0.3 + 0.4 * row[i];
      genga_pixels_store_row (frame, y, row);
    }

  return frame;
}

static GengaFrame *
resize (GengaFrame *frame, int width, int height, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  GengaFrame *resized = genga_resize (frame, width, height, n_threads, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (resized->info.width, ==, width);
  g_assert_cmpint (resized->info.height, ==, height);
  g_assert_cmpint (resized->info.sample, ==, frame->info.sample);
  g_assert_cmpint (resized->info.layout, ==, frame->info.layout);

  return resized;
}

static double
lanczos3 (double x)
{
  if (x == 0)
    return 1;
  if (fabs (x) >= 3)
    return 0;
  return 3 * sin (G_PI * x) * sin (G_PI * x / 3) / (G_PI * G_PI * x * x);
}

/* The definition, in double and without taps: every input pixel asks the kernel for its weight. */
static double
define_pixel (const float *column, int n_in, int n_out, int at)
{
  const double scale = (double)n_in / n_out;
  const double widening = MAX (scale, 1);
  const double centre = (at + 0.5) * scale;
  double sum = 0, total = 0;

  for (int i = 0; i < n_in; i++)
    {
      const double weight = lanczos3 ((i + 0.5 - centre) / widening);

      sum += weight * column[i];
      total += weight;
    }
  return sum / total;
}

static void
test_definition (void)
{
  static const int sizes[][2] = {
    { 1, 1 },   { 1, 16 },  { 16, 1 },  { 2, 5 },   { 7, 5 },    { 5, 7 },    { 13, 26 },
    { 13, 52 }, { 64, 32 }, { 97, 13 }, { 31, 61 }, { 160, 10 }, { 10, 160 }, { 101, 103 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const int n_in = sizes[i][0];
      const int n_out = sizes[i][1];
      g_autoptr (GengaFrame) column = make_noise (1, n_in, GENGA_SAMPLE_F32, 1);
      const float *values = (gconstpointer)column->planes[0];
      g_autoptr (GengaFrame) row = make_noise (n_in, 1, GENGA_SAMPLE_F32, 1);
      g_autoptr (GengaFrame) tall = NULL;
      g_autoptr (GengaFrame) wide = NULL;

      memcpy (row->planes[0], values, n_in * sizeof (float));
      tall = resize (column, 1, n_out, 1);
      wide = resize (row, n_out, 1, 1);
      for (int at = 0; at < n_out; at++)
        {
          const double expected = define_pixel (values, n_in, n_out, at);

          g_assert_cmpfloat_with_epsilon (*(float *)genga_frame_get_row (tall, 0, at), expected,
                                          2e-6);
          g_assert_cmpfloat_with_epsilon (((float *)genga_frame_get_row (wide, 0, 0))[at], expected,
                                          2e-6);
        }
    }
}

static void
test_constant (void)
{
  static const int sizes[][4] = {
    { 1, 1, 16, 16 },   { 1, 97, 2, 194 },        { 97, 1, 388, 4 },      { 7, 5, 14, 10 },
    { 160, 90, 10, 6 }, { 1, 100000, 2, 200000 }, { 100000, 1, 6250, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GengaFrame) frame = make_noise (sizes[i][0], sizes[i][1], GENGA_SAMPLE_U16, 3);
      g_autoptr (GengaFrame) resized = NULL;

      memset (frame->planes[0], 0xab, frame->strides[0] * sizes[i][1]);
      resized = resize (frame, sizes[i][2], sizes[i][3], 1);
      for (int y = 0; y < sizes[i][3]; y++)
        for (int x = 0; x < sizes[i][2] * 3; x++)
          g_assert_cmphex (((guint16 *)genga_frame_get_row (resized, 0, y))[x], ==, 0xabab);
    }
}

static void
test_same_size (void)
{
  g_autoptr (GengaFrame) frame = make_noise (31, 17, GENGA_SAMPLE_F16, 4);
  g_autoptr (GengaFrame) same = resize (frame, 31, 17, 2);
  g_autoptr (GengaFrame) wider = resize (frame, 62, 17, 2);

  g_assert_cmpmem (frame->planes[0], frame->strides[0] * 17, same->planes[0],
                   same->strides[0] * 17);
  g_assert_cmpint (wider->info.height, ==, 17);
}

static void
test_properties (void)
{
  g_autoptr (GengaFrame) frame = make_noise (4, 4, GENGA_SAMPLE_U8, 3);
  g_autoptr (GengaFrame) resized = NULL;

  frame->icc = g_bytes_new_static ("icc", 3);
  frame->pts = 7;
  resized = resize (frame, 9, 9, 1);
  g_assert_true (resized->icc == frame->icc);
  g_assert_cmpint (resized->pts, ==, 7);
}

static void
test_threads (void)
{
  static const guint n_threads[] = { 0, 2, 3, 7, 99 };
  static const int sizes[][2] = { { 262, 226 }, { 50, 40 }, { 131, 450 }, { 9, 113 } };

  for (int sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
    for (int n_channels = 1; n_channels <= 4; n_channels++)
      for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          g_autoptr (GengaFrame) frame = make_noise (131, 113, sample, n_channels);
          g_autoptr (GengaFrame) alone = resize (frame, sizes[i][0], sizes[i][1], 1);
          const gsize row_size = sizes[i][0] * n_channels * genga_sample_get_size (sample);

          for (gsize t = 0; t < G_N_ELEMENTS (n_threads); t++)
            {
              g_autoptr (GengaFrame) shared =
                  resize (frame, sizes[i][0], sizes[i][1], n_threads[t]);

              for (int y = 0; y < sizes[i][1]; y++)
                g_assert_cmpmem (genga_frame_get_row (alone, 0, y), row_size,
                                 genga_frame_get_row (shared, 0, y), row_size);
            }
        }
}

/* A part, made from the pixels that it asks for, is what the whole has there. */
static void
test_part (void)
{
  static const int sizes[][2] = { { 262, 226 }, { 50, 40 }, { 131, 450 }, { 44, 113 } };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (int sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      for (int k = 0; k < 20; k++)
        {
          g_autoptr (GengaFrame) frame = make_noise (131, 113, sample, 3);
          g_autoptr (GengaFrame) whole = resize (frame, sizes[i][0], sizes[i][1], 1);
          int x = g_rand_int_range (rand, 0, sizes[i][0]);
          int y = g_rand_int_range (rand, 0, sizes[i][1]);
          GengaResizePart part = {
            131,
            113,
            sizes[i][0],
            sizes[i][1],
            { x, y, g_rand_int_range (rand, 1, sizes[i][0] - x + 1),
              g_rand_int_range (rand, 1, sizes[i][1] - y + 1) },
          };
          GengaRect source = genga_resize_part_get_source (&part);
          g_autoptr (GengaFrame) crop = genga_frame_crop (frame, &source, NULL);
          g_autoptr (GengaFrame) result = genga_resize_part (&part, crop, 2, NULL, NULL);
          g_autoptr (GengaFrame) expected = genga_frame_crop (whole, &part.wanted, NULL);
          gsize row_size = part.wanted.width * 3 * genga_sample_get_size (sample);

          for (int row = 0; row < part.wanted.height; row++)
            g_assert_cmpmem (genga_frame_get_row (result, 0, row), row_size,
                             genga_frame_get_row (expected, 0, row), row_size);
        }
}

static void
test_cancel (void)
{
  g_autoptr (GengaFrame) frame = make_noise (64, 64, GENGA_SAMPLE_U8, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (genga_resize (frame, 128, 128, 2, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_out_of_memory (void)
{
  g_autoptr (GengaFrame) frame = make_noise (4, 4, GENGA_SAMPLE_U8, 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (genga_resize (frame, G_MAXINT, G_MAXINT, 1, NULL, &error));
  g_assert_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY);
}

/* Sizes where Pillow is asked. */
static const int pillow_sizes[][4] = {
  { 1, 1, 1, 5 },         { 1, 1, 16, 16 },       { 1, 31, 4, 124 },    { 31, 1, 62, 2 },
  { 7, 5, 14, 10 },       { 7, 5, 28, 20 },       { 7, 5, 3, 2 },       { 7, 5, 1, 1 },
  { 13, 17, 37, 101 },    { 97, 89, 61, 53 },     { 97, 89, 194, 178 }, { 97, 89, 97, 40 },
  { 97, 89, 40, 89 },     { 160, 96, 10, 6 },     { 160, 96, 20, 12 },  { 160, 96, 40, 24 },
  { 160, 96, 80, 48 },    { 160, 96, 120, 72 },   { 33, 21, 99, 63 },   { 33, 21, 132, 84 },
  { 33, 21, 264, 168 },   { 33, 21, 528, 336 },   { 640, 3, 40, 48 },   { 3, 640, 48, 40 },
  { 320, 180, 427, 240 }, { 320, 180, 319, 181 },
};

static void
compare_with_pillow (GengaSample sample, const char *name, double tolerance)
{
  const gsize size = genga_sample_get_size (sample);
  g_autoptr (Oracle) oracle = oracle_new ("pillow_resize.py");
  double worst = 0;

  if (!oracle)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (pillow_sizes); i++)
    {
      const int *s = pillow_sizes[i];
      const int n_channels = 1 + i % 4;
      g_autoptr (GengaFrame) frame = make_noise (s[0], s[1], sample, n_channels);

      oracle_add (oracle, frame->planes[0], frame->strides[0] * s[1], "%s %d %d %d %d %d", name,
                  n_channels, s[0], s[1], s[2], s[3]);
    }
  oracle_run (oracle);

  for (gsize i = 0; i < G_N_ELEMENTS (pillow_sizes); i++)
    {
      const int *s = pillow_sizes[i];
      const int n_channels = 1 + i % 4;
      const gsize n_row = s[2] * n_channels;
      g_autoptr (GengaFrame) frame = make_noise (s[0], s[1], sample, n_channels);
      g_autoptr (GengaFrame) resized = resize (frame, s[2], s[3], 2);
      g_autofree guint8 *expected = oracle_dup_output (oracle, i, n_row * s[3] * size);

      for (int y = 0; y < s[3]; y++)
        {
          const guint8 *bytes = genga_frame_get_row (resized, 0, y);
          const float *floats = genga_frame_get_row (resized, 0, y);

          for (gsize x = 0; x < n_row; x++)
            {
              const gsize at = y * n_row + x;
              const double difference = sample == GENGA_SAMPLE_U8
                                            ? bytes[x] - expected[at]
                                            : floats[x] - ((float *)(gpointer)expected)[at];

              worst = MAX (worst, fabs (difference));
            }
        }
    }
  g_test_message ("%s: at most %g off", name, worst);
  g_assert_cmpfloat (worst, <=, tolerance);
}

static void
test_pillow_f32 (void)
{
  compare_with_pillow (GENGA_SAMPLE_F32, "f32", 2e-6);
}

/* Rounded to 8 bits between the two passes as well. */
static void
test_pillow_u8 (void)
{
  compare_with_pillow (GENGA_SAMPLE_U8, "u8", 0);
}

#define TWIN_TAPS 11
#define TWIN_PIXELS 29

/* Plain loops over bytes make the same as those that this processor is fast with. */
static void
test_twins (void)
{
  enum
  {
    STRIDE = 12,
    N_IN = TWIN_PIXELS + TWIN_TAPS
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  gint32 fixed[TWIN_PIXELS * STRIDE] = { 0 };
  gint16 high[TWIN_PIXELS * STRIDE], low[TWIN_PIXELS * STRIDE];
  int first[TWIN_PIXELS], n_taps[TWIN_PIXELS];
  guint8 rows[TWIN_TAPS][N_IN * 4 + GENGA_RESIZE_PADDING] = { 0 };
  const guint8 *taps[TWIN_TAPS];
  GengaResizeFilter fast = {
    TWIN_PIXELS, TWIN_TAPS, STRIDE, first, n_taps, NULL, fixed, high, low
  };
  GengaResizeFilter plain = {
    TWIN_PIXELS, TWIN_TAPS, STRIDE, first, n_taps, NULL, fixed, NULL, NULL
  };

  for (int i = 0; i < TWIN_PIXELS; i++)
    {
      first[i] = i;
      n_taps[i] = 1 + i % TWIN_TAPS;
      for (int k = 0; k < n_taps[i]; k++)
        fixed[i * STRIDE + k] = g_rand_int_range (rand, -1000000, 1000000);
    }
  for (int i = 0; i < TWIN_PIXELS * STRIDE; i++)
    {
      high[i] = fixed[i] >> GENGA_RESIZE_LOW_BITS;
      low[i] = fixed[i] & 0xff;
    }
  for (int k = 0; k < TWIN_TAPS; k++)
    for (int i = 0; i < N_IN * 4; i++)
      rows[k][i] = g_rand_int_range (rand, 0, 256);
  for (int k = 0; k < TWIN_TAPS; k++)
    taps[k] = rows[k];
  for (int n = 1; n <= 4; n++)
    {
      guint8 a[N_IN * 4 + 4] = { 0 }, b[N_IN * 4 + 4] = { 0 };

      genga_resize_row_u8 (&fast, rows[0], n, a);
      genga_resize_row_u8 (&plain, rows[0], n, b);
      g_assert_cmpmem (a, TWIN_PIXELS * n, b, TWIN_PIXELS * n);
    }
  for (int y = 0; y < TWIN_PIXELS; y++)
    {
      guint8 a[N_IN * 4] = { 0 }, b[N_IN * 4] = { 0 };

      genga_resize_sum_rows_u8 (&fast, y, taps, sizeof a - y, a);
      genga_resize_sum_rows_u8 (&plain, y, taps, sizeof a - y, b);
      g_assert_cmpmem (a, sizeof a, b, sizeof b);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/resize/definition", test_definition);
  g_test_add_func ("/resize/constant", test_constant);
  g_test_add_func ("/resize/same-size", test_same_size);
  g_test_add_func ("/resize/properties", test_properties);
  g_test_add_func ("/resize/threads", test_threads);
  g_test_add_func ("/resize/part", test_part);
  g_test_add_func ("/resize/cancel", test_cancel);
  g_test_add_func ("/resize/out-of-memory", test_out_of_memory);
  g_test_add_func ("/resize/pillow-f32", test_pillow_f32);
  g_test_add_func ("/resize/pillow-u8", test_pillow_u8);
  g_test_add_func ("/resize/twins", test_twins);

  return g_test_run ();
}
