/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a picture are what a run of the whole makes of them, and no tile is computed twice. */
#include "engine/reference/reference.h"
#include "fixtures.h"
#include "steps/upscale.h"
#include "engine/model-cache.h"
#include "engine/session.h"

#include <string.h>

static GengaModel *
load (const char *path)
{
  GError *error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);
  GengaModel *model = genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static void
check_parts (GengaModel *model, int width, int height, const GengaSessionParams *params)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (width * 31 + height);
  g_autoptr (GengaSession) session = genga_session_new (model, params);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (5, width, height, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) whole = genga_session_run (session, frame, GENGA_SAMPLE_F32, NULL);

  for (int i = 0; i < 24; i++)
    {
      int x = g_rand_int_range (rand, 0, whole->info.width);
      int y = g_rand_int_range (rand, 0, whole->info.height);
      GengaRect wanted = { x, y, g_rand_int_range (rand, 1, whole->info.width - x + 1),
                           g_rand_int_range (rand, 1, whole->info.height - y + 1) };
      g_autoptr (GengaFrame) part = genga_test_run_part (session, frame, &wanted);
      genga_test_assert_part (whole, part, x, y);
    }
}

static void
test_parts (void)
{
  g_autofree char *compact = genga_test_write_compact (41, 3, 4, 1, 2, FALSE);
  g_autofree char *esrgan = genga_test_write_unshuffled_esrgan (42);
  g_autoptr (GengaModel) bicubic = genga_model_new_builtin (GENGA_FAMILY_BICUBIC, 3, NULL);
  g_autoptr (GengaModel) network = load (compact);
  GengaSessionParams params = { .tile = 64, .overlap = 12 };

  check_parts (network, 150, 131, &params);
  check_parts (network, 40, 300, &params);
  params.blend = GENGA_BLEND_LINEAR;
  check_parts (bicubic, 97, 101, &params);

  /* Odd sides: the picture is padded to its grid. */
  g_autoptr (GengaModel) unshuffled = load (esrgan);
  check_parts (unshuffled, 81, 51, &params);
  g_autoptr (GengaEngine) cpu = genga_engine_open ("torch:cpu", NULL);
  if (cpu == NULL)
    return; /* no LibTorch */
  g_autoptr (GengaModel) other =
      genga_model_load (cpu, esrgan, GENGA_PRECISION_FP32, 0, NULL, NULL);
  check_parts (other, 141, 99, &params);
}

/* The same through two passes of a network. */
static void
test_passes (void)
{
  g_autofree char *path = genga_test_write_compact (45, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path);
  GengaSessionParams params = { .tile = 48, .overlap = 10 };
  GengaStep *step = genga_upscale_step_new (model, 4, &params);
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (8, 70, 61, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaItem) item = step->klass->process (
      step, genga_item_new (GENGA_ITEM_FRAME, NULL, genga_frame_ref (frame)), NULL);

  g_assert_cmpint (item->frame->info.width, ==, 280);
  for (int i = 0; i < 12; i++)
    {
      int x = g_rand_int_range (rand, 0, 280), y = g_rand_int_range (rand, 0, 244);
      GengaRect wanted = { x, y, g_rand_int_range (rand, 1, 281 - x),
                           g_rand_int_range (rand, 1, 245 - y) };
      g_autoptr (GengaFrame) part = genga_upscale_step_run_region (step, frame, &wanted, NULL);
      g_autoptr (GArray) parts = genga_upscale_step_list_parts (step, 70, 61, &wanted);
      genga_test_assert_part (item->frame, part, x, y);
      for (guint j = 0; j < parts->len; j++)
        g_assert_true (genga_rect_contains (&wanted, &g_array_index (parts, GengaRect, j)));
    }
  genga_step_free (step);
}

/* Each of the parts takes one tile, none reaches beyond what is wanted, no two meet. */
static void
test_list (void)
{
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
  GengaSessionParams params = { .tile = 64, .overlap = 12 };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);
  GengaRect wanted = { 30, 50, 220, 130 };
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (6, 150, 131, GENGA_LAYOUT_GREY, GENGA_SAMPLE_U8);
  g_autoptr (GArray) parts = genga_session_list_parts (session, 150, 131, &wanted);

  g_assert_cmpuint (parts->len, >=, 4);
  for (guint i = 0; i < parts->len; i++)
    {
      GengaRect *part = &g_array_index (parts, GengaRect, i);
      guint before = genga_reference_get_n_calls ();

      g_assert_true (genga_rect_contains (&wanted, part));
      for (guint j = 0; j < i; j++)
        {
          GengaRect both = genga_rect_intersect (part, &g_array_index (parts, GengaRect, j));
          g_assert_true (genga_rect_is_empty (&both));
        }
      g_autoptr (GengaFrame) result = genga_test_run_part (session, frame, part);
      g_assert_cmpuint (genga_reference_get_n_calls () - before, ==, 1);
    }
}

