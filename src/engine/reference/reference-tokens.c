/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reference/reference-tokens.h"

#include "engine/reference/reference-attention.h"

#include <math.h>

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
