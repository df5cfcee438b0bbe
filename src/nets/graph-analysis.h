/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a graph tells about itself. Weights play no part: a graph without them will do.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

typedef struct
{
  GengaSizeRatio scale; /* a side of the result to the picture's */
  int in_channels;
  int out_channels;

  /*
   * The receptive radius: what the result has for a pixel of the picture depends on pixels of the
   * picture at most so far away, along each axis, borders aside. GENGA_RADIUS_GLOBAL where there
   * is no bound: what is averaged over the picture, attention (the windows' shifts lead from one
   * to the next), and DySample, whose offsets are data.
   */
  int radius;
  int minimum;     /* of the picture's sides */
  int multiple_of; /* divides the picture's sides */
  /* Parts of a picture are seen as the whole is where they begin at multiples of this, of which
     multiple_of is a part. */
  int grid;

  /* Multiplications with additions per pixel of the picture: of all operations that mix pixels or
     channels with weights; of convolutions alone. Per pixel of one as large as a tile, where maps
     are padded. */
  double macs_per_pixel;
  double conv_macs_per_pixel;

  /*
   * Whether results stay good where maps are stored in 16 bits. fp16 ends at 65504: norms and
   * products over the data overflow it. bf16 has f32's range.
   */
  gboolean fp16_safe;
  gboolean bf16_safe;
  gboolean has_attention;
  gboolean is_convolutional; /* genga_graph_is_convolutional() */
} GengaGraphAnalysis;

void genga_graph_analyse (const GengaGraph *graph, GengaGraphAnalysis *analysis);

/*
 * Whether each number of the result is a sum that looks the same wherever it stands: 3x3
 * convolutions of all channels, and steps so simple that no implementation rounds them in more
 * than one way. A part of a picture, computed with enough around it, is then what the whole
 * picture has there, bit for bit, on engines whose convolutions do not depend on the map's size.
 */
gboolean genga_graph_is_convolutional (const GengaGraph *graph);

/* GengaGraphAnalysis.grid alone. */
int genga_graph_get_grid (const GengaGraph *graph);

/*
 * Bytes of all values that are there at the same time, at most, per pixel of the picture, the
 * picture and the result among them: a value goes after its last use. Those that are not f32 take
 * `element_size` for a number. DySample takes its operands and its value twice: the points that it
 * reads at are as large.
 */
double genga_graph_get_bytes_per_pixel (const GengaGraph *graph, gsize element_size);

/*
 * Bytes for each column of the picture where all values are computed together, row by row, and a
 * row goes as soon as nobody needs it: of each value as many rows as a kernel that reads it, and
 * `n_more` rows. About; the picture and the result are not counted.
 */
double genga_graph_get_bytes_per_column (const GengaGraph *graph, gsize element_size, int n_more);

G_END_DECLS
