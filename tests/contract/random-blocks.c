/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-parts.h"

#include <math.h>

static int
pick (RandomMaker *self, const int *numbers, guint n)
{
  return numbers[random_int (self, 0, n - 1)];
}
#define PICK(self, ...)                                                                            \
  pick ((self), (const int[]){ __VA_ARGS__ }, G_N_ELEMENTS (((const int[]){ __VA_ARGS__ })))

/* Back to as many channels, where one convolution may not have made so many. */
static guint
widen (RandomMaker *self, guint value, int channels)
{
  return random_get_channels (self, value) == channels
             ? value
             : random_conv (self, value, channels, 1, 1, 1);
}

static guint
combine (RandomMaker *self, GengaOpKind kind, guint a, guint b)
{
  return random_chance (self, 2) ? genga_graph_combine (self->builder, kind, a, b)
                                 : genga_graph_combine (self->builder, kind, b, a);
}

/* ---- convolutions ---- */

static guint
add_conv (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int kernel_y = PICK (self, 1, 3, 3, 3, 5, 7), kernel_x = kernel_y;
  int inside;

  if (random_chance (self, 6))
    kernel_x = PICK (self, 1, 3, 5);
  inside = random_limit_channels (self, input, kernel_y * kernel_x, channels);
  input = random_conv (self, input, inside, kernel_y, kernel_x, 1);
  return widen (self, random_activation (self, input), channels);
}

static guint
add_residual (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int kernel = PICK (self, 1, 3, 3, 3);
  int inside =
      random_limit_channels (self, input, kernel * kernel, random_channels (self, 2 * channels));
  guint value = random_activation (self, random_conv (self, input, inside, kernel, kernel, 1));

  if (random_limit_channels (self, value, kernel * kernel, channels) < channels)
    kernel = 1;
  value = random_conv (self, value, channels, kernel, kernel, 1);
  if (random_chance (self, 2))
    value = genga_graph_scale (self->builder, value, 0.2f);
  value = combine (self, GENGA_OP_ADD, value, input);
  return random_chance (self, 3) ? random_activation (self, value) : value;
}

/* Each convolution reads everything before it. */
static guint
add_dense (RandomMaker *self, guint input)
{
  guint parts[GENGA_OP_MAX_INPUTS] = { input };
  int n = random_int (self, 2, 5);
  guint all = input;

  for (int i = 1; i < n; i++)
    {
      int growth = random_limit_channels (self, all, 9, random_channels (self, 17));

      parts[i] =
          genga_graph_leaky_relu (self->builder, random_conv (self, all, growth, 3, 3, 1), 0.2f);
      all = genga_graph_concat (self->builder, parts, i + 1);
    }
  all = widen (self, all, random_get_channels (self, input));
  return combine (self, GENGA_OP_ADD, genga_graph_scale (self->builder, all, 0.2f), input);
}

static guint
add_depthwise (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int kernel = PICK (self, 3, 3, 5, 7, 11);
  int groups = channels;

  if (channels % 2 == 0 && random_chance (self, 3))
    groups = channels / 2;
  return random_activation (self, random_conv (self, input, channels, kernel, kernel, groups));
}

/* A large kernel on the first channels, dilated or not. */
static guint
add_partial (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int kernel = PICK (self, 9, 13, 17);
  int n = random_int (self, 1, MIN (8, channels));
  guint parts[2];
  guint first;

  if (n == channels)
    return random_conv (self, input, channels, 3, 3, 1);
  first = genga_graph_slice (self->builder, input, 0, n);
  n = random_limit_channels (self, first, kernel * kernel, n);
  parts[0] = widen (self, random_conv (self, first, n, kernel, kernel, 1),
                    random_get_channels (self, first));
  parts[1] = genga_graph_slice (self->builder, input, random_get_channels (self, first),
                                channels - random_get_channels (self, first));
  return genga_graph_concat (self->builder, parts, 2);
}

static guint
add_dilated (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int inside = random_limit_channels (self, input, 9, channels);
  guint value = random_conv (self, input, inside, 3, 3, 1);
  GengaOp op = *genga_graph_peek (self->builder, value);

  op.inputs[0] = input;
  op.conv.dilation = random_int (self, 2, 4);
  op.conv.pad_y = op.conv.pad_x = op.conv.dilation;
  return widen (self,
                combine (self, GENGA_OP_SUB, genga_graph_conv_full (self->builder, &op), value),
                channels);
}

