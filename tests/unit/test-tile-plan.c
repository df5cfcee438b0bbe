/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/tile-plan.h"
#include <math.h>
#include <string.h>

static void
assert_axis (const GengaTileAxis *axis, int size, int n)
{
  g_assert_cmpint (axis->size, ==, size);
  g_assert_cmpint (axis->n, ==, n);
}

static void
test_known_plans (void)
{
  GengaTilePlan plan;

  /* TILE-6, by hand: 1 + ceil (3328 / 480) = 8; (3840 + 7 * 32) / 8 = 508; the same for 2160. */
  genga_tile_plan_init (&plan, 3840, 2160, 512, 32, 1, 1);
  assert_axis (&plan.x, 512, 8);
  assert_axis (&plan.y, 464, 5);
  g_assert_cmpint (genga_tile_plan_get_n_tiles (&plan), ==, 40);
  g_assert_cmpint (genga_tile_axis_get_start (&plan.x, 0), ==, 0);
  g_assert_cmpint (genga_tile_axis_get_start (&plan.x, 7), ==, 3840 - 512);
  g_assert_cmpint (genga_tile_axis_get_start (&plan.y, 2), ==, (2160 - 464) / 2);

  /* Full HD: the pixels worked on are 1.12 times the picture's. */
  genga_tile_plan_init (&plan, 1920, 1080, 512, 32, 1, 1);
  g_assert_cmpfloat_with_epsilon ((double)plan.x.size * plan.y.size *
                                      genga_tile_plan_get_n_tiles (&plan) / (1920 * 1080),
                                  1.12, 0.01);

  /* One tile as long as the area fits (TILE-1), whatever the shape. */
  genga_tile_plan_init (&plan, 512, 512, 512, 32, 1, 1);
  g_assert_cmpint (genga_tile_plan_get_n_tiles (&plan), ==, 1);
  genga_tile_plan_init (&plan, 16384, 16, 512, 32, 1, 1);
  assert_axis (&plan.x, 16384, 1);
  assert_axis (&plan.y, 16, 1);
  genga_tile_plan_init (&plan, 513, 512, 512, 32, 1, 1);
  assert_axis (&plan.x, 280, 2);
  assert_axis (&plan.y, 512, 1);
  genga_tile_plan_init (&plan, 1, 100000, 256, 16, 1, 1);
  g_assert_cmpint (plan.x.size, ==, 1);
  genga_tile_plan_init (&plan, 30000, 20000, 0, 32, 1, 1);
  g_assert_cmpint (genga_tile_plan_get_n_tiles (&plan), ==, 1);

  /* The network's alignment and minimum; multiples of 6 of at least 8 are multiples of 12. */
  genga_tile_plan_init (&plan, 3840, 2160, 512, 32, 64, 1);
  assert_axis (&plan.x, 512, 8);
  assert_axis (&plan.y, 512, 5);
  genga_tile_plan_init (&plan, 1000, 1000, 100, 10, 6, 1);
  g_assert_cmpint (plan.x.size % 12, ==, 0);
  genga_tile_plan_init (&plan, 300, 300, 128, 16, 1, 256);
  assert_axis (&plan.x, 256, 2);
  genga_tile_plan_init (&plan, 300, 100, 128, 16, 1, 400);
  assert_axis (&plan.x, 300, 1);
  assert_axis (&plan.y, 100, 1);
}

/* The promises of one axis, and where more than `max_sharers` tiles have weight at a pixel. */
static void
check_ramps (const GengaTileAxis *axis, int scale, int overlap, GengaBlend blend, int max_sharers)
{
  const int length = axis->length * scale;
  const int size = axis->size * scale;
  g_autofree float *ramp = g_new (float, size);
  g_autofree double *sum = g_new0 (double, length);
  g_autofree guint8 *n_sharers = g_new0 (guint8, length);

  for (int i = 0; i < axis->n; i++)
    {
      const int start = genga_tile_axis_get_start (axis, i) * scale;
      int begin, end;

      genga_tile_axis_get_ramp (axis, i, scale, overlap, blend, ramp);
      genga_tile_ramp_get_support (ramp, size, &begin, &end);
      g_assert_cmpint (begin, <, end);
      for (int x = 0; x < size; x++)
        {
          g_assert_cmpfloat (ramp[x], >=, 0);
          g_assert_cmpfloat (ramp[x], <=, 1);
          g_assert_true ((ramp[x] > 0) == (x >= begin && x < end));
          sum[start + x] += ramp[x];
          n_sharers[start + x] += ramp[x] > 0;
        }
    }

  for (int x = 0; x < length; x++)
    {
      g_assert_cmpfloat (sum[x], >, 0);
      g_assert_cmpint (n_sharers[x], <=, max_sharers);
    }
  g_assert_cmpfloat (sum[0], ==, 1);
  g_assert_cmpfloat (sum[length - 1], ==, 1);
}

