/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames that a back end takes whole: the same pixels, bit for bit, whatever tiles are asked for,
 * whichever part is wanted, and whatever is known from earlier frames or from a preview.
 */
#include "fixtures.h"
#include "engine/model-cache.h"
#include "engine/session.h"

#include <string.h>

/* More than one cell of a picture. */
#define WIDTH 331
#define HEIGHT 299

static GengaModel *
load_on (const char *device, const char *path, GengaPrecision precision)
{
  GError *error = NULL;
  g_autoptr (GengaEngine) engine = genga_engine_open (device, &error);
  GengaModel *model =
      engine != NULL ? genga_model_load (engine, path, precision, 0, NULL, &error) : NULL;

  g_assert_no_error (error);
  return model;
}

static GengaModel *
load (const char *path, GengaPrecision precision)
{
  return load_on ("cpu", path, precision);
}

static GengaFrame *
run (GengaSession *session, GengaFrame *frame)
{
  GError *error = NULL;
  GengaFrame *result = genga_session_run (session, frame, GENGA_SAMPLE_F32, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_same (GengaFrame *a, GengaFrame *b)
{
  g_assert_cmpint (a->info.width, ==, b->info.width);
  g_assert_cmpint (a->info.height, ==, b->info.height);
  genga_test_assert_part (a, b, 0, 0);
}

static void
check_tiles (GengaModel *model, GengaFrame *frame)
{
  static const GengaSessionParams params[] = {
    { .tile = 64, .overlap = 4 },
    { .tile = 100, .blend = GENGA_BLEND_LINEAR },
    { .tile = 256, .overlap = 0 },
  };
  g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaFrame) whole = run (session, frame);

  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autoptr (GengaSession) tiled = genga_session_new (model, &params[i]);
      g_autoptr (GengaFrame) result = run (tiled, frame);
      assert_same (whole, result);
    }
}

static void
check_parts (GengaModel *model, GengaFrame *frame)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (frame->info.width);
  g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaFrame) whole = run (session, frame);

  for (int i = 0; i < 6; i++)
    {
      int x = g_rand_int_range (rand, 0, whole->info.width);
      int y = g_rand_int_range (rand, 0, whole->info.height);
      GengaRect wanted = { x, y, g_rand_int_range (rand, 1, whole->info.width - x + 1),
                           g_rand_int_range (rand, 1, whole->info.height - y + 1) };
      g_autoptr (GengaFrame) part = genga_test_run_part (session, frame, &wanted);
      g_autoptr (GArray) parts =
          genga_session_list_parts (session, frame->info.width, frame->info.height, &wanted);
      gint64 area = 0;

      genga_test_assert_part (whole, part, x, y);
      for (guint j = 0; j < parts->len; j++)
        {
          const GengaRect *rect = &g_array_index (parts, GengaRect, j);
          g_assert_true (genga_rect_contains (&wanted, rect));
          area += (gint64)rect->width * rect->height;
        }
      g_assert_cmpint (area, ==, (gint64)wanted.width * wanted.height);
    }
}

/* What a preview has made is not made again. */
static void
check_store (GengaModel *model, GengaFrame *frame)
{
  GengaReuseCount count;
  g_autoptr (GengaTileStore) store = genga_tile_store_new ("test", 1 << 30);
  g_autoptr (GengaSession) preview = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaSession) job = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaSession) plain = genga_session_new (model, &(GengaSessionParams){ 0 });
  int scale = genga_model_get_spec (model)->scale;
  GengaRect seen = { 280 * scale, 20 * scale, 40, 70 };

  genga_session_set_store (preview, store, FALSE);
  genga_session_set_store (job, store, FALSE);
  genga_frame_unref (genga_test_run_part (preview, frame, &seen));
  g_autoptr (GengaFrame) expected = run (plain, frame);
  g_autoptr (GengaFrame) result = run (job, frame);
  assert_same (expected, result);
  genga_session_get_reuse_count (job, &count);
  g_assert_cmpuint (count.n_pixels_computed, >, 0);
  g_assert_cmpuint (count.n_pixels_computed, <=, count.n_pixels - 70 * 200);
}