/* A store gives every tile to the next session, which computes none of them again. */
static void
test_store (void)
{
  g_autofree char *path = genga_test_write_compact (43, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path);
  g_autoptr (GengaTileStore) store = genga_tile_store_new ("key", 64 << 20);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (7, 150, 131, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  GengaSessionParams params = { .tile = 64, .overlap = 12 };
  g_autoptr (GengaSession) plain = genga_session_new (model, &params);
  guint n_calls = genga_reference_get_n_calls ();
  g_autoptr (GengaFrame) expected = genga_session_run (plain, frame, GENGA_SAMPLE_F32, NULL);
  guint n_tiles = genga_reference_get_n_calls () - n_calls;
  GengaRect wanted = { 0, 0, 100, 262 };

  g_autoptr (GengaSession) preview = genga_session_new (model, &params);
  genga_session_set_store (preview, store, FALSE);
  n_calls = genga_reference_get_n_calls ();
  g_autoptr (GengaFrame) part = genga_test_run_part (preview, frame, &wanted);
  guint n_seen = genga_reference_get_n_calls () - n_calls;
  g_assert_cmpuint (n_seen, >, 0);
  g_assert_cmpuint (n_seen, <, n_tiles);

  g_autoptr (GengaSession) run = genga_session_new (model, &params);
  genga_session_set_store (run, store, FALSE);
  n_calls = genga_reference_get_n_calls ();
  g_autoptr (GengaFrame) result = genga_session_run (run, frame, GENGA_SAMPLE_F32, NULL);
  g_assert_cmpuint (genga_reference_get_n_calls () - n_calls, ==, n_tiles - n_seen);
  genga_test_assert_part (expected, result, 0, 0);
}

/* A store stays within its bytes and gives up what was not used for longest. */
static void
test_store_limit (void)
{
  g_autoptr (GengaTileStore) store = genga_tile_store_new ("key", 250);
  g_autoptr (GBytes) pixels = g_bytes_new_take (g_malloc0 (100), 100);
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (300), 300);
  GengaRect a = { 0, 0, 8, 8 }, b = { 8, 0, 8, 8 }, c = { 16, 0, 8, 8 };

  genga_tile_store_insert (store, 64, 64, &a, pixels);
  genga_tile_store_insert (store, 64, 64, &b, pixels);
  g_autoptr (GBytes) first = genga_tile_store_look_up (store, 64, 64, &a, 100);
  g_assert_true (first == pixels);
  g_assert_null (genga_tile_store_look_up (store, 65, 64, &a, 100)); /* another pass */
  genga_tile_store_insert (store, 64, 64, &c, pixels);
  g_assert_null (genga_tile_store_look_up (store, 64, 64, &b, 100));
  g_autoptr (GBytes) again = genga_tile_store_look_up (store, 64, 64, &a, 100);
  g_assert_nonnull (again);
  genga_tile_store_insert (store, 64, 64, &b, large); /* more than there is room for */
  g_assert_null (genga_tile_store_look_up (store, 64, 64, &b, 300));
  g_assert_null (genga_tile_store_look_up (store, 64, 64, &a, 104)); /* no tile of that size */
}

/* A free store is for the first who claims it. */
static void
test_store_claim (void)
{
  g_autoptr (GengaTileStore) store = genga_tile_store_new (NULL, 100);

  g_assert_true (genga_tile_store_take_over (store, "a"));
  g_assert_false (genga_tile_store_take_over (store, "b"));
  g_assert_true (genga_tile_store_take_over (store, "a"));
}

/* Work that nobody wants any more ends between two layers. */
static void
test_interrupt (void)
{
  GError *error = NULL;
  g_autofree char *path = genga_test_write_compact (44, 3, 4, 1, 2, FALSE);
  g_autoptr (GengaEngine) cpu = genga_engine_open ("torch:cpu", NULL);
  g_autoptr (GengaEngine) reference = genga_engine_open ("reference", NULL);
  GengaEngine *engines[] = { reference, cpu };
  g_autofree float *input = g_new0 (float, 16 * 16 * 3);
  g_autofree float *output = g_new0 (float, 32 * 32 * 3);
  GengaView in = genga_view_of_floats (input, 3, 16, 16);
  GengaView out = genga_view_of_floats (output, 3, 32, 32);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (engines) && engines[i] != NULL; i++)
    {
      g_autoptr (GengaModel) model =
          genga_model_load (engines[i], path, GENGA_PRECISION_FP32, 0, NULL, NULL);
      g_assert_false (genga_model_run (model, &in, &out, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_assert_true (genga_model_run (model, &in, &out, NULL, &error));
      g_assert_no_error (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/regions/parts", test_parts);
  g_test_add_func ("/regions/passes", test_passes);
  g_test_add_func ("/regions/list", test_list);
  g_test_add_func ("/regions/store", test_store);
  g_test_add_func ("/regions/store-limit", test_store_limit);
  g_test_add_func ("/regions/store-claim", test_store_claim);
  g_test_add_func ("/regions/interrupt", test_interrupt);
  return g_test_run ();
}
