/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sources look like in numbers, held against pictures that are made to have them. */
#include "models/match/source-look.h"

#include <math.h>
#include <string.h>

#define SIDE 256

/* A grey value, 0 to 255, for each pixel. */
typedef double (*Painter) (int x, int y);

static GengaFrame *
paint (GengaSample sample, GengaLayout layout, Painter painter)
{
  GengaFrameInfo info = { .width = SIDE, .height = SIDE, .sample = sample, .layout = layout };
  GengaFrame *frame = genga_frame_new (&info, NULL);
  int n = genga_layout_get_n_channels (layout);

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      for (int c = 0; c < n; c++)
        {
          gboolean is_alpha = genga_layout_has_alpha (layout) && c == n - 1;
          double value = is_alpha ? 255 : painter (x, y);
          guint8 *row = frame->planes[0] + y * frame->strides[0];

          if (sample == GENGA_SAMPLE_U8)
            row[x * n + c] = (guint8)value;
          else if (sample == GENGA_SAMPLE_U16)
            ((guint16 *)(gpointer)row)[x * n + c] = (guint16)(value * 257);
          else
            ((float *)(gpointer)row)[x * n + c] = (float)(value / 255);
        }
  return frame;
}

static GengaSourceLook
look_at (GengaSample sample, GengaLayout layout, Painter painter)
{
  g_autoptr (GengaFrame) frame = paint (sample, layout, painter);
  GengaSourceLook look;

  g_assert_true (genga_source_look_measure (frame, &look));
  return look;
}

/* A line of one pixel in every sixteen, beginning off the grid of blocks. */
static double
paint_lines (int x, int y)
{
  return x % 16 == 3 ? 0 : 200;
}

static double
paint_blocks (int x, int y)
{
  return 100 + 6 * ((x / 8 + y / 8) % 2);
}

static double
paint_blocks_elsewhere (int x, int y)
{
  return 100 + 6 * (((x + 3) / 8 + (y + 3) / 8) % 2);
}

/* Of the standard deviation 4, by twelve numbers that are evenly distributed. */
static double
paint_noise (int x, int y)
{
  static GRand *rand;
  double sum = 0;

  if (rand == NULL)
    rand = g_rand_new_with_seed (1);
  for (int i = 0; i < 12; i++)
    sum += g_rand_double (rand);
  return round (128 + 4 * (sum - 6));
}

static double
paint_nothing (int x, int y)
{
  return 8;
}

static void
test_lines (void)
{
  GengaSourceLook look = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB, paint_lines);

  g_assert_cmpfloat_with_epsilon (look.edges, 2.0 / 16, 0.005);
  g_assert_cmpfloat_with_epsilon (look.flat, 14.0 / 16, 0.005);
  g_assert_cmpfloat (look.noise, ==, 0);
  g_assert_cmpfloat (look.blockiness, ==, 0);
  g_assert_cmpfloat (look.grey, ==, 1);
  g_assert_cmpfloat (look.height, ==, SIDE);
}

static void
test_blocks (void)
{
  GengaSourceLook look = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB, paint_blocks);
  GengaSourceLook other = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB, paint_blocks_elsewhere);

  /* All steps are between blocks: 6 / 0.25. */
  g_assert_cmpfloat_with_epsilon (look.blockiness, 24, 1e-6);
  g_assert_cmpfloat (other.blockiness, <, 0);
}

static void
test_noise (void)
{
  GengaSourceLook look = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY, paint_noise);

  /* Calm places have less than all. */
  g_assert_cmpfloat (look.noise, >, 3);
  g_assert_cmpfloat (look.noise, <, 4.5);
  g_assert_cmpfloat (fabs (look.blockiness), <, 0.05);
  g_assert_cmpfloat (look.flat, <, 0.2);
}

/* The same picture in other clothes. */
static void
test_samples (void)
{
  static const GengaSample samples[] = { GENGA_SAMPLE_U16, GENGA_SAMPLE_F32 };
  static const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA,
                                         GENGA_LAYOUT_RGB, GENGA_LAYOUT_RGBA };
  GengaSourceLook look = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB, paint_blocks);

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    for (guint j = 0; j < G_N_ELEMENTS (layouts); j++)
      {
        GengaSourceLook other = look_at (samples[i], layouts[j], paint_blocks);

        g_assert_cmpfloat_with_epsilon (look.blockiness, other.blockiness, 1e-3);
        g_assert_cmpfloat_with_epsilon (look.flat, other.flat, 1e-9);
      }
}

static void
test_colours (void)
{
  GengaFrameInfo info = {
    .width = 4, .height = 1, .sample = GENGA_SAMPLE_U8, .layout = GENGA_LAYOUT_RGBA
  };
  g_autoptr (GengaFrame) frame = genga_frame_new (&info, NULL);
  /* Red; grey enough; green that nobody sees; blue. */
  const guint8 pixels[] = { 255, 0, 0, 255, 100, 106, 112, 255, 0, 255, 0, 0, 0, 0, 255, 255 };
  GengaSourceLook look;

  memcpy (frame->planes[0], pixels, sizeof pixels);
  g_assert_true (genga_source_look_measure (frame, &look));
  g_assert_cmpfloat (look.grey, ==, 0.5);
}

static void
test_median (void)
{
  const GengaSourceLook looks[] = { { .grey = 3, .flat = 1 },
                                    { .grey = 1, .flat = 2 },
                                    { .grey = 2, .flat = 3 } };
  GengaSourceLook median = genga_source_look_get_median (looks, 3);
  GengaSourceLook dark = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY, paint_nothing);
  GengaSourceLook lines = look_at (GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY, paint_lines);
  double value;

  g_assert_cmpfloat (median.grey, ==, 2);
  g_assert_cmpfloat (median.flat, ==, 2);
  g_assert_true (genga_source_look_get_measure (&median, "flat", &value));
  g_assert_cmpfloat (value, ==, 2);
  g_assert_false (genga_source_look_get_measure (&median, "size", &value));
  g_assert_true (genga_source_look_is_empty (&dark));
  g_assert_false (genga_source_look_is_empty (&lines));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source-look/lines", test_lines);
  g_test_add_func ("/source-look/blocks", test_blocks);
  g_test_add_func ("/source-look/noise", test_noise);
  g_test_add_func ("/source-look/samples", test_samples);
  g_test_add_func ("/source-look/colours", test_colours);
  g_test_add_func ("/source-look/median", test_median);
  return g_test_run ();
}
