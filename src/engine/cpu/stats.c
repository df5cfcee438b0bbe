/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/stats.h"

/* Sums run in as many lanes as there are here, whatever the CPU has. */
#define N_LANES 16

static double
add_lanes (const float *lanes)
{
  double sum = 0;

  for (guint i = 0; i < N_LANES; i++)
    sum += lanes[i];
  return sum;
}

/* Of each sample less `mean`, or of its square. */
static double
add_samples (const float *const *rows,
             guint n_rows,
             guint n_columns,
             gsize stride,
             guint n_channels,
             float mean,
             gboolean squares)
{
  float lanes[N_LANES] = { 0 };

  for (guint y = 0; y < n_rows; y++)
    for (guint x = 0; x < n_columns; x++)
      {
        const float *pixel = rows[y] + x * stride;
        guint c = 0;

        for (; c + N_LANES <= n_channels; c += N_LANES)
          for (guint i = 0; i < N_LANES; i++)
            {
              const float distance = pixel[c + i] - mean;
              lanes[i] += squares ? distance * distance : distance;
            }
        for (guint i = 0; c + i < n_channels; i++)
          {
            const float distance = pixel[c + i] - mean;
            lanes[i] += squares ? distance * distance : distance;
          }
      }
  return add_lanes (lanes);
}

void
genga_cpu_moments_measure (GengaCpuMoments *self,
                           const float *const *rows,
                           guint n_rows,
                           guint n_columns,
                           gsize stride,
                           guint n_channels)
{
  const double n = (double)n_rows * n_columns * n_channels;
  const double sum = add_samples (rows, n_rows, n_columns, stride, n_channels, 0, FALSE);
  const float mean = (float)(sum / n);
  GengaCpuMoments block = { .n = n, .mean = mean };

  block.squares = add_samples (rows, n_rows, n_columns, stride, n_channels, mean, TRUE);
  *self = block;
}

/* Of `n` channels, N_LANES at most. */
static void
measure_lanes (GengaCpuMoments *selves,
               const float *const *rows,
               guint n_rows,
               guint n_columns,
               gsize stride,
               guint first,
               guint n)
{
  const double n_pixels = (double)n_rows * n_columns;
  float means[N_LANES] = { 0 }, squares[N_LANES] = { 0 };

  for (guint y = 0; y < n_rows; y++)
    for (guint x = 0; x < n_columns; x++)
      for (guint i = 0; i < n; i++)
        means[i] += rows[y][x * stride + first + i];
  for (guint i = 0; i < n; i++)
    means[i] = (float)(means[i] / n_pixels);
  for (guint y = 0; y < n_rows; y++)
    for (guint x = 0; x < n_columns; x++)
      for (guint i = 0; i < n; i++)
        {
          const float distance = rows[y][x * stride + first + i] - means[i];
          squares[i] += distance * distance;
        }
  for (guint i = 0; i < n; i++)
    selves[first + i] = (GengaCpuMoments){ n_pixels, means[i], squares[i] };
}

void
genga_cpu_moments_measure_each (GengaCpuMoments *selves,
                                const float *const *rows,
                                guint n_rows,
                                guint n_columns,
                                gsize stride,
                                guint n_channels)
{
  guint c = 0;

  for (; c + N_LANES <= n_channels; c += N_LANES)
    measure_lanes (selves, rows, n_rows, n_columns, stride, c, N_LANES);
  if (c < n_channels)
    measure_lanes (selves, rows, n_rows, n_columns, stride, c, n_channels - c);
}

void
genga_cpu_moments_add (GengaCpuMoments *self, const GengaCpuMoments *other)
{
  const double n = self->n + other->n, distance = other->mean - self->mean;

  if (n == 0)
    return;
  self->squares += other->squares + distance * distance * self->n * other->n / n;
  self->mean += distance * other->n / n;
  self->n = n;
}
