/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "steps/pixels.h"
#include <math.h>
#include <string.h>

static GengaFrame *
make_frame (int width, int height, GengaSample sample, GengaLayout layout)
{
  const GengaFrameInfo info = {
    .width = width, .height = height, .sample = sample, .layout = layout
  };
  g_autoptr (GError) error = NULL;
  GengaFrame *frame = genga_frame_new (&info, &error);

  g_assert_no_error (error);
  return frame;
}

static GengaFrame *
convert (const GengaFrame *source, GengaSample sample)
{
  const GengaFrameInfo *info = &source->info;
  GengaFrame *target = make_frame (info->width, info->height, sample, info->layout);

  genga_pixels_convert (source, target);
  return target;
}

/* Every value of an integer type, in a grey picture of 256 columns. */
static GengaFrame *
make_all_values (GengaSample sample)
{
  const int height = sample == GENGA_SAMPLE_U8 ? 1 : 256;
  GengaFrame *frame = make_frame (256, height, sample, GENGA_LAYOUT_GREY);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < 256; x++)
      if (sample == GENGA_SAMPLE_U8)
        ((guint8 *)genga_frame_get_row (frame, 0, y))[x] = x;
      else
        ((guint16 *)genga_frame_get_row (frame, 0, y))[x] = y * 256 + x;

  return frame;
}

static void
test_integers_to_float (void)
{
  g_autoptr (GengaFrame) u8 = make_all_values (GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) u16 = make_all_values (GENGA_SAMPLE_U16);
  g_autoptr (GengaFrame) from_u8 = convert (u8, GENGA_SAMPLE_F32);
  g_autoptr (GengaFrame) from_u16 = convert (u16, GENGA_SAMPLE_F32);
  g_autoptr (GengaFrame) u8_again = convert (from_u8, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) u16_again = convert (from_u16, GENGA_SAMPLE_U16);

  for (int x = 0; x < 256; x++)
    g_assert_true (((float *)genga_frame_get_row (from_u8, 0, 0))[x] == x / 255.0f);
  for (int y = 0; y < 256; y++)
    {
      const float *row = genga_frame_get_row (from_u16, 0, y);

      for (int x = 0; x < 256; x++)
        g_assert_true (row[x] == (y * 256 + x) / 65535.0f);
      g_assert_cmpmem (genga_frame_get_row (u16, 0, y), 512, genga_frame_get_row (u16_again, 0, y),
                       512);
    }
  g_assert_cmpmem (u8->planes[0], 256, u8_again->planes[0], 256);
}

static void
test_between_integers (void)
{
  g_autoptr (GengaFrame) u8 = make_all_values (GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) u16 = make_all_values (GENGA_SAMPLE_U16);
  g_autoptr (GengaFrame) widened = convert (u8, GENGA_SAMPLE_U16);
  g_autoptr (GengaFrame) narrowed = convert (u16, GENGA_SAMPLE_U8);

  for (int x = 0; x < 256; x++)
    g_assert_cmpint (((guint16 *)genga_frame_get_row (widened, 0, 0))[x], ==, x * 257);
  for (int v = 0; v < 65536; v++)
    g_assert_cmpint (((guint8 *)genga_frame_get_row (narrowed, 0, v / 256))[v % 256], ==,
                     (v + 128) / 257);
}

static void
test_clamping (void)
{
  static const struct
  {
    float value;
    int u8;
    int u16;
  } cases[] = {
    { 0, 0, 0 },
    { 1, 255, 65535 },
    { -0.5f, 0, 0 },
    { 1.5f, 255, 65535 },
    { 1e30f, 255, 65535 },
    { -INFINITY, 0, 0 },
    { INFINITY, 255, 65535 },
    { NAN, 0, 0 },
    { 0.5f, 128, 32768 },           /* 127.5 and 32767.5: up */
    { 0.4999f, 127, 32761 },        /* 127.47, 32760.95 */
    { 0.5f / 255 - 1e-6f, 0, 128 }, /* 128.43 */
  };
  g_autoptr (GengaFrame) source =
      make_frame (G_N_ELEMENTS (cases), 1, GENGA_SAMPLE_F32, GENGA_LAYOUT_GREY);
  g_autoptr (GengaFrame) u8 = NULL;
  g_autoptr (GengaFrame) u16 = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    ((float *)genga_frame_get_row (source, 0, 0))[i] = cases[i].value;
  u8 = convert (source, GENGA_SAMPLE_U8);
  u16 = convert (source, GENGA_SAMPLE_U16);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (((guint8 *)genga_frame_get_row (u8, 0, 0))[i], ==, cases[i].u8);
      g_assert_cmpint (((guint16 *)genga_frame_get_row (u16, 0, 0))[i], ==, cases[i].u16);
    }
}

/* A half's value from its definition. */
static double
define_half (int half)
{
  const int exponent = (half >> 10) & 31;
  const int fraction = half & 1023;
  const double sign = half & 0x8000 ? -1 : 1;

  if (exponent == 31)
    return fraction ? NAN : sign * INFINITY;
  return sign * (exponent ? ldexp (1024 + fraction, exponent - 25) : ldexp (fraction, -24));
}

