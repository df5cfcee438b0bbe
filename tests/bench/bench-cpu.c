/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole networks on the CPU engine: milliseconds of one run, what its threads used of processors,
 * which counts where others use the machine, and how far the class `auto` is from FP32. bench-cpu
 * MODEL [WIDTH HEIGHT [THREADS [REPEATS [PICTURE.ppm]]]]
 */
#include "engine/cpu/cpu-model.h"
#include "nets/net-build.h"
#include "weights/load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const double first = *(const double *)a, second = *(const double *)b;

  return first < second ? -1 : first > second;
}

/* Drawings rather than noise: flat parts, lines, and a little grain. */
static void
draw (guint8 *samples, int width, int height)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        {
          const double wave = sin (x * 0.021 + c) + cos (y * 0.033 - c) + sin ((x + y) * 0.011);
          const double line = fabs (sin (x * 0.09 + y * 0.05)) < 0.06 ? -90 : 0;

          samples[(y * width + x) * 3 + c] = (guint8)CLAMP (
              round (wave * 2) * 25 + 128 + line + g_rand_double_range (rand, -2, 2), 0, 255);
        }
}

static void
run (GengaCpuModel *model, const GengaView *input, const GengaView *output)
{
  const GengaRect whole = genga_view_get_rect (input);
  g_autoptr (GError) error = NULL;

  if (!genga_cpu_model_run (model, input, &whole, output, NULL, &error))
    g_error ("%s", error->message);
}

static double
time_model (GengaCpuModel *model, const GengaView *input, const GengaView *output, int repeats)
{
  g_autofree double *times = g_new (double, repeats);
  double least = G_MAXDOUBLE;

  run (model, input, output);
  for (int i = 0; i < repeats; i++)
    {
      const gint64 start = g_get_monotonic_time ();
      const clock_t used = clock ();

      run (model, input, output);
      times[i] = (double)(g_get_monotonic_time () - start) / 1e3;
      least = MIN (least, (double)(clock () - used) * 1e3 / CLOCKS_PER_SEC);
    }
  qsort (times, repeats, sizeof *times, compare_times);
  printf (" best %.1f ms, median %.1f ms; %.1f ms of processors\n", times[0], times[repeats / 2],
          least);
  return times[0];
}

int
main (int argc, char **argv)
{
  const int width = argc > 3 ? atoi (argv[2]) : 640, height = argc > 3 ? atoi (argv[3]) : 360;
  const guint n_threads = argc > 4 ? (guint)atoi (argv[4]) : 2;
  const int repeats = argc > 5 ? atoi (argv[5]) : 5;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaStateDict) dict = genga_state_dict_load (argv[1], &error);
  g_autoptr (GengaGraph) graph = NULL;
  GengaNetSpec spec;
  GengaView views[2];
  double sum = 0, power = 0;
  guint64 peak_bytes;

  if (dict == NULL || !genga_net_spec_detect (&spec, dict, argv[1], &error) ||
      (graph = genga_net_build (&spec, dict, TRUE, &error)) == NULL)
    g_error ("%s", error->message);

  g_autofree guint8 *samples = g_malloc ((gsize)width * height * 3);
  const GengaView input = { samples, (gsize)width * 3, GENGA_SAMPLE_U8, 3, width, height };
  const gsize n = (gsize)width * height * 3 * spec.scale * spec.scale;

  draw (samples, width, height);
  for (int fast = 0; fast < 2; fast++)
    {
      const gint64 start = g_get_monotonic_time ();
      g_autoptr (GengaCpuModel) model = genga_cpu_model_new (graph, fast, n_threads, NULL);
      const double load_ms = (double)(g_get_monotonic_time () - start) / 1e3;
      g_autofree char *text = genga_cpu_model_describe (model);

      if (g_getenv ("DESCRIBE") != NULL)
        printf ("%s", text);
      views[fast] =
          genga_view_of_floats (g_new (float, n), 3, width * spec.scale, height * spec.scale);
      peak_bytes = genga_cpu_model_get_peak_bytes (model, width, height);
      printf ("%s, %u threads, %.1f MB, made in %.1f ms:", fast ? "auto" : "fp32", n_threads,
              (double)peak_bytes / 1e6, load_ms);
      fflush (stdout);
      time_model (model, &input, &views[fast], repeats);
    }
  for (gsize i = 0; i < n; i++)
    {
      const double a = CLAMP (((float *)views[0].data)[i], 0, 1);
      const double b = CLAMP (((float *)views[1].data)[i], 0, 1);

      sum += (a - b) * (a - b);
      power += pow (((float *)views[0].data)[i], 2);
    }
  printf ("PSNR %.1f dB, clamped to [0, 1]; the output's mean power is %.2f\n",
          10 * log10 ((double)n / MAX (sum, 1e-30)), power / (double)n);
  return 0;
}
