/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/step-run.h"
#include "engine/cpu/kernels/picture-rows.h"
#include "engine/cpu/stats.h"
#include "engine/cpu/step-channels.h"
#include "engine/cpu/step-windows.h"

#include <math.h>
#include <string.h>

/* Rows of one call of a layer: (4 - 1) * 4 + 63, see plan.c. */
#define MAX_IN_ROWS 80

/* Row y of input i; a vector is all pixels of all rows. */
static GengaCpuRow
get_input_row (const GengaCpuWork *work, guint i, int y)
{
  const gboolean is_vector = (work->step->vectors & 1u << i) != 0;
  GengaCpuRow row = genga_cpu_run_get_row (work->run, &work->step->inputs[i], is_vector ? 0 : y);

  if (is_vector)
    row.stride = 0;
  return row;
}

static void
run_conv (const GengaCpuWork *work)
{
  const GengaCpuRun *run = work->run;
  const GengaCpuStep *step = work->step;
  const GengaConv *conv = step->conv;
  const GengaCpuMap *map = genga_cpu_run_get_map (run, &step->output);
  const int shift = (int)conv->margin_left - step->pad_x;
  const GengaCpuMap *in_map = genga_cpu_run_get_map (run, &step->inputs[0]);
  const void *in[MAX_IN_ROWS], *gate[GENGA_KERNEL_GRID], *sides[2][GENGA_KERNEL_GRID];
  void *out[GENGA_KERNEL_GRID];
  GengaConvRows rows = { .in = in,
                         .out = out,
                         .gate = gate,
                         .sides = { sides[0], sides[1] },
                         .x0 = work->columns.begin,
                         .x1 = work->columns.end,
                         .width = map->width,
                         .scratch = genga_cpu_work_get_scratch (work) };

  for (int y = work->y; y < work->y + work->n_rows; y += GENGA_KERNEL_GRID)
    {
      rows.n_rows = MIN (GENGA_KERNEL_GRID, work->y + work->n_rows - y);
      for (guint i = 0; i < conv->in_rows; i++)
        {
          const GengaCpuRow row = genga_cpu_run_get_row (run, &step->inputs[0],
                                                         y * step->stride - step->pad_y + (int)i);

          in[i] = row.samples + shift * (gssize)in_map->pixel_bytes;
          rows.in_stride = row.stride;
        }
      for (guint i = 0; i < rows.n_rows; i++)
        {
          const guint first_side = step->has_gate ? 2 : 1;
          const GengaCpuRow row = genga_cpu_run_get_row (run, &step->output, y + (int)i);

          out[i] = row.samples;
          rows.out_stride = row.stride;
          for (guint k = 1; k < step->n_inputs; k++)
            {
              const GengaCpuRow side = get_input_row (work, k, y + (int)i);

              if (k < first_side)
                {
                  gate[i] = side.samples;
                  rows.gate_stride = side.stride;
                }
              else
                {
                  sides[k - first_side][i] = side.samples;
                  rows.side_strides[k - first_side] = side.stride;
                }
            }
        }
      genga_conv_run (conv, &rows);
    }
}

/* ---- the picture ---- */

static GengaPictureRow
get_picture_row (const GengaView *view, gint64 x, gint64 y)
{
  const gsize size = genga_sample_get_size (view->sample);
  GengaPictureRow row = { .stride = view->channels,
                          .n_channels = view->channels,
                          .sample = view->sample };

  for (int c = 0; c < view->channels; c++)
    row.channels[c] = (gpointer)((guintptr)view->data + (guintptr)(y * (gint64)view->row_stride) +
                                 (guintptr)(x * view->channels + c) * size);
  return row;
}

static void
run_read (const GengaCpuWork *work)
{
  for (int y = work->y; y < work->y + work->n_rows; y++)
    {
      const GengaCpuRow row = genga_cpu_run_get_row (work->run, &work->step->output, y);
      const GengaPictureRow from = get_picture_row (work->run->input, 0, y);

      genga_rows_read (&from, work->columns.begin, work->columns.end,
                       (float *)(gpointer)row.samples, row.stride);
    }
}

