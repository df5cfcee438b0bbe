/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle.h"
#include "steps/enhance.h"
#include "steps/pixels.h"
#include <string.h>

static const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA, GENGA_LAYOUT_RGB,
                                       GENGA_LAYOUT_RGBA };
static const char *const modes[] = { "L", "LA", "RGB", "RGBA" };

static GengaFrame *
make_frame (int width, int height, GengaSample sample, int n_channels)
{
  const GengaFrameInfo info = {
    .width = width,
    .height = height,
    .sample = sample,
    .layout = layouts[n_channels - 1],
  };
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = genga_frame_new_dense (&info, &error);

  g_assert_no_error (error);
  return frame;
}

/* Noise over the whole range. */
static GengaFrame *
make_noise (int width, int height, GengaSample sample, int n_channels)
{
  const gsize n = (gsize)width * n_channels;
  g_autoptr (GRand) rand = g_rand_new_with_seed (width * 7919 + height);
  g_autofree float *row = g_new (float, n);
  GengaFrame *frame = make_frame (width, height, sample, n_channels);

  for (int y = 0; y < height; y++)
    {
      for (gsize i = 0; i < n; i++)
        row[i] = g_rand_double (rand);
      genga_pixels_store_row (frame, y, row);
    }

  return frame;
}

static GengaFrame *
enhance (GengaFrame *frame, const GengaEnhance *factors, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  GengaFrame *result =
      genga_enhance_apply (factors, genga_frame_ref (frame), n_threads, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static gsize
get_row_size (const GengaFrame *frame)
{
  return frame->info.width * genga_layout_get_n_channels (frame->info.layout) *
         genga_sample_get_size (frame->info.sample);
}

static void
assert_same_pixels (const GengaFrame *a, const GengaFrame *b)
{
  g_assert_cmpuint (get_row_size (a), ==, get_row_size (b));
  for (int y = 0; y < a->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (a, 0, y), get_row_size (a), genga_frame_get_row (b, 0, y),
                     get_row_size (b));
}

static void
test_ownership (void)
{
  static const GengaEnhance neutral = { 0, 1, 1 };
  static const GengaEnhance strong = { 2, 1.2, 1.2 };
  GengaFrame *frame = make_noise (9, 7, GENGA_SAMPLE_U8, 3);
  g_autoptr (GengaFrame) copy = make_noise (9, 7, GENGA_SAMPLE_U8, 3);
  g_autoptr (GengaFrame) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (genga_enhance_is_neutral (&neutral));
  g_assert_false (genga_enhance_is_neutral (&strong));

  result = enhance (frame, &neutral, 1);
  g_assert_true (result == frame);
  g_clear_pointer (&result, genga_frame_unref);

  /* Somebody else looks at the frame: it stays as it is. */
  result = enhance (frame, &strong, 1);
  g_assert_true (result != frame);
  assert_same_pixels (frame, copy);
  g_clear_pointer (&result, genga_frame_unref);

  result = genga_enhance_apply (&strong, frame, 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (result == frame);
}

/* 5 x 4 pixels of RGB, and what Pillow 9.4 makes of them. */
static void
test_golden (void)
{
  static const struct
  {
    GengaEnhance factors;
    guint8 expected[60];
  } cases[] = {
    { { 0.5, 1, 1 },
      { 0,   31,  62,  53,  84,  115, 106, 137, 168, 159, 190, 221, 212, 243, 18,
        97,  128, 159, 160, 227, 255, 232, 0,   47,  0,   62,  164, 53,  152, 251,
        194, 225, 0,   255, 36,  111, 14,  153, 255, 87,  255, 87,  150, 61,  228,
        35,  66,  97,  88,  170, 252, 141, 18,  151, 194, 122, 50,  247, 226, 205 } },
    { { 0, 1.2, 1 },
      { 0,   11,  48,  37,  75,  112, 101, 138, 175, 165, 202, 239, 228, 255, 0,
        90,  127, 165, 154, 211, 255, 217, 0,   66,  0,   72,  171, 37,  156, 255,
        207, 244, 0,   255, 41,  119, 26,  145, 255, 90,  250, 102, 154, 47,  247,
        16,  53,  90,  79,  178, 255, 143, 0,   155, 207, 120, 34,  255, 245, 220 } },
    { { 0, 1, 0.8 },
      { 5,   29,  54,  58,  82,  107, 111, 135, 160, 164, 188, 213, 211, 236, 56,
        102, 126, 151, 157, 196, 234, 177, 25,  77,  13,  79,  144, 69,  148, 227,
        193, 218, 38,  221, 69,  121, 60,  139, 218, 112, 219, 120, 141, 70,  203,
        40,  64,  89,  101, 167, 232, 126, 28,  134, 182, 124, 67,  243, 226, 210 } },
    { { 1, 0.85, 1.3 },
      { 12,  46,  81,  57,  91,  126, 102, 136, 171, 147, 181, 216, 200, 234, 0,
        94,  129, 163, 147, 242, 242, 255, 0,   18,  7,   54,  188, 43,  152, 255,
        185, 219, 0,   255, 12,  105, 0,   166, 255, 57,  255, 48,  156, 59,  243,
        42,  76,  110, 77,  166, 255, 157, 20,  167, 199, 119, 39,  233, 210, 186 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GengaFrame) frame = make_frame (5, 4, GENGA_SAMPLE_U8, 3);
      g_autoptr (GengaFrame) result = NULL;

      for (int j = 0; j < 60; j++)
        {
          const int x = j / 3 % 5, y = j / 15, c = j % 3;

          frame->planes[0][j] = x * 53 + y * 97 + c * 31 + x * y * c * 17;
        }
      result = enhance (frame, &cases[i].factors, 1);
      g_assert_cmpmem (result->planes[0], 60, cases[i].expected, 60);
    }
}

/* The formulas of POST-3 and POST-4 in double, pixel by pixel, over a whole picture. */
static void
define_enhance (const double *source,
                double *target,
                int width,
                int height,
                int n_colours,
                const GengaEnhance *factors)
{
  const int n = width * height;
  g_autofree double *luma = g_new (double, n);
  double mean = 0;

  for (int i = 0; i < n * n_colours; i++)
    {
      const int x = i / n_colours % width, y = i / n_colours / width;
      double sum = 4 * source[i];

      target[i] = source[i];
      if (x == 0 || y == 0 || x == width - 1 || y == height - 1)
        continue;
      for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
          sum += source[i + (dy * width + dx) * n_colours];
      target[i] = sum / 13 + (1 + factors->sharpening) * (source[i] - sum / 13);
    }

  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < n; i++)
      {
        double *pixel = target + i * n_colours;

        if (pass == 1)
          for (int c = 0; c < n_colours; c++)
            pixel[c] = mean + factors->contrast * (pixel[c] - mean);
        luma[i] = pixel[0];
        if (n_colours == 3)
          luma[i] = (19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2]) / 65536;
        if (pass == 0)
          mean += luma[i] / n;
      }

  for (int i = 0; i < n * n_colours; i++)
    {
      const double grey = luma[i / n_colours];

      target[i] = CLAMP (grey + factors->saturation * (target[i] - grey), 0, 1);
    }
}

static void
test_definition (void)
{
  static const GengaEnhance cases[] = {
    { 0.7, 1, 1 }, { 0, 1.2, 1 }, { 0, 1, 0.8 }, { 2, 0.8, 1.2 }, { 0.3, 1.2, 0 }
  };
  static const int sizes[][2] = { { 1, 1 }, { 2, 5 }, { 3, 3 }, { 21, 34 } };
  static const double tolerances[] = {
    [GENGA_SAMPLE_U16] = 0.51 / 65535, [GENGA_SAMPLE_F16] = 0.5e-3, [GENGA_SAMPLE_F32] = 2e-6
  };

  for (int sample = GENGA_SAMPLE_U16; sample <= GENGA_SAMPLE_F32; sample++)
    for (int n_colours = 1; n_colours <= 3; n_colours += 2)
      for (gsize i = 0; i < G_N_ELEMENTS (cases) * G_N_ELEMENTS (sizes); i++)
        {
          const int width = sizes[i % 4][0], height = sizes[i % 4][1];
          const int n = width * height * n_colours;
          g_autoptr (GengaFrame) frame = make_noise (width, height, sample, n_colours);
          g_autoptr (GengaFrame) result = enhance (frame, &cases[i / 4], 2);
          g_autofree float *row = g_new (float, width *n_colours);
          g_autofree double *source = g_new (double, n);
          g_autofree double *expected = g_new (double, n);

          for (int y = 0; y < height; y++)
            {
              genga_pixels_load_row (frame, y, row);
              for (int x = 0; x < width * n_colours; x++)
                source[y * width * n_colours + x] = row[x];
            }
          define_enhance (source, expected, width, height, n_colours, &cases[i / 4]);
          for (int y = 0; y < height; y++)
            {
              genga_pixels_load_row (result, y, row);
              for (int x = 0; x < width * n_colours; x++)
                g_assert_cmpfloat_with_epsilon (row[x], expected[y * width * n_colours + x],
                                                tolerances[sample]);
            }
        }
}

static void
test_alpha (void)
{
  static const GengaEnhance factors = { 1.5, 1.15, 0.85 };

  for (int n_colours = 1; n_colours <= 3; n_colours += 2)
    for (int sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
      {
        g_autoptr (GengaFrame) both = make_noise (23, 40, sample, n_colours + 1);
        g_autoptr (GengaFrame) colour = make_frame (23, 40, sample, n_colours);
        g_autoptr (GengaFrame) alpha = make_frame (23, 40, sample, 1);
        g_autoptr (GengaFrame) expected = make_frame (23, 40, sample, n_colours + 1);
        g_autoptr (GengaFrame) result = enhance (both, &factors, 2);
        g_autoptr (GengaFrame) colour_result = NULL;

        genga_pixels_split_alpha (both, colour, alpha);
        colour_result = enhance (colour, &factors, 1);
        genga_pixels_join_alpha (colour_result, alpha, expected);
        assert_same_pixels (result, expected);
      }
}

static void
test_threads (void)
{
  static const GengaEnhance factors = { 0.9, 1.17, 1.13 };
  static const guint n_threads[] = { 0, 2, 3, 7, 99 };
  static const int heights[] = { 1, 31, 32, 33, 200, 2000 };

  for (int sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
    for (gsize i = 0; i < G_N_ELEMENTS (heights); i++)
      {
        g_autoptr (GengaFrame) frame = make_noise (37, heights[i], sample, 3);
        g_autoptr (GengaFrame) alone = enhance (frame, &factors, 1);

        for (gsize t = 0; t < G_N_ELEMENTS (n_threads); t++)
          {
            g_autoptr (GengaFrame) shared = enhance (frame, &factors, n_threads[t]);

            assert_same_pixels (alone, shared);
          }
      }
}

static void
test_cancel (void)
{
  static const GengaEnhance factors = { 1, 1.1, 1 };
  GengaFrame *frame = make_noise (64, 64, GENGA_SAMPLE_U8, 3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (genga_enhance_apply (&factors, frame, 2, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Factors as Pillow counts them: sharpness is 1 + sharpening. */
static const double factors_to_try[][3] = {
  { 0.8, 1, 1 },    { 0.85, 1, 1 },      { 1.1, 1, 1 },   { 1.2, 1, 1 },   { 1.3, 1, 1 },
  { 2, 1, 1 },      { 3, 1, 1 },         { 1, 0.8, 1 },   { 1, 0.85, 1 },  { 1, 1.1, 1 },
  { 1, 1.2, 1 },    { 1, 1.3, 1 },       { 1, 2, 1 },     { 1, 3, 1 },     { 1, 1, 0.8 },
  { 1, 1, 0.85 },   { 1, 1, 1.1 },       { 1, 1, 1.2 },   { 1, 1, 1.3 },   { 1, 1, 2 },
  { 1, 1, 3 },      { 1, 1, 0 },         { 1, 0, 1 },     { 0, 1, 1 },     { 1.3, 1.2, 1 },
  { 1, 0.85, 1.3 }, { 1.5, 0.95, 1.05 }, { 2, 1.1, 1.1 }, { 3, 1.2, 0.8 }, { 1.7, 1, 1.15 },
};

static void
compare_with_pillow (GPtrArray *frames)
{
  g_autoptr (Oracle) oracle = oracle_new ("pillow_enhance.py");
  int number = 0;

  if (!oracle)
    return;
  for (guint i = 0; i < frames->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (factors_to_try); j++)
      {
        const GengaFrame *frame = frames->pdata[i];
        const double *f = factors_to_try[j];

        oracle_add (oracle, frame->planes[0], frame->strides[0] * frame->info.height,
                    "%s %d %d %.17g %.17g %.17g",
                    modes[genga_layout_get_n_channels (frame->info.layout) - 1], frame->info.width,
                    frame->info.height, f[0], f[1], f[2]);
      }
  oracle_run (oracle);

  for (guint i = 0; i < frames->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (factors_to_try); j++)
      {
        GengaFrame *frame = frames->pdata[i];
        const double *f = factors_to_try[j];
        const GengaEnhance factors = { f[0] - 1, f[1], f[2] };
        const gsize size = frame->strides[0] * frame->info.height;
        g_autoptr (GengaFrame) result = enhance (frame, &factors, 2);
        g_autofree guint8 *expected = oracle_dup_output (oracle, number++, size);

        if (memcmp (result->planes[0], expected, size) != 0)
          g_test_message ("%d x %d, %d channels, sharpness %g, contrast %g, colour %g",
                          frame->info.width, frame->info.height,
                          genga_layout_get_n_channels (frame->info.layout), f[0], f[1], f[2]);
        g_assert_cmpmem (result->planes[0], size, expected, size);
      }
}

static void
test_pillow_noise (void)
{
  static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 },   { 2, 2 },
                                  { 3, 3 }, { 7, 5 }, { 97, 89 }, { 64, 200 } };
  g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_frame_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int n_channels = 1; n_channels <= 4; n_channels++)
      g_ptr_array_add (frames, make_noise (sizes[i][0], sizes[i][1], GENGA_SAMPLE_U8, n_channels));
  compare_with_pillow (frames);
}

/* A drawing: flat areas and lines, where noise never comes to the same rounding twice. */
static void
test_pillow_drawing (void)
{
  g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_frame_unref);
  g_autoptr (Oracle) oracle = oracle_new ("pillow_open.py");
  g_autofree guint8 *contents = NULL;
  GengaFrame *frame;
  gint32 size[2];

  if (!oracle)
    return;
  oracle_add (oracle, "", 0, "sample/genga-sample.png");
  oracle_run (oracle);
  contents = oracle_dup_output (oracle, 0, 0);
  memcpy (size, contents, sizeof size);

  frame = make_frame (size[0], size[1], GENGA_SAMPLE_U8, 3);
  memcpy (frame->planes[0], contents + sizeof size, (gsize)size[0] * size[1] * 3);
  g_ptr_array_add (frames, frame);
  compare_with_pillow (frames);
}

/*
 * A part with a pixel more on each side, around the whole's mean, is inside what the whole is
 * there.
 */
static void
test_part (void)
{
  static const GengaSample samples[] = { GENGA_SAMPLE_U8, GENGA_SAMPLE_U16, GENGA_SAMPLE_F32 };
  static const GengaEnhance factors = { 0, 1.2, 0.8 }, sharp = { 1.5, 1, 0.9 };
  const GengaRect place = { 20, 11, 40, 30 }, inside = { 21, 12, 38, 28 }, own = { 1, 1, 38, 28 };

  for (gsize k = 0; k < G_N_ELEMENTS (samples); k++)
    for (int i = 0; i < 2; i++)
      {
        const GengaEnhance *enhancement = i == 0 ? &factors : &sharp;
        g_autoptr (GengaFrame) frame = make_noise (90, 70, samples[k], 3);
        double mean = genga_enhance_measure_mean (frame);
        g_autoptr (GengaFrame) whole = enhance (frame, enhancement, 0);
        g_autoptr (GengaFrame) expected = genga_frame_crop (whole, &inside, NULL);
        g_autoptr (GengaFrame) crop = genga_frame_crop (frame, &place, NULL);
        g_autoptr (GengaFrame) result =
            genga_enhance_apply_part (enhancement, crop, samples[k], mean, 0, NULL, NULL);
        g_autoptr (GengaFrame) part = genga_frame_crop (result, &own, NULL);

        for (int y = 0; y < own.height; y++)
          for (int x = 0; x < own.width * 3; x++)
            {
              gconstpointer a = genga_frame_get_row (expected, 0, y);
              gconstpointer b = genga_frame_get_row (part, 0, y);
              if (samples[k] == GENGA_SAMPLE_U8)
                g_assert_cmpint (((const guint8 *)a)[x], ==, ((const guint8 *)b)[x]);
              else if (samples[k] == GENGA_SAMPLE_U16)
                g_assert_cmpint (ABS (((const guint16 *)a)[x] - ((const guint16 *)b)[x]), <=, 1);
              else
                g_assert_cmpfloat_with_epsilon (((const float *)a)[x], ((const float *)b)[x], 1e-6);
            }
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/enhance/ownership", test_ownership);
  g_test_add_func ("/enhance/golden", test_golden);
  g_test_add_func ("/enhance/definition", test_definition);
  g_test_add_func ("/enhance/alpha", test_alpha);
  g_test_add_func ("/enhance/threads", test_threads);
  g_test_add_func ("/enhance/part", test_part);
  g_test_add_func ("/enhance/cancel", test_cancel);
  g_test_add_func ("/enhance/pillow-noise", test_pillow_noise);
  g_test_add_func ("/enhance/pillow-drawing", test_pillow_drawing);

  return g_test_run ();
}
