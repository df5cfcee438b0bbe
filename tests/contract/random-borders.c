/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks whose maps have other borders than the picture, and what few networks are made of. */
#include "random-parts.h"

/* Back to as many channels, where there may have been fewer. */
static guint
widen (RandomMaker *self, guint value, int channels)
{
  return random_get_channels (self, value) == channels
             ? value
             : random_conv (self, value, channels, 1, 1, 1);
}

/* A convolution without padding of its own. */
static guint
add_bare_conv (
    RandomMaker *self, GengaOpKind kind, guint input, int channels, int kernel, int stride)
{
  GengaOp op = *genga_graph_peek (
      self->builder,
      random_conv (self, input, random_limit_channels (self, input, kernel * kernel, channels),
                   kernel, kernel, 1));

  op.kind = kind;
  op.inputs[0] = input;
  op.conv.pad_y = op.conv.pad_x = 0;
  op.conv.stride = stride;
  if (kind == GENGA_OP_DECONV2D)
    {
      int shape[] = { random_get_channels (self, input), op.channels, kernel, kernel };

      op.weight = random_constant (self, 4, shape, 0, 1.0 / (kernel * kernel));
    }
  return genga_graph_conv_full (self->builder, &op);
}

static GengaPadKind
random_pad_kind (RandomMaker *self)
{
  return random_int (self, GENGA_PAD_ZERO, GENGA_PAD_LAST);
}

/* Pixels around a map, which convolutions without padding take off again; more than it has. */
static guint
add_valid (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  GengaPad pad = { .kind = random_pad_kind (self), .top = random_int (self, 0, 4) };
  guint value;

  pad.bottom = 4 - pad.top;
  pad.left = random_int (self, 0, 4);
  pad.right = 4 - pad.left;
  value = genga_graph_pad (self->builder, input, &pad);
  value = add_bare_conv (self, GENGA_OP_CONV2D, value, random_channels (self, 16), 3, 1);
  value = random_activation (self, value);
  value = add_bare_conv (self, GENGA_OP_CONV2D, value, channels, 3, 1);
  value = widen (self, value, channels);
  return random_chance (self, 2) ? genga_graph_combine (self->builder, GENGA_OP_ADD, value, input)
                                 : value;
}

/* A U without padding, around a picture that is padded for it, as Real-CUGAN has it. */
static guint
add_u (RandomMaker *self, guint input)
{
  int channels = random_get_channels (self, input);
  guint value, beside;

  value = genga_graph_pad_all (self->builder, input, random_pad_kind (self), 6, 2);
  value = add_bare_conv (self, GENGA_OP_CONV2D, value, random_channels (self, 8), 3, 1);
  beside = genga_graph_crop_all (self->builder, value, 2);
  value = add_bare_conv (self, GENGA_OP_CONV2D, value, random_channels (self, 8), 2, 2);
  value = random_activation (self, value);
  value = add_bare_conv (self, GENGA_OP_CONV2D, value, random_channels (self, 8), 3, 1);
  value = add_bare_conv (self, GENGA_OP_DECONV2D, value, random_get_channels (self, beside), 2, 2);
  value = widen (self, value, random_get_channels (self, beside));
  value = genga_graph_combine (self->builder, GENGA_OP_ADD, value, beside);
  value = genga_graph_crop_to_picture (self->builder, value, 3, 3);
  return widen (self, value, channels);
}

static guint
add_cropped (RandomMaker *self, guint input)
{
  int n[4];
  const GengaPad pad = { random_pad_kind (self), 3, 3, 3, 3, 1 };
  guint value = genga_graph_pad (self->builder, input, &pad);

  for (int i = 0; i < 4; i++)
    n[i] = random_int (self, 0, 3);
  value = genga_graph_crop (self->builder, value, n[0], n[1], n[2], n[3]);
  value = random_activation (self, value);
  return genga_graph_pad (
      self->builder,
      genga_graph_crop (self->builder, value, 3 - n[0], 3 - n[1], 3 - n[2], 3 - n[3]),
      &(GengaPad){ 0 });
}

static guint
add_pool (RandomMaker *self, guint input)
{
  GengaOpKind kind = random_chance (self, 2) ? GENGA_OP_MAX_POOL : GENGA_OP_MEAN_POOL;
  GengaPool pool = { 3, 3, 1, 1, 1, random_chance (self, 2) };

  if (random_chance (self, 2))
    {
      pool.kernel_x = 5;
      pool.pad_x = 2;
    }
  return genga_graph_combine (self->builder, GENGA_OP_SUB, input,
                              genga_graph_pool (self->builder, input, kind, &pool));
}

