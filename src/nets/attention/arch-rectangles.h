/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attention inside rectangles, as DAT, RGT and CRAFT have it: one half of the channels has lying
 * windows, the other standing ones. For src/nets only.
 *
 * Their biases come out of a small network, "<prefix>.attns.i.pos", that turns a relative position
 * into a number for each head. It is run where the graph is built, once for all positions.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* The sides of a window, out of the relative positions `key`: the last of them is the largest. */
void genga_rectangles_read_split (GengaArchReader *reader, const char *key, int *split);

/* The tensors of "<prefix>.pos", of that many channels. */
void genga_rectangles_expect_positions (GengaArchReader *reader,
                                        const char *prefix,
                                        int width,
                                        int n_heads);

/*
 * The numbers of "<prefix>.pos" for each relative position in a window, rows first:
 * (2 * height - 1) * (2 * width - 1) x n_heads. NULL without weights; free with g_free().
 */
double *
genga_rectangles_dup_table (const GengaArchBuild *build, const char *prefix, int height, int width);

typedef struct
{
  int n_heads; /* of both halves */
  int split[2];
  gboolean is_shifted;
  gboolean is_unmasked;
} GengaRectangles;

/* `qkv` has queries, keys and values one after the other. */
guint genga_rectangles_build (const GengaArchBuild *build,
                              const GengaRectangles *rectangles,
                              guint qkv,
                              const char *prefix);

G_END_DECLS