static gboolean
has_sides (RandomMaker *self, guint input, int multiple_of)
{
  const GengaOp *op = genga_graph_peek (self->builder, input);

  return self->height * op->size.num / op->size.den % multiple_of == 0 &&
         self->width * op->size.num / op->size.den % multiple_of == 0;
}

/* To half the size and back, where sides allow it. */
static guint
add_half (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  guint value;

  if (!has_sides (self, input, 2))
    return random_conv (self, input, channels, 1, 1, 1);
  value = random_conv_down (self, input,
                            random_limit_channels (self, input, 4, random_channels (self, 32)));
  value = random_activation (self, value);
  value = random_conv_up (self, value, random_limit_channels (self, value, 16, channels));
  return combine (self, GENGA_OP_ADD, widen (self, value, channels), input);
}

/* ---- number by number ---- */

/* As SPAN weighs what it makes. */
static guint
add_gate (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int kernel = random_limit_channels (self, input, 9, channels) == channels ? 3 : 1;
  guint value = random_conv (self, input, channels, kernel, kernel, 1);
  guint gate = genga_graph_activate (self->builder, value, GENGA_ACTIVATION_SIGMOID);
  int n = channels;

  gate = genga_graph_affine (self->builder, gate, GENGA_NONE, random_vector (self, n, -0.5, 0.1));
  value = combine (self, GENGA_OP_ADD, value, input);
  return combine (self, GENGA_OP_MUL, value, gate);
}

/* One number for each pixel. */
static guint
add_pixel_gate (RandomMaker *self, guint input)
{
  guint gate = random_conv (self, input, 1, 1, 1, 1);

  gate = genga_graph_activate (self->builder, gate, GENGA_ACTIVATION_SIGMOID);
  return combine (self, GENGA_OP_MUL, input, gate);
}

/* Two halves, one of which weighs the other. */
static guint
add_halves (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  int n = random_channels (self, 35);
  guint value = random_activation (self, random_conv (self, input, 2 * n, 1, 1, 1));
  guint u = genga_graph_slice (self->builder, value, 0, n);
  guint v = genga_graph_slice (self->builder, value, n, n);

  v = random_conv (self, v, n, 3, 3, n);
  v = genga_graph_activate (self->builder, v, GENGA_ACTIVATION_TANH);
  return random_conv (self, combine (self, GENGA_OP_MUL, u, v), channels, 1, 1, 1);
}

static guint
add_extremes (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  guint other = random_conv (self, input, channels, 1, 1, 1);
  guint value = combine (self, GENGA_OP_MAX, input, genga_graph_scale (self->builder, other, 0.5f));

  value = combine (self, GENGA_OP_MIN, value, other);
  other = genga_graph_clip (self->builder,
                            genga_graph_activate (self->builder, other, GENGA_ACTIVATION_RELU),
                            0.6f, 2.5f);
  return genga_graph_combine (self->builder, GENGA_OP_DIV, value, other);
}

static guint
add_affine (RandomMaker *self, guint input)
{
  int n = random_get_channels (self, input);
  guint factor = random_chance (self, 4) ? GENGA_NONE : random_vector (self, n, 0.6, 0.4);
  guint offset = random_chance (self, 4) ? GENGA_NONE : random_vector (self, n, 0, 0.5);

  return genga_graph_affine (self->builder, input, factor, offset);
}

/* Slices that overlap, in another order. */
static guint
add_reordered (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  guint parts[GENGA_OP_MAX_INPUTS];
  int n_parts = random_int (self, 1, 6);

  for (int i = 0; i < n_parts; i++)
    {
      int first = random_int (self, 0, channels - 1);
      parts[i] =
          genga_graph_slice (self->builder, input, first, random_int (self, 1, channels - first));
    }
  return widen (self, genga_graph_concat (self->builder, parts, n_parts), channels);
}

/* Through sub-pixels and back: in the end nothing, or another order of channels. */
static guint
add_shuffled (RandomMaker *self, guint input)
{
  guint value = random_conv (self, input, 4 * random_int (self, 1, 3), 1, 1, 1);

  value = genga_graph_pixel_shuffle (self->builder, value, 2);
  value = random_activation (self, value);
  value = genga_graph_pixel_unshuffle (self->builder, value, 2);
  return widen (self, value, random_get_channels (self, input));
}

/* ---- norms and attention ---- */

static guint
add_layer_norm (RandomMaker *self, guint input)
{
  int n = random_get_channels (self, input);
  guint weight = random_vector (self, n, 0.8, 0.4), bias = random_vector (self, n, 0, 0.3);

  /* Few numbers may be all alike: then noise is all that is left of them. */
  return genga_graph_layer_norm (self->builder, input, weight, bias, n < 8 ? 0.1 : 1e-2);
}