static void
test_half (void)
{
  g_autoptr (GengaFrame) half = make_all_values (GENGA_SAMPLE_U16);
  g_autoptr (GengaFrame) single = NULL;
  g_autoptr (GengaFrame) again = NULL;

  half->info.sample = GENGA_SAMPLE_F16;
  single = convert (half, GENGA_SAMPLE_F32);
  again = convert (single, GENGA_SAMPLE_F16);
  for (int v = 0; v < 65536; v++)
    {
      const float value = ((float *)genga_frame_get_row (single, 0, v / 256))[v % 256];
      const guint16 back = ((guint16 *)genga_frame_get_row (again, 0, v / 256))[v % 256];
      const double expected = define_half (v);

      if (isnan (expected))
        {
          g_assert_true (isnan (value));
          g_assert_true (isnan (define_half (back)));
          continue;
        }
      g_assert_true (value == expected && !signbit (value) == !signbit (expected));
      g_assert_cmpint (back, ==, v);
    }
}

/* Between any two neighbours: below the middle down, above it up, on it to the even one. */
static void
test_half_rounding (void)
{
  g_autoptr (GengaFrame) source = make_frame (3, 0x7c00, GENGA_SAMPLE_F32, GENGA_LAYOUT_GREY);
  g_autoptr (GengaFrame) target = NULL;

  for (int v = 0; v < 0x7c00; v++)
    {
      const double next = v == 0x7bff ? 65536 : define_half (v + 1);
      const float middle = (define_half (v) + next) / 2;
      float *row = genga_frame_get_row (source, 0, v);

      row[0] = nextafterf (middle, 0);
      row[1] = middle;
      row[2] = nextafterf (middle, INFINITY);
    }
  target = convert (source, GENGA_SAMPLE_F16);
  for (int v = 0; v < 0x7c00; v++)
    {
      const guint16 *row = genga_frame_get_row (target, 0, v);

      g_assert_cmpint (row[0], ==, v);
      g_assert_cmpint (row[1], ==, v + (v & 1));
      g_assert_cmpint (row[2], ==, v + 1);
    }
}

static void
fill_with_bytes (GengaFrame *frame)
{
  for (int y = 0; y < frame->info.height; y++)
    for (gsize i = 0; i < frame->strides[0]; i++)
      ((guint8 *)genga_frame_get_row (frame, 0, y))[i] = y * 31 + i * 7;
}

static void
test_alpha (void)
{
  static const GengaLayout layouts[][2] = { { GENGA_LAYOUT_RGBA, GENGA_LAYOUT_RGB },
                                            { GENGA_LAYOUT_GREY_ALPHA, GENGA_LAYOUT_GREY } };

  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (int sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
      {
        const gsize size = genga_sample_get_size (sample);
        const gsize n_colours = genga_layout_get_n_channels (layouts[i][1]);
        g_autoptr (GengaFrame) source = make_frame (37, 3, sample, layouts[i][0]);
        g_autoptr (GengaFrame) colour = make_frame (37, 3, sample, layouts[i][1]);
        g_autoptr (GengaFrame) alpha = make_frame (37, 3, sample, GENGA_LAYOUT_GREY);
        g_autoptr (GengaFrame) joined = make_frame (37, 3, sample, layouts[i][0]);

        fill_with_bytes (source);
        genga_pixels_split_alpha (source, colour, alpha);
        genga_pixels_join_alpha (colour, alpha, joined);
        for (int y = 0; y < 3; y++)
          {
            const guint8 *row = genga_frame_get_row (source, 0, y);
            const guint8 *colour_row = genga_frame_get_row (colour, 0, y);
            const guint8 *alpha_row = genga_frame_get_row (alpha, 0, y);

            for (int x = 0; x < 37; x++)
              {
                const guint8 *pixel = row + x * (n_colours + 1) * size;

                g_assert_cmpmem (pixel, n_colours * size, colour_row + x * n_colours * size,
                                 n_colours * size);
                g_assert_cmpmem (pixel + n_colours * size, size, alpha_row + x * size, size);
              }
            g_assert_cmpmem (row, 37 * (n_colours + 1) * size, genga_frame_get_row (joined, 0, y),
                             37 * (n_colours + 1) * size);
          }
      }
}

/* Out = a * c + (1 - a) * background; grey on a colour becomes RGB. */
static void
test_composite (void)
{
  static const float background[3] = { 1, 0.2f, 0 };
  g_autoptr (GengaFrame) alpha = make_all_values (GENGA_SAMPLE_U8);

  for (int n = 1; n <= 3; n += 2)
    {
      g_autoptr (GengaFrame) colour =
          make_frame (256, 1, GENGA_SAMPLE_U8, n == 3 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_GREY);
      g_autoptr (GengaFrame) both = make_frame (
          256, 1, GENGA_SAMPLE_U8, n == 3 ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_GREY_ALPHA);
      g_autoptr (GengaFrame) result = make_frame (256, 1, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
      const guint8 *row = genga_frame_get_row (result, 0, 0);

      for (int i = 0; i < 256 * n; i++)
        ((guint8 *)genga_frame_get_row (colour, 0, 0))[i] = i * 7;
      genga_pixels_join_alpha (colour, alpha, both);
      genga_pixels_composite (both, result, background);
      for (int x = 0; x < 256; x++)
        for (int c = 0; c < 3; c++)
          {
            const double opacity = x / 255.0;
            const double before = (guint8)((n * x + (n == 3 ? c : 0)) * 7);
            const double expected = opacity * before + (1 - opacity) * 255 * background[c];
            g_assert_cmpfloat (fabs (row[3 * x + c] - expected), <=, 0.5001);
          }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pixels/integers-to-float", test_integers_to_float);
  g_test_add_func ("/pixels/between-integers", test_between_integers);
  g_test_add_func ("/pixels/clamping", test_clamping);
  g_test_add_func ("/pixels/composite", test_composite);
  g_test_add_func ("/pixels/half", test_half);
  g_test_add_func ("/pixels/half-rounding", test_half_rounding);
  g_test_add_func ("/pixels/alpha", test_alpha);

  return g_test_run ();
}