static void
run_write (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuLayout *layout = work->run->layout;
  const GengaSizeRatio scale = layout->plan->scale;
  const int factor = step->factor;
  const gint64 left = (gint64)layout->wanted.x * scale.num / scale.den;
  const gint64 top = (gint64)layout->wanted.y * scale.num / scale.den;

  for (int y = work->y; y < work->y + work->n_rows; y++)
    {
      const GengaCpuRow row = genga_cpu_run_get_row (work->run, &step->inputs[0], y);
      GengaCpuRow base = { 0 };
      GengaPictureRow to[GENGA_CPU_MAX_FACTOR];

      if (step->n_inputs > 1)
        base = genga_cpu_run_get_row (work->run, &step->inputs[1], y);
      for (int i = 0; i < factor; i++)
        to[i] = get_picture_row (work->run->output, -left, (gint64)y * factor + i - top);
      if (!genga_rows_write_shuffled (row.samples, row.store, row.stride,
                                      (const float *)(gconstpointer)base.samples, base.stride,
                                      factor, work->columns.begin, work->columns.end, to))
        g_atomic_int_set (work->run->is_odd, TRUE);
    }
}

/* ---- the rest ---- */

static void
run_shuffle (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const int factor = step->factor;

  for (int y = work->y / factor; y < (work->y + work->n_rows) / factor; y++)
    {
      const GengaCpuRow in = genga_cpu_run_get_row (work->run, &step->inputs[0], y);
      void *to[GENGA_CPU_MAX_FACTOR];
      gsize stride = 0;

      for (int i = 0; i < factor; i++)
        {
          const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y * factor + i);

          to[i] = out.samples;
          stride = out.stride;
        }
      if (step->is_blocked)
        genga_cpu_row_unblock (&in, step->output.channels, factor, work->columns.begin / factor,
                               work->columns.end / factor, to, stride);
      else
        genga_rows_shuffle (in.samples, in.store, in.stride, step->output.channels, factor,
                            work->columns.begin / factor, work->columns.end / factor, to, stride);
    }
}

static void
run_dysample (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuMap *map = genga_cpu_run_get_map (work->run, &step->inputs[0]);
  const GengaCpuRow first = genga_cpu_run_get_row (work->run, &step->inputs[0], 0);
  const GengaCpuSampled sampled = { first.samples, map->row_bytes, first.stride,
                                    map->width,    map->height,    step->inputs[0].channels };
  const int factor = step->factor;

  for (int y = work->y / factor; y < (work->y + work->n_rows) / factor; y++)
    {
      const GengaCpuRow offsets = genga_cpu_run_get_row (work->run, &step->inputs[1], y);
      GengaCpuRow out[GENGA_CPU_MAX_FACTOR];

      for (int i = 0; i < factor; i++)
        out[i] = genga_cpu_run_get_row (work->run, &step->output, y * factor + i);
      genga_cpu_row_dysample (&sampled, &offsets, step->n_groups, factor, y,
                              work->columns.begin / factor, work->columns.end / factor, out);
    }
}

static void
run_resize (const GengaCpuWork *work, int y)
{
  const GengaCpuStep *step = work->step;
  gint64 *const *sides = work->run->layout->sides;
  const GengaSizeRatio rows = genga_cpu_step_get_ratio (step, sides[GENGA_AXIS_Y]);
  const GengaSizeRatio columns = genga_cpu_step_get_ratio (step, sides[GENGA_AXIS_X]);
  const GengaCpuMap *map = genga_cpu_run_get_map (work->run, &step->inputs[0]);
  const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);
  GengaCpuTaps down;
  GengaCpuRow in[4];

  genga_cpu_taps_set (&down, step->resize, rows.num, rows.den, map->height, y);
  for (int i = 0; i < down.n; i++)
    in[i] = genga_cpu_run_get_row (work->run, &step->inputs[0], down.at[i]);
  genga_cpu_row_resize (in, &down, step->resize, columns.num, columns.den, map->width,
                        step->output.channels, work->columns.begin, work->columns.end, &out);
}

static void
run_move (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuMap *map = genga_cpu_run_get_map (work->run, &step->inputs[0]);
  const GengaPadKind pad = genga_cpu_step_choose_pad (step, work->run->layout->sides);

  for (int y = work->y; y < work->y + work->n_rows; y++)
    {
      const int from = genga_cpu_find_source (pad, y - step->top, map->height);
      const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);
      GengaCpuRow in = { 0 };

      if (from >= 0)
        in = genga_cpu_run_get_row (work->run, &step->inputs[0], from);
      genga_cpu_row_move (&in, step->output.channels, step->left, pad, map->width,
                          work->columns.begin, work->columns.end, &out);
    }
}

