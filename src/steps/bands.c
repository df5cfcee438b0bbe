/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "core/cpu.h"
#include "steps/bands.h"

/* Below this a thread costs more than it brings. */
#define MIN_ROWS 16

typedef struct
{
  GengaBandFunc func;
  gpointer user_data;
  int band;
  int begin;
  int end;
} Band;

int
genga_bands_choose (int n_rows, guint n_threads)
{
  if (n_threads == 0)
    n_threads = genga_cpu_get_n_threads ();

  return CLAMP (n_rows / MIN_ROWS, 1, (int)MIN (n_threads, GENGA_MAX_BANDS));
}

int
genga_bands_get_begin (int n_rows, int n_bands, int band)
{
  return (gint64)n_rows * band / n_bands;
}

static gpointer
run_band (gpointer data)
{
  const Band *band = data;

  band->func (band->band, band->begin, band->end, band->user_data);
  return NULL;
}

void
genga_bands_run (int n_rows, int n_bands, GengaBandFunc func, gpointer user_data)
{
  Band bands[GENGA_MAX_BANDS];
  GThread *threads[GENGA_MAX_BANDS] = { NULL };

  g_return_if_fail (n_bands >= 1 && n_bands <= GENGA_MAX_BANDS);

  for (int i = 0; i < n_bands; i++)
    {
      bands[i] = (Band){ .func = func, .user_data = user_data, .band = i };
      bands[i].begin = genga_bands_get_begin (n_rows, n_bands, i);
      bands[i].end = genga_bands_get_begin (n_rows, n_bands, i + 1);
    }

  /* Where the system has no more threads to give, ours does the work. */
  for (int i = 1; i < n_bands; i++)
    threads[i] = g_thread_try_new ("genga-band", run_band, &bands[i], NULL);
  for (int i = 0; i < n_bands; i++)
    if (!threads[i])
      run_band (&bands[i]);
  for (int i = 1; i < n_bands; i++)
    if (threads[i])
      g_thread_join (threads[i]);
}
