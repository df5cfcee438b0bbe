/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-attention.h"

#include <math.h>

#define MASKED (-100.0)
#define LEAST_NORM 1e-12

void
genga_reference_apply_softmax (double *values, gsize n)
{
  double most = -INFINITY;
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    most = MAX (most, values[i]);
  for (gsize i = 0; i < n; i++)
    sum += values[i] = exp (values[i] - most);
  for (gsize i = 0; i < n; i++)
    values[i] /= sum;
}

/* ---- windows ---- */

/* An axis of a map, and how it is cut. */
typedef struct
{
  int length;
  int filled;
  int window; /* with the margins */
  int step;   /* from a window to the next one */
  int margin;
  int shift;
  int block;
} Axis;

/* The queries', or the keys' and values' map. */
typedef struct
{
  Axis y, x;
  int n;       /* queries or keys of a window */
  int *labels; /* of those of the window at hand: pixels that were not together have others */
} Side;

typedef struct
{
  const GengaReferenceStep *step;
  Side queries;
  Side keys;
  int channels;
  int head_dim; /* channels of a head */
  /* Of the window at hand: n x channels. */
  double *q, *k, *v;
  double *weights; /* of a query: one for each key */
} Windows;

/* Where the pixel that is at `at` after filling and rolling lies in the map; -1: nowhere. */
static int
find_source (const Axis *axis, int at)
{
  if (at < 0 || at >= axis->filled)
    return -1;
  at = (at + axis->shift) % axis->filled;
  return at < axis->length ? at : -1;
}

/* Of the block with the pixel that is at `at` after filling and rolling. */
static int
get_label (const Axis *axis, int at)
{
  int length = axis->filled / axis->block;
  int shift = (axis->shift + axis->block - 1) / axis->block;

  at /= axis->block;
  if (at >= length - shift)
    return 2;
  return at >= length - axis->window / axis->block ? 1 : 0;
}

static void
copy_pixel (const GengaReferenceMap *map, int y, int x, double *out)
{
  const float *pixel = y >= 0 && x >= 0 ? genga_reference_map_at (map, y, x) : NULL;

  for (int c = 0; c < map->channels; c++)
    out[c] = pixel != NULL ? pixel[c] : 0;
}

/* All that window (row, column) has of the map: block by block, in those row by row. */
static void
gather (const Side *self, const GengaReferenceMap *map, int row, int column, double *out)
{
  int block = self->y.block;
  int across = self->x.window / block;

  for (int i = 0; i < self->n; i++)
    {
      int top = row * self->y.step - self->y.margin + i / across * block;
      int left = column * self->x.step - self->x.margin + i % across * block;

      self->labels[i] = 3 * get_label (&self->y, top) + get_label (&self->x, left);
      for (int j = 0; j < block * block; j++, out += map->channels)
        copy_pixel (map, find_source (&self->y, top + j / block),
                    find_source (&self->x, left + j % block), out);
    }
}

static double
multiply_heads (const double *a, const double *b, int n)
{
  double sum = 0;

  for (int c = 0; c < n; c++)
    sum += a[c] * b[c];
  return sum;
}

/* Of query i and key j. */
static double
get_bias (const Windows *self, int i, int j, int head)
{
  const float *weight = self->step->weight;
  int block = self->keys.y.block;
  int key_y = self->keys.y.window / block, key_x = self->keys.x.window / block;
  int n_rows = self->queries.y.window / block + key_y - 1;
  int n_columns = self->queries.x.window / block + key_x - 1;
  int row = i / self->queries.x.window / block - j / key_x + key_y - 1;
  int column = i % self->queries.x.window / block - j % key_x + key_x - 1;

  if (!self->step->op->attention.is_relative)
    return weight[((gsize)head * self->queries.n + i) * self->keys.n + j];
  return weight[((gsize)head * n_rows + row) * n_columns + column];
}

