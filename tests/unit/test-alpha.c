/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "steps/alpha-fill.h"
#include "steps/alpha.h"

#include <math.h>
#include <string.h>

#define SIZE 48

static GengaFrame *
make_frame (int width, int height, GengaSample sample, GengaLayout layout)
{
  const GengaFrameInfo info = { width, height, sample, layout, GENGA_MEMORY_HOST, 0 };
  GError *error = NULL;
  GengaFrame *frame = genga_frame_new (&info, &error);

  g_assert_no_error (error);
  return frame;
}

/* How much of a pixel a disc in the middle covers, nearly. */
static int
cover (int x, int y)
{
  const double distance = hypot (x + 0.5 - SIZE / 2., y + 0.5 - SIZE / 2.);

  return CLAMP ((SIZE / 3. - distance + 0.5) * 255, 0, 255);
}

/* A disc of one colour with a soft edge; where nothing is seen, the colour is `hidden`. */
static GengaFrame *
make_disc (GengaLayout layout, guint8 hidden)
{
  static const guint8 colour[] = { 250, 200, 170 };
  const int n = genga_layout_get_n_channels (layout);
  GengaFrame *frame = make_frame (SIZE, SIZE, GENGA_SAMPLE_U8, layout);

  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++)
      {
        guint8 *pixel = (guint8 *)genga_frame_get_row (frame, 0, y) + x * n;

        pixel[n - 1] = cover (x, y);
        for (int c = 0; c < n - 1; c++)
          pixel[c] = pixel[n - 1] > 0 ? colour[c] : hidden;
      }
  return frame;
}

static GengaFrame *
resize (GengaFrame *frame, int size)
{
  const GengaResizePart whole = { SIZE, SIZE, size, size, { 0, 0, size, size } };
  GError *error = NULL;
  GengaFrame *result = genga_alpha_resize_part (&whole, frame, 1, NULL, &error);

  g_assert_no_error (error);
  return result;
}

/* Around a drawing of one colour, everything gets that colour, and nothing that is seen changes. */
static void
test_fill (void)
{
  for (int layout = GENGA_LAYOUT_GREY_ALPHA; layout <= GENGA_LAYOUT_RGBA; layout += 2)
    {
      const int n = genga_layout_get_n_channels (layout);
      g_autoptr (GengaFrame) frame = make_disc (layout, 0);
      g_autoptr (GengaFrame) expected = make_disc (layout, 0);
      g_autoptr (GError) error = NULL;

      for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++)
          memcpy ((guint8 *)genga_frame_get_row (expected, 0, y) + x * n,
                  (guint8 *)genga_frame_get_row (frame, 0, SIZE / 2) + SIZE / 2 * n, n - 1);
      g_assert_true (genga_alpha_fill_hidden (frame, &error));
      for (int y = 0; y < SIZE; y++)
        g_assert_cmpmem (genga_frame_get_row (frame, 0, y), SIZE * n,
                         genga_frame_get_row (expected, 0, y), SIZE * n);
    }
}

/* Near things count more: between a red and a blue half, each side has its own colour. */
static void
test_fill_is_near (void)
{
  g_autoptr (GengaFrame) frame = make_frame (61, 3, GENGA_SAMPLE_U16, GENGA_LAYOUT_RGBA);
  guint16 *middle = genga_frame_get_row (frame, 0, 1);

  for (int y = 0; y < 3; y++)
    memset (genga_frame_get_row (frame, 0, y), 0, 61 * 4 * 2);
  middle[0] = middle[3] = 65535;
  middle[60 * 4 + 2] = middle[60 * 4 + 3] = 65535;
  g_assert_true (genga_alpha_fill_hidden (frame, NULL));
  for (int y = 0; y < 3; y++)
    {
      const guint16 *row = genga_frame_get_row (frame, 0, y);

      g_assert_cmpint (row[1 * 4], >, 60000);
      g_assert_cmpint (row[59 * 4 + 2], >, 60000);
      g_assert_cmpint (row[2 * 4 + 3], ==, 0);
    }
}