static void
run_pool (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuMap *map = genga_cpu_run_get_map (work->run, &step->inputs[0]);
  GengaCpuPooling pooling = { .kernel_y = step->kernel_y,
                              .kernel_x = step->kernel_x,
                              .stride = step->stride,
                              .pad_x = step->pad_x,
                              .width = map->width,
                              .n_channels = step->output.channels,
                              .is_max = step->is_max,
                              .counts_pad = step->counts_pad };

  for (int y = work->y; y < work->y + work->n_rows; y++)
    {
      const int first = y * step->stride - step->pad_y;
      const int begin = MAX (0, first), end = MIN (map->height, first + step->kernel_y);
      const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);
      GengaCpuRow in[MAX_IN_ROWS];

      for (int i = begin; i < end; i++)
        in[i - begin] = genga_cpu_run_get_row (work->run, &step->inputs[0], i);
      pooling.n_rows = end - begin;
      genga_cpu_row_pool (in, &pooling, work->columns.begin, work->columns.end, &out);
    }
}

static void
run_unshuffle (const GengaCpuWork *work, int y)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);
  GengaCpuRow in[GENGA_CPU_MAX_FACTOR];

  for (int i = 0; i < step->factor; i++)
    in[i] = genga_cpu_run_get_row (work->run, &step->inputs[0], y * step->factor + i);
  genga_cpu_row_unshuffle (in, step->inputs[0].channels, step->factor, work->columns.begin,
                           work->columns.end, &out);
}

static GengaCpuMoments *
get_moments (const GengaCpuRun *self, gsize offset)
{
  return (GengaCpuMoments *)(gpointer)(self->block + offset);
}

static void
run_stats (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuStats *stats = &work->run->layout->stats[step->stats];
  const guint channels = step->inputs[0].channels / step->n_groups;
  GengaCpuMoments *blocks = get_moments (work->run, stats->blocks);
  const gboolean each = channels == 1;

  for (int y = work->y; y < work->y + work->n_rows; y += GENGA_KERNEL_GRID)
    for (int x = work->columns.begin; x < work->columns.end; x += GENGA_CPU_STATS_WIDTH)
      for (guint g = 0; g < (each ? 1 : (guint)step->n_groups); g++)
        {
          const guint n = MIN (GENGA_KERNEL_GRID, work->y + work->n_rows - y);
          const gsize block =
              (gsize)(y / GENGA_KERNEL_GRID) * stats->n_across + x / GENGA_CPU_STATS_WIDTH;
          const float *rows[GENGA_KERNEL_GRID];
          gsize stride = 0;

          for (guint i = 0; i < n; i++)
            {
              const GengaCpuRow row =
                  genga_cpu_run_get_row (work->run, &step->inputs[0], y + (int)i);

              stride = row.stride;
              rows[i] = (const float *)(gconstpointer)row.samples + x * stride + g * channels;
            }
          (each ? genga_cpu_moments_measure_each
                : genga_cpu_moments_measure) (&blocks[block * step->n_groups + g], rows, n,
                                              MIN (GENGA_CPU_STATS_WIDTH, work->columns.end - x),
                                              stride, each ? (guint)step->n_groups : channels);
        }
}

static float *
get_factors (const GengaCpuRun *self, guint stats)
{
  return (float *)(gpointer)(self->block + self->layout->stats[stats].factors);
}

static void
run_group_norm (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const guint n_channels = step->output.channels;
  const float *factors = get_factors (work->run, step->stats), *offsets = factors + n_channels;

  for (int y = work->y; y < work->y + work->n_rows; y++)
    {
      const GengaCpuRow in = genga_cpu_run_get_row (work->run, &step->inputs[0], y);
      const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);
      GengaCpuRow side = { 0 };

      if (step->n_inputs > 1)
        side = genga_cpu_run_get_row (work->run, &step->inputs[1], y);
      genga_cpu_row_group_norm ((const float *)(gconstpointer)in.samples,
                                (const float *)(gconstpointer)side.samples, in.stride, side.stride,
                                n_channels, factors, offsets, work->columns.begin,
                                work->columns.end, (float *)(gpointer)out.samples, out.stride);
    }
}

