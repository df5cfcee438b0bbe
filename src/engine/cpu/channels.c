/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/channels.h"

#include <math.h>
#include <string.h>

#define VECTOR 16
#define LEAST_NORM 1e-12
/* Numbers of a map's sums, and of a window's pixels. */
#define MOST_SUMS ((gsize)1 << 20)
#define MOST_PIXELS ((gsize)1 << 24)

gboolean
genga_cpu_channels_is_local (const GengaOp *op)
{
  return op->attention.window_y > 0 && !op->attention.is_strided;
}

static int
round_to_common (int a, int b)
{
  int multiple = a;

  while (multiple % b != 0)
    multiple += a;
  return multiple;
}

static gsize
count_part_sums (gsize n_heads, gsize dim)
{
  return n_heads * (dim * dim + 2 * dim);
}

const char *
genga_cpu_channels_find_fault (const GengaOp *op)
{
  const gsize n_heads = op->attention.n_heads, dim = op->channels / op->attention.n_heads;
  const gsize window = MAX (1, (gsize)op->attention.window_y * op->attention.window_x);

  if (MAX (op->attention.window_y, op->attention.window_x) > 256)
    return "attention in very large windows";
  if (dim > 1024 || count_part_sums (n_heads, dim) > MOST_SUMS ||
      (genga_cpu_channels_is_local (op) ? window * op->channels > MOST_PIXELS
                                        : window * count_part_sums (n_heads, dim) > MOST_SUMS))
    return "attention of very many numbers";
  return NULL;
}

GengaCpuChannels *
genga_cpu_channels_new (const GengaGraph *graph, const GengaOp *op)
{
  GengaCpuChannels *self = g_new0 (GengaCpuChannels, 1);
  const float *factors = graph->constants[op->weight].data;

  self->n_heads = op->attention.n_heads;
  self->dim = op->channels / op->attention.n_heads;
  self->n_lanes = (self->dim + VECTOR - 1) / VECTOR * VECTOR;
  self->window_y = MAX (1, op->attention.window_y);
  self->window_x = MAX (1, op->attention.window_x);
  self->grid =
      round_to_common (round_to_common (GENGA_KERNEL_GRID, self->window_y), self->window_x);
  self->is_linear = op->attention.is_linear;
  self->factors = g_memdup2 (factors, self->n_heads * sizeof *factors);
  return self;
}

void
genga_cpu_channels_free (GengaCpuChannels *self)
{
  if (self == NULL)
    return;
  g_free (self->factors);
  g_free (self);
}

gsize
genga_cpu_channels_count_part_sums (const GengaCpuChannels *self)
{
  return count_part_sums (self->n_heads, self->dim);
}

gsize
genga_cpu_channels_count_part_weights (const GengaCpuChannels *self)
{
  return (gsize)self->n_heads * self->dim * self->n_lanes;
}

gsize
genga_cpu_channels_count_sums (const GengaCpuChannels *self)
{
  return genga_cpu_channels_count_part_sums (self) * self->window_y * self->window_x;
}

gsize
genga_cpu_channels_count_weights (const GengaCpuChannels *self)
{
  return genga_cpu_channels_count_part_weights (self) * self->window_y * self->window_x;
}

GengaCpuChannelsRoom
genga_cpu_channels_get_room (const GengaCpuChannels *self)
{
  const gsize n_pixels = (gsize)self->window_y * self->window_x;
  GengaCpuChannelsRoom room = {
    .sums = genga_cpu_channels_count_part_sums (self),
    .weights = genga_cpu_channels_count_part_weights (self),
    .pixels = n_pixels * self->n_heads * self->dim + VECTOR,
    .results = (gsize)MAX (GENGA_CPU_CHANNELS_PIXELS, self->dim) * self->n_lanes,
  };

  room.n_bytes = room.sums * sizeof (double) +
                 (room.weights + 2 * room.pixels + room.results) * sizeof (float);
  return room;
}

static void
add_squares (const float *pixels, gsize step, guint n, guint dim, double *sums)
{
  float squares[dim];

  memset (squares, 0, sizeof squares);
  for (guint k = 0; k < n; k++)
    for (guint c = 0; c < dim; c++)
      squares[c] += pixels[k * step + c] * pixels[k * step + c];
  for (guint c = 0; c < dim; c++)
    sums[c] += (double)squares[c];
}

