/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-hit-build.h"

#include "nets/attention/arch-feed-forward.h"
#include "nets/attention/arch-rectangles.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#include <math.h>

#define SLOPE 0.2f
#define MOST_CELLS 8 /* of a window, along each side */

static const int windows[GENGA_HIT_MAX_BLOCKS] = { 4, 8, 16, 32, 48, 64 };

int
genga_hit_get_window (int index)
{
  return windows[index];
}

int
genga_hit_get_cell (int index)
{
  return windows[index] / MIN (MOST_CELLS, windows[index]);
}

static guint
add (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

static guint
leaky_relu (const GengaArchBuild *build, guint input)
{
  return genga_graph_leaky_relu (build->graph, input, SLOPE);
}

/* Queries and values: what a convolution sees, times what a pixel has. */
static guint
build_queries (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_conv (build, input, "%s.qv.conv.0", prefix);

  value = genga_arch_build_conv (build, leaky_relu (build, value), "%s.qv.conv.2", prefix);
  value = genga_arch_build_conv (build, leaky_relu (build, value), "%s.qv.conv.4", prefix);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value,
                              genga_arch_build_conv (build, input, "%s.qv.linear", prefix));
}

/* ---- N-grams ---- */

/* A convolution of `size` x `size` pixels, without padding. */
static guint
build_bare_conv (
    const GengaArchBuild *build, guint input, guint weight, guint bias, int size, int stride)
{
  int per_group = genga_graph_peek (build->graph, input)->channels;
  GengaOp op = {
    .kind = GENGA_OP_CONV2D,
    .n_inputs = 1,
    .inputs = { input },
    .weight = weight,
    .bias = bias,
  };

  op.conv.kernel_y = op.conv.kernel_x = size;
  op.conv.stride = stride;
  op.conv.dilation = 1;
  op.conv.groups = per_group;
  return genga_graph_conv_full (build->graph, &op);
}

/* Numbers over and over again, n times. */
static guint
build_repeated (const GengaArchBuild *build,
                guint rank,
                const int *shape,
                const double *numbers,
                int n_numbers,
                int n)
{
  g_autofree double *all = NULL;

  if (numbers != NULL)
    {
      all = g_new (double, (gsize)n *n_numbers);
      for (gsize i = 0; i < (gsize)n * n_numbers; i++)
        all[i] = numbers[i % n_numbers];
    }
  return genga_arch_build_f64_constant (build, rank, shape, all);
}

/* One number for each window and pair of channels. */
static guint
build_unigrams (const GengaArchBuild *build, guint input, int window, const char *prefix)
{
  int n = genga_graph_peek (build->graph, input)->channels / 2;
  const int shape[] = { n, 2, window, window };
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.unigram_embed.weight", prefix);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.unigram_embed.bias", prefix);
  GengaOp op = { .kind = GENGA_OP_CONV2D, .n_inputs = 1, .inputs = { input } };

  op.weight = build_repeated (build, 4, shape, weight, 2 * window * window, n);
  op.bias = build_repeated (build, 1, &n, bias, 1, n);
  op.conv.kernel_y = op.conv.kernel_x = op.conv.stride = window;
  op.conv.dilation = 1;
  op.conv.groups = n;
  return genga_graph_conv_full (build->graph, &op);
}

/* Each pixel becomes four: itself, and its neighbours to the right and below. */
static guint
build_neighbours (const GengaArchBuild *build, guint input)
{
  static const double places[] = { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 };
  int n = genga_graph_peek (build->graph, input)->channels;
  const int shape[] = { 4 * n, 1, 2, 2 };
  gboolean has_weights = genga_graph_builder_has_weights (build->graph);
  guint weight =
      build_repeated (build, 4, shape, has_weights ? places : NULL, G_N_ELEMENTS (places), n);
  guint value = build_bare_conv (build, input, weight, GENGA_NONE, 2, 1);

  return genga_graph_pixel_shuffle (build->graph, value, 2);
}

/* The mean of what four neighbours make of each other. */
static guint
build_bigrams (
    const GengaArchBuild *build, guint input, const GengaPad *pad, int n_heads, const char *prefix)
{
  const GengaPool pool = { .kernel_y = 2, .kernel_x = 2, .stride = 2 };
  guint value = build_neighbours (build, genga_graph_pad (build->graph, input, pad));
  g_autofree double *table =
      genga_arch_build_dup_f64 (build, "%s.ngram_attn.relative_position_bias_table", prefix);
  int n = genga_graph_peek (build->graph, value)->channels;
  guint qkv = genga_arch_build_conv (build, value, "%s.ngram_attn.qkv", prefix);
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, n),
    .keys = genga_graph_slice (build->graph, qkv, n, n),
    .values = genga_graph_slice (build->graph, qkv, 2 * n, n),
    .weight = genga_swin_build_positions (build, table, n_heads, 3, 3),
    .is_relative = TRUE,
    .n_heads = n_heads,
    .window_y = 2,
    .window_x = 2,
    .multiple = 2,
  };

  value = genga_graph_window_attention (build->graph, &attention);
  value = genga_graph_pool (build->graph, value, GENGA_OP_MEAN_POOL, &pool);
  return genga_arch_build_conv (build, value, "%s.ngram_attn.proj", prefix);
}

