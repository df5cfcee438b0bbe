/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Large kernels in pieces of 4x4 by F(4x4, 4x4): 49 products instead of 256 for 16 pixels. A piece
 * lies on the grid of the output, so that all pieces share the transformed tiles of the input, and
 * a layer is a small convolution of tiles for each of 49 taps. The last pieces of an odd kernel are
 * narrower: they have tiles of their own, which read no further than the layer does.
 */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-kernels.h"
#include "engine/cpu/kernels/vector.h"

#define SIDE 7
#define TAPS (SIDE * SIDE)
#define BLOCK 12   /* tiles at a time */
#define PADDING 16 /* floats between taps, as no stride should be a multiple of the cache's */

typedef struct
{
  const GengaLayer *layer;
  const GengaConvRows *rows;
  guint n_pieces; /* of the kernel, in each direction */
  guint rest;     /* samples that the last one's tiles have */
  guint first, n_tiles;
  float *tiles[2]; /* whole ones and those for the last piece, [tap][piece row][tile][in] */
  gsize row_stride, tap_stride;
  float *sums; /* [tap][tile][out] */
  gsize sum_stride;
  float *columns; /* [SIDE][column] of vectors: what is transformed downwards only */
} Block;

/*
 * The points are 1/4, -1/4, 7/8, -7/8, 15/8, -15/8 and infinity: of all such in eighths, those that
 * round least, and about half as much as 1, 2 and 1/2.
 */
GENGA_INLINE void
to_taps (const GengaV d[SIDE], GengaV t[SIDE])
{
  const GengaV a0 = 2.691650390625f * d[0] + (d[4] - 4.28125f * d[2]),
               a1 = 2.691650390625f * d[1] + (d[5] - 4.28125f * d[3]);
  const GengaV b0 = 0.2197265625f * d[0] + (d[4] - 3.578125f * d[2]),
               b1 = 0.2197265625f * d[1] + (d[5] - 3.578125f * d[3]);
  const GengaV c0 = 0.0478515625f * d[0] + (d[4] - 0.828125f * d[2]),
               c1 = 0.0478515625f * d[1] + (d[5] - 0.828125f * d[3]);

  t[0] = a1 + 0.25f * a0;
  t[1] = a1 - 0.25f * a0;
  t[2] = b1 + 0.875f * b0;
  t[3] = b1 - 0.875f * b0;
  t[4] = c1 + 1.875f * c0;
  t[5] = c1 - 1.875f * c0;
  t[6] = (d[6] - 0.1682281494140625f * d[0]) + (2.959228515625f * d[2] - 4.34375f * d[4]);
}

GENGA_INLINE void
from_taps (const GengaV m[SIDE], GengaV o[4])
{
  const GengaV a = m[0] + m[1], b = m[2] + m[3], c = m[4] + m[5];
  const GengaV d = m[0] - m[1], e = m[2] - m[3], f = m[4] - m[5];

  o[0] = a + b + c;
  o[1] = 0.25f * d + (0.875f * e + 1.875f * f);
  o[2] = 0.0625f * a + (0.765625f * b + 3.515625f * c);
  o[3] = 0.015625f * d + 0.669921875f * e + (6.591796875f * f + m[6]);
}

static guint
get_n_columns (const Block *block)
{
  return 4 * (block->n_tiles + block->n_pieces - 2) + block->rest;
}

/* A vector of channels of all columns that piece row `piece` reads; rows beyond the layer's are 0.
 */
GENGA_INLINE void
transform_down (const Block *block, guint piece, guint channel, GengaStore store)
{
  const GengaConv *conv = &block->layer->conv;
  const gsize size = genga_store_size (store), step = block->rows->in_stride * size;
  const guint n = get_n_columns (block);
  const gsize offset = (gsize)block->first * 4 * step - conv->margin_left * step + channel * size;

  for (guint x = 0; x < n; x++)
    {
      GengaV d[SIDE], t[SIDE];
#pragma GCC unroll 7
      for (guint i = 0; i < SIDE; i++)
        {
          const guint row = piece * 4 + i;
          d[i] = row < conv->in_rows
                     ? genga_load ((const guint8 *)block->rows->in[row] + offset + x * step, store)
                     : genga_v_set (0);
        }
      to_taps (d, t);
#pragma GCC unroll 7
      for (guint i = 0; i < SIDE; i++)
        genga_v_save (block->columns + (i * n + x) * GENGA_VECTOR, t[i]);
    }
}

