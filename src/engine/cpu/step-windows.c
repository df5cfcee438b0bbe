/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/step-windows.h"

#include "engine/cpu/windows.h"

#include <math.h>
#include <string.h>

#define MASKED -100.0f
#define LEAST_NORM 1e-12f
#define VECTOR 16
#define LINE 16 /* floats of a cache line */

/* What is at hand: a part of a window. */
typedef struct
{
  const GengaCpuWork *work;
  const GengaCpuWindows *windows;
  GengaCpuWindowPart y, x;
  guint channels;
  int rows[GENGA_CPU_WINDOW_MOST], columns[GENGA_CPU_WINDOW_MOST]; /* of keys; -1: zeros */
  /* In the thread's scratch. */
  float *keys, *values, *queries, *results, *logits;
  gsize *key_biases;
  float *masks; /* of keys */
} Part;

/* Key or value (i, j): its pixels after each other. */
static void
gather_key (const Part *self, guint input, int i, int j, float *to)
{
  const int block = self->windows->axes[GENGA_AXIS_Y].key_block;
  const guint n = self->channels / (guint)(block * block);

  for (int k = 0; k < block * block; k++, to += n)
    {
      const int y = self->rows[i * block + k / block], x = self->columns[j * block + k % block];

      if (y < 0 || x < 0)
        {
          memset (to, 0, n * sizeof *to);
          continue;
        }

      const GengaCpuRow in =
          genga_cpu_run_get_row (self->work->run, &self->work->step->inputs[input], y);
      memcpy (to, (const float *)(gconstpointer)in.samples + x * in.stride, n * sizeof *to);
    }
}

static void
find_sources (Part *self, GengaAxis axis, const GengaCpuWindowPart *part, int *sources)
{
  const GengaCpuWindowAxis *along = &self->windows->axes[axis];
  const gint64 *sides = self->work->run->layout->sides[axis];
  const GengaCpuRange pixels = { part->keys.begin * along->key_block,
                                 part->keys.end * along->key_block };

  genga_cpu_window_axis_find_sources (along, part->window, pixels,
                                      (int)sides[self->work->step->value],
                                      (int)sides[self->windows->keys_value], sources);
}

static void
divide_by_norms (const Part *self, float *key)
{
  const guint n = self->windows->head_dim;

  for (guint h = 0; h < self->windows->n_heads; h++, key += n)
    {
      float sum = 0;

      for (guint c = 0; c < n; c++)
        sum += key[c] * key[c];

      const float norm = MAX (sqrtf (sum), LEAST_NORM);
      for (guint c = 0; c < n; c++)
        key[c] /= norm;
    }
}

static gboolean
is_within (GengaCpuRange range, int at)
{
  return at >= range.begin && at < range.end;
}

/* Answers how many keys there are. */
static guint
gather_keys (const Part *self)
{
  const GengaCpuWindows *windows = self->windows;
  guint n = 0;

  for (int i = self->y.keys.begin; i < self->y.keys.end; i++)
    for (int j = self->x.keys.begin; j < self->x.keys.end; j++, n++)
      {
        gather_key (self, 1, i, j, self->keys + (gsize)n * self->channels);
        gather_key (self, 2, i, j, self->values + (gsize)n * self->channels);
        if (windows->is_cosine)
          divide_by_norms (self, self->keys + (gsize)n * self->channels);
        self->masks[n] = is_within (self->y.own, i) && is_within (self->x.own, j) ? 0 : MASKED;
        self->key_biases[n] =
            windows->first_key + (gsize)(i * windows->key_row) + j * windows->key_column;
      }
  return n;
}

/* ---- lanes ---- */

typedef float Four __attribute__ ((vector_size (16), aligned (4), may_alias));
typedef gint32 FourPlaces __attribute__ ((vector_size (16)));