/* Every window gets what the windows around it have, the same for all of its pixels. */
static guint
build_context (
    const GengaArchBuild *build, guint input, int window, int n_heads, const char *prefix)
{
  const GengaPad forward = { .kind = GENGA_PAD_REFLECT_ALL, .bottom = 1, .right = 1 };
  const GengaPad backward = { .kind = GENGA_PAD_REFLECT_ALL, .top = 1, .left = 1 };
  g_autofree char *context = g_strdup_printf ("%s.ngram_window_partition.ngram_context", prefix);
  guint unigrams = build_unigrams (build, input, window, context);
  const guint both[] = {
    build_bigrams (build, unigrams, &forward, n_heads, context),
    build_bigrams (build, unigrams, &backward, n_heads, context),
  };
  guint value = genga_graph_concat (build->graph, both, 2);

  value = genga_arch_build_conv (build, value, "%s.merge", context);
  value = genga_graph_resize (build->graph, value, GENGA_RESIZE_NEAREST, window, 1);
  return add (build, value, input);
}

/* ---- correlation ---- */

/* A key is a weighted sum of the pixels of a cell. */
static guint
build_keys (const GengaArchBuild *build, guint values, int cell, const char *prefix)
{
  int n = genga_graph_peek (build->graph, values)->channels;
  const int shape[] = { n, 1, cell, cell };
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.spatial_linear.weight", prefix);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.spatial_linear.bias", prefix);

  return build_bare_conv (build, values, build_repeated (build, 4, shape, weight, cell * cell, n),
                          build_repeated (build, 1, &n, bias, 1, n), cell, cell);
}

/*
 * The mean of the table for a pixel and all of a cell, whose first pixel is so many rows and
 * columns before it.
 */
static double
average_cell (const double *table, int window, int cell, int n_heads, int head, int dy, int dx)
{
  double sum = 0;

  for (int i = 0; i < cell; i++)
    for (int j = 0; j < cell; j++)
      {
        int row = dy - i + window - 1, column = dx - j + window - 1;

        sum += table[((gsize)row * (2 * window - 1) + column) * n_heads + head];
      }
  return sum / (cell * cell);
}

/* For each pixel of a window and each of its cells, out of means for each distance. */
static void
fill_biases (const double *table, int window, int cell, int n_heads, int head, double *biases)
{
  int n_cells = window / cell;
  int first = cell - window; /* the least distance */
  int n = 2 * window - cell;
  g_autofree double *means = g_new (double, (gsize)n *n);

  for (int i = 0; i < n * n; i++)
    means[i] = average_cell (table, window, cell, n_heads, head, i / n + first, i % n + first);
  for (int i = 0; i < window * window; i++)
    for (int j = 0; j < n_cells * n_cells; j++)
      {
        int dy = i / window - j / n_cells * cell - first;
        int dx = i % window - j % n_cells * cell - first;

        *biases++ = means[(gsize)dy * n + dx];
      }
}

static guint
build_biases (const GengaArchBuild *build, int window, int cell, int n_heads, const char *prefix)
{
  int n_pixels = window * window, n_keys = n_pixels / (cell * cell);
  const int shape[] = { n_heads, n_pixels, n_keys };
  g_autofree double *table = genga_rectangles_dup_table (build, prefix, window, window);
  g_autofree double *biases = NULL;

  if (table != NULL)
    {
      biases = g_new (double, (gsize)n_heads *n_pixels *n_keys);
      for (int head = 0; head < n_heads; head++)
        fill_biases (table, window, cell, n_heads, head, biases + (gsize)head * n_pixels * n_keys);
    }
  return genga_arch_build_f64_constant (build, 3, shape, biases);
}

