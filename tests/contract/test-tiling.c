/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting and putting together again: TILE-7, TILE-8, TILE-9, TILE-11, and sums in fixed order. */
#include "core/tile-plan.h"
#include "engine/model-cache.h"
#include "engine/session-state.h"
#include "engine/session.h"
#include "fixtures.h"

#include <math.h>
#include <string.h>

static GengaFrame *
run (GengaModel *model, GengaFrame *frame, const GengaSessionParams *params)
{
  GError *error = NULL;
  g_autoptr (GengaSession) session = genga_session_new (model, params);
  GengaFrame *result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);

  g_assert_no_error (error);
  return result;
}

static int
to_8_bits (float value)
{
  return floor (CLAMP (value, 0, 1) * 255 + 0.5);
}

static void
assert_nearest (GengaFrame *frame, GengaFrame *result, int scale)
{
  int n = genga_layout_get_n_channels (frame->info.layout);

  for (int y = 0; y < result->info.height; y++)
    {
      const guint8 *in = genga_frame_get_row (frame, 0, y / scale);
      const float *out = genga_frame_get_row (result, 0, y);
      for (int x = 0; x < result->info.width; x++)
        for (int c = 0; c < n; c++)
          g_assert_cmpint (to_8_bits (out[x * n + c]), ==, in[x / scale * n + c]);
    }
}

/* TILE-11, sizes around every border of the geometry, and one-pixel pictures. */
static void
test_identity (void)
{
  const int tile = 64, overlap = 16, step = tile - overlap;
  const int sides[] = { 1,
                        tile - 1,
                        tile,
                        tile + 1,
                        tile + overlap - 1,
                        tile + overlap,
                        tile + overlap + 1,
                        2 * step - 1,
                        2 * step,
                        2 * step + 1,
                        200 };

  for (int scale = 1; scale <= 4; scale++)
    for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
      for (guint j = 0; j < G_N_ELEMENTS (sides); j += scale)
        {
          g_autoptr (GengaModel) model =
              genga_model_new_builtin (GENGA_FAMILY_NEAREST, scale, NULL);
          GengaSessionParams params = { .tile = tile,
                                        .overlap = overlap,
                                        .blend = (i + j) % 2 == 0 ? GENGA_BLEND_GAUSSIAN
                                                                  : GENGA_BLEND_LINEAR };
          g_autoptr (GengaFrame) frame =
              genga_test_make_frame (i * 31 + j, sides[i], sides[j],
                                     j % 2 ? GENGA_LAYOUT_RGB : GENGA_LAYOUT_GREY, GENGA_SAMPLE_U8);
          g_autoptr (GengaFrame) result = run (model, frame, &params);
          assert_nearest (frame, result, scale);
        }
}

static void
test_constant (void)
{
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_BICUBIC, 2, NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, 301, 147, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 64, .overlap = 12 };

  for (int y = 0; y < frame->info.height; y++)
    memset (genga_frame_get_row (frame, 0, y), 77, frame->info.width * 3);

  g_autoptr (GengaFrame) result = run (model, frame, &params);
  for (int y = 0; y < result->info.height; y++)
    {
      const float *row = genga_frame_get_row (result, 0, y);
      for (int x = 0; x < result->info.width * 3; x++)
        g_assert_cmpint (to_8_bits (row[x]), ==, 77);
    }
}

/* Sums of floats depend on their order: it is the plan's, whatever is computed first. */
static void
test_order (void)
{
  g_autofree char *path = genga_test_write_compact (5, 3, 8, 2, 2, FALSE);
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);
  g_autoptr (GengaModel) model =
      genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (2, 190, 130, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 64, .overlap = 24 };
  g_autoptr (GengaFrame) in_order = run (model, frame, &params);

  g_setenv ("GENGA_FAULT", "shuffle-tiles:1+", TRUE);
  for (guint seed = 1; seed <= 5; seed++)
    {
      g_random_set_seed (seed);
      g_autoptr (GengaFrame) shuffled = run (model, frame, &params);
      g_assert_cmpfloat (genga_test_get_max_difference (in_order, shuffled), ==, 0);
    }
  g_unsetenv ("GENGA_FAULT");
}

/* TILE-7: with enough overlap tiled equals whole within rounding. */
static void
test_tiled_against_whole (void)
{
  g_autofree char *path = genga_test_write_compact (6, 3, 8, 3, 2, FALSE);
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);
  g_autoptr (GengaModel) model =
      genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, NULL);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (3, 171, 203, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams whole = { .tile = 1024, .overlap = 0 };
  GengaSessionParams tiled = { .tile = 64 };
  g_autoptr (GengaFrame) reference = run (model, frame, &whole);

  tiled.overlap = 2 * genga_model_get_spec (model)->radius + 8;
  g_autoptr (GengaFrame) result = run (model, frame, &tiled);
  g_assert_cmpfloat (genga_test_get_max_difference (reference, result), <, 1e-3);
}