/* Rows that are filled a few at a time, or in strips, are those of the whole. */
static void
test_fill_by_rows (void)
{
  static const struct
  {
    int width, height, step;
  } cases[] = {
    { 1, 1, 1 }, { 2, 3, 3 }, { 4, 4, 2 }, { 5, 4, 1 }, { 37, 61, 16 }, { 40, 333, 24 }
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int layout = GENGA_LAYOUT_GREY_ALPHA; layout <= GENGA_LAYOUT_RGBA; layout += 2)
      {
        const int width = cases[i].width, height = cases[i].height;
        const int n = genga_layout_get_n_channels (layout);
        g_autoptr (GengaFrame) frame = make_frame (width, height, GENGA_SAMPLE_U16, layout);
        g_autoptr (GengaVisible) visible = genga_visible_new (&frame->info, NULL);
        g_autoptr (GengaFrame) source = NULL, ground = NULL, same = NULL;

        for (int y = 0; y < height; y++)
          for (int x = 0; x < width * n; x++)
            {
              const gboolean is_clear = x % n == n - 1 && g_rand_int_range (rand, 0, 9) > 0;

              ((guint16 *)genga_frame_get_row (frame, 0, y))[x] =
                  is_clear ? 0 : g_rand_int_range (rand, 0, 65536);
            }
        ground = genga_ground_new (frame, NULL);
        const GengaRect whole = { 0, 0, width, height };
        source = genga_frame_crop (frame, &whole, NULL);
        for (int y = 0; y < height; y += cases[i].step)
          {
            const GengaRect rect = { 0, y, width, MIN (cases[i].step, height - y) };
            g_autoptr (GengaFrame) rows = genga_frame_crop (source, &rect, NULL);

            genga_visible_add (visible, rows);
          }
        same = genga_visible_new_ground (visible, NULL);
        g_assert_cmpint (same->info.width, ==, (width + 7) / 8);
        g_assert_cmpint (same->info.height, ==, (height + 7) / 8);
        for (int y = 0; y < same->info.height; y++)
          g_assert_cmpmem (genga_frame_get_row (ground, 0, y), same->info.width * (n - 1) * 4,
                           genga_frame_get_row (same, 0, y), same->info.width * (n - 1) * 4);
        g_assert_true (genga_alpha_fill_hidden (frame, NULL));
        for (int y = 0; y < height; y += 8)
          {
            const int first = MAX (0, y - GENGA_VISIBLE_MARGIN);
            const int end = MIN (height, y + 8 + GENGA_VISIBLE_MARGIN);
            const GengaRect rect = { 0, first, width, end - first };
            g_autoptr (GengaFrame) rows = genga_frame_crop (source, &rect, NULL);

            g_assert_true (genga_visible_fill (visible, rows, first, NULL));
            for (int k = y; k < MIN (y + 8, height); k++)
              g_assert_cmpmem (genga_frame_get_row (rows, 0, k - first), width * n * 2,
                               genga_frame_get_row (frame, 0, k), width * n * 2);
          }
      }
}

static void
test_nothing_visible (void)
{
  g_autoptr (GengaFrame) frame = make_frame (5, 4, GENGA_SAMPLE_U8, GENGA_LAYOUT_RGBA);

  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 20; x++)
      ((guint8 *)genga_frame_get_row (frame, 0, y))[x] = x % 4 == 3 ? 0 : 77;
  g_assert_true (genga_alpha_fill_hidden (frame, NULL));
  g_assert_cmpint (frame->planes[0][0], ==, 77);
}

/* Whatever is hidden, and however a picture is resized: one colour stays one colour. */
static void
test_resize (void)
{
  static const int sizes[] = { 96, 81, 30, 13 };

  for (int layout = GENGA_LAYOUT_GREY_ALPHA; layout <= GENGA_LAYOUT_RGBA; layout += 2)
    for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
      {
        const int n = genga_layout_get_n_channels (layout), size = sizes[i];
        g_autoptr (GengaFrame) black = make_disc (layout, 0);
        g_autoptr (GengaFrame) filled = make_disc (layout, 0);
        g_autoptr (GengaFrame) a = NULL, b = NULL;

        g_assert_true (genga_alpha_fill_hidden (filled, NULL));
        a = resize (black, size);
        b = resize (filled, size);
        for (int y = 0; y < size; y++)
          for (int x = 0; x < size; x++)
            {
              const guint8 *p = (guint8 *)genga_frame_get_row (a, 0, y) + x * n;
              const guint8 *q = (guint8 *)genga_frame_get_row (b, 0, y) + x * n;

              g_assert_cmpint (p[n - 1], ==, q[n - 1]);
              for (int c = 0; c < n - 1; c++)
                {
                  g_assert_cmpint (ABS (q[c] - filled->planes[0][c]), <=, 1);
                  if (p[n - 1] >= 32)
                    g_assert_cmpint (ABS (p[c] - q[c]), <=, 1);
                }
            }
      }
}

/* Neither rings inside nor ghosts outside: where all around is the same, so is the result. */
static void
test_limits (void)
{
  g_autoptr (GengaFrame) frame = make_disc (GENGA_LAYOUT_GREY_ALPHA, 0);
  g_autoptr (GengaFrame) alpha = make_frame (SIZE, SIZE, GENGA_SAMPLE_U8, GENGA_LAYOUT_GREY);

  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++)
      ((guint8 *)genga_frame_get_row (alpha, 0, y))[x] = cover (x, y);
  for (int scale = 2; scale <= 4; scale++)
    {
      const int size = SIZE * scale;
      const GengaResizePart part = { SIZE, SIZE, size, size, { 0, 0, size, size } };
      g_autoptr (GengaFrame) resized = resize (frame, size);
      g_autoptr (GengaFrame) enlarged =
          genga_alpha_enlarge_part (GENGA_ALPHA_LANCZOS, alpha, 0, 0, &part, 1, NULL, NULL);

      for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++)
          {
            const int packed = ((guint8 *)genga_frame_get_row (resized, 0, y))[2 * x + 1];
            const float alone = ((float *)genga_frame_get_row (enlarged, 0, y))[x];
            int least = 255, most = 0;

            for (int v = MAX (0, y / scale - 1); v <= MIN (SIZE - 1, y / scale + 1); v++)
              for (int u = MAX (0, x / scale - 1); u <= MIN (SIZE - 1, x / scale + 1); u++)
                {
                  least = MIN (least, cover (u, v));
                  most = MAX (most, cover (u, v));
                }
            g_assert_cmpint (packed, >=, least);
            g_assert_cmpint (packed, <=, most);
            g_assert_cmpfloat (alone * 255, >=, least - 1e-3);
            g_assert_cmpfloat (alone * 255, <=, most + 1e-3);
          }
    }
}