/* Tiles of `n_samples` columns, the others are 0; the first is tile `first` of the block. */
GENGA_INLINE void
transform_across (
    const Block *block, float *tiles, guint first, guint n_tiles, guint n_samples, guint channel)
{
  const guint n = get_n_columns (block), n_in = block->layer->in_padded;

  for (guint i = 0; i < SIDE; i++)
    for (guint tile = 0; tile < n_tiles; tile++)
      {
        const float *in = block->columns + ((gsize)i * n + (first + tile) * 4) * GENGA_VECTOR;
        float *out = tiles + i * SIDE * block->tap_stride + (gsize)tile * n_in + channel;
        GengaV d[SIDE], t[SIDE];

#pragma GCC unroll 7
        for (guint j = 0; j < SIDE; j++)
          d[j] = j < n_samples ? genga_v_load (in + j * GENGA_VECTOR) : genga_v_set (0);
        to_taps (d, t);
#pragma GCC unroll 7
        for (guint j = 0; j < SIDE; j++)
          genga_v_save (out + j * block->tap_stride, t[j]);
      }
}

static void
transform_input (const Block *block)
{
  const guint n_pieces = block->n_pieces;

  for (guint piece = 0; piece < n_pieces; piece++)
    for (guint channel = 0; channel < block->layer->in_padded; channel += GENGA_VECTOR)
      {
        const gsize row = piece * block->row_stride;

        if (block->layer->spec.in_store == GENGA_STORE_F16)
          transform_down (block, piece, channel, GENGA_STORE_F16);
        else
          transform_down (block, piece, channel, GENGA_STORE_F32);
        transform_across (block, block->tiles[0] + row, 0, block->n_tiles + n_pieces - 2, SIDE,
                          channel);
        transform_across (block, block->tiles[1] + row, n_pieces - 1, block->n_tiles, block->rest,
                          channel);
      }
}

/* Sums over a row of pieces: tiles are n_in apart, and each takes n_sums floats in a row. */
GENGA_INLINE void
add_products (const float *tiles,
              guint n_in,
              guint n_sums,
              const float *weights,
              GengaV *acc,
              const guint n_rows,
              const guint n_vectors)
{
  for (guint k = 0; k < n_sums; k++, weights += n_vectors * GENGA_VECTOR)
    {
      GengaV w[GENGA_PANEL_VECTORS];
#pragma GCC unroll 4
      for (guint g = 0; g < n_vectors; g++)
        w[g] = genga_v_load (weights + g * GENGA_VECTOR);
#pragma GCC unroll 24
      for (guint t = 0; t < n_rows; t++)
        {
          const GengaV v = genga_v_set (tiles[t * n_in + k]);
#pragma GCC unroll 4
          for (guint g = 0; g < n_vectors; g++)
            acc[t * n_vectors + g] = v * w[g] + acc[t * n_vectors + g];
        }
    }
}

/* The sums of one tap for tiles from `tile` on; weights are [piece row][piece][in][vectors]. */
GENGA_INLINE void
multiply_panel (const Block *block,
                guint tap,
                guint tile,
                const float *weights,
                float *sums,
                const guint n_rows,
                const guint n_vectors)
{
  const guint n_in = block->layer->in_padded, n_out = block->layer->out_padded;
  const guint n_whole = (block->n_pieces - 1) * n_in;
  GengaV acc[GENGA_PANEL_MOST];

#pragma GCC unroll 24
  for (guint i = 0; i < n_rows * n_vectors; i++)
    acc[i] = genga_v_set (0);
  for (guint piece = 0; piece < block->n_pieces; piece++)
    {
      const gsize at = tap * block->tap_stride + piece * block->row_stride + (gsize)tile * n_in;

      add_products (block->tiles[0] + at, n_in, n_whole, weights, acc, n_rows, n_vectors);
      weights += (gsize)n_whole * n_vectors * GENGA_VECTOR;
      add_products (block->tiles[1] + at, n_in, n_in, weights, acc, n_rows, n_vectors);
      weights += (gsize)n_in * n_vectors * GENGA_VECTOR;
    }
#pragma GCC unroll 24
  for (guint t = 0; t < n_rows; t++)
#pragma GCC unroll 4
    for (guint g = 0; g < n_vectors; g++)
      genga_v_save (sums + (gsize)t * n_out + g * GENGA_VECTOR, acc[t * n_vectors + g]);
}