/* Four rows of four numbers become columns. */
static inline void
turn_four (const float *in, gsize in_step, float *out, gsize out_step)
{
  const FourPlaces low = { 0, 4, 1, 5 }, high = { 2, 6, 3, 7 };
  const FourPlaces first = { 0, 1, 4, 5 }, second = { 2, 3, 6, 7 };
  const Four a = *(const Four *)in, b = *(const Four *)(in + in_step);
  const Four c = *(const Four *)(in + 2 * in_step), d = *(const Four *)(in + 3 * in_step);
  const Four ab = __builtin_shuffle (a, b, low), cd = __builtin_shuffle (c, d, low);
  const Four ab2 = __builtin_shuffle (a, b, high), cd2 = __builtin_shuffle (c, d, high);

  *(Four *)out = __builtin_shuffle (ab, cd, first);
  *(Four *)(out + out_step) = __builtin_shuffle (ab, cd, second);
  *(Four *)(out + 2 * out_step) = __builtin_shuffle (ab2, cd2, first);
  *(Four *)(out + 3 * out_step) = __builtin_shuffle (ab2, cd2, second);
}

/* `out` is n_columns x n_rows. */
static void
turn (const float *in, gsize in_step, guint n_rows, guint n_columns, float *out, gsize out_step)
{
  const guint rows = n_rows / 4 * 4, columns = n_columns / 4 * 4;

  for (guint c = 0; c < columns; c += 4)
    for (guint r = 0; r < rows; r += 4)
      turn_four (in + r * in_step + c, in_step, out + c * out_step + r, out_step);
  for (guint r = 0; r < n_rows; r++)
    for (guint c = r < rows ? columns : 0; c < n_columns; c++)
      out[c * out_step + r] = in[r * in_step + c];
}

/* The lane of the part's first query in row `row` of those at hand. */
static gsize
get_lane (const Part *self, int row)
{
  return (gsize)row * self->windows->axes[GENGA_AXIS_X].window + self->x.place;
}

/* Queries become lanes; the others are zeros. */
static void
turn_queries (const Part *self, int y, int n_rows, guint n_lanes)
{
  const guint n = self->x.queries.end - self->x.queries.begin;

  if (n * n_rows < n_lanes)
    memset (self->queries, 0, (gsize)self->channels * n_lanes * sizeof (float));
  for (int row = 0; row < n_rows; row++)
    {
      const GengaCpuRow in =
          genga_cpu_run_get_row (self->work->run, &self->work->step->inputs[0], y + row);
      const float *pixel =
          (const float *)(gconstpointer)in.samples + self->x.queries.begin * in.stride;

      turn (pixel, in.stride, n, self->channels, self->queries + get_lane (self, row), n_lanes);
    }
}

/* Queries times what their head's logits are multiplied with. */
static void
scale_queries (const Part *self, guint n_lanes)
{
  const GengaCpuWindows *windows = self->windows;
  const gsize n = (gsize)windows->head_dim * n_lanes;
  float *at = self->queries;

  for (guint h = 0; h < windows->n_heads; h++, at += n)
    {
      float factors[n_lanes];

      for (guint i = 0; i < n_lanes; i++)
        factors[i] = 0;
      for (gsize k = 0; k < n && windows->is_cosine; k += n_lanes)
        for (guint i = 0; i < n_lanes; i++)
          factors[i] += at[k + i] * at[k + i];
      for (guint i = 0; i < n_lanes; i++)
        factors[i] = windows->is_cosine ? windows->factors[h] / MAX (sqrtf (factors[i]), LEAST_NORM)
                                        : windows->factors[h];
      for (gsize k = 0; k < n; k += n_lanes)
        for (guint i = 0; i < n_lanes; i++)
          at[k + i] *= factors[i];
    }
}

static void
turn_results (const Part *self, int y, int n_rows, guint n_lanes)
{
  const guint n = self->x.queries.end - self->x.queries.begin;

  for (int row = 0; row < n_rows; row++)
    {
      const GengaCpuRow out =
          genga_cpu_run_get_row (self->work->run, &self->work->step->output, y + row);
      float *pixel = (float *)(gpointer)out.samples + self->x.queries.begin * out.stride;

      turn (self->results + get_lane (self, row), n_lanes, self->channels, n, pixel, out.stride);
    }
}

/* ---- windows ---- */