static void
check_axis (const GengaTileAxis *axis, int tile, int overlap, int unit, int minimum)
{
  int least_step = G_MAXINT;

  if (axis->length <= tile)
    g_assert_cmpint (axis->n, ==, 1);
  if (axis->n == 1)
    {
      g_assert_cmpint (axis->size, ==, axis->length);
      return;
    }

  g_assert_cmpint (axis->size % unit, ==, 0);
  g_assert_cmpint (axis->size, >=, MIN (minimum, axis->length));
  g_assert_cmpint (axis->size, <, MAX (tile, minimum) + unit);
  g_assert_cmpint (genga_tile_axis_get_start (axis, 0), ==, 0);
  g_assert_cmpint (genga_tile_axis_get_start (axis, axis->n - 1), ==, axis->length - axis->size);
  for (int i = 1; i < axis->n; i++)
    {
      const int step =
          genga_tile_axis_get_start (axis, i) - genga_tile_axis_get_start (axis, i - 1);

      g_assert_cmpint (step, >, 0);
      g_assert_cmpint (axis->size - step, >=, overlap);
      least_step = MIN (least_step, step);
    }

  check_ramps (axis, 1, overlap, GENGA_BLEND_GAUSSIAN, least_step >= 8 ? 2 : axis->n);
  check_ramps (axis, 3, overlap, GENGA_BLEND_LINEAR, axis->n);
}