/* Fewer pixels, whatever is left over, and as many again. */
static guint
add_coarse (RandomMaker *self, guint input)
{
  static const GengaResizeKind kinds[] = {
    GENGA_RESIZE_NEAREST,       GENGA_RESIZE_BILINEAR,         GENGA_RESIZE_BICUBIC,
    GENGA_RESIZE_BICUBIC_SHARP, GENGA_RESIZE_BILINEAR_CORNERS,
  };
  GengaOpKind kind = random_chance (self, 2) ? GENGA_OP_MAX_POOL : GENGA_OP_MEAN_POOL;
  int n = random_int (self, 2, 3);
  GengaPool pool = { n, n, n, n / 2, n / 2, random_chance (self, 2) };
  guint value = genga_graph_pool (self->builder, input, kind, &pool);

  value = random_activation (self, value);
  value = genga_graph_resize_like (self->builder, value,
                                   kinds[random_int (self, 0, G_N_ELEMENTS (kinds) - 1)], input);
  return genga_graph_combine (self->builder, GENGA_OP_ADD, value, input);
}

/* Through a map of twice the size, that PyTorch's bicubic kernel makes. */
static guint
add_fine (RandomMaker *self, guint input)
{
  const GengaPool pool = { 2, 2, 2, 0, 0, FALSE };
  guint value = genga_graph_resize (
      self->builder, input,
      random_chance (self, 2) ? GENGA_RESIZE_BICUBIC_SHARP : GENGA_RESIZE_BILINEAR_CORNERS, 2, 1);

  return genga_graph_pool (self->builder, value, GENGA_OP_MEAN_POOL, &pool);
}

/* Between 0.3 and 2, where every function is tame. */
static guint
tame (RandomMaker *self, guint input)
{
  int n = random_get_channels (self, input);
  guint value = genga_graph_activate (self->builder, input, GENGA_ACTIVATION_ABS);

  value = genga_graph_affine (self->builder, value, random_vector (self, n, 0.3, 0.1),
                              random_vector (self, n, 0.5, 0.1));
  return genga_graph_clip (self->builder, value, 0.3f, 2.f);
}

/* So far from halves that no engine's last bits count: a whole number for each channel. */
static guint
add_rounded (RandomMaker *self, guint input)
{
  const int n = random_get_channels (self, input);
  g_autofree float *factors = g_new (float, n);
  g_autofree float *offsets = g_new (float, n);
  guint value = genga_graph_clip (self->builder, input, -1, 1);

  for (int c = 0; c < n; c++)
    {
      factors[c] = 0.3f;
      offsets[c] = (float)(c % 5 - 2);
    }
  value =
      genga_graph_affine (self->builder, value, genga_graph_copy_vector (self->builder, factors, n),
                          genga_graph_copy_vector (self->builder, offsets, n));
  value = genga_graph_activate (self->builder, value, GENGA_ACTIVATION_ROUND);
  return genga_graph_combine (self->builder, GENGA_OP_ADD,
                              genga_graph_scale (self->builder, value, 0.3f), input);
}

static guint
add_functions (RandomMaker *self, guint input)
{
  static const GengaActivation functions[] = { GENGA_ACTIVATION_SQRT, GENGA_ACTIVATION_LOG,
                                               GENGA_ACTIVATION_EXP, GENGA_ACTIVATION_ERF,
                                               GENGA_ACTIVATION_SOFTPLUS };
  guint value = add_rounded (self, input);

  for (guint i = 0; i < G_N_ELEMENTS (functions); i++)
    if (random_chance (self, 2))
      value = genga_graph_activate (self->builder, tame (self, value), functions[i]);
  value = genga_graph_pow (self->builder, tame (self, value), random_chance (self, 2) ? -0.5 : 2);
  value = genga_graph_elu (self->builder, value, 0.7f);
  return genga_graph_combine (self->builder, GENGA_OP_ADD,
                              genga_graph_scale (self->builder, value, 0.3f), input);
}

const RandomBlock random_border_blocks[] = {
  add_valid, add_u, add_cropped, add_pool, add_coarse, add_fine, add_functions, add_functions,
};
const guint random_n_border_blocks = G_N_ELEMENTS (random_border_blocks);