static double
get_logit (const Windows *self, int i, int j, int head)
{
  const GengaReferenceStep *step = self->step;
  const double *q = self->q + (gsize)i * self->channels + head * self->head_dim;
  const double *k = self->k + (gsize)j * self->channels + head * self->head_dim;
  gboolean has_mask = step->op->attention.shift_y + step->op->attention.shift_x > 0 &&
                      !step->op->attention.is_unmasked;
  double logit = multiply_heads (q, k, self->head_dim);

  if (step->bias != NULL)
    logit *= step->bias[head] / MAX (sqrt (multiply_heads (q, q, self->head_dim)), LEAST_NORM) /
             MAX (sqrt (multiply_heads (k, k, self->head_dim)), LEAST_NORM);
  else
    logit /= sqrt (self->head_dim);
  logit += get_bias (self, i, j, head);
  return has_mask && self->queries.labels[i] != self->keys.labels[j] ? logit + MASKED : logit;
}

/* `out` is the query's pixel in the result. */
static void
attend_from (const Windows *self, int i, int head, float *out)
{
  for (int j = 0; j < self->keys.n; j++)
    self->weights[j] = get_logit (self, i, j, head);
  if (!self->step->op->attention.is_linear)
    genga_reference_apply_softmax (self->weights, self->keys.n);
  for (int c = head * self->head_dim; c < (head + 1) * self->head_dim; c++)
    {
      double sum = 0;

      for (int j = 0; j < self->keys.n; j++)
        sum += self->weights[j] * self->v[(gsize)j * self->channels + c];
      out[c] = sum;
    }
}

static void
attend_in_window (const Windows *self, int row, int column)
{
  const GengaReferenceStep *step = self->step;
  const Side *queries = &self->queries;

  gather (queries, &step->in[0], row, column, self->q);
  gather (&self->keys, &step->in[1], row, column, self->k);
  gather (&self->keys, &step->in[2], row, column, self->v);
  for (int i = 0; i < queries->n; i++)
    {
      int y = find_source (&queries->y, row * queries->y.step + i / queries->x.window);
      int x = find_source (&queries->x, column * queries->x.step + i % queries->x.window);

      for (int head = 0; head < step->op->attention.n_heads && y >= 0 && x >= 0; head++)
        attend_from (self, i, head, genga_reference_map_at (&step->out, y, x));
    }
}

static Axis
get_query_axis (int length, int window, int shift, int multiple)
{
  return (Axis){
    .length = length,
    .filled = (length + multiple - 1) / multiple * multiple,
    .window = window,
    .step = window,
    .shift = shift,
    .block = 1,
  };
}

static Axis
get_key_axis (const GengaOp *op, const Axis *queries, int length, int window, int shift)
{
  int step = window - 2 * op->attention.key_margin;

  return (Axis){
    .length = length,
    .filled = queries->filled / queries->window * step,
    .window = window,
    .step = step,
    .margin = op->attention.key_margin,
    .shift = shift,
    .block = op->attention.key_block,
  };
}

static void
init_sides (Windows *self)
{
  const GengaReferenceStep *step = self->step;
  const GengaOp *op = step->op;
  Side *queries = &self->queries, *keys = &self->keys;

  queries->y = get_query_axis (step->out.height, op->attention.window_y, op->attention.shift_y,
                               op->attention.multiple);
  queries->x = get_query_axis (step->out.width, op->attention.window_x, op->attention.shift_x,
                               op->attention.multiple);
  keys->y = get_key_axis (op, &queries->y, step->in[1].height, op->attention.key_window_y,
                          op->attention.key_shift_y);
  keys->x = get_key_axis (op, &queries->x, step->in[1].width, op->attention.key_window_x,
                          op->attention.key_shift_x);
  queries->n = queries->y.window * queries->x.window;
  keys->n = keys->y.window / keys->y.block * (keys->x.window / keys->x.block);
}

gboolean
genga_reference_window_attention (const GengaReferenceStep *step)
{
  Windows self = {
    .step = step,
    .channels = step->op->channels,
    .head_dim = step->op->channels / step->op->attention.n_heads,
  };
  gsize n_all;

  init_sides (&self);
  n_all = (gsize)self.queries.n + 2 * (gsize)self.keys.n;
  g_autofree double *numbers =
      g_try_malloc_n (n_all * self.channels + self.keys.n, sizeof (double));
  g_autofree int *labels = g_try_malloc_n (n_all, sizeof (int));

  if (numbers == NULL || labels == NULL)
    return FALSE;
  self.q = numbers;
  self.k = self.q + (gsize)self.queries.n * self.channels;
  self.v = self.k + (gsize)self.keys.n * self.channels;
  self.weights = self.v + (gsize)self.keys.n * self.channels;
  self.queries.labels = labels;
  self.keys.labels = labels + self.queries.n;
  for (int row = 0; row < self.queries.y.filled / self.queries.y.window; row++)
    for (int column = 0; column < self.queries.x.filled / self.queries.x.window; column++)
      attend_in_window (&self, row, column);
  return TRUE;
}

