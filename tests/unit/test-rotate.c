/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/rotate.h"

#include <string.h>

/* A frame whose bytes say where they are: column, row and, in further channels, which. */
static GengaFrame *
make_frame (int width, int height, GengaSample sample, GengaLayout layout)
{
  GengaFrameInfo info = { .width = width, .height = height, .sample = sample, .layout = layout };
  GengaFrame *frame = genga_frame_new (&info, NULL);
  gsize size = genga_layout_get_n_channels (layout) * genga_sample_get_size (sample);

  for (int y = 0; y < height; y++)
    {
      guint8 *row = genga_frame_get_row (frame, 0, y);
      for (gsize i = 0; i < width * size; i++)
        row[i] = 7 * (i / size) + 31 * y + 101 * (i % size);
    }
  return frame;
}

static void
check_same_pixels (const GengaFrame *a, const GengaFrame *b)
{
  gsize size = a->info.width * genga_layout_get_n_channels (a->info.layout) *
               genga_sample_get_size (a->info.sample);

  g_assert_cmpint (a->info.width, ==, b->info.width);
  g_assert_cmpint (a->info.height, ==, b->info.height);
  for (int y = 0; y < a->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (a, 0, y), size, genga_frame_get_row (b, 0, y), size);
}

/* Pixels by name, as they are seen:  1 2 3  clockwise  4 1   2: 6 5 4   3: 3 6
 *                                    4 5 6             5 2      3 2 1      2 5
 *                                                      6 3                 1 4 */
static void
test_known (void)
{
  const struct
  {
    int degrees, width;
    guint8 pixels[6];
  } cases[] = {
    { 0, 3, { 1, 2, 3, 4, 5, 6 } },    { 90, 2, { 4, 1, 5, 2, 6, 3 } },
    { 180, 3, { 6, 5, 4, 3, 2, 1 } },  { 270, 2, { 3, 6, 2, 5, 1, 4 } },
    { -90, 2, { 3, 6, 2, 5, 1, 4 } },  { -180, 3, { 6, 5, 4, 3, 2, 1 } },
    { -270, 2, { 4, 1, 5, 2, 6, 3 } }, { 450, 2, { 4, 1, 5, 2, 6, 3 } },
  };
  const guint8 pixels[6] = { 1, 2, 3, 4, 5, 6 };
  g_autoptr (GengaFrame) frame = make_frame (3, 2, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);

  for (int y = 0; y < 2; y++)
    memcpy (genga_frame_get_row (frame, 0, y), pixels + 3 * y, 3);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int width = cases[i].width;
      g_autoptr (GengaFrame) rotated = genga_frame_rotate (frame, cases[i].degrees, NULL);

      g_test_message ("%d degrees", cases[i].degrees);
      g_assert_cmpint (rotated->info.width, ==, width);
      g_assert_cmpint (rotated->info.height, ==, 6 / width);
      for (int y = 0; y < 6 / width; y++)
        g_assert_cmpmem (genga_frame_get_row (rotated, 0, y), width, cases[i].pixels + y * width,
                         width);
    }
}

/* Four quarters in any order lead back, for every sample and layout and for odd sizes. */
static void
test_round (void)
{
  const GengaLayout layouts[] = { GENGA_LAYOUT_GREY, GENGA_LAYOUT_GREY_ALPHA, GENGA_LAYOUT_RGB,
                                  GENGA_LAYOUT_RGBA };
  const int sizes[][2] = { { 1, 1 }, { 1, 7 }, { 5, 1 }, { 5, 7 }, { 64, 33 } };

  for (GengaSample sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_F32; sample++)
    for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
      for (guint j = 0; j < G_N_ELEMENTS (sizes); j++)
        {
          g_autoptr (GengaFrame) frame = make_frame (sizes[j][0], sizes[j][1], sample, layouts[i]);
          g_autoptr (GengaFrame) once = genga_frame_rotate (frame, 90, NULL);
          g_autoptr (GengaFrame) twice = genga_frame_rotate (once, 90, NULL);
          g_autoptr (GengaFrame) half = genga_frame_rotate (frame, 180, NULL);
          g_autoptr (GengaFrame) back = genga_frame_rotate (once, 270, NULL);
          g_autoptr (GengaFrame) whole = genga_frame_rotate (half, -180, NULL);

          check_same_pixels (twice, half);
          check_same_pixels (back, frame);
          check_same_pixels (whole, frame);
        }
}

static void
test_properties (void)
{
  g_autoptr (GengaFrame) frame = make_frame (3, 2, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGB);
  g_autoptr (GengaFrame) rotated = NULL;
  g_autoptr (GengaFrame) same = genga_frame_rotate (frame, 360, NULL);

  frame->pts = 42;
  frame->time_base_num = 1;
  frame->time_base_den = 24;
  frame->colour.transfer = 16;
  rotated = genga_frame_rotate (frame, 90, NULL);
  g_assert_true (same == frame);
  g_assert_cmpint (rotated->pts, ==, 42);
  g_assert_cmpint (rotated->time_base_den, ==, 24);
  g_assert_cmpint (rotated->colour.transfer, ==, 16);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rotate/known", test_known);
  g_test_add_func ("/rotate/round", test_round);
  g_test_add_func ("/rotate/properties", test_properties);

  return g_test_run ();
}
