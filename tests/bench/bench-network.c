/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../contract/fixtures.h"
#include "bench.h"
#include "engine/model-cache.h"
#include "engine/session.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 640
#define HEIGHT 360
#define REPEATS 5

/* eager.cc: seconds of one pass, the layers called one by one. */
double genga_bench_eager_compact (
    int height, int width, int features, int convs, int scale, int precision, int repeats);

static double
time_raw (GengaModel *model, const float *input, float *output)
{
  int scale = genga_model_get_spec (model)->scale;
  GengaView in = genga_view_of_floats (input, 3, WIDTH, HEIGHT);
  GengaView out = genga_view_of_floats (output, 3, WIDTH * scale, HEIGHT * scale);
  gint64 start = g_get_monotonic_time ();

  g_assert_true (genga_model_run (model, &in, &out, NULL, NULL));
  return (g_get_monotonic_time () - start) / 1e6;
}

static double
time_session (GengaModel *model, GengaFrame *frame)
{
  g_autoptr (GengaSession) session = genga_session_new (model, &(GengaSessionParams){ 0 });
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GengaFrame) result = genga_session_run (session, frame, GENGA_SAMPLE_F32, NULL);

  return (g_get_monotonic_time () - start) / 1e6;
}

static void
compare (GengaEngine *engine, const char *path, GengaPrecision precision)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaModel) model = genga_model_load (engine, path, precision, 0, NULL, &error);
  g_autoptr (GengaFrame) frame =
      genga_test_make_frame (1, WIDTH, HEIGHT, GENGA_LAYOUT_RGB, GENGA_SAMPLE_F32);
  g_autofree float *input = g_new (float, WIDTH *HEIGHT * 3);
  g_autofree float *output = g_new (float, 4 * WIDTH * HEIGHT * 3);
  double raw[REPEATS], eager[REPEATS], tiled[REPEATS], ratios[REPEATS];

  if (model == NULL)
    {
      printf ("network: %s\n", error->message);
      return;
    }
  for (int y = 0; y < HEIGHT; y++)
    memcpy (input + y * WIDTH * 3, genga_frame_get_row (frame, 0, y), WIDTH * 3 * sizeof (float));

  time_raw (model, input, output);
  genga_bench_eager_compact (HEIGHT, WIDTH, 64, 16, 2, precision, 1);
  for (int i = 0; i < REPEATS; i++)
    {
      raw[i] = time_raw (model, input, output);
      eager[i] = genga_bench_eager_compact (HEIGHT, WIDTH, 64, 16, 2, precision, 1);
      tiled[i] = time_session (model, frame);
      ratios[i] = eager[i] / raw[i];
    }
  printf ("network %s: Genga %.3f s, layer by layer %.3f s, ratio %.2fx; as tiled picture %.3f s\n",
          genga_choice_get_nick (GENGA_TYPE_PRECISION, precision),
          genga_bench_get_median (raw, REPEATS), genga_bench_get_median (eager, REPEATS),
          genga_bench_get_median (ratios, REPEATS), genga_bench_get_median (tiled, REPEATS));
}

void
genga_bench_network (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = genga_test_write_compact (1, 3, 64, 16, 2, FALSE);
  g_autoptr (GengaEngine) engine = genga_engine_open ("torch:cpu", &error);

  if (engine == NULL)
    {
      printf ("network: %s\n", error->message);
      return;
    }
  compare (engine, path, GENGA_PRECISION_FP32);
  if (genga_engine_get_device (engine)->fast_bf16)
    compare (engine, path, GENGA_PRECISION_BF16);
}
