/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-tokens.h"

#include "engine/reference/reference-attention.h"

#include <math.h>
#include <string.h>

static float *
get_token (const GengaReferenceMap *map, gsize index)
{
  return map->data + index * map->channels;
}

static double
multiply (const float *a, const float *b, int n)
{
  double sum = 0;

  for (int i = 0; i < n; i++)
    sum += (double)a[i] * b[i];
  return sum;
}

/* ---- from a map to another one ---- */

static void
attend_from (const GengaReferenceStep *step, gsize query, int head, double *weights)
{
  const GengaReferenceMap *keys = &step->in[1], *values = &step->in[2];
  gsize n_keys = genga_reference_map_get_n_pixels (keys);
  int dim = step->in[0].channels / step->op->attention.n_heads;
  int width = step->out.channels / step->op->attention.n_heads;
  const float *q = get_token (&step->in[0], query) + head * dim;
  float *out = get_token (&step->out, query) + head * width;

  for (gsize j = 0; j < n_keys; j++)
    weights[j] = multiply (q, get_token (keys, j) + head * dim, dim) / sqrt (dim);
  genga_reference_apply_softmax (weights, n_keys);
  for (int c = 0; c < width; c++)
    {
      double sum = 0;

      for (gsize j = 0; j < n_keys; j++)
        sum += weights[j] * get_token (values, j)[head * width + c];
      out[c] = sum;
    }
}

gboolean
genga_reference_cross_attention (const GengaReferenceStep *step)
{
  gsize n_queries = genga_reference_map_get_n_pixels (&step->out);
  g_autofree double *weights =
      g_try_malloc_n (genga_reference_map_get_n_pixels (&step->in[1]), sizeof (double));

  if (weights == NULL)
    return FALSE;
  for (gsize i = 0; i < n_queries; i++)
    for (int head = 0; head < step->op->attention.n_heads; head++)
      attend_from (step, i, head, weights);
  return TRUE;
}

/* ---- among pixels of a kind ---- */

typedef struct
{
  const GengaReferenceStep *step;
  gsize n;
  gsize group;
  gsize *order;    /* pixels by their kinds */
  double *weights; /* of a query: one for each of its group */
} Sorted;

static int
find_kind (const float *numbers, int n)
{
  int best = 0;

  for (int i = 1; i < n; i++)
    if (numbers[i] > numbers[best])
      best = i;
  return best;
}

/* `counts` has room for a number of each kind and one more, and is all zeros. */
static void
sort_pixels (const Sorted *self, gsize *counts)
{
  const GengaReferenceMap *kinds = &self->step->in[3];

  for (gsize i = 0; i < self->n; i++)
    counts[find_kind (get_token (kinds, i), kinds->channels) + 1]++;
  for (int kind = 0; kind < kinds->channels; kind++)
    counts[kind + 1] += counts[kind];
  for (gsize i = 0; i < self->n; i++)
    self->order[counts[find_kind (get_token (kinds, i), kinds->channels)]++] = i;
}

/* The pixel at a place in order; behind the end they go backwards. */
static gsize
get_pixel (const Sorted *self, gsize place)
{
  return self->order[place < self->n ? place : 2 * self->n - 1 - place];
}

static void
attend_in_group (const Sorted *self, gsize place, int head)
{
  const GengaReferenceStep *step = self->step;
  int dim = step->out.channels / step->op->attention.n_heads;
  gsize first = place / self->group * self->group;
  const float *q = get_token (&step->in[0], get_pixel (self, place)) + head * dim;
  float *out = get_token (&step->out, get_pixel (self, place)) + head * dim;

  for (gsize j = 0; j < self->group; j++)
    {
      const float *k = get_token (&step->in[1], get_pixel (self, first + j)) + head * dim;

      self->weights[j] = multiply (q, k, dim) * step->weight[head];
    }
  genga_reference_apply_softmax (self->weights, self->group);
  for (int c = 0; c < dim; c++)
    {
      double sum = 0;

      for (gsize j = 0; j < self->group; j++)
        sum += self->weights[j] *
               get_token (&step->in[2], get_pixel (self, first + j))[head * dim + c];
      out[c] = sum;
    }
}

gboolean
genga_reference_sorted_attention (const GengaReferenceStep *step)
{
  Sorted self = { .step = step, .n = genga_reference_map_get_n_pixels (&step->out) };
  g_autofree gsize *order = g_try_malloc_n (self.n, sizeof (gsize));
  g_autofree gsize *counts = g_try_malloc0_n (step->in[3].channels + 1, sizeof (gsize));
  g_autofree double *weights = NULL;

  self.group = MIN (self.n, (gsize)step->op->attention.group);
  weights = g_try_malloc_n (self.group, sizeof (double));
  if (order == NULL || counts == NULL || weights == NULL)
    return FALSE;
  self.order = order;
  self.weights = weights;
  sort_pixels (&self, counts);
  for (gsize i = 0; i < self.n; i++)
    for (int head = 0; head < step->op->attention.n_heads; head++)
      attend_in_group (&self, i, head);
  return TRUE;
}

/* ---- matrices ---- */

gboolean
genga_reference_softmax (const GengaReferenceStep *step)
{
  const GengaReferenceMap *in = &step->in[0];
  gsize n_pixels = genga_reference_map_get_n_pixels (in);
  gboolean is_over_pixels = step->op->softmax.is_over_pixels;
  gsize n_rows = is_over_pixels ? (gsize)in->channels : n_pixels;
  gsize n = is_over_pixels ? n_pixels : (gsize)in->channels;
  gsize row_stride = is_over_pixels ? 1 : in->channels;
  gsize stride = is_over_pixels ? in->channels : 1;
  g_autofree double *row = g_try_malloc_n (n, sizeof (double));

  if (row == NULL)
    return FALSE;
  for (gsize i = 0; i < n_rows; i++)
    {
      for (gsize j = 0; j < n; j++)
        row[j] = in->data[i * row_stride + j * stride];
      genga_reference_apply_softmax (row, n);
      for (gsize j = 0; j < n; j++)
        step->out.data[i * row_stride + j * stride] = row[j];
    }
  return TRUE;
}

void
genga_reference_matmul (const GengaReferenceStep *step)
{
  const GengaReferenceMap *a = &step->in[0], *b = &step->in[1];
  gboolean transposes_a = step->op->matmul.transposes_a;
  gsize n_inner = transposes_a ? genga_reference_map_get_n_pixels (a) : (gsize)a->channels;
  gsize n_rows = genga_reference_map_get_n_pixels (&step->out);

  for (gsize i = 0; i < n_rows; i++)
    for (int j = 0; j < step->out.channels; j++)
      {
        double sum = 0;

        for (gsize k = 0; k < n_inner; k++)
          sum += (double)(transposes_a ? get_token (a, k)[i] : get_token (a, i)[k]) *
                 (step->op->matmul.transposes_b ? get_token (b, j)[k] : get_token (b, k)[j]);
        get_token (&step->out, i)[j] = sum;
      }
}

void
genga_reference_list (const GengaReferenceStep *step)
{
  memcpy (step->out.data, step->weight,
          genga_reference_map_get_n_pixels (&step->out) * step->out.channels * sizeof (float));
}