/* A network with a grid of its own (pixel unshuffle): tiles start on it, the picture's end too. */
static void
test_grid (void)
{
  static const int sizes[][2] = { { 203, 171 }, { 204, 172 }, { 130, 65 }, { 65, 301 } };
  GError *error = NULL;
  g_autofree char *path = genga_test_write_unshuffled_esrgan (31);
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);

  if (engine == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  g_autoptr (GengaModel) model =
      genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (i, sizes[i][0], sizes[i][1], GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
      GengaSessionParams whole = { .tile = 1024, .overlap = 0 };
      GengaSessionParams tiled = { .tile = 128, .overlap = 60 };
      g_autoptr (GengaFrame) reference = run (model, frame, &whole);

      g_autoptr (GengaFrame) result = run (model, frame, &tiled);
      g_assert_cmpfloat (genga_test_get_max_difference (reference, result), <, 1e-2);
    }
}

/* A network that takes pictures of any size and has a grid all the same. */
static void
test_grid_inside (void)
{
  static const int sizes[][2] = { { 103, 71 }, { 104, 133 }, { 65, 101 } };
  g_autofree char *path = genga_test_write_cugan (31);
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);
  g_autoptr (GengaModel) model =
      genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, NULL);

  g_assert_cmpint (genga_model_get_spec (model)->multiple_of, ==, 1);
  g_assert_cmpint (genga_model_get_spec (model)->grid, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (i, sizes[i][0], sizes[i][1], GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
      GengaSessionParams whole = { .tile = 1024, .overlap = 0 };
      GengaSessionParams tiled = { .tile = 84, .overlap = 39 };
      g_autoptr (GengaFrame) reference = run (model, frame, &whole);
      g_autoptr (GengaFrame) result = run (model, frame, &tiled);

      g_assert_cmpfloat (genga_test_get_max_difference (reference, result), <, 1e-2);
    }
}

/* The same with the users' own weights: <= 1/255 at overlap 32. */
static void
test_tiled_real_weights (void)
{
  static const char *const names[] = { "weights/realesr-animevideov3.pth",
                                       "weights/span_ch28_x4_slim_ntire2024_team38.pth" };
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);

  if (engine == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GError *error = NULL;
      g_autofree char *path = genga_test_find_shared (names[i]);
      if (path == NULL)
        return;
      g_autoptr (GengaModel) model =
          genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, &error);
      g_assert_no_error (error);
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (4, 300, 150, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
      GengaSessionParams whole = { .tile = 1024, .overlap = 0 };
      GengaSessionParams tiled = { .tile = 128, .overlap = 32 };
      g_autoptr (GengaFrame) reference = run (model, frame, &whole);
      g_autoptr (GengaFrame) result = run (model, frame, &tiled);
      double difference = genga_test_get_max_difference (reference, result);
      g_test_message ("%s: %.3f/255", names[i], difference);
      g_assert_cmpfloat (difference, <=, 1);
    }
}

static int
count_tiles (GengaSession *session, int width, int height)
{
  guint n;

  genga_session_estimate_work (session, width, height, &n);
  return n;
}

/* Whether a network sees a frame as a whole is decided once, for each size of frames. */
static void
test_whole (void)
{
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
  GengaSessionParams params = { 0 };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);

  g_assert_false (genga_session_is_untiled (session, 4000, 3000));
  session->needs.is_global = TRUE;
  session->needs.bytes_per_pixel = 1e12; /* much more than there is */
  g_assert_false (genga_session_is_untiled (session, 4000, 3000));
  g_assert_cmpint (count_tiles (session, 4000, 3000), >, 1);

  session->needs.bytes_per_pixel = 0;
  g_assert_false (genga_session_is_untiled (session, 4000, 3000));
  g_assert_true (genga_session_is_untiled (session, 8000, 6000));
  g_assert_cmpint (count_tiles (session, 4000, 3000), >, 1);
  g_assert_cmpint (count_tiles (session, 8000, 6000), ==, 1);

  genga_session_set_untiled (session, 4000, 3000, TRUE);
  genga_session_set_untiled (session, 8000, 6000, FALSE);
  g_assert_cmpint (count_tiles (session, 4000, 3000), ==, 1);
  g_assert_cmpint (count_tiles (session, 8000, 6000), >, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiling/identity", test_identity);
  g_test_add_func ("/tiling/constant", test_constant);
  g_test_add_func ("/tiling/order", test_order);
  g_test_add_func ("/tiling/tiled-against-whole", test_tiled_against_whole);
  g_test_add_func ("/tiling/grid", test_grid);
  g_test_add_func ("/tiling/grid-inside", test_grid_inside);
  g_test_add_func ("/tiling/whole", test_whole);
  g_test_add_func ("/tiling/tiled-real-weights", test_tiled_real_weights);
  return g_test_run ();
}