/* Logits are divided by the channels of a head, not by their root. */
static guint
build_spatial (const GengaArchBuild *build,
               guint queries,
               guint values,
               int block,
               int n_heads,
               const char *prefix)
{
  int window = genga_hit_get_window (block), cell = genga_hit_get_cell (block);
  int n = genga_graph_peek (build->graph, queries)->channels / n_heads;
  guint keys = build_keys (build, values, cell, prefix);
  const GengaAttention attention = {
    .queries = genga_graph_scale (build->graph, queries, (float)(1 / sqrt (n))),
    .keys = keys,
    .values = keys,
    .weight = build_biases (build, window, cell, n_heads, prefix),
    .n_heads = n_heads,
    .window_y = window,
    .window_x = window,
    .multiple = window,
    .key_window_y = window / cell,
    .key_window_x = window / cell,
    .is_linear = TRUE,
  };

  return genga_graph_window_attention (build->graph, &attention);
}

static guint
build_channels (const GengaArchBuild *build, guint queries, guint values, int window)
{
  const float factor = 1.f / (window * window);
  const GengaAttention attention = {
    .queries = queries,
    .keys = values,
    .values = values,
    .weight = genga_graph_copy_vector (build->graph, &factor, 1),
    .n_heads = 1,
    .window_y = window,
    .window_x = window,
    .is_linear = TRUE,
  };

  return genga_graph_channel_attention (build->graph, &attention);
}

static guint
build_correlation (const GengaArchBuild *build,
                   const GengaHitSpec *net,
                   guint input,
                   int layer,
                   int block,
                   const char *prefix)
{
  int window = genga_hit_get_window (block);
  gboolean has_context = net->kind == GENGA_HIT_SNG;
  guint value = genga_graph_pad_all (build->graph, input, GENGA_PAD_REFLECT_ALL, 0,
                                     has_context ? 2 * window : window);
  int n_heads = net->swin.heads[layer];
  guint queries, values, parts[2];
  int half;

  value = build_queries (build, value, prefix);
  if (has_context)
    value = build_context (build, value, window, n_heads, prefix);
  half = genga_graph_peek (build->graph, value)->channels / 2;
  queries = genga_graph_slice (build->graph, value, 0, half);
  values = genga_graph_slice (build->graph, value, half, half);
  parts[0] = build_spatial (build, queries, values, block, n_heads, prefix);
  parts[1] = build_channels (build, queries, values, window);
  value = genga_graph_concat (build->graph, parts, 2);
  value = genga_graph_crop_to_picture (build->graph, value, 0, 0);
  return genga_arch_build_conv (build, value, "%s.proj", prefix);
}

/* ---- the network ---- */

static guint
build_block (
    const GengaArchBuild *build, const GengaHitSpec *net, guint input, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.blocks.%d", layer, block);
  g_autofree char *correlation = g_strdup_printf ("%s.correlation", at);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  guint value = build_correlation (build, net, input, layer, block, correlation);
  guint inside;

  value = add (build, genga_swin_build_norm (build, value, "%s.norm1", at), input);
  inside = net->kind == GENGA_HIT_SRF ? genga_feed_forward_build_conv (build, value, mlp)
                                      : genga_swin_build_mlp (build, value, mlp);
  return add (build, genga_swin_build_norm (build, inside, "%s.norm2", at), value);
}

static guint
build_layer (const GengaArchBuild *build, const GengaHitSpec *net, guint input, int layer)
{
  g_autofree char *residual = g_strdup_printf ("layers.%d.conv", layer);
  guint value = input;

  for (int i = 0; i < net->swin.depth[layer]; i++)
    value = build_block (build, net, value, layer, i);
  value = genga_swin_build_residual (build, net->swin.residual, value, residual);
  return add (build, value, input);
}

/* The least side that the reference can mirror up to whole windows, once or twice. */
static int
get_minimum (const GengaHitSpec *net)
{
  int most = 0, window;

  for (int i = 0; i < net->swin.n_layers; i++)
    most = MAX (most, net->swin.depth[i]);
  window = genga_hit_get_window (most - 1);
  if (net->kind == GENGA_HIT_SIR)
    return window / 2 + 1;
  return ((net->kind == GENGA_HIT_SNG ? 2 * window : window) + 2) / 4 + 1;
}

void
genga_arch_hit_build (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaHitSpec *net = &spec->hit;
  const GengaTail tail = genga_swin_get_tail (spec);
  guint picture = genga_tail_normalise (build, 0, net->swin.range);
  guint first = genga_arch_build_conv (build, picture, "conv_first");
  guint value = genga_swin_build_norm (build, first, "patch_embed.norm");

  genga_graph_require_sides (build->graph, get_minimum (net), 1);
  for (int i = 0; i < net->swin.n_layers; i++)
    value = build_layer (build, net, value, i);
  value = genga_swin_build_norm (build, value, "norm");
  value = genga_swin_build_residual (build, net->swin.residual, value, "conv_after_body");
  value = add (build, value, first);
  genga_tail_build (build, &tail, net->swin.range, picture, value);
}
