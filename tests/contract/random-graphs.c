/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-graphs.h"
#include "random-parts.h"

/* Products after which a network gets no further block. */
#define ENOUGH_PRODUCTS 6e6
/* One network in so many has what not every engine runs. */
#define BORDER_SEEDS 4

/* ---- from the picture to the first features ---- */

static guint
add_head (RandomMaker *self, int unshuffle)
{
  int channels = random_get_channels (self, 0);
  guint value = 0;
  int kernel = random_chance (self, 6) ? 1 : 3;

  if (random_chance (self, 4))
    value = genga_graph_affine (self->builder, value, random_vector (self, channels, 2, 0.2),
                                random_vector (self, channels, -1, 0.2));
  if (unshuffle > 1)
    value = genga_graph_pixel_unshuffle (self->builder, value, unshuffle);
  return random_conv (
      self, value, random_limit_channels (self, value, kernel * kernel, random_channels (self, 70)),
      kernel, kernel, 1);
}

/* ---- from the last features to the result ---- */

static guint
add_shuffle_tail (RandomMaker *self, guint value, int unshuffle)
{
  int factor = random_int (self, 1, 4);
  int channels = random_get_channels (self, 0);
  int kernel = random_chance (self, 4) ? 1 : 3;

  if (random_limit_channels (self, value, 9, channels * factor * factor) <
      channels * factor * factor)
    kernel = 1;
  value = random_conv (self, value, channels * factor * factor, kernel, kernel, 1);
  value = genga_graph_pixel_shuffle (self->builder, value, factor);
  if (unshuffle > 1 || random_chance (self, 2))
    return value;
  /* The picture itself, enlarged, under what the network adds. */
  return genga_graph_combine (
      self->builder, GENGA_OP_ADD, value,
      genga_graph_resize (self->builder, 0, random_int (self, 0, GENGA_RESIZE_BICUBIC), factor, 1));
}

static guint
add_nearest_tail (RandomMaker *self, guint value, int channels)
{
  int n_up = random_int (self, 1, 2);

  for (int i = 0; i < n_up; i++)
    {
      value = genga_graph_resize (self->builder, value, GENGA_RESIZE_NEAREST, 2, 1);
      value = random_conv (
          self, value, random_limit_channels (self, value, 9, random_channels (self, 20)), 3, 3, 1);
      value = random_activation (self, value);
    }
  return random_conv (self, value, channels, 3, 3, 1);
}

static guint
add_dysample_tail (RandomMaker *self, guint value)
{
  int factor = random_int (self, 1, 3), n_groups = random_int (self, 1, 3);
  int n = 2 * n_groups * factor * factor;
  guint offsets, scope;

  value = random_conv (self, value, n_groups * random_int (self, 1, 4), 1, 1, 1);
  offsets = random_conv (self, value, n, 1, 1, 1);
  scope = genga_graph_activate (self->builder, random_conv (self, value, n, 1, 1, 1),
                                GENGA_ACTIVATION_SIGMOID);
  offsets = genga_graph_combine (self->builder, GENGA_OP_MUL, offsets, scope);
  offsets =
      genga_graph_affine (self->builder, offsets, GENGA_NONE, random_vector (self, n, 0, 0.5));
  value = genga_graph_dysample (self->builder, value, offsets, n_groups, factor);
  return random_chance (self, 2) ? random_conv (self, value, 3, 1, 1, 1) : value;
}

static void
add_tail (RandomMaker *self, guint value, int unshuffle)
{
  int channels = random_chance (self, 2) ? 3 : random_int (self, 1, 5);
  int kind = random_int (self, 0, self->is_local ? 4 : 5);

  if (kind <= 1)
    value = add_shuffle_tail (self, value, unshuffle);
  else if (kind == 2)
    value = add_nearest_tail (self, value, channels);
  else if (kind == 3)
    value = random_conv_up (self, value, random_limit_channels (self, value, 16, channels));
  else if (kind == 4)
    value =
        genga_graph_resize (self->builder, random_conv (self, value, channels, 3, 3, 1),
                            random_int (self, 0, GENGA_RESIZE_BICUBIC), random_int (self, 1, 3), 1);
  else
    value = add_dysample_tail (self, value);
  if (random_chance (self, 4))
    genga_graph_clip (self->builder, value, 0, 1);
}

static guint
add_body (RandomMaker *self, guint value)
{
  int n = random_int (self, 0, 7);
  guint first = value;

  for (int i = 0; i < n && self->cost < ENOUGH_PRODUCTS; i++)
    {
      guint which = random_int (
          self, 0, random_n_local_blocks + (self->is_local ? 0 : random_n_global_blocks) - 1);

      if (self->has_borders && random_chance (self, 2))
        value = random_border_blocks[random_int (self, 0, random_n_border_blocks - 1)](self, value);
      else
        value = which < random_n_local_blocks
                    ? random_local_blocks[which](self, value)
                    : random_global_blocks[which - random_n_local_blocks](self, value);
      /* A value that nobody reads. */
      if (random_chance (self, 30))
        genga_graph_scale (self->builder, value, 2);
    }
  if (value != first && random_chance (self, 2))
    value = genga_graph_combine (self->builder, GENGA_OP_ADD, value, first);
  return value;
}

/* ---- all of it ---- */

static int
random_side (RandomMaker *self, int multiple, int most)
{
  most /= multiple;

  return multiple * (random_chance (self, 3) ? random_int (self, 1, MIN (3, most))
                                             : random_int (self, 1, most));
}

RandomNet *
random_net_new (guint32 seed, int most_side, gboolean is_local)
{
  RandomNet *self = g_new0 (RandomNet, 1);
  RandomMaker maker = {
    .rand = g_rand_new_with_seed (seed),
    .is_local = is_local,
    .has_borders = seed % BORDER_SEEDS == 0,
  };
  int unshuffle = random_chance (&maker, 6) ? (random_chance (&maker, 2) ? 2 : 4) : 1;
  int multiple = unshuffle * (random_chance (&maker, 3) ? 2 : 1);
  int channels = random_chance (&maker, 2) ? 3 : random_int (&maker, 1, 4);

  maker.height = random_side (&maker, multiple, most_side);
  maker.width = random_side (&maker, multiple, most_side);
  maker.builder = genga_graph_builder_new (channels, TRUE);
  genga_graph_require_sides (maker.builder, multiple, multiple);
  add_tail (&maker, add_body (&maker, add_head (&maker, unshuffle)), unshuffle);

  self->graph = genga_graph_builder_finish (maker.builder);
  self->height = maker.height;
  self->width = maker.width;
  self->input = g_new (float, self->height * self->width * channels);
  for (int i = 0; i < self->height * self->width * channels; i++)
    self->input[i] = g_rand_double (maker.rand);
  g_rand_free (maker.rand);
  return self;
}

void
random_net_free (RandomNet *self)
{
  genga_graph_free (self->graph);
  g_free (self->input);
  g_free (self);
}

gsize
random_net_get_n_results (const RandomNet *self, int height, int width)
{
  const GengaOp *result = genga_graph_get_result (self->graph);

  return (gsize)(height * result->size.num / result->size.den) *
         (width * result->size.num / result->size.den) * result->channels;
}
