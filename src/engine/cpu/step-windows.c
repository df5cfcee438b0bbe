/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/step-windows.h"

#include "engine/cpu/windows.h"

#include <math.h>
#include <string.h>

#define MASKED -100.0f
#define LEAST_NORM 1e-12f
#define VECTOR 16

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

/* Queries become lanes, with what their head's logits are multiplied with. */
static void
turn_queries (const Part *self, int y, int n_rows, guint n_lanes)
{
  const GengaCpuWindows *windows = self->windows;
  const int window_x = windows->axes[GENGA_AXIS_X].window;
  const guint n = windows->head_dim;

  memset (self->queries, 0, (gsize)self->channels * n_lanes * sizeof (float));
  for (int row = 0; row < n_rows; row++)
    for (int x = self->x.queries.begin; x < self->x.queries.end; x++)
      {
        const GengaCpuRow in =
            genga_cpu_run_get_row (self->work->run, &self->work->step->inputs[0], y + row);
        const float *pixel = (const float *)(gconstpointer)in.samples + x * in.stride;
        float *to = self->queries + row * window_x + self->x.place + (x - self->x.queries.begin);

        for (guint h = 0; h < windows->n_heads; h++, pixel += n)
          {
            float factor = windows->factors[h], sum = 0;

            for (guint c = 0; c < n && windows->is_cosine; c++)
              sum += pixel[c] * pixel[c];
            if (windows->is_cosine)
              factor /= MAX (sqrtf (sum), LEAST_NORM);
            for (guint c = 0; c < n; c++, to += n_lanes)
              *to = pixel[c] * factor;
          }
      }
}

static void
turn_results (const Part *self, int y, int n_rows, guint n_lanes)
{
  const int window_x = self->windows->axes[GENGA_AXIS_X].window;

  for (int row = 0; row < n_rows; row++)
    {
      const GengaCpuRow out =
          genga_cpu_run_get_row (self->work->run, &self->work->step->output, y + row);

      for (int x = self->x.queries.begin; x < self->x.queries.end; x++)
        {
          float *pixel = (float *)(gpointer)out.samples + x * out.stride;
          const float *from =
              self->results + row * window_x + self->x.place + (x - self->x.queries.begin);

          for (guint c = 0; c < self->channels; c++, from += n_lanes)
            pixel[c] = *from;
        }
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

  for (int y = self->y.queries.begin; y < self->y.queries.end; y += windows->n_rows)
    {
      const int n_rows = MIN (windows->n_rows, self->y.queries.end - y);
      const int place = self->y.place + (y - self->y.queries.begin);

      attend.n_lanes = (n_rows * window_x + VECTOR - 1) / VECTOR * VECTOR;
      attend.biases = windows->biases + place * window_x;
      turn_queries (self, y, n_rows, attend.n_lanes);
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