/* What a run has kept is not made again either. */
static void
check_kept (GengaModel *model, GengaFrame *frame)
{
  GengaReuseCount count;
  g_autoptr (GengaTileStore) store = genga_tile_store_new ("test", 1 << 30);
  g_autoptr (GengaSession) plain = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaSession) first = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaSession) second = genga_session_new (model, &(GengaSessionParams){ 0 });

  genga_session_set_store (first, store, TRUE);
  genga_session_set_store (second, store, FALSE);
  g_autoptr (GengaFrame) expected = run (plain, frame);
  g_autoptr (GengaFrame) kept = run (first, frame);
  g_autoptr (GengaFrame) result = run (second, frame);
  assert_same (expected, kept);
  assert_same (expected, result);
  genga_session_get_reuse_count (second, &count);
  g_assert_cmpuint (count.n_pixels, >, 0);
  g_assert_cmpuint (count.n_pixels_computed, ==, 0);
}

static void
paint (GengaFrame *frame, int x, int y, int width, int height, guint8 value)
{
  for (int line = y; line < MIN (y + height, frame->info.height); line++)
    memset ((guint8 *)genga_frame_get_row (frame, 0, line) + 3 * x, value,
            3 * (MIN (x + width, frame->info.width) - x));
}

/* Frames with something in them that moves, in the middle and at the edges. */
static void
check_reuse (GengaModel *model, GengaFrame *frame)
{
  static const GengaRect moves[] = {
    { 0 },
    { 200, 100, 9, 5 },
    { 201, 100, 9, 5 },
    { 0 },
    { WIDTH - 1, HEIGHT - 1, 1, 1 },
    { 0, 0, 1, 1 },
    { 17, 3, 1, 1 },
    { 100, HEIGHT - 3, 90, 3 },
  };
  g_autoptr (GengaSession) plain = genga_session_new (model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaSession) reusing =
      genga_session_new (model, &(GengaSessionParams){ .reuse = GENGA_REUSE_EXACT });
  GengaReuseCount count;

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      g_autoptr (GengaFrame) next = genga_frame_make_writable (genga_frame_ref (frame), NULL);
      paint (next, moves[i].x, moves[i].y, moves[i].width, moves[i].height, 200);
      g_autoptr (GengaFrame) expected = run (plain, next);
      g_autoptr (GengaFrame) result = run (reusing, next);
      assert_same (expected, result);
    }
  genga_session_get_reuse_count (reusing, &count);
  g_assert_cmpuint (count.n_tiles, ==, G_N_ELEMENTS (moves));
  g_assert_cmpuint (count.n_tiles_reused, ==, 1); /* the first one again */
  g_assert_cmpuint (count.n_tiles_partly, >=, 3);
  g_assert_cmpfloat ((double)count.n_pixels_computed / count.n_pixels, <, 0.6);
}

static void
check (const char *path, int width, int height)
{
  static const GengaPrecision precisions[] = { GENGA_PRECISION_FP32, GENGA_PRECISION_BF16 };

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++)
    {
      g_autoptr (GengaModel) model = load (path, precisions[i]);
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (5, width, height, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

      check_tiles (model, frame);
      check_parts (model, frame);
      if (width < WIDTH)
        continue;
      check_store (model, frame);
      check_kept (model, frame);
      check_reuse (model, frame);
    }
}

static void
test_compact (void)
{
  g_autofree char *path = genga_test_write_compact (41, 3, 16, 2, 2, FALSE);

  check (path, WIDTH, HEIGHT);
  check (path, 3, 5);
}

/* Odd sides: the picture is padded to its grid. */
static void
test_unshuffled (void)
{
  g_autofree char *path = genga_test_write_unshuffled_esrgan (42);

  check (path, 73, 67);
  check (path, 5, 1);
}

static void
test_grey (void)
{
  g_autofree char *path = genga_test_write_compact (43, 1, 8, 2, 2, FALSE);

  check (path, 97, 101);
}