static void
test_sweep (void)
{
  static const struct
  {
    int tile, overlap, alignment, minimum;
  } cases[] = {
    { 64, 0, 1, 1 },   { 64, 5, 1, 1 },      { 64, 31, 1, 1 },      { 67, 33, 2, 20 },
    { 128, 16, 4, 8 }, { 128, 63, 64, 64 },  { 200, 18, 6, 1 },     { 256, 16, 1, 1 },
    { 512, 32, 8, 1 }, { 512, 255, 16, 16 }, { 1024, 64, 64, 300 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const int tile = cases[i].tile;
      int unit = cases[i].alignment;

      while (unit < 8)
        unit += cases[i].alignment;
      /* The other side makes the area too large for one tile. */
      for (int length = 1; length <= 2000; length += length < 400 ? 1 : 7)
        {
          GengaTilePlan plan;

          genga_tile_plan_init (&plan, length, tile * tile + 1, tile, cases[i].overlap,
                                cases[i].alignment, cases[i].minimum);
          g_assert_cmpint (plan.x.length, ==, length);
          check_axis (&plan.x, tile, cases[i].overlap, unit, cases[i].minimum);
        }
    }
}

/* The formulas of TILE-7 and TILE-8, written out for one pair of tiles. */
static void
test_ramp_values (void)
{
  const GengaTileAxis axis = { .length = 176, .size = 104, .n = 2 };
  const int scale = 2;
  float left[208], right[208];

  /* The tiles share 32 pixels, 64 in the result; the ramp is the middle 16 of these. */
  genga_tile_axis_get_ramp (&axis, 0, scale, 32, GENGA_BLEND_GAUSSIAN, left);
  genga_tile_axis_get_ramp (&axis, 1, scale, 32, GENGA_BLEND_GAUSSIAN, right);
  for (int i = 0; i < 208; i++)
    {
      double t = (i - 24 + 0.5) / 16;
      double expected = i < 24 ? 0 : i >= 40 ? 1 : exp (-(1 - t) * (1 - t) / (2.0 / 9));

      g_assert_cmpfloat_with_epsilon (right[i], expected, 1e-7);
      g_assert_cmpfloat_with_epsilon (left[207 - i], expected, 1e-7);
    }

  genga_tile_axis_get_ramp (&axis, 0, scale, 32, GENGA_BLEND_LINEAR, left);
  genga_tile_axis_get_ramp (&axis, 1, scale, 32, GENGA_BLEND_LINEAR, right);
  for (int i = 0; i < 64; i++)
    {
      g_assert_cmpfloat_with_epsilon (right[i], (i + 0.5) / 64, 1e-7);
      g_assert_cmpfloat_with_epsilon (left[144 + i] + right[i], 1, 1e-6);
    }
}

static float
nearest (int x, int y, int scale)
{
  return ((x / scale) * 37 + (y / scale) * 101) % 256 / 255.0f;
}

/* Blends tiles of a picture that is known everywhere and compares with the picture. */
static void
check_identity (int width, int height, int tile, int overlap, int scale, GengaBlend blend)
{
  GengaTilePlan plan;
  const int stride = width * scale;
  g_autofree float *sum = g_new0 (float, (gsize)stride *height *scale);
  g_autofree float *weight = g_new0 (float, (gsize)stride *height *scale);
  g_autofree float *wx = NULL, *wy = NULL;

  genga_tile_plan_init (&plan, width, height, tile, overlap, 1, 1);
  wx = g_new (float, plan.x.size *scale);
  wy = g_new (float, plan.y.size *scale);

  for (int i = 0; i < genga_tile_plan_get_n_tiles (&plan); i++)
    {
      const int x0 = genga_tile_axis_get_start (&plan.x, i % plan.x.n) * scale;
      const int y0 = genga_tile_axis_get_start (&plan.y, i / plan.x.n) * scale;

      genga_tile_axis_get_ramp (&plan.x, i % plan.x.n, scale, overlap, blend, wx);
      genga_tile_axis_get_ramp (&plan.y, i / plan.x.n, scale, overlap, blend, wy);
      for (int y = 0; y < plan.y.size * scale; y++)
        for (int x = 0; x < plan.x.size * scale; x++)
          {
            const gsize at = (gsize)(y0 + y) * stride + x0 + x;

            sum[at] += nearest (x0 + x, y0 + y, scale) * wx[x] * wy[y];
            weight[at] += wx[x] * wy[y];
          }
    }

  for (int y = 0; y < height * scale; y++)
    for (int x = 0; x < stride; x++)
      {
        const gsize at = (gsize)y * stride + x;

        g_assert_cmpint (sum[at] / weight[at] * 255 + 0.5f, ==, nearest (x, y, scale) * 255 + 0.5f);
      }
}

static void
test_identity (void)
{
  static const int lengths[] = { 63, 64, 65, 71, 72, 73, 111, 112, 113, 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (int scale = 1; scale <= 3; scale++)
      for (int blend = GENGA_BLEND_GAUSSIAN; blend <= GENGA_BLEND_LINEAR; blend++)
        {
          check_identity (lengths[i], 150, 64, 8, scale, blend);
          check_identity (150, lengths[i], 64, 8, scale, blend);
          check_identity (lengths[i], 5000, 64, 8, 1, blend);
        }
}

static void
test_recommend (void)
{
  static const struct
  {
    double vram_gb;
    int scale, tile, overlap;
  } cases[] = {
    { 0, 2, 512, 32 },     { 2, 2, 256, 16 },    { 4, 4, 256, 16 },   { 5.6, 2, 384, 24 },
    { 7.4, 2, 384, 24 },   { 7.6, 2, 512, 32 },  { 12, 2, 768, 48 },  { 15.4, 2, 768, 48 },
    { 15.6, 2, 1024, 64 }, { 139, 4, 1024, 64 }, { 139, 8, 512, 64 }, { 139, 16, 256, 64 },
    { 0, 8, 256, 32 },     { 0, 16, 128, 32 },   { 4, 8, 192, 16 },   { 4, 16, 128, 16 },
    { 12, 16, 192, 48 },   { 0.4, 2, 256, 16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int tile, overlap;

      genga_tile_recommend (cases[i].vram_gb * (1 << 30), cases[i].scale, &tile, &overlap);
      g_assert_cmpint (tile, ==, cases[i].tile);
      g_assert_cmpint (overlap, ==, cases[i].overlap);
    }
}

static void
test_next_smaller (void)
{
  static const int expected[] = { 1024, 768, 512, 384, 256, 128, 0 };
  int tile = 4096;

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      tile = genga_tile_get_next_smaller (tile);
      g_assert_cmpint (tile, ==, expected[i]);
    }
  g_assert_cmpint (genga_tile_get_next_smaller (500), ==, 384);
}

/* Every tile starts at the grid, and the last one ends where the picture does. */
static void
test_grid (void)
{
  for (int length = 300; length < 340; length++)
    for (int grid = 1; grid <= 6; grid++)
      {
        GengaTilePlan plan;

        genga_tile_plan_init (&plan, length, length, 100, 16, grid, 1);
        genga_tile_plan_set_grid (&plan, grid);
        g_assert_cmpint (plan.x.n, >, 1);
        for (int i = 0; i < plan.x.n; i++)
          g_assert_cmpint (genga_tile_axis_get_start (&plan.x, i) % grid, ==, 0);
        g_assert_cmpint (genga_tile_axis_get_start (&plan.x, plan.x.n - 1) + plan.x.size, ==,
                         length);
        check_ramps (&plan.x, 2, 16, GENGA_BLEND_LINEAR, plan.x.n);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tile-plan/known", test_known_plans);
  g_test_add_func ("/tile-plan/sweep", test_sweep);
  g_test_add_func ("/tile-plan/grid", test_grid);
  g_test_add_func ("/tile-plan/ramp-values", test_ramp_values);
  g_test_add_func ("/tile-plan/identity", test_identity);
  g_test_add_func ("/tile-plan/recommend", test_recommend);
  g_test_add_func ("/tile-plan/next-smaller", test_next_smaller);

  return g_test_run ();
}
