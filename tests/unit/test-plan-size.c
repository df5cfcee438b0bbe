/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes in pixels against their rules, for many sources; what is refused is in test-plan. */
#include "core/options-text.h"
#include "job/plan/plan-size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_SIZES 10000

static void
set (GengaOptions *options, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      g_autoptr (GError) error = NULL;
      GengaOption option;

      g_assert_true (genga_option_find (pair[0], &option));
      genga_options_parse (options, option, pair[1], &error);
      g_assert_no_error (error);
    }
}

/* What people would work out on paper. */
static void
test_examples (void)
{
  static const struct
  {
    GengaSourceKind kind;
    int rotation;
    int width, height;
    const char *options;
    int scale;
    int result_width, result_height;
  } rows[] = {
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "", 2, 1280, 720 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "scale=native", 0, 0, 0 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "scale=16", 16, 10240, 5760 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "width=1000", 2, 1000, 563 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "width=1280", 2, 1280, 720 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "width=1281", 3, 1281, 721 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "height=100", 1, 178, 100 },
    { GENGA_SOURCE_PICTURE, 0, 360, 640, "longest=3840", 6, 2160, 3840 },
    { GENGA_SOURCE_PICTURE, 0, 360, 640, "shortest=3840", 11, 3840, 6827 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "megapixels=0.9216", 2, 1280, 720 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "fit=1920x1200", 3, 1920, 1080 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "fit=9999x720", 2, 1280, 720 },
    { GENGA_SOURCE_PICTURE, 0, 64, 64, "width=4096", 64, 4096, 4096 },
    { GENGA_SOURCE_PICTURE, 0, 10000, 1, "width=5", 1, 5, 1 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "pre-downscale=90", 2, 320, 180 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "pre-downscale=90 width=640", 4, 640, 360 },
    { GENGA_SOURCE_PICTURE, 0, 640, 360, "target-height=720 scale=3", 3, 1920, 1080 },
    { GENGA_SOURCE_VIDEO, 0, 640, 480, "", 0, 0, 0 },
    { GENGA_SOURCE_VIDEO, 0, 640, 480, "scale=2", 2, 1280, 960 },
    { GENGA_SOURCE_VIDEO, 0, 853, 480, "target-height=1080", 3, 1920, 1080 },
    { GENGA_SOURCE_VIDEO, 0, 854, 480, "target-height=1080", 3, 1922, 1080 },
    { GENGA_SOURCE_VIDEO, 0, 100, 60, "target-height=8640", 144, 14400, 8640 },
    { GENGA_SOURCE_VIDEO, 0, 101, 61, "scale=1", 1, 102, 62 },
    { GENGA_SOURCE_VIDEO, 0, 101, 60, "width=303", 3, 304, 180 },
    { GENGA_SOURCE_VIDEO, 0, 640, 360, "fit=1001x1001", 2, 1000, 564 },
    { GENGA_SOURCE_VIDEO, 0, 640, 360, "target-height=720 width=100", 2, 1280, 720 },
    { GENGA_SOURCE_VIDEO, 90, 640, 360, "width=720", 2, 1280, 720 },
    { GENGA_SOURCE_VIDEO, 90, 640, 360, "fit=360x9999", 1, 640, 360 },
    { GENGA_SOURCE_VIDEO, 90, 640, 360, "target-height=720", 2, 1280, 720 },
    { GENGA_SOURCE_ANIMATION, 0, 33, 21, "", 2, 66, 42 },
    { GENGA_SOURCE_ANIMATION, 0, 33, 21, "width=35", 2, 35, 22 },
    { GENGA_SOURCE_ANIMATION, 0, 33, 21, "width=35 container=mkv", 2, 36, 22 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const GengaSourceInfo info = { .kind = rows[i].kind,
                                     .rotation = rows[i].rotation,
                                     .width = rows[i].width,
                                     .height = rows[i].height };
      g_autoptr (GengaOptions) options = genga_options_new ();
      int width = 0, height = 0;

      g_test_message ("%d x %d: %s", info.width, info.height, rows[i].options);
      set (options, rows[i].options);
      g_assert_cmpint (genga_plan_size_get_scale (options, &info), ==, rows[i].scale);
      if (rows[i].scale > 0)
        g_assert_true (genga_plan_size_get_result (options, &info, rows[i].scale, &width, &height));
      g_assert_cmpint (width, ==, rows[i].result_width);
      g_assert_cmpint (height, ==, rows[i].result_height);
    }
}

static const char *const ways[] = { "width", "height", "longest", "shortest", "megapixels", "fit" };

static char *
dup_request (GRand *rand, const char *way)
{
  if (g_str_equal (way, "fit"))
    return g_strdup_printf ("fit=%dx%d", g_rand_int_range (rand, 1, 9000),
                            g_rand_int_range (rand, 1, 9000));
  if (g_str_equal (way, "megapixels"))
    return g_strdup_printf ("megapixels=%d.%d", g_rand_int_range (rand, 0, 60),
                            g_rand_int_range (rand, 1, 9));
  return g_strdup_printf ("%s=%d", way, g_rand_int_range (rand, 1, 9000));
}

