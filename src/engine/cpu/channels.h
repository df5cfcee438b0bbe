/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GENGA_OP_CHANNEL_ATTENTION: sums of products of channels over the pixels that go together (a
 * part), then a weight for each pair of channels of a head.
 *
 * Sums of a part: for each head the products of query i and key j at [i * dim + j], then the
 * squares of its queries, then of its keys. Weights of a part: for each head value j's for result
 * i at [j * n_lanes + i].
 *
 * Thread rule: immutable; any thread.
 */
#pragma once

#include "engine/cpu/kernels/kernels.h"
#include "nets/graph-data.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_heads, dim;     /* channels of a head */
  guint n_lanes;          /* `dim` in whole vectors */
  int window_y, window_x; /* 1 x 1 where the map is one part */
  int grid;               /* of windows and kernels */
  gboolean is_linear;
  float *factors; /* of heads */
} GengaCpuChannels;

/* Why a plan can't have it, as a technical phrase; NULL: it can. */
const char *genga_cpu_channels_find_fault (const GengaOp *op);

/* Whether parts are windows, else they lie all over the map: one, or each place in a window. */
gboolean genga_cpu_channels_is_local (const GengaOp *op);

/* `op` is one of the graph's, which has weights. */
GengaCpuChannels *genga_cpu_channels_new (const GengaGraph *graph, const GengaOp *op);
void genga_cpu_channels_free (GengaCpuChannels *self);

/* Of a part; and of all of them, where they lie all over the map. */
gsize genga_cpu_channels_count_part_sums (const GengaCpuChannels *self);
gsize genga_cpu_channels_count_part_weights (const GengaCpuChannels *self);
gsize genga_cpu_channels_count_sums (const GengaCpuChannels *self);
gsize genga_cpu_channels_count_weights (const GengaCpuChannels *self);

/* What a thread needs, in this order: numbers of each. */
typedef struct
{
  gsize sums;    /* doubles, of a part */
  gsize weights; /* floats, of a part */
  gsize pixels;  /* floats: a window's queries, and as many for its keys */
  gsize results; /* floats */
  gsize n_bytes;
} GengaCpuChannelsRoom;

GengaCpuChannelsRoom genga_cpu_channels_get_room (const GengaCpuChannels *self);

#define GENGA_CPU_CHANNELS_PIXELS 64 /* that are worked on at a time */

/*
 * Adds n pixels to a part's sums: channels of all heads after each other, pixels `step` floats
 * apart. `work` has room for `results`; a vector behind the last channel is read, and not used.
 */
void genga_cpu_channels_add (const GengaCpuChannels *self,
                             const GengaKernelSet *set,
                             const float *queries,
                             gsize query_step,
                             const float *keys,
                             gsize key_step,
                             guint n,
                             double *sums,
                             float *work);

void
genga_cpu_channels_set_weights (const GengaCpuChannels *self, const double *sums, float *weights);

/* Results of n pixels, GENGA_CPU_CHANNELS_PIXELS at most. */
void genga_cpu_channels_apply (const GengaCpuChannels *self,
                               const GengaKernelSet *set,
                               const float *values,
                               gsize value_step,
                               const float *weights,
                               guint n,
                               float *out,
                               gsize out_step,
                               float *work);

G_END_DECLS
