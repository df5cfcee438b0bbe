/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speed, as ratios of what is measured side by side in one run: nothing here can fail a test.
 *
 *   network   Genga's Compact 64x16 2x on 640x360 against the same layers called one by one
 *   batch     20 pictures in one process against their networks alone
 *   start     genga-cli --version
 *   preview   the first piece of a live preview, its tiles, and filters on it
 *   memory    4096x4096 x2 in tiles of 512: the process's peak
 */
#include "bench.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *name;
  void (*func) (void);
} Bench;

static const Bench benches[] = {
  { "start", genga_bench_start }, /* first: a large process starts others slowly */
  { "network", genga_bench_network }, { "batch", genga_bench_batch },
#if GENGA_HAVE_GUI
  { "preview", genga_bench_preview },
#endif
  { "memory", genga_bench_memory },
};

double
genga_bench_get_median (double *values, int n)
{
  for (int i = 1; i < n; i++)
    for (int j = i; j > 0 && values[j] < values[j - 1]; j--)
      {
        double swap = values[j];
        values[j] = values[j - 1];
        values[j - 1] = swap;
      }
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int
main (int argc, char **argv)
{
  genga_memory_tune_allocator ();
  genga_cpu_tune_threads ();
  for (guint i = 0; i < G_N_ELEMENTS (benches); i++)
    {
      gboolean wanted = argc == 1;
      for (int k = 1; k < argc; k++)
        wanted |= strcmp (argv[k], benches[i].name) == 0;
      if (wanted)
        {
          benches[i].func ();
          fflush (stdout);
        }
    }
  return 0;
}