/* The side that was asked for is exact; of a video, the nearest even one. */
static void
check_side (const char *request, const char *way, int side, gboolean is_even)
{
  int wanted = g_ascii_strtoll (request + strlen (way) + 1, NULL, 10);

  g_assert_cmpint (ABS (side - wanted), <=, is_even ? wanted % 2 + (wanted == 1) : 0);
}

/* Sides are never 0, even in videos, and have the source's ratio but for what rounding costs. */
static void
check_result (const GengaSourceInfo *info, const char *request, const char *way, int w, int h)
{
  const gboolean is_even = info->kind == GENGA_SOURCE_VIDEO;
  const int unit = is_even ? 2 : 1;
  const double half = 0.5 * unit + 1e-6;
  double ratio;

  g_assert_cmpint (w, >=, unit);
  g_assert_cmpint (h, >=, unit);
  g_assert_cmpint (w % unit + h % unit, ==, 0);
  /* There is one ratio from which both sides are no more than half a unit away. */
  ratio = MAX ((w - half) / info->width, (h - half) / info->height);
  if (w > unit && h > unit && !g_str_equal (way, "fit"))
    g_assert_cmpfloat (ratio, <=, MIN ((w + half) / info->width, (h + half) / info->height));
  if (g_str_equal (way, "width"))
    check_side (request, way, w, is_even);
  else if (g_str_equal (way, "height"))
    check_side (request, way, h, is_even);
  else if (g_str_equal (way, "longest"))
    check_side (request, way, MAX (w, h), is_even);
  else if (g_str_equal (way, "fit"))
    {
      int box_width = 0, box_height = 0;

      g_assert_true (genga_options_parse_size (request + 4, &box_width, &box_height));
      g_assert_cmpint (w, <=, MAX (unit, box_width));
      g_assert_cmpint (h, <=, MAX (unit, box_height));
      /* It could not be larger. */
      g_assert_true (w > box_width - unit || h > box_height - unit);
    }
}

static void
test_rules (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (19);

  for (int i = 0; i < N_SIZES; i++)
    {
      const GengaSourceInfo info = { .kind = i % 2 == 0 ? GENGA_SOURCE_PICTURE : GENGA_SOURCE_VIDEO,
                                     .width = g_rand_int_range (rand, 1, 5000),
                                     .height = g_rand_int_range (rand, 1, 5000) };
      const char *way = ways[g_rand_int_range (rand, 0, G_N_ELEMENTS (ways))];
      g_autofree char *request = dup_request (rand, way);
      g_autoptr (GengaOptions) options = genga_options_new ();
      int width, height, scale;

      set (options, request);
      scale = genga_plan_size_get_scale (options, &info);
      g_assert_cmpint (scale, >=, 1);
      if (!genga_plan_size_get_result (options, &info, scale, &width, &height))
        {
          g_assert_true (width > GENGA_PLAN_MAX_SIDE || height > GENGA_PLAN_MAX_SIDE);
          continue;
        }
      check_result (&info, request, way, width, height);
      /* The network reaches it, but for the row that makes a video even; and one less does not. */
      g_assert_cmpint ((gint64)scale * info.width, >=, width - 1);
      g_assert_cmpint ((gint64)scale * info.height, >=, height - 1);
      if (scale > 1)
        g_assert_true ((gint64)(scale - 1) * info.width < width + 1 ||
                       (gint64)(scale - 1) * info.height < height + 1);
    }
}

/* What is reduced first is never enlarged, and keeps its ratio. */
static void
test_reduced (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);

  for (int i = 0; i < N_SIZES; i++)
    {
      const GengaSourceInfo info = { .kind = i % 2 == 0 ? GENGA_SOURCE_PICTURE : GENGA_SOURCE_VIDEO,
                                     .width = g_rand_int_range (rand, 1, 5000),
                                     .height = g_rand_int_range (rand, 1, 5000) };
      int limit = g_rand_int_range (rand, 64, 3000), width, height;
      g_autoptr (GengaOptions) options = genga_options_new ();

      genga_options_set_int (options, GENGA_OPTION_PRE_DOWNSCALE, limit);
      genga_plan_size_get_input (options, &info, &width, &height);
      g_assert_cmpint (height, ==, MIN (limit, info.height));
      if (info.height <= limit)
        g_assert_cmpint (width, ==, info.width);
      else if (width > 2)
        g_assert_cmpfloat (fabs (width - (double)info.width * limit / info.height), <=,
                           i % 2 == 0 ? 0.5001 : 1.0001);
      g_assert_cmpint (width, >=, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan-size/examples", test_examples);
  g_test_add_func ("/plan-size/rules", test_rules);
  g_test_add_func ("/plan-size/reduced", test_reduced);
  return g_test_run ();
}
