/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attention-graphs.h"
#include "nets/attention/graph-attention.h"

#include <math.h>

static float *
make_numbers (GRand *rand, gsize n, double spread)
{
  float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (float)g_rand_double_range (rand, -spread, spread);
  return numbers;
}

static guint
add_vector (GengaGraphBuilder *builder, GRand *rand, int n, double spread)
{
  return genga_graph_take_constant (builder, 1, &n, make_numbers (rand, n, spread));
}

static guint
add_conv (GengaGraphBuilder *builder, GRand *rand, guint input, int n_out, int kernel)
{
  const int n_in = genga_graph_peek (builder, input)->channels;
  const int shape[] = { n_out, n_in, kernel, kernel };
  const gsize n = (gsize)n_out * n_in * kernel * kernel;
  guint weight = genga_graph_take_constant (
      builder, 4, shape, make_numbers (rand, n, 1.7 / sqrt ((double)n_in * kernel * kernel)));

  return genga_graph_conv (builder, input, weight, add_vector (builder, rand, n_out, 0.1), 1);
}

/* Attention in windows of 8 x 4 pixels with three heads of 5 channels, and the layers around it.
 * Biases from -spread to spread. */
static guint
add_windows (GengaGraphBuilder *builder,
             GRand *rand,
             guint input,
             GengaAttention attention,
             float factor,
             double spread)
{
  const int n = 3 * 5, shape[] = { 3, 15, 7 };
  guint norm = genga_graph_layer_norm (builder, input, add_vector (builder, rand, n, 1),
                                       add_vector (builder, rand, n, 0.3), 1e-5);
  guint qkv = add_conv (builder, rand, norm, 3 * n, 1), value;

  attention.queries = genga_graph_slice (builder, qkv, 0, n);
  attention.keys = genga_graph_slice (builder, qkv, n, n);
  attention.values = genga_graph_slice (builder, qkv, 2 * n, n);
  attention.n_heads = 3;
  attention.window_y = 8;
  attention.window_x = 4;
  attention.multiple = 8;
  attention.is_relative = TRUE;
  attention.weight =
      genga_graph_take_constant (builder, 3, shape, make_numbers (rand, 3 * 15 * 7, spread));
  if (factor > 0)
    {
      const float factors[] = { factor, 1, -factor };

      attention.cosine = TRUE;
      attention.factors = genga_graph_copy_vector (builder, factors, 3);
    }
  value = genga_graph_window_attention (builder, &attention);
  value = genga_graph_combine (builder, GENGA_OP_ADD, add_conv (builder, rand, value, n, 1), input);
  return genga_graph_combine (
      builder, GENGA_OP_ADD, value,
      genga_graph_activate (builder, add_conv (builder, rand, value, n, 3), GENGA_ACTIVATION_GELU));
}

void
test_build_windows (GengaGraphBuilder *builder, GRand *rand)
{
  guint value = add_conv (builder, rand, 0, 15, 3);

  value = add_windows (builder, rand, value, (GengaAttention){ 0 }, 0, 1);
  value = add_windows (builder, rand, value, (GengaAttention){ .shift_y = 4, .shift_x = 2 }, 0, 1);
  value = add_windows (builder, rand, value, (GengaAttention){ .shift_y = 3 }, 5, 1);
  add_conv (builder, rand, value, 3, 3);
}

void
test_build_rolled (GengaGraphBuilder *builder, GRand *rand)
{
  guint value = add_conv (builder, rand, 0, 15, 3);

  value = add_windows (builder, rand, value,
                       (GengaAttention){ .shift_y = 4, .shift_x = 2, .is_unmasked = TRUE }, 0, 1);
  value = add_windows (builder, rand, value, (GengaAttention){ .shift_x = 1 }, 100, 1);
  /* Biases that are further apart than what a mask takes away. */
  value = add_windows (builder, rand, value, (GengaAttention){ .shift_x = 1 }, 0, 300);
  add_conv (builder, rand, value, 3, 3);
}

static guint
add_channels (GengaGraphBuilder *builder, GRand *rand, guint input, GengaAttention attention)
{
  const int n = 3 * 5;
  guint qkv = add_conv (builder, rand, input, 3 * n, 1);

  attention.queries = genga_graph_slice (builder, qkv, 0, n);
  attention.keys = genga_graph_slice (builder, qkv, n, n);
  attention.values = genga_graph_slice (builder, qkv, 2 * n, n);
  attention.n_heads = 3;
  attention.weight = add_vector (builder, rand, 3, attention.is_linear ? 0.02 : 2);
  return genga_graph_combine (builder, GENGA_OP_ADD,
                              genga_graph_channel_attention (builder, &attention), input);
}

void
test_build_channels (GengaGraphBuilder *builder, GRand *rand)
{
  guint value =
      add_conv (builder, rand, genga_graph_pad_all (builder, 0, GENGA_PAD_REPLICATE, 0, 4), 15, 3);

  value = add_channels (builder, rand, value, (GengaAttention){ .window_y = 4, .window_x = 4 });
  value = add_channels (builder, rand, value, (GengaAttention){ 0 });
  value = add_channels (builder, rand, value,
                        (GengaAttention){ .window_y = 2, .window_x = 4, .is_strided = TRUE });
  value = genga_graph_grid_to_windows (builder, value, 4);
  value = add_channels (builder, rand, value,
                        (GengaAttention){ .window_y = 4, .window_x = 2, .is_linear = TRUE });
  value = genga_graph_windows_to_grid (builder, value, 4);
  genga_graph_crop_to_picture (builder, add_conv (builder, rand, value, 3, 3), 0, 0);
}