/* Parts are those of the whole, bit for bit. */
static void
test_parts (void)
{
  static const int sizes[] = { 96, 70, 48, 19 };
  g_autoptr (GengaFrame) frame = make_disc (GENGA_LAYOUT_RGBA, 9);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const int size = sizes[i];
      const GengaRect wanted = { size / 5, size / 3, size / 2, size / 4 };
      const GengaResizePart part = { SIZE, SIZE, size, SIZE, { wanted.x, 5, wanted.width, 31 } };
      const GengaResizePart whole = { SIZE, SIZE, size, SIZE, { 0, 0, size, SIZE } };
      const GengaRect source = genga_resize_part_get_source (&part);
      g_autoptr (GengaFrame) piece = genga_frame_crop (frame, &source, NULL);
      g_autoptr (GengaFrame) a = genga_alpha_resize_part (&part, piece, 1, NULL, NULL);
      g_autoptr (GengaFrame) b = genga_alpha_resize_part (&whole, frame, 2, NULL, NULL);

      if (size == SIZE)
        continue;
      for (int y = 0; y < 31; y++)
        g_assert_cmpmem (genga_frame_get_row (a, 0, y), wanted.width * 4,
                         (guint8 *)genga_frame_get_row (b, 0, y + 5) + wanted.x * 4,
                         wanted.width * 4);
    }
}

/* What was put on black and white comes off again, and what is hidden never gets there. */
static void
test_grounds (void)
{
  g_autoptr (GengaFrame) source = make_disc (GENGA_LAYOUT_RGBA, 0);
  g_autoptr (GengaFrame) twin = make_disc (GENGA_LAYOUT_RGBA, 255);
  g_autoptr (GengaFrame) ground = genga_ground_new (source, NULL);
  g_autoptr (GengaFrame) same = genga_ground_new (twin, NULL);
  g_autoptr (GengaFrame) colour = make_frame (SIZE, SIZE, GENGA_SAMPLE_F32, GENGA_LAYOUT_RGB);
  g_autoptr (GengaFrame) alpha = make_frame (SIZE, SIZE, GENGA_SAMPLE_F32, GENGA_LAYOUT_GREY);
  g_autoptr (GengaFrame) white = NULL;
  g_autoptr (GengaFrame) solved = NULL;
  const GengaRect whole = { 0, 0, SIZE, SIZE };

  for (int y = 0; y < ground->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (ground, 0, y), ground->info.width * 12,
                     genga_frame_get_row (same, 0, y), ground->info.width * 12);
  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++)
      {
        ((float *)genga_frame_get_row (alpha, 0, y))[x] = cover (x, y) / 255.f;
        for (int c = 0; c < 3; c++)
          ((float *)genga_frame_get_row (colour, 0, y))[3 * x + c] =
              (x * 7 + y * 3 + c) % 50 / 50.f;
      }
  genga_alpha_put_on_black (colour, alpha);
  g_assert_cmpfloat (((float *)(gpointer)colour->planes[0])[0], ==, 0);
  white = genga_alpha_new_on_white (colour, alpha, NULL);
  g_assert_cmpfloat (((float *)(gpointer)white->planes[0])[0], ==, 1);
  solved = genga_alpha_solve (colour, white, NULL);
  genga_alpha_solve_colours (colour, white, solved, ground, 1, &whole);
  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++)
      {
        g_assert_cmpfloat_with_epsilon (((float *)genga_frame_get_row (solved, 0, y))[x],
                                        cover (x, y) / 255., 1e-6);
        for (int c = 0; c < 3 && cover (x, y) >= 4; c++)
          g_assert_cmpfloat_with_epsilon (((float *)genga_frame_get_row (colour, 0, y))[3 * x + c],
                                          (x * 7 + y * 3 + c) % 50 / 50.f, 1e-4);
      }
  g_assert_cmpfloat_with_epsilon (((float *)(gpointer)colour->planes[0])[1], 200 / 255., 1e-5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/alpha/fill", test_fill);
  g_test_add_func ("/alpha/fill-is-near", test_fill_is_near);
  g_test_add_func ("/alpha/nothing-visible", test_nothing_visible);
  g_test_add_func ("/alpha/fill-by-rows", test_fill_by_rows);
  g_test_add_func ("/alpha/resize", test_resize);
  g_test_add_func ("/alpha/limits", test_limits);
  g_test_add_func ("/alpha/parts", test_parts);
  g_test_add_func ("/alpha/grounds", test_grounds);

  return g_test_run ();
}
