/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State dicts of random numbers, tensor by tensor, for tests of what is made of them. */
#pragma once

#include "nets/net-spec.h"

typedef struct
{
  GengaStateDict *dict;
  guint64 state; /* of the random numbers */
  float bias;    /* the largest bias */
  float gain;    /* of convolutions: 1.7 keeps what goes through them about as large as it is */
} MadeDict;

void made_dict_init (MadeDict *self, guint seed);

/* Random numbers in -scale ... scale. The key is given as for printf(). */
void made_dict_add (
    MadeDict *self, float scale, guint rank, const gint64 *shape, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
#define MADE_SHAPE(...)                                                                            \
  G_N_ELEMENTS (((const gint64[]){ __VA_ARGS__ })), (const gint64[]) { __VA_ARGS__ }

/* "<prefix>.weight", out x in x kernel x kernel, so small that sums stay near 1; "<prefix>.bias".
 */
void made_dict_add_conv (MadeDict *self, int out, int in, int kernel, const char *format, ...)
    G_GNUC_PRINTF (5, 6);

/* Detects what it is. The dict stays the caller's. */
void made_dict_detect (MadeDict *self, GengaNetSpec *spec);

/* "<prefix>.weight" around 1 and "<prefix>.bias". */
void made_dict_add_norm (MadeDict *self, int dim, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Compact with that many features and hidden convolutions. */
void made_dict_add_compact (MadeDict *self, int channels, int num_feat, int num_conv, int scale);
/* ESRGAN with Real-ESRGAN's keys, for 3 * unshuffle^2 channels. */
void made_dict_add_esrgan (
    MadeDict *self, int num_feat, int growth, int num_blocks, int n_up, int unshuffle);
/* PLKSR or RealPLKSR; `spec` has the hyper-parameters, DySample apart. */
void made_dict_add_plksr (MadeDict *self, const GengaPlksrSpec *spec, int scale);
/* Real-CUGAN, with few features; `has_gates`: SE blocks. */
void made_dict_add_cugan (MadeDict *self, int scale, gboolean has_gates);
/* SPAN, slim. */
void made_dict_add_span (MadeDict *self, int num_feat, int scale);