/* What the next window to the right reads is on its way while this one is computed. */
static void
fetch_ahead (const Part *self)
{
  const int begin = self->x.queries.end;
  const int end = MIN (begin + self->windows->axes[GENGA_AXIS_X].window, self->work->columns.end);
  /* Others are rare. */
  const gboolean are_alike =
      self->windows->axes[GENGA_AXIS_X].key_window == self->windows->axes[GENGA_AXIS_X].window;

  for (guint input = 1; input < 3 && are_alike; input++)
    for (int i = self->y.keys.begin; i < self->y.keys.end; i++)
      {
        if (self->rows[i] < 0)
          continue;

        const GengaCpuRow in = genga_cpu_run_get_row (
            self->work->run, &self->work->step->inputs[input], self->rows[i]);
        for (int x = begin; x < end; x++)
          for (guint c = 0; c < self->channels; c += LINE)
            __builtin_prefetch ((const float *)(gconstpointer)in.samples + x * in.stride + c, 0, 2);
      }
}

static void
run_part (const Part *self)
{
  const GengaCpuWindows *windows = self->windows;
  const int window_x = windows->axes[GENGA_AXIS_X].window;
  GengaAttend attend = { .n_heads = windows->n_heads,
                         .head_dim = windows->head_dim,
                         .value_dim = windows->head_dim,
                         .n_keys = gather_keys (self),
                         .queries = self->queries,
                         .keys = self->keys,
                         .values = self->values,
                         .key_biases = self->key_biases,
                         .head_biases = windows->head_biases,
                         .masks = windows->axes[GENGA_AXIS_Y].is_masked ? self->masks : NULL,
                         .is_linear = windows->is_linear,
                         .out = self->results,
                         .scratch = self->logits };

  fetch_ahead (self);
  for (int y = self->y.queries.begin; y < self->y.queries.end; y += windows->n_rows)
    {
      const int n_rows = MIN (windows->n_rows, self->y.queries.end - y);
      const int place = self->y.place + (y - self->y.queries.begin);

      attend.n_lanes = (n_rows * window_x + VECTOR - 1) / VECTOR * VECTOR;
      attend.biases = windows->biases + place * window_x;
      turn_queries (self, y, n_rows, attend.n_lanes);
      scale_queries (self, attend.n_lanes);
      self->work->step->set->attend (&attend);
      turn_results (self, y, n_rows, attend.n_lanes);
    }
}

static void
cut (GengaCpuWindowPart *part, GengaCpuRange range)
{
  part->place += MAX (0, range.begin - part->queries.begin);
  part->queries.begin = MAX (part->queries.begin, range.begin);
  part->queries.end = MIN (part->queries.end, range.end);
}

static Part
start (const GengaCpuWork *work)
{
  const GengaCpuWindows *windows = work->step->windows;
  const GengaCpuWindowsRoom room = genga_cpu_windows_get_room (windows);
  Part part = { .work = work,
                .windows = windows,
                .channels = work->step->output.channels,
                .logits = genga_cpu_work_get_scratch (work) };

  part.queries = part.logits + room.logits;
  part.results = part.queries + room.queries;
  part.keys = part.results + room.queries;
  part.values = part.keys + room.keys;
  part.key_biases = (gsize *)(gpointer)(part.values + room.keys);
  part.masks = (float *)(gpointer)(part.key_biases + genga_cpu_windows_get_n_keys (windows));
  return part;
}

void
genga_cpu_run_windows (const GengaCpuWork *work)
{
  const GengaCpuWindows *windows = work->step->windows;
  const GengaCpuRange rows = { work->y, work->y + work->n_rows };
  const gint64 *const sides[] = { work->run->layout->sides[0], work->run->layout->sides[1] };
  Part part = start (work);

  for (int y = rows.begin; y < rows.end;)
    {
      const GengaCpuWindowPart down = genga_cpu_window_axis_find_part (
          &windows->axes[GENGA_AXIS_Y], y, (int)sides[GENGA_AXIS_Y][work->step->value]);

      for (int x = work->columns.begin; x < work->columns.end;)
        {
          part.y = down;
          part.x = genga_cpu_window_axis_find_part (&windows->axes[GENGA_AXIS_X], x,
                                                    (int)sides[GENGA_AXIS_X][work->step->value]);
          cut (&part.y, rows);
          cut (&part.x, work->columns);
          find_sources (&part, GENGA_AXIS_Y, &part.y, part.rows);
          find_sources (&part, GENGA_AXIS_X, &part.x, part.columns);
          run_part (&part);
          x = part.x.queries.end;
        }
      y = MIN (rows.end, down.queries.end);
    }
}