static guint
add_rms_norm (RandomMaker *self, guint input)
{
  int n = random_get_channels (self, input);
  guint weight = random_vector (self, n, 0.8, 0.4), bias = random_vector (self, n, 0, 0.3);

  return genga_graph_rms_norm (self->builder, input, weight, bias, 1e-2);
}

/* In a map that is wide enough for any picture to have an even width. */
static guint
add_fourier (RandomMaker *self, guint input)
{
  const GengaPool pool = { .kernel_y = 2, .kernel_x = 2, .stride = 2 };
  guint value = genga_graph_resize (self->builder, input, GENGA_RESIZE_NEAREST, 2, 1);

  value = genga_graph_real_fft (self->builder, value);
  value = genga_graph_leaky_relu (self->builder, value, 0.5f);
  value = genga_graph_real_ifft (self->builder, value);
  return genga_graph_pool (self->builder, value, GENGA_OP_MEAN_POOL, &pool);
}

static guint
add_group_norm (RandomMaker *self, guint input)
{
  int n = random_get_channels (self, input);
  int n_groups = n % 4 == 0 ? 4 : (n % 3 == 0 ? 3 : 1);
  guint weight = random_vector (self, n, 0.8, 0.4), bias = random_vector (self, n, 0, 0.3);

  return genga_graph_group_norm (self->builder, input, weight, bias, n_groups, 0.1);
}

static guint
add_vector_gate (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  guint gate = genga_graph_global_mean (self->builder, input);

  gate = random_conv (self, gate, random_channels (self, 20), 1, 1, 1);
  gate = random_conv (self, random_activation (self, gate), channels, 1, 1, 1);
  gate = genga_graph_activate (self->builder, gate, GENGA_ACTIVATION_SIGMOID);
  return combine (self, random_chance (self, 3) ? GENGA_OP_SUB : GENGA_OP_MUL, input, gate);
}

/* Queries, keys and values of n_heads heads of equal width. */
static GengaAttention
start_attention (RandomMaker *self, guint input, int n_heads)
{
  int n = n_heads * random_int (self, 1, 5);
  guint all = random_conv (self, input, 3 * n, 1, 1, 1);

  return (GengaAttention){
    .queries = genga_graph_slice (self->builder, all, 0, n),
    .keys = genga_graph_slice (self->builder, all, n, n),
    .values = genga_graph_slice (self->builder, all, 2 * n, n),
    .n_heads = n_heads,
  };
}

/* Of windows: keys from other places than the queries', now and then. */
static void
choose_keys (RandomMaker *self, GengaAttention *attention)
{
  gboolean has_shift = attention->shift_y + attention->shift_x > 0;

  attention->key_window_y = attention->window_y;
  attention->key_window_x = attention->window_x;
  attention->key_shift_y = attention->shift_y;
  attention->key_shift_x = attention->shift_x;
  if (!has_shift && random_chance (self, 2))
    {
      attention->key_margin = random_int (self, 1, 2);
      attention->key_window_y += 2 * attention->key_margin;
      attention->key_window_x += 2 * attention->key_margin;
    }
  else if (attention->window_y % 2 == 0 && random_chance (self, 2))
    {
      attention->key_block = 2;
      attention->queries = random_conv (self, attention->queries,
                                        4 * random_get_channels (self, attention->keys), 1, 1, 1);
    }
  attention->cosine = random_chance (self, 2);
  if (attention->cosine)
    attention->factors = random_vector (self, attention->n_heads, 3, 1);
}

static guint
add_window_attention (RandomMaker *self, guint input)
{
  GengaAttention attention = start_attention (self, input, random_int (self, 1, 3));
  int window_y = PICK (self, 1, 2, 4, 8), window_x = PICK (self, 2, 4, 8);
  int n = window_y * window_x;

  attention.window_y = window_y;
  attention.window_x = window_x;
  if (random_chance (self, 2))
    {
      attention.shift_y = window_y / 2;
      attention.shift_x = window_x / 2;
    }
  attention.multiple = MAX (window_y, window_x);
  attention.is_unmasked = random_chance (self, 4);
  choose_keys (self, &attention);

  int block = MAX (1, attention.key_block);
  int key_y = attention.key_window_y / block, key_x = attention.key_window_x / block;
  int shape[] = { attention.n_heads, n, key_y * key_x };

  attention.is_relative = random_chance (self, 2);
  if (attention.is_relative)
    {
      shape[1] = window_y / block + key_y - 1;
      shape[2] = window_x / block + key_x - 1;
    }
  attention.weight = random_constant (self, 3, shape, 0, 1);
  return combine (self, GENGA_OP_ADD, input,
                  widen (self, genga_graph_window_attention (self->builder, &attention),
                         random_get_channels (self, input)));
}