/* Samples of integers are read as they are: floats of the same values make the same. */
static void
test_samples (void)
{
  g_autofree char *path = genga_test_write_compact (44, 3, 8, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_FP32);
  g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
  GengaFrameInfo info = {
    .width = 40, .height = 30, .sample = GENGA_SAMPLE_F32, .layout = GENGA_LAYOUT_RGB
  };

  for (GengaSample sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_U16; sample++)
    {
      g_autoptr (GengaFrame) frame =
          genga_test_make_frame (6, info.width, info.height, GENGA_LAYOUT_RGB, sample);
      g_autoptr (GengaFrame) floats = genga_frame_new (&info, NULL);

      for (int y = 0; y < info.height; y++)
        for (int i = 0; i < 3 * info.width; i++)
          ((float *)genga_frame_get_row (floats, 0, y))[i] =
              sample == GENGA_SAMPLE_U8
                  ? ((guint8 *)genga_frame_get_row (frame, 0, y))[i] / 255.f
                  : ((guint16 *)genga_frame_get_row (frame, 0, y))[i] / 65535.f;
      g_autoptr (GengaFrame) direct = run (session, frame);
      g_autoptr (GengaFrame) copied = run (session, floats);
      g_assert_cmpfloat (genga_test_get_max_difference (direct, copied), <, 1e-3);
    }
}

/* Integers are the floats rounded to nearest. */
static void
assert_rounded (GengaFrame *floats, GengaFrame *integers)
{
  const gsize n = (gsize)floats->info.width * genga_layout_get_n_channels (floats->info.layout);
  const gboolean is_u8 = integers->info.sample == GENGA_SAMPLE_U8;

  g_assert_cmpint (integers->info.width, ==, floats->info.width);
  g_assert_cmpint (integers->info.height, ==, floats->info.height);
  for (int y = 0; y < floats->info.height; y++)
    {
      const float *expected = genga_frame_get_row (floats, 0, y);
      const guint8 *bytes = genga_frame_get_row (integers, 0, y);
      const guint16 *words = genga_frame_get_row (integers, 0, y);

      for (gsize i = 0; i < n; i++)
        g_assert_cmpint (is_u8 ? bytes[i] : words[i], ==,
                         (int)(expected[i] * (is_u8 ? 255 : 65535) + 0.5f));
    }
}

/*
 * Results of integers: of a picture as a whole, in pieces, with parts that a preview has made in
 * floats, and on the detours of pictures that have other channels than the network.
 */
static void
check_integers (GengaModel *model, GengaFrame *frame, const GengaSessionParams *params)
{
  GengaRect seen = { 40, 30, 50, 20 };

  for (GengaSample sample = GENGA_SAMPLE_U8; sample <= GENGA_SAMPLE_U16; sample++)
    {
      g_autoptr (GengaSession) plain = genga_session_new (model, &(GengaSessionParams){ 0 });
      g_autoptr (GengaSession) session = genga_session_new (model, params);
      g_autoptr (GengaTileStore) store = genga_tile_store_new ("test", 1 << 30);
      g_autoptr (GError) error = NULL;

      genga_session_set_store (session, store, FALSE);
      genga_frame_unref (genga_test_run_part (session, frame, &seen));
      g_assert_true (genga_session_makes (session, sample));
      g_autoptr (GengaFrame) expected = run (plain, frame);
      g_autoptr (GengaFrame) result = genga_session_run (session, frame, sample, &error);
      g_assert_no_error (error);
      g_assert_cmpint (result->info.sample, ==, sample);
      assert_rounded (expected, result);
    }
}

static void
test_integers (void)
{
  g_autofree char *colour_path = genga_test_write_compact (47, 3, 16, 2, 2, FALSE);
  g_autofree char *grey_path = genga_test_write_compact (48, 1, 8, 1, 2, FALSE);
  g_autoptr (GengaModel) colour = load (colour_path, GENGA_PRECISION_BF16);
  g_autoptr (GengaModel) grey = load (grey_path, GENGA_PRECISION_FP32);
  g_autoptr (GengaFrame) rgb =
      genga_test_make_frame (7, WIDTH, HEIGHT, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);
  g_autoptr (GengaFrame) one =
      genga_test_make_frame (8, 101, 57, GENGA_LAYOUT_GREY, GENGA_SAMPLE_U16);

  check_integers (colour, rgb, &(GengaSessionParams){ 0 });
  check_integers (colour, rgb, &(GengaSessionParams){ .tile = 100 });
  check_integers (colour, one, &(GengaSessionParams){ 0 });
  check_integers (grey, one, &(GengaSessionParams){ 0 });
  check_integers (grey, rgb, &(GengaSessionParams){ 0 });
}

/* A grey picture is the luma of colours that were clamped, with tiles and without: whites
 * overshoot. */