/* Few enough for sums in f32. */
static void
add_some (const GengaCpuChannels *self,
          const GengaKernelSet *set,
          const float *queries,
          gsize query_step,
          const float *keys,
          gsize key_step,
          guint n,
          double *sums,
          float *work)
{
  const guint dim = self->dim;

  for (guint h = 0; h < self->n_heads; h++, queries += dim, keys += dim)
    {
      set->multiply (&(GengaProduct){ .a = queries,
                                      .a_row = 1,
                                      .a_step = query_step,
                                      .b = keys,
                                      .b_step = key_step,
                                      .n = n,
                                      .n_rows = dim,
                                      .n_columns = self->n_lanes,
                                      .out = work,
                                      .out_row = self->n_lanes });
      for (guint i = 0; i < dim; i++)
        for (guint j = 0; j < dim; j++)
          *sums++ += (double)work[i * self->n_lanes + j];
      add_squares (queries, query_step, n, dim, sums);
      add_squares (keys, key_step, n, dim, sums + dim);
      sums += 2 * dim;
    }
}

void
genga_cpu_channels_add (const GengaCpuChannels *self,
                        const GengaKernelSet *set,
                        const float *queries,
                        gsize query_step,
                        const float *keys,
                        gsize key_step,
                        guint n,
                        double *sums,
                        float *work)
{
  for (gsize k = 0; k < n; k += GENGA_CPU_CHANNELS_PIXELS)
    add_some (self, set, queries + k * query_step, query_step, keys + k * key_step, key_step,
              MIN (GENGA_CPU_CHANNELS_PIXELS, n - k), sums, work);
}

static void
apply_softmax (double *values, guint n)
{
  double most = -INFINITY, sum = 0;

  for (guint i = 0; i < n; i++)
    most = MAX (most, values[i]);
  for (guint i = 0; i < n; i++)
    sum += values[i] = exp (values[i] - most);
  for (guint i = 0; i < n; i++)
    values[i] /= sum;
}

void
genga_cpu_channels_set_weights (const GengaCpuChannels *self, const double *sums, float *weights)
{
  const guint dim = self->dim;
  double logits[dim];

  memset (weights, 0, genga_cpu_channels_count_part_weights (self) * sizeof *weights);
  for (guint h = 0; h < self->n_heads; h++)
    {
      const double *queries = sums + (gsize)dim * dim, *keys = queries + dim;

      for (guint i = 0; i < dim; i++, sums += dim)
        {
          const double norm = MAX (sqrt (queries[i]), LEAST_NORM);

          for (guint j = 0; j < dim; j++)
            logits[j] = sums[j] * (double)self->factors[h] /
                        (self->is_linear ? 1 : norm * MAX (sqrt (keys[j]), LEAST_NORM));
          if (!self->is_linear)
            apply_softmax (logits, dim);
          for (guint j = 0; j < dim; j++)
            weights[j * self->n_lanes + i] = (float)logits[j];
        }
      sums += 2 * dim;
      weights += (gsize)dim * self->n_lanes;
    }
}

void
genga_cpu_channels_apply (const GengaCpuChannels *self,
                          const GengaKernelSet *set,
                          const float *values,
                          gsize value_step,
                          const float *weights,
                          guint n,
                          float *out,
                          gsize out_step,
                          float *work)
{
  const guint dim = self->dim;

  for (guint h = 0; h < self->n_heads; h++, values += dim, out += dim)
    {
      set->multiply (&(GengaProduct){ .a = values,
                                      .a_row = value_step,
                                      .a_step = 1,
                                      .b = weights + (gsize)h * dim * self->n_lanes,
                                      .b_step = self->n_lanes,
                                      .n = dim,
                                      .n_rows = n,
                                      .n_columns = self->n_lanes,
                                      .out = work,
                                      .out_row = self->n_lanes });
      for (guint k = 0; k < n; k++)
        memcpy (out + k * out_step, work + k * self->n_lanes, dim * sizeof *out);
    }
}
