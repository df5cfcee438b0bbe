/* SPDX-License-Identifier: GPL-3.0-or-later */
/* State dicts of random numbers, tensor by tensor, for tests of what is made of them. */
#pragma once

#include "nets/net-spec.h"

typedef struct
{
  GengaStateDict *dict;
  guint64 state; /* of the random numbers */
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

/* Compact with that many features and hidden convolutions. */
void made_dict_add_compact (MadeDict *self, int channels, int num_feat, int num_conv, int scale);
