/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attention against a second formulation: with matrices, as papers write it. Maps are filled up,
 * rolled and cut into windows one after the other, all masks are written down; nothing is shared
 * with the engine.
 */
#include "small-graph.h"
#include "engine/reference/reference-graph.h"

#include <math.h>
#include <string.h>

typedef struct
{
  int height, width;
  int n_heads, head_dim;
  int window_y, window_x;
  int shift_y, shift_x;
  int multiple;
} Case;

/* A map that is padded and rolled. */
typedef struct
{
  int height, width, channels;
  float *data;
} Map;

static Map
pad_and_roll (const Case *c, const float *map)
{
  Map out = {
    .height = (c->height + c->multiple - 1) / c->multiple * c->multiple,
    .width = (c->width + c->multiple - 1) / c->multiple * c->multiple,
    .channels = c->n_heads * c->head_dim,
  };

  out.data = g_new0 (float, out.height *out.width *out.channels);
  for (int y = 0; y < c->height; y++)
    for (int x = 0; x < c->width; x++)
      {
        int to_y = (y - c->shift_y + out.height) % out.height;
        int to_x = (x - c->shift_x + out.width) % out.width;

        memcpy (out.data + (to_y * out.width + to_x) * out.channels,
                map + (y * c->width + x) * out.channels, out.channels * sizeof (float));
      }
  return out;
}

/* Nine areas, filled in as three slices by three. */
static int *
label_areas (const Case *c, int height, int width)
{
  const int rows[] = { 0, height - c->window_y, height - c->shift_y, height };
  const int columns[] = { 0, width - c->window_x, width - c->shift_x, width };
  int *labels = g_new0 (int, height *width);

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      for (int y = rows[i]; y < rows[i + 1]; y++)
        for (int x = columns[j]; x < columns[j + 1]; x++)
          labels[y * width + x] = 3 * i + j;
  return labels;
}

/* rows x n: each row becomes its softmax. */
static void
normalise_rows (double *matrix, int rows, int n)
{
  for (int i = 0; i < rows; i++)
    {
      double sum = 0;

      for (int j = 0; j < n; j++)
        sum += exp (matrix[i * n + j]);
      for (int j = 0; j < n; j++)
        matrix[i * n + j] = exp (matrix[i * n + j]) / sum;
    }
}

/* The places in the rolled map of a window's pixels. */
static int *
list_window (const Case *c, const Map *map, int index)
{
  int across = map->width / c->window_x;
  int *places = g_new (int, c->window_y * c->window_x);
  int *at = places;

  for (int y = 0; y < c->window_y; y++)
    for (int x = 0; x < c->window_x; x++)
      *at++ = (index / across * c->window_y + y) * map->width + index % across * c->window_x + x;
  return places;
}

static void
attend (const Case *c, const Map *maps, const int *labels, const float *bias, int window, Map *out)
{
  int n = c->window_y * c->window_x, channels = out->channels;
  g_autofree int *places = list_window (c, out, window);
  g_autofree double *matrix = g_new (double, n *n);

  for (int head = 0; head < c->n_heads; head++)
    {
      for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
          {
            double product = 0;

            for (int d = head * c->head_dim; d < (head + 1) * c->head_dim; d++)
              product += maps[0].data[places[i] * channels + d] / sqrt (c->head_dim) *
                         maps[1].data[places[j] * channels + d];
            matrix[i * n + j] = product + bias[(head * n + i) * n + j] -
                                (labels[places[i]] != labels[places[j]] ? 100 : 0);
          }
      normalise_rows (matrix, n, n);
      for (int i = 0; i < n; i++)
        for (int d = head * c->head_dim; d < (head + 1) * c->head_dim; d++)
          for (int j = 0; j < n; j++)
            out->data[places[i] * channels + d] +=
                matrix[i * n + j] * maps[2].data[places[j] * channels + d];
    }
}

/* `input` has queries, keys and values after each other in each pixel. */
static float *
dup_part (const Case *c, const float *input, int part)
{
  int channels = c->n_heads * c->head_dim, n = c->height * c->width;
  float *map = g_new (float, n *channels);

  for (int i = 0; i < n; i++)
    memcpy (map + i * channels, input + (3 * i + part) * channels, channels * sizeof (float));
  return map;
}

static float *
compute_windows (const Case *c, const float *input, const float *bias)
{
  int channels = c->n_heads * c->head_dim;
  float *result = g_new (float, c->height * c->width * channels);
  Map maps[3];

  for (int i = 0; i < 3; i++)
    {
      g_autofree float *part = dup_part (c, input, i);
      maps[i] = pad_and_roll (c, part);
    }
  g_autofree int *labels = label_areas (c, maps[0].height, maps[0].width);
  Map out = maps[0];
  out.data = g_new0 (float, out.height *out.width *channels);
  for (int w = 0; w < out.height * out.width / (c->window_y * c->window_x); w++)
    attend (c, maps, labels, bias, w, &out);
  for (int y = 0; y < c->height; y++)
    for (int x = 0; x < c->width; x++)
      {
        int from_y = (y - c->shift_y + out.height) % out.height;
        int from_x = (x - c->shift_x + out.width) % out.width;

        memcpy (result + (y * c->width + x) * channels,
                out.data + (from_y * out.width + from_x) * channels, channels * sizeof (float));
      }
  for (int i = 0; i < 3; i++)
    g_free (maps[i].data);
  g_free (out.data);
  return result;
}

static GengaAttention
start_attention (GengaGraphBuilder *builder, int channels, int n_heads)
{
  return (GengaAttention){
    .queries = genga_graph_slice (builder, 0, 0, channels),
    .keys = genga_graph_slice (builder, 0, channels, channels),
    .values = genga_graph_slice (builder, 0, 2 * channels, channels),
    .n_heads = n_heads,
  };
}

static void
test_windows (void)
{
  static const Case cases[] = {
    { 4, 4, 1, 3, 2, 2, 0, 0, 2 }, { 4, 6, 2, 2, 2, 2, 1, 1, 2 }, { 5, 7, 2, 1, 4, 2, 2, 1, 4 },
    { 1, 1, 1, 2, 2, 4, 1, 2, 4 }, { 9, 3, 3, 2, 4, 4, 1, 3, 8 }, { 8, 8, 1, 4, 8, 4, 4, 0, 8 },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      int n = c->window_y * c->window_x, channels = c->n_heads * c->head_dim;
      GengaGraphBuilder *builder = genga_graph_builder_new (3 * channels, TRUE);
      GengaAttention attention = start_attention (builder, channels, c->n_heads);
      g_autofree float *input = test_dup_noise (rand, c->height * c->width * 3 * channels);
      g_autofree float *bias = test_dup_noise (rand, c->n_heads * n * n);
      g_autofree float *expected = compute_windows (c, input, bias);

      g_test_message ("case %u", i);
      attention.window_y = c->window_y;
      attention.window_x = c->window_x;
      attention.shift_y = c->shift_y;
      attention.shift_x = c->shift_x;
      attention.multiple = c->multiple;
      attention.weight =
          genga_graph_take_constant (builder, 3, (const int[]){ c->n_heads, n, n },
                                     g_memdup2 (bias, c->n_heads * n * n * sizeof (float)));
      genga_graph_window_attention (builder, &attention);
      test_graph_check (builder, c->height, c->width, input, expected);
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
      normalise_rows (matrix, dim, dim);
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
      GengaAttention attention = start_attention (builder, channels, c->n_heads);
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
  g_test_add_func ("/attention/windows", test_windows);
  g_test_add_func ("/attention/channels", test_channels);
  return g_test_run ();
}
