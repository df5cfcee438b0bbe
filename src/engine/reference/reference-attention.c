/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-attention.h"

#include <math.h>

#define MASKED (-100.0)
#define LEAST_NORM 1e-12

static void
apply_softmax (double *values, int n)
{
  double most = -INFINITY;
  double sum = 0;

  for (int i = 0; i < n; i++)
    most = MAX (most, values[i]);
  for (int i = 0; i < n; i++)
    sum += values[i] = exp (values[i] - most);
  for (int i = 0; i < n; i++)
    values[i] /= sum;
}

/* ---- windows ---- */

/* A pixel of a window: where it is in the map before the roll, and its labels. */
typedef struct
{
  int y, x;
  int label_y, label_x;
} Place;

typedef struct
{
  const GengaReferenceStep *step;
  int height; /* of the map that was filled up */
  int width;
  int n;           /* pixels of a window */
  int head_dim;    /* channels of a head */
  Place *places;   /* of a window */
  double *weights; /* of a query: one for each pixel of its window */
} Windows;

static int
get_label (int at, int length, int window, int shift)
{
  if (at >= length - shift)
    return 2;
  return at >= length - window ? 1 : 0;
}

/* Pixel `index` of the window whose corner is at (top, left) after the roll. */
static Place
find_place (const Windows *self, int top, int left, int index)
{
  const GengaOp *op = self->step->op;
  int y = top + index / op->attention.window_x;
  int x = left + index % op->attention.window_x;

  return (Place){
    .y = (y + op->attention.shift_y) % self->height,
    .x = (x + op->attention.shift_x) % self->width,
    .label_y = get_label (y, self->height, op->attention.window_y, op->attention.shift_y),
    .label_x = get_label (x, self->width, op->attention.window_x, op->attention.shift_x),
  };
}

/* NULL where the map was filled with zeros. */
static const float *
get_pixel (const GengaReferenceMap *map, const Place *place)
{
  return place->y < map->height && place->x < map->width
             ? genga_reference_map_at (map, place->y, place->x)
             : NULL;
}

static double
get_logit (const Windows *self, const Place *query, const Place *key, int head)
{
  const float *q = get_pixel (&self->step->in[0], query);
  const float *k = get_pixel (&self->step->in[1], key);
  gboolean is_masked = query->label_y != key->label_y || query->label_x != key->label_x;
  double sum = 0;

  if (q != NULL && k != NULL)
    for (int c = head * self->head_dim; c < (head + 1) * self->head_dim; c++)
      sum += (double)q[c] * k[c];
  return sum / sqrt (self->head_dim) + (is_masked ? MASKED : 0);
}

static void
attend_from (const Windows *self, int index, int head)
{
  const GengaReferenceStep *step = self->step;
  const Place *query = &self->places[index];
  const float *bias = step->weight + ((gsize)head * self->n + index) * self->n;
  float *out;

  if (query->y >= step->out.height || query->x >= step->out.width)
    return;
  for (int j = 0; j < self->n; j++)
    self->weights[j] = get_logit (self, query, &self->places[j], head) + bias[j];
  apply_softmax (self->weights, self->n);

  out = genga_reference_map_at (&step->out, query->y, query->x);
  for (int c = head * self->head_dim; c < (head + 1) * self->head_dim; c++)
    {
      double sum = 0;

      for (int j = 0; j < self->n; j++)
        {
          const float *value = get_pixel (&step->in[2], &self->places[j]);

          if (value != NULL)
            sum += self->weights[j] * value[c];
        }
      out[c] = sum;
    }
}

static void
attend_in_window (const Windows *self, int top, int left)
{
  for (int i = 0; i < self->n; i++)
    self->places[i] = find_place (self, top, left, i);
  for (int head = 0; head < self->step->op->attention.n_heads; head++)
    for (int i = 0; i < self->n; i++)
      attend_from (self, i, head);
}

static int
round_up (int length, int multiple)
{
  return (length + multiple - 1) / multiple * multiple;
}

gboolean
genga_reference_window_attention (const GengaReferenceStep *step)
{
  const GengaOp *op = step->op;
  Windows self = {
    .step = step,
    .height = round_up (step->out.height, op->attention.multiple),
    .width = round_up (step->out.width, op->attention.multiple),
    .n = op->attention.window_y * op->attention.window_x,
    .head_dim = op->channels / op->attention.n_heads,
  };
  g_autofree Place *places = g_try_malloc_n (self.n, sizeof (Place));
  g_autofree double *weights = g_try_malloc_n (self.n, sizeof (double));

  if (places == NULL || weights == NULL)
    return FALSE;
  self.places = places;
  self.weights = weights;
  for (int top = 0; top < self.height; top += op->attention.window_y)
    for (int left = 0; left < self.width; left += op->attention.window_x)
      attend_in_window (&self, top, left);
  return TRUE;
}

/* ---- channels ---- */

/* The sum of products of two channels over all pixels. */
static double
multiply_channels (const GengaReferenceMap *a, int i, const GengaReferenceMap *b, int j)
{
  gsize n_pixels = genga_reference_map_get_n_pixels (a);
  double sum = 0;

  for (gsize p = 0; p < n_pixels; p++)
    sum += (double)a->data[p * a->channels + i] * b->data[p * b->channels + j];
  return sum;
}

static double
get_norm (const GengaReferenceMap *map, int channel)
{
  return MAX (sqrt (multiply_channels (map, channel, map, channel)), LEAST_NORM);
}

gboolean
genga_reference_channel_attention (const GengaReferenceStep *step)
{
  const GengaReferenceMap *queries = &step->in[0], *keys = &step->in[1], *values = &step->in[2];
  gsize n_pixels = genga_reference_map_get_n_pixels (&step->out);
  int n = step->op->channels / step->op->attention.n_heads;
  g_autofree double *weights = g_try_malloc_n (n, sizeof (double));

  if (weights == NULL)
    return FALSE;
  for (int i = 0; i < step->out.channels; i++)
    {
      int head = i / n;

      for (int j = 0; j < n; j++)
        weights[j] = multiply_channels (queries, i, keys, head * n + j) / get_norm (queries, i) /
                     get_norm (keys, head * n + j) * step->weight[head];
      apply_softmax (weights, n);
      for (gsize p = 0; p < n_pixels; p++)
        {
          double sum = 0;

          for (int j = 0; j < n; j++)
            sum += weights[j] * values->data[p * values->channels + head * n + j];
          step->out.data[p * step->out.channels + i] = sum;
        }
    }
  return TRUE;
}
