/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/plain-attention.h"

#include <math.h>

static void
apply_softmax (float *values, guint n)
{
  float most = values[0], sum = 0;

  for (guint k = 1; k < n; k++)
    most = values[k] > most ? values[k] : most;
  for (guint k = 0; k < n; k++)
    sum += values[k] = expf (values[k] - most);
  for (guint k = 0; k < n; k++)
    values[k] /= sum;
}

static float
get_logit (const GengaAttend *self, guint head, guint k, guint lane)
{
  const gsize channels = (gsize)self->n_heads * self->head_dim;
  const float *queries = self->queries + (gsize)head * self->head_dim * self->n_lanes + lane;
  const float *key = self->keys + k * channels + (gsize)head * self->head_dim;
  float logit = 0;

  for (guint c = 0; c < self->head_dim; c++)
    logit += queries[(gsize)c * self->n_lanes] * key[c];
  if (self->biases != NULL)
    logit += self->biases[head * self->head_biases + self->key_biases[k] + lane];
  return self->masks != NULL ? logit + self->masks[k] : logit;
}

static void
attend_from (const GengaAttend *self, guint head, guint lane)
{
  const gsize channels = (gsize)self->n_heads * self->value_dim;
  const gsize first = (gsize)head * self->value_dim;

  for (guint k = 0; k < self->n_keys; k++)
    self->scratch[k] = get_logit (self, head, k, lane);
  if (!self->is_linear)
    apply_softmax (self->scratch, self->n_keys);
  for (gsize c = first; c < first + self->value_dim; c++)
    {
      float sum = 0;

      for (guint k = 0; k < self->n_keys; k++)
        sum += self->scratch[k] * self->values[k * channels + c];
      self->out[c * self->n_lanes + lane] = sum;
    }
}

void
genga_plain_attend (const GengaAttend *self)
{
  for (guint head = 0; head < self->n_heads; head++)
    for (guint lane = 0; lane < self->n_lanes; lane++)
      attend_from (self, head, lane);
}

void
genga_plain_multiply (const GengaProduct *self)
{
  for (guint t = 0; t < self->n_rows; t++)
    {
      float *out = self->out + t * self->out_row;

      for (guint i = 0; i < self->n_columns; i++)
        out[i] = 0;
      for (guint k = 0; k < self->n; k++)
        for (guint i = 0; i < self->n_columns; i++)
          out[i] += self->a[t * self->a_row + k * self->a_step] * self->b[k * self->b_step + i];
    }
}