/* One thread does it: a vector is a single pixel. */
static void
run_mean (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuStats *stats = &work->run->layout->stats[step->stats];
  const GengaCpuMoments *blocks = get_moments (work->run, stats->blocks);
  const gsize n_blocks = (gsize)stats->n_across * stats->n_down, n = step->output.channels;
  float *out = (float *)(gpointer)genga_cpu_run_get_row (work->run, &step->output, 0).samples;

  for (gsize c = 0; c < n; c++)
    {
      GengaCpuMoments all = { 0 };

      for (gsize k = 0; k < n_blocks; k++)
        genga_cpu_moments_add (&all, &blocks[k * n + c]);
      out[c] = (float)all.mean;
    }
}

/* Where a pixel of a line of windows comes from, or of a grid. */
static int
find_in_grid (const GengaCpuStep *step, int at, int side)
{
  const int factor = step->factor, n = side / factor;

  return step->to_grid ? at % n * factor + at / n : at % factor * n + at / factor;
}

static void
run_regrid (const GengaCpuWork *work)
{
  const GengaCpuStep *step = work->step;
  const GengaCpuMap *map = genga_cpu_run_get_map (work->run, &step->output);
  const gsize sample_bytes = genga_cpu_run_get_map (work->run, &step->inputs[0])->sample_bytes;

  for (int y = work->y; y < work->y + work->n_rows; y++)
    {
      const GengaCpuRow in =
          genga_cpu_run_get_row (work->run, &step->inputs[0], find_in_grid (step, y, map->height));
      const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);

      for (int x = work->columns.begin; x < work->columns.end; x++)
        {
          const int from = find_in_grid (step, x, map->width);
          GengaCpuRow moved = in;

          moved.samples += ((gssize)from - x) * (gssize)(in.stride * sample_bytes);
          genga_cpu_row_copy (&moved, step->output.channels, x, x + 1, &out);
        }
    }
}

static void
run_row (const GengaCpuWork *work, int y)
{
  const GengaCpuStep *step = work->step;
  const int begin = work->columns.begin, end = work->columns.end;
  const GengaCpuRow in = get_input_row (work, 0, y);
  const GengaCpuRow out = genga_cpu_run_get_row (work->run, &step->output, y);

  if (step->kind == GENGA_CPU_COPY)
    genga_cpu_row_copy (&in, step->inputs[0].channels, begin, end, &out);
  else if (step->kind == GENGA_CPU_FUNCTION)
    genga_cpu_row_apply (step->function, step->exponent, &in, step->output.channels, begin, end,
                         &out);
  else if (step->kind == GENGA_CPU_LAYER_NORM)
    step->set->layer_norm (&(GengaNormRow){ .in = in.samples,
                                            .out = out.samples,
                                            .in_stride = in.stride,
                                            .out_stride = out.stride,
                                            .in_store = in.store,
                                            .out_store = out.store,
                                            .n_channels = step->output.channels,
                                            .weight = step->weight,
                                            .bias = step->bias,
                                            .epsilon = (float)step->epsilon,
                                            .is_rms = step->is_rms },
                           begin, end);
  else
    {
      const GengaCpuRow other = get_input_row (work, 1, y);

      genga_cpu_row_combine (step->combine, &in, step->inputs[0].channels, &other,
                             step->inputs[1].channels, step->output.channels, begin, end, &out);
    }
}

static void
run_rows (const GengaCpuWork *work)
{
  for (int y = work->y; y < work->y + work->n_rows; y++)
    if (work->step->kind == GENGA_CPU_RESIZE)
      run_resize (work, y);
    else if (work->step->kind == GENGA_CPU_UNSHUFFLE)
      run_unshuffle (work, y);
    else
      run_row (work, y);
}