static void
test_luma (void)
{
  g_autofree char *path = genga_test_write_compact (49, 3, 16, 2, 2, FALSE);
  g_autoptr (GengaModel) whole_model = load (path, GENGA_PRECISION_FP32);
  g_autoptr (GengaModel) tiled_model = load_on ("reference", path, GENGA_PRECISION_FP32);
  g_autoptr (GengaSession) whole = genga_session_new (whole_model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaSession) tiled = genga_session_new (tiled_model, &(GengaSessionParams){ 0 });
  g_autoptr (GengaFrame) grey =
      genga_test_make_frame (9, 30, 20, GENGA_LAYOUT_GREY, GENGA_SAMPLE_U8);

  for (int y = 0; y < grey->info.height; y++)
    memset (genga_frame_get_row (grey, 0, y), y < 10 ? 255 : 0, grey->info.width);
  g_autoptr (GengaFrame) a = run (whole, grey);
  g_autoptr (GengaFrame) b = run (tiled, grey);
  g_assert_cmpfloat (genga_test_get_max_difference (a, b), <, 1e-4);
}

typedef struct
{
  GCancellable *cancellable;
  double done;
  guint n_calls;
} Watched;

static void
watch (double done, gpointer user_data)
{
  Watched *watched = user_data;

  g_assert_cmpfloat (done, >, watched->done);
  g_assert_cmpfloat (done, <=, 1);
  watched->done = done;
  watched->n_calls++;
  if (done > 0.5)
    g_cancellable_cancel (watched->cancellable);
}

/* A run tells how far it is, and ends where it is stopped then. */
static void
test_watch (void)
{
  g_autofree char *path = genga_test_write_compact (45, 3, 16, 2, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_FP32);
  g_autofree float *input = g_new0 (float, WIDTH *HEIGHT * 3);
  g_autofree float *output = g_new0 (float, 4 * WIDTH * HEIGHT * 3);
  GengaView in = genga_view_of_floats (input, 3, WIDTH, HEIGHT);
  GengaView out = genga_view_of_floats (output, 3, 2 * WIDTH, 2 * HEIGHT);
  GengaRect whole = genga_view_get_rect (&in);
  gboolean is_finite;
  Watched watched = { .cancellable = g_cancellable_new () };
  g_autoptr (GError) error = NULL;

  g_assert_false (genga_model_run_part (model, &in, &whole, &out, &is_finite, watch, &watched,
                                        watched.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (watched.n_calls, >, 1);
  g_assert_cmpfloat (watched.done, <, 1);
  g_object_unref (watched.cancellable);
}

/* What is said to be done adds up to what there was to do, with reuse and pieces alike. */
static void
test_progress (void)
{
  g_autofree char *path = genga_test_write_compact (46, 3, 8, 1, 2, FALSE);
  g_autoptr (GengaModel) model = load (path, GENGA_PRECISION_FP32);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (5, WIDTH, HEIGHT, GENGA_LAYOUT_RGB, GENGA_SAMPLE_U8);

  for (int tile = 0; tile <= 64; tile += 64)
    {
      g_autoptr (GengaProgress) progress = genga_progress_new (NULL);
      g_autoptr (GengaSession) session = genga_session_new (
          model,
          &(GengaSessionParams){ .tile = tile, .progress = progress, .reuse = GENGA_REUSE_EXACT });
      GengaProgressState state;

      for (guint8 i = 0; i < 3; i++)
        {
          g_autoptr (GengaFrame) next = genga_frame_make_writable (genga_frame_ref (frame), NULL);

          paint (next, 100, 100, 9, 5, 50 * i);
          genga_progress_add_total (progress, WIDTH * HEIGHT);
          genga_frame_unref (run (session, next));
          genga_progress_poll (progress, &state);
          g_assert_cmpfloat (state.fraction, ==, 1);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/whole/compact", test_compact);
  g_test_add_func ("/whole/unshuffled", test_unshuffled);
  g_test_add_func ("/whole/grey", test_grey);
  g_test_add_func ("/whole/samples", test_samples);
  g_test_add_func ("/whole/integers", test_integers);
  g_test_add_func ("/whole/luma", test_luma);
  g_test_add_func ("/whole/watch", test_watch);
  g_test_add_func ("/whole/progress", test_progress);
  return g_test_run ();
}
