/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attention between channels against a second formulation: with matrices, as papers write it. */
#include "small-graph.h"

#include <math.h>

typedef struct
{
  int height, width;
  int n_heads, head_dim;
} Case;

/* n x n: each row becomes its softmax. */
static void
normalise_rows (double *matrix, int n)
{
  for (int i = 0; i < n; i++)
    {
      double sum = 0;

      for (int j = 0; j < n; j++)
        sum += exp (matrix[i * n + j]);
      for (int j = 0; j < n; j++)
        matrix[i * n + j] = exp (matrix[i * n + j]) / sum;
    }
}

/* A head's queries or keys as rows, one for each channel, of length 1. */
static double *
dup_unit_rows (const Case *c, const float *input, int part, int head)
{
  int n = c->height * c->width, stride = 3 * c->n_heads * c->head_dim;
  double *rows = g_new (double, c->head_dim *n);

  for (int d = 0; d < c->head_dim; d++)
    {
      double square = 0;

      for (int p = 0; p < n; p++)
        {
          rows[d * n + p] = input[p * stride + part * stride / 3 + head * c->head_dim + d];
          square += rows[d * n + p] * rows[d * n + p];
        }
      for (int p = 0; p < n; p++)
        rows[d * n + p] /= MAX (sqrt (square), 1e-12);
    }
  return rows;
}

static float *
compute_channels (const Case *c, const float *input, const float *temperature)
{
  int n = c->height * c->width, dim = c->head_dim, channels = c->n_heads * dim;
  float *result = g_new0 (float, n *channels);
  g_autofree double *matrix = g_new (double, dim *dim);

  for (int head = 0; head < c->n_heads; head++)
    {
      g_autofree double *queries = dup_unit_rows (c, input, 0, head);
      g_autofree double *keys = dup_unit_rows (c, input, 1, head);

      for (int i = 0; i < dim * dim; i++)
        {
          matrix[i] = 0;
          for (int p = 0; p < n; p++)
            matrix[i] += queries[i / dim * n + p] * keys[i % dim * n + p] * temperature[head];
        }
      normalise_rows (matrix, dim);
      for (int p = 0; p < n; p++)
        for (int i = 0; i < dim * dim; i++)
          result[p * channels + head * dim + i / dim] +=
              matrix[i] * input[(3 * p + 2) * channels + head * dim + i % dim];
    }
  return result;
}

static void
test_channels (void)
{
  static const Case cases[] = {
    { .height = 3, .width = 4, .n_heads = 2, .head_dim = 3 },
    { .height = 1, .width = 1, .n_heads = 1, .head_dim = 4 },
    { .height = 7, .width = 2, .n_heads = 3, .head_dim = 5 },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      int channels = c->n_heads * c->head_dim;
      GengaGraphBuilder *builder = genga_graph_builder_new (3 * channels, TRUE);
      GengaAttention attention = {
        .queries = genga_graph_slice (builder, 0, 0, channels),
        .keys = genga_graph_slice (builder, 0, channels, channels),
        .values = genga_graph_slice (builder, 0, 2 * channels, channels),
        .n_heads = c->n_heads,
      };
      g_autofree float *input = test_dup_noise (rand, c->height * c->width * 3 * channels);
      g_autofree float *temperature = test_dup_noise (rand, c->n_heads);
      g_autofree float *expected = compute_channels (c, input, temperature);

      g_test_message ("case %u", i);
      attention.weight = genga_graph_copy_vector (builder, temperature, c->n_heads);
      genga_graph_channel_attention (builder, &attention);
      test_graph_check (builder, c->height, c->width, input, expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channel-attention/cases", test_channels);
  return g_test_run ();
}
