/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/step-channels.h"

#include "engine/cpu/channels.h"
#include "engine/cpu/stats.h"

#include <string.h>

/* A thread's scratch. */
typedef struct
{
  double *sums;
  float *weights, *queries, *keys, *results;
} Room;

static Room
get_room (const GengaCpuWork *work)
{
  const GengaCpuChannelsRoom sizes = genga_cpu_channels_get_room (work->step->channels);
  Room room = { .sums = genga_cpu_work_get_scratch (work) };

  room.weights = (float *)(gpointer)(room.sums + sizes.sums);
  room.queries = room.weights + sizes.weights;
  room.keys = room.queries + sizes.pixels;
  room.results = room.keys + sizes.pixels;
  return room;
}

/* Pixel (y, x) of input i. */
static const float *
get_pixel (const GengaCpuWork *work, guint i, int y, int x, gsize *stride)
{
  const GengaCpuRow row = genga_cpu_run_get_row (work->run, &work->step->inputs[i], y);

  *stride = row.stride;
  return (const float *)(gconstpointer)row.samples + x * row.stride;
}

/* ---- windows ---- */

static void
gather (const GengaCpuWork *work, guint input, int top, int left, float *to)
{
  const GengaCpuChannels *channels = work->step->channels;
  const gsize n = (gsize)channels->n_heads * channels->dim;

  for (int y = top; y < top + channels->window_y; y++)
    for (int x = left; x < left + channels->window_x; x++, to += n)
      {
        gsize stride;

        memcpy (to, get_pixel (work, input, y, x, &stride), n * sizeof *to);
      }
}

/* Results of columns [x, end) of row y, `step` apart. */
static void
apply (const GengaCpuWork *work,
       guint input,
       int y,
       int x,
       int end,
       int step,
       const float *weights,
       float *results)
{
  const GengaCpuRow out = genga_cpu_run_get_row (work->run, &work->step->output, y);

  for (; x < end; x += step * GENGA_CPU_CHANNELS_PIXELS)
    {
      gsize stride;
      const float *values = get_pixel (work, input, y, x, &stride);

      genga_cpu_channels_apply (
          work->step->channels, work->step->set, values, stride * step, weights,
          MIN (GENGA_CPU_CHANNELS_PIXELS, (end - x + step - 1) / step),
          (float *)(gpointer)out.samples + x * out.stride, out.stride * step, results);
    }
}

void
genga_cpu_run_channel_windows (const GengaCpuWork *work)
{
  const GengaCpuChannels *channels = work->step->channels;
  const gsize n_channels = (gsize)channels->n_heads * channels->dim;
  const Room room = get_room (work);

  for (int top = work->y; top < work->y + work->n_rows; top += channels->window_y)
    for (int left = work->columns.begin; left < work->columns.end; left += channels->window_x)
      {
        gather (work, 0, top, left, room.queries);
        gather (work, 1, top, left, room.keys);
        memset (room.sums, 0, genga_cpu_channels_count_part_sums (channels) * sizeof *room.sums);
        genga_cpu_channels_add (channels, work->step->set, room.queries, n_channels, room.keys,
                                n_channels, channels->window_y * channels->window_x, room.sums,
                                room.results);
        genga_cpu_channels_set_weights (channels, room.sums, room.weights);
        for (int y = top; y < top + channels->window_y; y++)
          apply (work, 2, y, left, left + channels->window_x, 1, room.weights, room.results);
      }
}

/* ---- whole maps ---- */

static double *
get_sums (const GengaCpuRun *run, const GengaCpuStep *step, int strip)
{
  const GengaCpuStats *stats = &run->layout->stats[step->stats];

  return (double *)(gpointer)(run->block + stats->blocks) +
         strip * genga_cpu_channels_count_sums (step->channels);
}

static float *
get_weights (const GengaCpuRun *run, const GengaCpuStep *step)
{
  return (float *)(gpointer)(run->block + run->layout->stats[step->stats].factors);
}

/* The part that column x of row y is in, by its place in windows. */
static gsize
get_part (const GengaCpuChannels *channels, int y, int x)
{
  return (gsize)(y % channels->window_y * channels->window_x + x % channels->window_x);
}

static void
add_row (const GengaCpuWork *work, int y, GengaCpuRange columns, double *sums, float *results)
{
  const GengaCpuChannels *channels = work->step->channels;
  const gsize n_sums = genga_cpu_channels_count_part_sums (channels);
  const int step = channels->window_x, end = columns.end;

  for (int x = columns.begin; x < MIN (columns.begin + step, end); x++)
    {
      gsize query_stride, key_stride;
      const float *queries = get_pixel (work, 0, y, x, &query_stride);
      const float *keys = get_pixel (work, 1, y, x, &key_stride);

      genga_cpu_channels_add (channels, work->step->set, queries, query_stride * step, keys,
                              key_stride * step, (end - x + step - 1) / step,
                              sums + get_part (channels, y, x) * n_sums, results);
    }
}

void
genga_cpu_run_channel_sums (const GengaCpuWork *work)
{
  const GengaCpuChannels *channels = work->step->channels;
  const Room room = get_room (work);

  for (int x = work->columns.begin; x < work->columns.end; x += GENGA_CPU_STATS_WIDTH)
    {
      double *sums = get_sums (work->run, work->step, x / GENGA_CPU_STATS_WIDTH);
      const GengaCpuRange columns = { x, MIN (work->columns.end, x + GENGA_CPU_STATS_WIDTH) };

      if (work->y == 0)
        memset (sums, 0, genga_cpu_channels_count_sums (channels) * sizeof *sums);
      for (int y = work->y; y < work->y + work->n_rows; y++)
        add_row (work, y, columns, sums, room.results);
    }
}

void
genga_cpu_run_channel_weights (const GengaCpuRun *self, const GengaCpuStep *step)
{
  const GengaCpuChannels *channels = step->channels;
  const guint n_strips = self->layout->stats[step->stats].n_across;
  const gsize n_sums = genga_cpu_channels_count_sums (channels);
  const gsize n_parts = (gsize)channels->window_y * channels->window_x;
  double *all = get_sums (self, step, 0);

  for (guint strip = 1; strip < n_strips; strip++)
    for (gsize k = 0; k < n_sums; k++)
      all[k] += get_sums (self, step, (int)strip)[k];
  for (gsize part = 0; part < n_parts; part++)
    genga_cpu_channels_set_weights (
        channels, all + part * genga_cpu_channels_count_part_sums (channels),
        get_weights (self, step) + part * genga_cpu_channels_count_part_weights (channels));
}

void
genga_cpu_run_channels (const GengaCpuWork *work)
{
  const GengaCpuChannels *channels = work->step->channels;
  const gsize n_weights = genga_cpu_channels_count_part_weights (channels);
  const float *weights = get_weights (work->run, work->step);
  const int begin = work->columns.begin, end = work->columns.end, step = channels->window_x;
  const Room room = get_room (work);

  for (int y = work->y; y < work->y + work->n_rows; y++)
    for (int x = begin; x < MIN (begin + step, end); x++)
      apply (work, 0, y, x, end, step, weights + get_part (channels, y, x) * n_weights,
             room.results);
}
