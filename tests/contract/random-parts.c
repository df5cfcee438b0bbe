/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-parts.h"

#include <math.h>

/* Products of one convolution, at most. */
#define MOST_PRODUCTS 1.5e6

int
random_int (RandomMaker *self, int low, int high)
{
  return g_rand_int_range (self->rand, low, high + 1);
}

gboolean
random_chance (RandomMaker *self, int n)
{
  return g_rand_int_range (self->rand, 0, n) == 0;
}

int
random_get_channels (RandomMaker *self, guint value)
{
  return genga_graph_peek (self->builder, value)->channels;
}

static double
get_n_pixels (RandomMaker *self, guint value)
{
  const GengaOp *op = genga_graph_peek (self->builder, value);
  double scale = (double)op->size.num / op->size.den;

  return op->is_vector ? 1 : self->height * scale * self->width * scale;
}

int
random_channels (RandomMaker *self, int most)
{
  static const int awkward[] = { 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 64, 65, 70 };
  int n = random_chance (self, 2) ? awkward[random_int (self, 0, G_N_ELEMENTS (awkward) - 1)]
                                  : random_int (self, 1, 40);

  return MIN (n, most);
}

int
random_limit_channels (RandomMaker *self, guint value, int n_taps, int channels)
{
  double each = get_n_pixels (self, value) * n_taps * random_get_channels (self, value);

  return CLAMP (MOST_PRODUCTS / each, 1, channels);
}

guint
random_constant (RandomMaker *self, guint rank, const int *shape, double mean, double spread)
{
  gsize n = 1;
  float *data;

  for (guint i = 0; i < rank; i++)
    n *= shape[i];
  data = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    data[i] = mean + g_rand_double_range (self->rand, -spread, spread);
  return genga_graph_take_constant (self->builder, rank, shape, data);
}

guint
random_vector (RandomMaker *self, int n, double mean, double spread)
{
  return random_constant (self, 1, &n, mean, spread);
}

static guint
random_bias (RandomMaker *self, int n)
{
  return random_chance (self, 5) ? GENGA_NONE : random_vector (self, n, 0, 0.2);
}

/* So large that results spread as much as what they are made of. */
static double
get_spread (int n_in, int n_taps)
{
  return sqrt (3.0 / (n_in * n_taps));
}

guint
random_conv (RandomMaker *self, guint input, int channels, int kernel_y, int kernel_x, int groups)
{
  int n_in = random_get_channels (self, input) / groups;
  int shape[] = { channels, n_in, kernel_y, kernel_x };
  guint weight = random_constant (self, 4, shape, 0, get_spread (n_in, kernel_y * kernel_x));

  self->cost += get_n_pixels (self, input) * channels * n_in * kernel_y * kernel_x;
  return genga_graph_conv (self->builder, input, weight, random_bias (self, channels), groups);
}

guint
random_conv_down (RandomMaker *self, guint input, int channels)
{
  int n_in = random_get_channels (self, input);
  int kernel = random_int (self, 2, 4);
  int shape[] = { channels, n_in, kernel, kernel };
  GengaOp op = { .kind = GENGA_OP_CONV2D, .inputs = { input } };

  op.weight = random_constant (self, 4, shape, 0, get_spread (n_in, kernel * kernel));
  op.bias = random_bias (self, channels);
  op.conv.kernel_y = op.conv.kernel_x = kernel;
  op.conv.stride = 2;
  op.conv.pad_y = op.conv.pad_x = (kernel - 1) / 2;
  op.conv.dilation = op.conv.groups = 1;
  self->cost += get_n_pixels (self, input) / 4 * channels * n_in * kernel * kernel;
  return genga_graph_conv_full (self->builder, &op);
}

guint
random_conv_up (RandomMaker *self, guint input, int channels)
{
  int n_in = random_get_channels (self, input);
  int kernel = random_chance (self, 2) ? 2 : 4;
  int shape[] = { n_in, channels, kernel, kernel };
  GengaOp op = { .kind = GENGA_OP_DECONV2D, .inputs = { input } };

  op.weight = random_constant (self, 4, shape, 0, get_spread (n_in, kernel * kernel / 4));
  op.bias = random_bias (self, channels);
  op.conv.kernel_y = op.conv.kernel_x = kernel;
  op.conv.stride = 2;
  op.conv.pad_y = op.conv.pad_x = (kernel - 2) / 2;
  op.conv.dilation = op.conv.groups = 1;
  self->cost += get_n_pixels (self, input) * channels * n_in * kernel * kernel;
  return genga_graph_conv_full (self->builder, &op);
}

guint
random_activation (RandomMaker *self, guint input)
{
  int n = random_get_channels (self, input);
  int which = random_int (self, -2, GENGA_ACTIVATION_CLIP);

  if (which < 0)
    return input;
  if (which == GENGA_ACTIVATION_PRELU)
    return genga_graph_prelu (self->builder, input, random_vector (self, n, 0.2, 0.5));
  if (which == GENGA_ACTIVATION_LEAKY_RELU)
    return genga_graph_leaky_relu (self->builder, input, random_chance (self, 2) ? 0.2 : 0.01);
  if (which == GENGA_ACTIVATION_CLIP)
    return genga_graph_clip (self->builder, input, -0.7, 0.9);
  return genga_graph_activate (self->builder, input, which);
}