/* ---- channels ---- */

/* A part of maps inside which channels attend to each other. */
typedef struct
{
  const GengaReferenceStep *step;
  int top, left;
  int height, width;
  int stride_y, stride_x; /* from a pixel to the next one */
  double *weights;        /* of a channel: one for each of its head */
} Part;

static float *
get_pixel (const Part *part, const GengaReferenceMap *map, int y, int x)
{
  return genga_reference_map_at (map, part->top + y * part->stride_y,
                                 part->left + x * part->stride_x);
}

/* The sum of products of two channels over all pixels. */
static double
multiply_channels (
    const Part *part, const GengaReferenceMap *a, int i, const GengaReferenceMap *b, int j)
{
  double sum = 0;

  for (int y = 0; y < part->height; y++)
    for (int x = 0; x < part->width; x++)
      sum += (double)get_pixel (part, a, y, x)[i] * get_pixel (part, b, y, x)[j];
  return sum;
}

static double
get_norm (const Part *part, const GengaReferenceMap *map, int channel)
{
  return MAX (sqrt (multiply_channels (part, map, channel, map, channel)), LEAST_NORM);
}

/* From one channel to each of its head. */
static void
weigh_channels (const Part *part, int channel, int n)
{
  const GengaReferenceStep *step = part->step;
  const GengaReferenceMap *queries = &step->in[0], *keys = &step->in[1];
  int head = channel / n;

  for (int j = 0; j < n; j++)
    {
      int key = head * n + j;
      double logit = multiply_channels (part, queries, channel, keys, key) * step->weight[head];

      part->weights[j] = step->op->attention.is_linear ? logit
                                                       : logit / get_norm (part, queries, channel) /
                                                             get_norm (part, keys, key);
    }
  if (!step->op->attention.is_linear)
    genga_reference_apply_softmax (part->weights, n);
}

static void
attend_between_channels (const Part *part, int n)
{
  const GengaReferenceStep *step = part->step;

  for (int i = 0; i < step->out.channels; i++)
    {
      weigh_channels (part, i, n);
      for (int y = 0; y < part->height; y++)
        for (int x = 0; x < part->width; x++)
          {
            const float *values = get_pixel (part, &step->in[2], y, x) + i / n * n;
            double sum = 0;

            for (int j = 0; j < n; j++)
              sum += part->weights[j] * values[j];
            get_pixel (part, &step->out, y, x)[i] = sum;
          }
    }
}

gboolean
genga_reference_channel_attention (const GengaReferenceStep *step)
{
  const GengaOp *op = step->op;
  int n = op->channels / op->attention.n_heads;
  gboolean is_whole = op->attention.window_y == 0, is_strided = op->attention.is_strided;
  int window_y = is_whole ? step->out.height : op->attention.window_y;
  int window_x = is_whole ? step->out.width : op->attention.window_x;
  g_autofree double *weights = g_try_malloc_n (n, sizeof (double));
  Part part = {
    .step = step,
    .height = is_strided ? step->out.height / window_y : window_y,
    .width = is_strided ? step->out.width / window_x : window_x,
    .stride_y = is_strided ? window_y : 1,
    .stride_x = is_strided ? window_x : 1,
    .weights = weights,
  };
  int rows = is_strided ? window_y : step->out.height;
  int columns = is_strided ? window_x : step->out.width;

  if (weights == NULL)
    return FALSE;
  for (part.top = 0; part.top < rows; part.top += is_strided ? 1 : window_y)
    for (part.left = 0; part.left < columns; part.left += is_strided ? 1 : window_x)
      attend_between_channels (&part, n);
  return TRUE;
}