typedef void (*MultiplyFunc) (
    const Block *block, guint tap, guint tile, const float *weights, float *sums);

#define PANEL(rows, vectors)                                                                       \
  static void multiply_##rows##_##vectors (const Block *block, guint tap, guint tile,              \
                                           const float *weights, float *sums)                      \
  {                                                                                                \
    multiply_panel (block, tap, tile, weights, sums, rows, vectors);                               \
  }

GENGA_PANELS (PANEL)

#define ENTRY(rows, vectors) [vectors - 1][rows] = multiply_##rows##_##vectors,

static const MultiplyFunc multiply_funcs[GENGA_PANEL_VECTORS][13] = { GENGA_PANELS (ENTRY) };

static void
multiply (const Block *block)
{
  const guint n_in = block->layer->in_padded, n_out = block->layer->out_padded;
  const gsize n_sums = (gsize)block->n_pieces * block->n_pieces * n_in;
  const float *weights = block->layer->packed;

  for (guint tap = 0; tap < TAPS; tap++)
    for (guint out = 0; out < n_out;)
      {
        const guint n_vectors = MIN (GENGA_PANEL_VECTORS, (n_out - out) / GENGA_VECTOR);
        float *sums = block->sums + tap * block->sum_stride + out;

        for (guint tile = 0; tile < block->n_tiles;)
          {
            const guint n = MIN (GENGA_PANEL_ROWS (n_vectors), block->n_tiles - tile);
            multiply_funcs[n_vectors - 1][n](block, tap, tile, weights, sums + (gsize)tile * n_out);
            tile += n;
          }
        weights += n_sums * n_vectors * GENGA_VECTOR;
        out += n_vectors * GENGA_VECTOR;
      }
}

/* A vector of channels of a tile. */
static void
put_tile (const Block *block, guint tile, guint channel)
{
  const GengaConvRows *rows = block->rows;
  const GengaLayer *layer = block->layer;
  const gsize x = (gsize)(block->first + tile) * 4;
  const guint n_columns = MIN (4, MIN (rows->x1, rows->width) - x);
  const GengaFinish finish = genga_epilogue_get_finish (&layer->spec.epilogue);
  const float *sums = block->sums + (gsize)tile * layer->out_padded + channel;
  const GengaV bias = genga_v_load (layer->spec.epilogue.bias + channel);
  GengaV m[SIDE], o[4], across[4][SIDE];

  for (guint j = 0; j < SIDE; j++)
    {
#pragma GCC unroll 7
      for (guint i = 0; i < SIDE; i++)
        m[i] = genga_v_load (sums + (i * SIDE + j) * block->sum_stride);
      from_taps (m, o);
      for (guint i = 0; i < 4; i++)
        across[i][j] = o[i];
    }
  for (guint i = 0; i < rows->n_rows; i++)
    {
      from_taps (across[i], o);
      for (guint j = 0; j < n_columns; j++)
        genga_put (finish, layer, rows, i, x + j, channel, o[j] + bias);
    }
}

/* Divides scratch; `scratch` may be NULL where only the size is wanted. Returns the bytes. */
static gsize
lay_out (Block *block, const GengaLayer *layer, float *scratch)
{
  const guint kernel = layer->spec.kernel_width;
  gsize at = 0;

  block->layer = layer;
  block->n_pieces = (kernel + 3) / 4;
  block->rest = 3 + kernel - 4 * (block->n_pieces - 1);
  block->row_stride = (gsize)(BLOCK + block->n_pieces - 2) * layer->in_padded;
  block->tap_stride = block->n_pieces * block->row_stride + PADDING;
  block->sum_stride = (gsize)BLOCK * layer->out_padded + PADDING;
  for (guint i = 0; i < 2; i++, at += TAPS * block->tap_stride)
    block->tiles[i] = scratch + at;
  block->sums = scratch + at;
  at += TAPS * block->sum_stride;
  block->columns = scratch + at;
  at += (gsize)SIDE * (4 * (BLOCK + block->n_pieces)) * GENGA_VECTOR;
  return at * sizeof (float);
}

