/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What random-graphs.c puts networks together from. */
#pragma once

#include "nets/attention/graph-attention.h"

G_BEGIN_DECLS

/* A network that is being made. */
typedef struct
{
  GRand *rand;
  GengaGraphBuilder *builder;
  int height, width; /* of the picture */
  double cost;       /* products so far */
  gboolean is_local;
  gboolean has_borders; /* blocks of random_border_blocks as well */
} RandomMaker;

/* From `low` to `high`; TRUE in one case of `n`. */
int random_int (RandomMaker *self, int low, int high);
gboolean random_chance (RandomMaker *self, int n);

int random_get_channels (RandomMaker *self, guint value);
/* Few mostly, and the awkward numbers around what kernels take at a time; as many as may be had. */
int random_channels (RandomMaker *self, int most);
/* Channels that a convolution of `n_taps` of `value` may make without taking too long; at least 1.
 */
int random_limit_channels (RandomMaker *self, guint value, int n_taps, int channels);

/* A constant of numbers around `mean`. */
guint random_constant (RandomMaker *self, guint rank, const int *shape, double mean, double spread);
guint random_vector (RandomMaker *self, int n, double mean, double spread);

/* A convolution that keeps the size. */
guint
random_conv (RandomMaker *self, guint input, int channels, int kernel_y, int kernel_x, int groups);
/* One that halves the size, or doubles it. */
guint random_conv_down (RandomMaker *self, guint input, int channels);
guint random_conv_up (RandomMaker *self, guint input, int channels);
/* Some function, or none. */
guint random_activation (RandomMaker *self, guint input);

/* A block that makes a map of the same size and channels of a map. */
typedef guint (*RandomBlock) (RandomMaker *self, guint input);
extern const RandomBlock random_local_blocks[];
extern const guint random_n_local_blocks;
/* Blocks in which every pixel sees all of the map. */
extern const RandomBlock random_global_blocks[];
extern const guint random_n_global_blocks;
/* Blocks that not every engine has. */
extern const RandomBlock random_border_blocks[];
extern const guint random_n_border_blocks;

G_END_DECLS
