/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of earlier frames are not computed again, and the result is the same bit for bit. */
#include "engine/reuse/damage.h"
#include "engine/reuse/near-duplicate.h"
#include "engine/reuse/tile-history.h"
#include "fixtures.h"
#include "engine/model-cache.h"
#include "engine/session.h"

#include <string.h>

#define N_FRAMES 14

/* ---- frames ---- */

static void
paint (GengaFrame *frame, int x, int y, int width, int height, guint8 value)
{
  int right = MIN (x + width, frame->info.width), bottom = MIN (y + height, frame->info.height);

  for (int line = MAX (0, y); line < bottom; line++)
    memset ((guint8 *)genga_frame_get_row (frame, 0, line) + 3 * MAX (0, x), value,
            3 * (right - MAX (0, x)));
}

/* A scene with something in it that moves, in the middle, over tiles' borders, at the edges. */
static GengaFrame *
make_frame (int number, int width, int height)
{
  GengaFrame *frame =
      genga_test_make_frame (number == 9 ? 8 : 7, width, height, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  switch (number)
    {
    case 2:
    case 5: /* what was there before the last */
      paint (frame, width / 2, height / 2, 9, 5, 200);
      break;
    case 3:
    case 4:
      paint (frame, 50, 40, 20, 30, 90);
      paint (frame, width - 1, height - 1, 1, 1, 255);
      break;
    case 6:
      paint (frame, 0, 0, 1, 1, 3);
      paint (frame, width - 20, 3, 12, 12, 30);
      paint (frame, 5, height - 2, 40, 2, 250);
      break;
    case 7:
    case 8:
      paint (frame, 60, 0, 2, height, 128);
      break;
    case 11:
      ((guint8 *)genga_frame_get_row (frame, 0, height / 3))[3 * (width / 3)] ^= 1;
      break;
    case 12:
      paint (frame, 0, height - 3, width, 1, 10);
      break;
    default:
      break;
    }
  return frame;
}

/* As many passes as there are, through one session. */
static GengaFrame *
run (GengaSession *session, GengaFrame *frame, int n_passes, GengaReuseOrigin *origin)
{
  GError *error = NULL;
  GengaFrame *result = genga_frame_ref (frame);

  for (int i = 0; i < n_passes; i++)
    {
      g_autoptr (GengaFrame) input = result;
      result = genga_session_run (session, input, GENGA_SAMPLE_F32, &error);
      g_assert_no_error (error);
      if (i == 0)
        genga_session_get_origin (session, origin);
    }
  return result;
}

static void
assert_same (GengaFrame *a, GengaFrame *b)
{
  gsize bytes = a->info.width * sizeof (float) * genga_layout_get_n_channels (a->info.layout);

  for (int y = 0; y < a->info.height; y++)
    g_assert_cmpmem (genga_frame_get_row (a, 0, y), bytes, genga_frame_get_row (b, 0, y), bytes);
}

/* The share of pixels that the network had to work through. */
static double
check_sequence (GengaModel *model, int width, int height, int tile, int n_passes)
{
  GengaSessionParams params = { .tile = tile, .overlap = MIN (12, (tile - 1) / 2) };
  g_autoptr (GengaSession) plain = genga_session_new (model, &params);
  params.reuse = GENGA_REUSE_EXACT;
  g_autoptr (GengaSession) reusing = genga_session_new (model, &params);
  /* The last ones may have been forgotten: only so many versions of a tile are kept. */
  const int frames_back[N_FRAMES] = { 0, 1, 0, 0, 1, 3, 0, 0, 1, 0, -1, 0, 0, -1 };
  GengaReuseOrigin origin;
  GengaReuseCount count;

  for (int i = 0; i < N_FRAMES; i++)
    {
      g_autoptr (GengaFrame) frame = make_frame (i, width, height);
      g_autoptr (GengaFrame) expected = run (plain, frame, n_passes, &origin);
      g_assert_cmpuint (origin.frames_back, ==, 0);
      g_assert_false (origin.is_partly);
      g_setenv ("GENGA_FAULT", "shuffle-tiles:1+", TRUE);
      g_autoptr (GengaFrame) result = run (reusing, frame, n_passes, &origin);
      g_unsetenv ("GENGA_FAULT");
      assert_same (expected, result);
      if (frames_back[i] >= 0)
        g_assert_cmpuint (origin.frames_back, ==, frames_back[i]);
    }
  genga_session_get_reuse_count (plain, &count);
  g_assert_cmpuint (count.n_pixels, ==, count.n_pixels_computed);
  genga_session_get_reuse_count (reusing, &count);
  g_assert_cmpuint (count.n_tiles_reused, >, 0);
  return (double)count.n_pixels_computed / count.n_pixels;
}

/* ---- sessions ---- */

static GengaModel *
load (GengaEngine *engine, const char *path)
{
  GError *error = NULL;
  GengaModel *model = genga_model_load (engine, path, GENGA_PRECISION_FP32, 0, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static void
test_builtin (void)
{
  g_autoptr (GengaModel) nearest = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
  g_autoptr (GengaModel) bicubic = genga_model_new_builtin (GENGA_FAMILY_BICUBIC, 2, NULL);

  g_assert_cmpfloat (check_sequence (nearest, 203, 171, 64, 2), <, 0.5);
  g_assert_cmpfloat (check_sequence (bicubic, 203, 171, 0, 1), <, 0.5);
  g_assert_cmpfloat (check_sequence (bicubic, 91, 75, 64, 2), <, 0.7);
}

static void
check_networks (GengaEngine *engine)
{
  g_autofree char *compact_path = genga_test_write_compact (41, 3, 4, 2, 2, FALSE);
  g_autofree char *grey_path = genga_test_write_compact (43, 1, 4, 2, 2, FALSE);
  g_autoptr (GengaModel) compact = load (engine, compact_path);
  g_autoptr (GengaModel) grey = load (engine, grey_path);

  g_assert_cmpfloat (check_sequence (compact, 163, 141, 0, 1), <, 0.7);
  g_assert_cmpfloat (check_sequence (compact, 100, 81, 64, 2), <, 0.9);
  g_assert_cmpfloat (check_sequence (grey, 101, 67, 64, 1), <, 1);
}

static void
test_reference (void)
{
  g_autoptr (GengaEngine) engine = genga_engine_open ("reference", NULL);

  if (g_strcmp0 (g_getenv ("GENGA_SANITIZED"), "thread") == 0)
    {
      g_test_skip ("it has one thread, and takes a quarter of an hour to say so");
      return;
    }
  check_networks (engine);
}

static void
test_cpu (void)
{
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);
  g_autofree char *path = genga_test_write_unshuffled_esrgan (42);

  if (engine == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  check_networks (engine);
  g_autoptr (GengaModel) esrgan = load (engine, path);
  g_assert_cmpfloat (check_sequence (esrgan, 203, 171, 128, 1), <, 1);
  g_assert_cmpfloat (check_sequence (esrgan, 301, 201, 0, 1), <, 0.8);
}

/* Networks of the shared data: their sums must not depend on the shape of the picture. */
static void
test_shared (void)
{
  static const char *const names[] = {
    "weights/realesr-animevideov3.pth",
    "golden/synthetic/compact_2x_nf24_nc8.safetensors",
    "golden/synthetic/esrgan_2x_old.safetensors",
    "golden/synthetic/esrgan_4x_realesrgan_keys.safetensors",
  };
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", NULL);

  if (engine == NULL)
    {
      g_test_skip ("LibTorch is not here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = genga_test_find_shared (names[i]);
      if (path == NULL)
        return;
      g_autoptr (GengaModel) model = load (engine, path);
      g_assert_cmpfloat (check_sequence (model, 109, 90, 0, 1), <, 1);
    }
}

/* What is forgotten is made again. */
static void
test_forget (void)
{
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_BICUBIC, 2, NULL);
  GengaSessionParams params = { .reuse = GENGA_REUSE_EXACT };
  g_autoptr (GengaSession) session = genga_session_new (model, &params);
  g_autoptr (GengaFrame) frame = make_frame (0, 40, 30);
  GengaReuseOrigin origin;

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (GengaFrame) result = run (session, frame, 1, &origin);
      g_assert_cmpuint (origin.frames_back, ==, i == 1);
      if (i == 1)
        genga_session_forget (session);
    }
}

/* ---- modes that change the result ---- */

static GengaSession *
new_session (GengaReuse reuse, int tolerance)
{
  g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
  GengaSessionParams params = { .reuse = reuse, .tolerance = tolerance };

  return genga_session_new (model, &params);
}

/* Runs a flat frame and answers the value that the result shows in the middle, of 255. */
static int
show (GengaSession *session, int value, GengaReuseOrigin *origin)
{
  g_autoptr (GengaFrame) frame = make_frame (0, 40, 30);

  paint (frame, 0, 0, 40, 30, value);
  g_autoptr (GengaFrame) result = run (session, frame, 1, origin);
  return ((float *)genga_frame_get_row (result, 0, 30))[3 * 40] * 255 + 0.5;
}

/* It is compared with what was computed, so that small steps do not add up. */
static void
test_tolerance (void)
{
  g_autoptr (GengaSession) session = new_session (GENGA_REUSE_TOLERANCE, 2);
  GengaReuseOrigin origin;

  g_assert_cmpint (show (session, 100, &origin), ==, 100);
  g_assert_cmpint (show (session, 101, &origin), ==, 100);
  g_assert_cmpuint (origin.frames_back, ==, 1);
  g_assert_cmpint (show (session, 102, &origin), ==, 100);
  g_assert_cmpuint (origin.frames_back, ==, 2);
  g_assert_cmpint (show (session, 103, &origin), ==, 103);
  g_assert_cmpuint (origin.frames_back, ==, 0);
  g_assert_cmpint (show (session, 104, &origin), ==, 103);
}

/* DUP-4: black, white, black, black. */
static void
test_perceptual (void)
{
  g_autoptr (GengaSession) session = new_session (GENGA_REUSE_PERCEPTUAL, 4);
  GengaReuseOrigin origin;

  g_assert_cmpint (show (session, 0, &origin), ==, 0);
  g_assert_cmpint (show (session, 255, &origin), ==, 255);
  g_assert_cmpint (show (session, 3, &origin), ==, 3);
  g_assert_cmpuint (origin.frames_back, ==, 0);
  g_assert_cmpint (show (session, 7, &origin), ==, 3);
  g_assert_cmpuint (origin.frames_back, ==, 1);
  g_assert_cmpint (show (session, 8, &origin), ==, 8);
}

static void
test_alike (void)
{
  g_autoptr (GengaFrame) frame = make_frame (0, 64, 64);
  g_autoptr (GengaFrame) other = make_frame (0, 64, 64);
  g_autoptr (GengaFrame) wider = make_frame (0, 65, 64);

  g_assert_true (genga_frames_look_alike (frame, other, 16, 0));
  g_assert_false (genga_frames_look_alike (frame, wider, 16, 1));
  ((guint8 *)genga_frame_get_row (other, 0, 9))[11] ^= 4;
  g_assert_true (genga_frames_look_alike (frame, other, 16, 4 / 255.f + 1e-6f));
  g_assert_false (genga_frames_look_alike (frame, other, 16, 3 / 255.f));
  /* Bright where it was dark: no tolerance lets that pass. */
  paint (frame, 0, 0, 64, 32, 0);
  paint (frame, 0, 32, 64, 32, 255);
  paint (other, 0, 0, 64, 32, 255);
  paint (other, 0, 32, 64, 32, 0);
  g_assert_false (genga_frames_look_alike (frame, other, 16, 1));
}

/* Two squares of 2 x 2 pixels change places within a coarse cell, and not within a fine one. */
static void
test_grid (void)
{
  g_autoptr (GengaFrame) frame = make_frame (0, 64, 64);
  g_autoptr (GengaFrame) other = make_frame (0, 64, 64);

  paint (frame, 0, 0, 64, 64, 50);
  paint (other, 0, 0, 64, 64, 50);
  paint (frame, 0, 0, 2, 2, 200);
  paint (other, 4, 4, 2, 2, 200);
  g_assert_true (genga_frames_look_alike (frame, other, 8, 1));
  g_assert_false (genga_frames_look_alike (frame, other, 16, 1));
  g_assert_false (genga_frames_look_alike (frame, other, 32, 1));
  paint (other, 4, 4, 2, 2, 50);
  paint (other, 2, 2, 2, 2, 200);
  g_assert_true (genga_frames_look_alike (frame, other, 16, 1));
  g_assert_false (genga_frames_look_alike (frame, other, 32, 1));
}

/* The session's own grid decides, the usual one unless another is asked for. */
static void
test_grid_of_session (void)
{
  static const struct
  {
    int grid;
    gboolean is_same;
  } rows[] = { { 0, FALSE }, { 8, TRUE }, { 16, FALSE }, { 32, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GengaModel) model = genga_model_new_builtin (GENGA_FAMILY_NEAREST, 2, NULL);
      GengaSessionParams params = { .reuse = GENGA_REUSE_PERCEPTUAL,
                                    .tolerance = 64,
                                    .grid = rows[i].grid };
      g_autoptr (GengaSession) session = genga_session_new (model, &params);

      for (int n = 0; n < 2; n++)
        {
          g_autoptr (GengaFrame) frame = make_frame (0, 64, 64);
          GengaReuseOrigin origin;

          paint (frame, 0, 0, 64, 64, 50);
          paint (frame, 4 * n, 4 * n, 2, 2, 90);
          g_autoptr (GengaFrame) result = run (session, frame, 1, &origin);
          g_assert_cmpuint (origin.frames_back, ==, n == 1 && rows[i].is_same);
        }
    }
}

/* ---- geometry ---- */

static gboolean
is_changed (const GengaDamage *damage, int x, int y)
{
  return damage->cells[y / GENGA_DAMAGE_CELL * damage->n_x + x / GENGA_DAMAGE_CELL];
}

/* Whether a cell that changed is at most `reach` pixels away. */
static gboolean
is_reached (const GengaDamage *damage, int x, int y, int reach)
{
  for (int i = MAX (0, y - reach); i < MIN (damage->height, y + reach + 1); i++)
    for (int j = MAX (0, x - reach); j < MIN (damage->width, x + reach + 1); j++)
      if (is_changed (damage, j, i))
        return TRUE;
  return FALSE;
}

static gboolean
is_covered (const GArray *parts, int x, int y)
{
  GengaRect pixel = { x, y, 1, 1 };

  for (guint i = 0; i < parts->len; i++)
    if (genga_rect_contains (&g_array_index (parts, GengaDamagePart, i).result, &pixel))
      return TRUE;
  return FALSE;
}

static void
check_cover (const GengaDamage *damage, const GengaDamageNeeds *needs)
{
  GengaRect tile = { 0, 0, damage->width, damage->height };
  guint64 work, sum = 0;
  g_autoptr (GArray) parts = genga_damage_cover (damage, needs, &work);

  for (guint i = 0; i < parts->len; i++)
    {
      GengaDamagePart part = g_array_index (parts, GengaDamagePart, i);
      GengaRect around = { part.result.x - needs->halo, part.result.y - needs->halo,
                           part.result.width + 2 * needs->halo,
                           part.result.height + 2 * needs->halo };
      around = genga_rect_intersect (&around, &tile);
      g_assert_true (genga_rect_contains (&tile, &part.window));
      g_assert_true (genga_rect_contains (&part.window, &around));
      g_assert_cmpint (part.window.width, >=, MIN (tile.width, needs->minimum));
      g_assert_cmpint (part.window.height, >=, MIN (tile.height, needs->minimum));
      sum += part.window.width * part.window.height + needs->launch_cost;
    }
  g_assert_cmpuint (work, ==, sum);
  for (int y = 0; y < damage->height; y++)
    for (int x = 0; x < damage->width; x++)
      if (is_reached (damage, x, y, needs->halo))
        g_assert_true (is_covered (parts, x, y));
}

static void
test_cover (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (int i = 0; i < 60; i++)
    {
      GengaDamageNeeds needs = { g_rand_int_range (rand, 0, 12), g_rand_int_range (rand, 1, 40),
                                 g_rand_int_range (rand, 0, 500) };
      g_auto (GengaDamage) damage = { 0 };
      genga_damage_init (&damage, g_rand_int_range (rand, 1, 100), g_rand_int_range (rand, 1, 90));
      for (int k = g_rand_int_range (rand, 0, 9); k > 0; k--)
        damage.cells[g_rand_int_range (rand, 0, damage.n_x * damage.n_y)] = 1;
      check_cover (&damage, &needs);
    }
}

/* Two small things far from each other are cheaper than what lies between them. */
static void
test_cover_apart (void)
{
  GengaDamageNeeds needs = { 10, 1, 1024 };
  g_auto (GengaDamage) damage = { 0 };
  guint64 work;

  genga_damage_init (&damage, 448, 376);
  damage.cells[0] = damage.cells[damage.n_x * damage.n_y - 1] = 1;
  g_autoptr (GArray) parts = genga_damage_cover (&damage, &needs, &work);
  g_assert_cmpuint (parts->len, ==, 2);
  g_assert_cmpuint (work, ==, 2 * (28 * 28 + 1024));
}

/* A picture that the network's grid makes larger is reflected, and so is what changes there. */
static void
test_compare (void)
{
  g_autoptr (GengaFrame) frame = make_frame (0, 39, 31);
  g_autoptr (GengaFrame) other = make_frame (0, 39, 31);
  GengaDamageSource before = { frame, 0, 0 }, now = { other, 0, 0 };
  g_auto (GengaDamage) damage = { 0 };

  genga_damage_init (&damage, 48, 32);
  genga_damage_compare (&damage, &before, &now, 0, 0, 39, 31, 0);
  g_assert_false (damage.is_any);
  ((guint8 *)genga_frame_get_row (other, 0, 30))[3 * 36] += 1;
  genga_damage_compare (&damage, &before, &now, 0, 0, 39, 31, 0);
  g_assert_true (damage.is_any);
  g_assert_true (is_changed (&damage, 36, 30));
  g_assert_true (is_changed (&damage, 40, 30)); /* the second one beyond the last */
  g_assert_false (is_changed (&damage, 31, 30));
  genga_damage_compare (&damage, &before, &now, 0, 0, 39, 31, 1.5f / 255);
  g_assert_false (damage.is_any);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reuse/compare", test_compare);
  g_test_add_func ("/reuse/cover", test_cover);
  g_test_add_func ("/reuse/cover-apart", test_cover_apart);
  g_test_add_func ("/reuse/builtin", test_builtin);
  g_test_add_func ("/reuse/reference", test_reference);
  g_test_add_func ("/reuse/cpu", test_cpu);
  g_test_add_func ("/reuse/shared", test_shared);
  g_test_add_func ("/reuse/forget", test_forget);
  g_test_add_func ("/reuse/tolerance", test_tolerance);
  g_test_add_func ("/reuse/perceptual", test_perceptual);
  g_test_add_func ("/reuse/alike", test_alike);
  g_test_add_func ("/reuse/grid", test_grid);
  g_test_add_func ("/reuse/grid-of-session", test_grid_of_session);
  return g_test_run ();
}