static void
run (const GengaConv *conv, const GengaConvRows *rows)
{
  const guint end = (MIN (rows->x1, rows->width) + 3) / 4;
  Block block = { .rows = rows };

  lay_out (&block, (const GengaLayer *)conv, rows->scratch);
  for (block.first = rows->x0 / 4; block.first < end; block.first += block.n_tiles)
    {
      block.n_tiles = MIN (BLOCK, end - block.first);
      transform_input (&block);
      multiply (&block);
      for (guint channel = 0; channel < block.layer->out_padded; channel += GENGA_VECTOR)
        for (guint tile = 0; tile < block.n_tiles; tile++)
          put_tile (&block, tile, channel);
    }
}

/* A piece of a kernel in the domain; samples beyond the kernel are 0. */
static void
transform_piece (
    const GengaConvSpec *spec, const float *weights, guint y, guint x, double taps[TAPS])
{
  static const double points[6] = { 0.25, -0.25, 0.875, -0.875, 1.875, -1.875 };
  double g[SIDE][4] = { 0 };

  for (guint i = 0; i < 6; i++)
    {
      double divisor = 1;
      for (guint j = 0; j < 6; j++)
        divisor *= i == j ? 1 : points[i] - points[j];
      for (guint k = 0; k < 4; k++)
        g[i][k] = (k == 0 ? 1 : k == 1 ? points[i] : g[i][k - 1] * divisor * points[i]) / divisor;
    }
  g[6][3] = 1;
  for (guint i = 0; i < SIDE; i++)
    for (guint j = 0; j < SIDE; j++)
      {
        double sum = 0;
        for (guint k = 0; k < 4 && y + k < spec->kernel_height; k++)
          for (guint l = 0; l < 4 && x + l < spec->kernel_width; l++)
            sum += g[i][k] * g[j][l] * weights[(y + k) * spec->kernel_width + x + l];
        taps[i * SIDE + j] = sum;
      }
}

/* [tap][a panel's vectors of out][piece row][piece][in][vectors]. */
static void
pack (GengaLayer *layer, const GengaConvSpec *spec)
{
  const guint n_pieces = (spec->kernel_width + 3) / 4, n_in = layer->in_padded;
  const gsize n_sums = (gsize)n_pieces * n_pieces * n_in, n_out = layer->out_padded;
  const gsize kernel = (gsize)spec->kernel_height * spec->kernel_width;

  for (guint out = 0; out < spec->out_channels; out++)
    for (guint in = 0; in < spec->in_channels; in++)
      for (guint piece = 0; piece < n_pieces * n_pieces; piece++)
        {
          const guint panel = out / GENGA_PANEL_CHANNELS * GENGA_PANEL_CHANNELS;
          const guint width = MIN (GENGA_PANEL_CHANNELS, n_out - panel);
          float *packed = (float *)layer->packed + panel * n_sums +
                          ((gsize)piece * n_in + in) * width + (out - panel);
          double taps[TAPS];

          transform_piece (spec, spec->weights + ((gsize)out * spec->in_channels + in) * kernel,
                           piece / n_pieces * 4, piece % n_pieces * 4, taps);
          for (guint tap = 0; tap < TAPS; tap++)
            packed[tap * n_sums * n_out] = (float)taps[tap];
        }
}

GengaConv *
GENGA_OF_SET (winograd_large_new) (const GengaConvSpec *spec)
{
  const gsize n_pieces = (spec->kernel_width + 3) / 4;
  const gsize n_in = genga_kernel_round_up (spec->in_channels, GENGA_KERNEL_GROUP);
  const gsize n_out = genga_kernel_round_up (spec->out_channels, GENGA_KERNEL_GROUP);
  GengaLayer *layer =
      genga_layer_new (spec, "winograd 4x4 of 4x4 f32",
                       TAPS * n_pieces * n_pieces * n_in * n_out * sizeof (float), run);
  Block block = { 0 };

  pack (layer, spec);
  layer->conv.scratch_bytes = lay_out (&block, layer, NULL);
  return &layer->conv;
}