void
genga_cpu_run_task (const GengaCpuRun *self, const GengaCpuTask *task, guint thread)
{
  const GengaCpuStep *step = genga_cpu_plan_get_step (self->layout->plan, task->step);
  GengaCpuWork work = { self, step, thread, task->y, task->n_rows, { 0, 0 } };
  int grid = MAX (GENGA_KERNEL_GRID, genga_cpu_step_get_grid (step));

  if (genga_cpu_step_is_stats (step))
    grid = GENGA_CPU_STATS_WIDTH;
  work.columns =
      genga_cpu_layout_get_share (self->layout, self->layout->regions[task->step].x, grid, thread);
  if (work.columns.begin >= work.columns.end)
    return;
  switch (step->kind)
    {
    case GENGA_CPU_READ:
      run_read (&work);
      return;
    case GENGA_CPU_CONV:
      run_conv (&work);
      return;
    case GENGA_CPU_WRITE:
      run_write (&work);
      return;
    case GENGA_CPU_SHUFFLE:
      run_shuffle (&work);
      return;
    case GENGA_CPU_DYSAMPLE:
      run_dysample (&work);
      return;
    case GENGA_CPU_MOVE:
      run_move (&work);
      return;
    case GENGA_CPU_POOL:
      run_pool (&work);
      return;
    case GENGA_CPU_GROUP_STATS:
      run_stats (&work);
      return;
    case GENGA_CPU_MEAN:
      run_mean (&work);
      return;
    case GENGA_CPU_GROUP_NORM:
      run_group_norm (&work);
      return;
    case GENGA_CPU_CHANNEL_WINDOWS:
      genga_cpu_run_channel_windows (&work);
      return;
    case GENGA_CPU_CHANNEL_SUMS:
      genga_cpu_run_channel_sums (&work);
      return;
    case GENGA_CPU_CHANNELS:
      genga_cpu_run_channels (&work);
      return;
    case GENGA_CPU_REGRID:
      run_regrid (&work);
      return;
    case GENGA_CPU_WINDOWS:
      genga_cpu_run_windows (&work);
      return;
    case GENGA_CPU_COPY:
    case GENGA_CPU_COMBINE:
    case GENGA_CPU_UNSHUFFLE:
    case GENGA_CPU_RESIZE:
    case GENGA_CPU_FUNCTION:
    case GENGA_CPU_LAYER_NORM:
    default:
      run_rows (&work);
    }
}

void
genga_cpu_run_clear (const GengaCpuRun *self, guint phase, guint thread)
{
  const GengaCpuLayout *layout = self->layout;

  for (guint i = 0; i < layout->plan->buffers->len; i++)
    {
      const GengaCpuBuffer *buffer = genga_cpu_plan_get_buffer (layout->plan, i);
      const GengaCpuMap *map = &layout->maps[i];
      const gsize end =
          map->lead_bytes + (gsize)(map->kept.x.end - map->kept.x.begin) * map->pixel_bytes;

      if (buffer->first_phase != phase || i % layout->n_threads != thread)
        continue;
      for (guint y = 0; y < map->n_rows; y++)
        {
          guint8 *row = self->block + map->offset + y * map->row_bytes;

          memset (row, 0, buffer->has_gaps ? end : map->lead_bytes);
          memset (row + end, 0, map->row_bytes - end);
        }
    }
  if (phase == 0 && thread == 0)
    memset (self->block + layout->zeros, 0, layout->scratch - layout->zeros);
}

static void
set_factors (const GengaCpuRun *self, const GengaCpuStep *norm)
{
  const GengaCpuStats *stats = &self->layout->stats[norm->stats];
  const GengaCpuMoments *blocks = get_moments (self, stats->blocks);
  const gsize n_blocks = (gsize)stats->n_across * stats->n_down;
  const guint n_groups = norm->n_groups, n_channels = norm->output.channels;
  float *factors = get_factors (self, norm->stats), *offsets = factors + n_channels;

  for (guint g = 0; g < n_groups; g++)
    {
      GengaCpuMoments group = { 0 };

      for (gsize k = 0; k < n_blocks; k++)
        genga_cpu_moments_add (&group, &blocks[k * n_groups + g]);
      for (guint c = g * (n_channels / n_groups); c < (g + 1) * (n_channels / n_groups); c++)
        {
          const double factor = norm->weight[c] / sqrt (group.squares / group.n + norm->epsilon);

          factors[c] = (float)factor;
          offsets[c] = (float)(norm->bias[c] - group.mean * factor);
        }
    }
}

void
genga_cpu_run_begin (const GengaCpuRun *self, guint phase)
{
  const GengaCpuPlan *plan = self->layout->plan;

  for (guint i = 0; i < plan->steps->len; i++)
    {
      const GengaCpuStep *step = genga_cpu_plan_get_step (plan, i);

      if (step->kind == GENGA_CPU_GROUP_NORM && step->phase == phase)
        set_factors (self, step);
      if (step->kind == GENGA_CPU_CHANNELS && step->phase == phase)
        genga_cpu_run_channel_weights (self, step);
    }
}