static guint
add_channel_attention (RandomMaker *self, guint input)
{
  GengaAttention attention = start_attention (self, input, random_int (self, 1, 3));
  int window = PICK (self, 2, 4, 8);

  attention.weight = random_vector (self, attention.n_heads, 1, 0.5);
  if (has_sides (self, input, window))
    {
      attention.window_y = attention.window_x = window;
      attention.is_strided = random_chance (self, 4);
      if (!attention.is_strided && random_chance (self, 3))
        {
          double each = 1.0 / (window * window);

          attention.is_linear = TRUE;
          attention.weight = random_vector (self, attention.n_heads, each, each);
        }
    }
  return combine (self, GENGA_OP_ADD, input,
                  widen (self, genga_graph_channel_attention (self->builder, &attention),
                         random_get_channels (self, input)));
}

/* Keys of a map at half the size, where that can be, and in any case of another one. */
static guint
add_cross_attention (RandomMaker *self, guint input)
{
  GengaAttention attention = start_attention (self, input, random_int (self, 1, 3));
  int n = random_get_channels (self, attention.queries);
  guint keys = has_sides (self, input, 2) ? random_conv_down (self, input, 8)
                                          : random_conv (self, input, 8, 1, 1, 1);

  attention.keys = random_conv (self, keys, n, 1, 1, 1);
  attention.values = random_conv (self, keys, attention.n_heads * random_int (self, 1, 4), 1, 1, 1);
  return combine (self, GENGA_OP_ADD, input,
                  widen (self, genga_graph_cross_attention (self->builder, &attention),
                         random_get_channels (self, input)));
}

static guint
add_sorted_attention (RandomMaker *self, guint input)
{
  GengaAttention attention = start_attention (self, input, random_int (self, 1, 3));
  guint kinds = random_conv (self, input, random_int (self, 2, 5), 1, 1, 1);
  guint value;

  attention.weight = random_vector (self, attention.n_heads, 0.5, 0.3);
  value = genga_graph_sorted_attention (self->builder, &attention, kinds, PICK (self, 3, 16, 999));
  return combine (self, GENGA_OP_ADD, input,
                  widen (self, value, random_get_channels (self, input)));
}

/* A dictionary that pixels look things up in, and put what they are into. */
static guint
add_dictionary (RandomMaker *self, guint input)
{
  int n = random_int (self, 2, 9), channels = random_get_channels (self, input);
  int shape[] = { n, channels };
  guint list = genga_graph_list (self->builder, random_constant (self, 2, shape, 0, 0.5));
  guint weights = genga_graph_matmul (self->builder, input, list, FALSE, TRUE);
  guint means = genga_graph_softmax (self->builder, weights, TRUE);

  weights = genga_graph_softmax (self->builder, weights, FALSE);
  means = genga_graph_matmul (self->builder, means, input, TRUE, FALSE);
  list = combine (self, GENGA_OP_ADD, list, random_conv (self, means, channels, 1, 1, 1));
  return combine (self, GENGA_OP_ADD, input,
                  genga_graph_matmul (self->builder, weights, list, FALSE, FALSE));
}

static guint
add_grid (RandomMaker *self, guint input)
{
  int factor = PICK (self, 2, 3, 4, 5);

  while (!has_sides (self, input, factor))
    factor--;
  input = genga_graph_grid_to_windows (self->builder, input, factor);
  input = add_window_attention (self, input);
  return genga_graph_windows_to_grid (self->builder, input, factor);
}

const RandomBlock random_local_blocks[] = {
  add_conv,      add_conv,       add_conv,       add_residual, add_residual,
  add_dense,     add_depthwise,  add_partial,    add_dilated,  add_half,
  add_gate,      add_pixel_gate, add_halves,     add_extremes, add_affine,
  add_reordered, add_shuffled,   add_layer_norm, add_rms_norm,
};
const guint random_n_local_blocks = G_N_ELEMENTS (random_local_blocks);

const RandomBlock random_global_blocks[] = {
  add_fourier,           add_group_norm,      add_vector_gate, add_window_attention,
  add_channel_attention, add_cross_attention, add_grid,        add_sorted_attention,
  add_dictionary,
};
const guint random_n_global_blocks = G_N_ELEMENTS (random_global_blocks);
