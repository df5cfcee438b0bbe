/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ATD: besides attention inside windows, pixels look themselves up in a dictionary of tokens,
 * attend to pixels that are like the same token, wherever these are, and refine the dictionary.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-feed-forward.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#include <math.h>

#define MINIMUM 8
#define LAYERS "residual_group.layers"
#define FIRST "layers.0." LAYERS ".0."
#define TABLE "attn_win.relative_position_bias_table"
#define INSTANCE_NORM_EPSILON 1e-5
/* So that no vector is divided by nothing. */
#define LEAST_LENGTH 1e-12
#define MOST_FACTOR 100

/* Pixels of a group: no file says it, and the reference guesses, too. */
#define LIGHT_DIM 48
#define LIGHT_GROUP 128
#define GROUP 256

static gboolean
is_light (const GengaAtdSpec *net)
{
  return net->swin.upsampler == GENGA_UPSAMPLER_DIRECT && net->swin.dim == LIGHT_DIM;
}

static int
get_group (const GengaAtdSpec *net)
{
  return is_light (net) ? LIGHT_GROUP : GROUP;
}

/* A linear layer, which has a bias where queries and their like do. */
static void
expect_linear (
    GengaArchReader *reader, const GengaAtdSpec *net, const char *prefix, int out, int in)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.weight", name), GENGA_DIMS (out, in));
  if (net->swin.qkv_bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", name), GENGA_DIMS (out));
}

static void
expect_attention (GengaArchReader *reader, const GengaAtdSpec *net, int layer, const char *at)
{
  int dim = net->swin.dim, side = 2 * net->swin.window - 1;

  expect_linear (reader, net, genga_arch_key (reader, "%s.wqkv", at), 3 * dim, dim);
  genga_arch_expect (reader, genga_arch_key (reader, "%s." TABLE, at),
                     GENGA_DIMS (side * side, net->swin.heads[layer]));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.attn_win.proj", at), dim, dim);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn_atd.scale", at),
                     GENGA_DIMS (net->n_tokens));
  expect_linear (reader, net, genga_arch_key (reader, "%s.attn_atd.wq", at), net->narrow, dim);
  expect_linear (reader, net, genga_arch_key (reader, "%s.attn_atd.wk", at), net->narrow, dim);
  expect_linear (reader, net, genga_arch_key (reader, "%s.attn_atd.wv", at), dim, dim);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn_aca.logit_scale", at),
                     GENGA_DIMS (1, 1));
  expect_linear (reader, net, genga_arch_key (reader, "%s.attn_aca.proj", at), dim, dim);
}

static void
expect_block (GengaArchReader *reader, const GengaAtdSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." LAYERS ".%d", layer, block);
  int dim = net->swin.dim;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), dim);
  if (block < net->swin.depth[layer] - 1)
    {
      genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm3", at), net->n_tokens);
      genga_arch_expect (reader, genga_arch_key (reader, "%s.sigma", at),
                         GENGA_DIMS (net->n_tokens, 1));
    }
  expect_attention (reader, net, layer, at);
  genga_swin_expect_mlp (reader, dim, net->swin.hidden, genga_arch_key (reader, "%s.convffn", at));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.convffn.dwconv.depthwise_conv.0", at),
                          net->swin.hidden, 1, net->kernel);
}

static void
read_sizes (GengaArchReader *reader, GengaNetSpec *spec)
{
  static const char kernel_key[] = FIRST "convffn.dwconv.depthwise_conv.0.weight";
  GengaAtdSpec *net = &spec->atd;
  int n_pixels;

  genga_swin_read_trunk (reader, spec);
  net->swin.window =
      genga_swin_read_window (reader, "relative_position_index_SA",
                              genga_arch_get_dim (reader, "relative_position_index_SA", 2, 0));
  n_pixels = net->swin.window * net->swin.window;
  genga_swin_read_depths (reader, &net->swin, LAYERS);
  for (int i = 0; i < net->swin.n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key = genga_arch_key (reader, "layers.%d." LAYERS ".0." TABLE, i);

      net->swin.heads[i] = genga_arch_get_dim (reader, key, 2, 1);
      genga_swin_check_heads (reader, net->swin.heads[i], net->swin.dim, n_pixels, n_pixels);
    }
  net->n_tokens = genga_arch_get_dim (reader, FIRST "attn_atd.scale", 1, 0);
  net->narrow = genga_arch_get_dim (reader, FIRST "attn_atd.wq.weight", 2, 0);
  net->kernel = genga_arch_get_dim (reader, kernel_key, 4, 2);
  net->swin.hidden = genga_arch_get_dim (reader, FIRST "convffn.fc1.weight", 2, 0);
  net->swin.qkv_bias = genga_arch_has (reader, FIRST "wqkv.bias");
  net->is_normalised = !genga_arch_has (reader, "no_norm");
  if (net->kernel % 2 == 0)
    genga_arch_fail_shape (reader, kernel_key);
  if (net->swin.unshuffle != 1)
    genga_arch_fail_variant (reader, "an unshuffle");
}

static void
read_atd (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaAtdSpec *net = &spec->atd;
  int n_pixels;

  read_sizes (reader, spec);
  n_pixels = net->swin.window * net->swin.window;
  genga_arch_allow (reader, "relative_position_index_SA", GENGA_DIMS (n_pixels, n_pixels));
  genga_arch_ignore (reader, "no_norm");
  genga_swin_expect_trunk (reader, spec);
  genga_swin_read_tail (reader, spec);
  net->swin.range = 1;
  for (int i = 0; i < net->swin.n_layers && !genga_arch_has_failed (reader); i++)
    {
      genga_arch_expect (reader, genga_arch_key (reader, "layers.%d.residual_group.td", i),
                         GENGA_DIMS (net->n_tokens, net->swin.dim));
      for (int j = 0; j < net->swin.depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      genga_swin_expect_residual (reader, net->swin.residual, net->swin.dim,
                                  genga_arch_key (reader, "layers.%d.conv", i));
    }
}

/* ---- the graph ---- */

static guint
add (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

/* Vectors of length 1. */
static guint
build_unit (const GengaArchBuild *build, guint input)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  g_autofree double *factors = g_new (double, n);

  for (int i = 0; i < n; i++)
    factors[i] = 1 / sqrt (n);
  return genga_graph_rms_norm (build->graph, input,
                               genga_arch_build_f64_constant (build, 1, &n, factors), GENGA_NONE,
                               LEAST_LENGTH);
}

/* A factor of each token, from 1 to 1 + log (tokens). */
static guint
build_scale (const GengaArchBuild *build, const char *prefix)
{
  const GengaTensor *tensor = genga_arch_build_get (build, "%s.scale", prefix);
  int n = (int)genga_tensor_get_n_elements (tensor);
  g_autofree double *scale = genga_arch_build_dup_f64 (build, "%s.scale", prefix);

  for (int i = 0; i < n && scale != NULL; i++)
    scale[i] = 1 + CLAMP (scale[i], 0.0, 1.0) * log (n);
  return genga_arch_build_f64_constant (build, 1, &n, scale);
}

/* How much a pixel is like each token: a channel for each, whose sum is 1. */
static guint
build_similarity (const GengaArchBuild *build, guint input, guint tokens, const char *prefix)
{
  guint queries = build_unit (build, genga_arch_build_conv (build, input, "%s.wq", prefix));
  guint keys = build_unit (build, genga_arch_build_conv (build, tokens, "%s.wk", prefix));
  guint value = genga_graph_matmul (build->graph, queries, keys, FALSE, TRUE);

  value = genga_graph_affine (build->graph, value, build_scale (build, prefix), GENGA_NONE);
  return genga_graph_softmax (build->graph, value, FALSE);
}

/* Among pixels that are most like the same token. */
static guint
build_kinds (const GengaArchBuild *build,
             const GengaAtdSpec *net,
             guint qkv,
             guint similarity,
             int n_heads,
             const char *prefix)
{
  int dim = net->swin.dim;
  g_autofree double *scale = genga_arch_build_dup_f64 (build, "%s.logit_scale", prefix);
  g_autofree double *factors = g_new0 (double, n_heads);
  GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, dim),
    .keys = genga_graph_slice (build->graph, qkv, dim, dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * dim, dim),
    .n_heads = n_heads,
  };
  guint value;

  for (int i = 0; i < n_heads && scale != NULL; i++)
    factors[i] = MIN (exp (scale[0]), MOST_FACTOR);
  attention.weight = genga_arch_build_f64_constant (build, 1, &n_heads, factors);
  value = genga_graph_sorted_attention (build->graph, &attention, similarity, get_group (net));
  return genga_arch_build_conv (build, value, "%s.proj", prefix);
}

static guint
build_windows (const GengaArchBuild *build,
               const GengaAtdSpec *net,
               guint qkv,
               int layer,
               int block,
               const char *at)
{
  int side = 2 * net->swin.window - 1;
  g_autofree char *prefix = g_strdup_printf ("%s.attn_win", at);
  g_autofree double *table = genga_arch_build_dup_f64 (build, "%s." TABLE, at);
  const GengaSwinAttention attention = {
    .n_heads = net->swin.heads[layer],
    .window = net->swin.window,
    .shift = block % 2 == 0 ? 0 : net->swin.window / 2,
    .positions = genga_swin_build_positions (build, table, net->swin.heads[layer], side, side),
  };

  return genga_swin_build_windows (build, &attention, qkv, prefix);
}

/* A list with a single number for each token: how much of it stays, or is replaced. */
static guint
build_share (const GengaArchBuild *build, int n_tokens, gboolean stays, const char *at)
{
  const int shape[] = { n_tokens, 1 };
  g_autofree double *sigma = genga_arch_build_dup_f64 (build, "%s.sigma", at);

  for (int i = 0; i < n_tokens && sigma != NULL; i++)
    sigma[i] = 1 / (1 + exp (stays ? -sigma[i] : sigma[i]));
  return genga_graph_list (build->graph, genga_arch_build_f64_constant (build, 2, shape, sigma));
}

/* Tokens become more like the pixels that are like them. */
static guint
build_refinement (
    const GengaArchBuild *build, guint input, guint similarity, guint tokens, const char *at)
{
  int n = genga_graph_peek (build->graph, similarity)->channels;
  guint weights = genga_graph_group_norm (
      build->graph, similarity, genga_arch_build_vector (build, "%s.norm3.weight", at),
      genga_arch_build_vector (build, "%s.norm3.bias", at), n, INSTANCE_NORM_EPSILON);
  guint means;

  weights = genga_graph_softmax (build->graph, weights, TRUE);
  means = genga_graph_matmul (build->graph, weights, input, TRUE, FALSE);
  means =
      genga_graph_combine (build->graph, GENGA_OP_MUL, means, build_share (build, n, FALSE, at));
  tokens =
      genga_graph_combine (build->graph, GENGA_OP_MUL, tokens, build_share (build, n, TRUE, at));
  return add (build, tokens, means);
}

/* `*tokens` are those of the next block then. */
static guint
build_block (const GengaArchBuild *build,
             const GengaAtdSpec *net,
             guint input,
             int layer,
             int block,
             guint *tokens)
{
  g_autofree char *at = g_strdup_printf ("layers.%d." LAYERS ".%d", layer, block);
  g_autofree char *dictionary = g_strdup_printf ("%s.attn_atd", at);
  g_autofree char *kinds = g_strdup_printf ("%s.attn_aca", at);
  g_autofree char *feed_forward = g_strdup_printf ("%s.convffn", at);
  guint normed = genga_swin_build_norm (build, input, "%s.norm1", at);
  guint qkv = genga_arch_build_conv (build, normed, "%s.wqkv", at);
  guint similarity = build_similarity (build, normed, *tokens, dictionary);
  guint looked_up = genga_arch_build_conv (build, *tokens, "%s.wv", dictionary);
  guint value = add (build, input, build_windows (build, net, qkv, layer, block, at));

  looked_up = genga_graph_matmul (build->graph, similarity, looked_up, FALSE, FALSE);
  value = add (build, value, looked_up);
  value =
      add (build, value, build_kinds (build, net, qkv, similarity, net->swin.heads[layer], kinds));
  normed = genga_swin_build_norm (build, value, "%s.norm2", at);
  value = add (build, value, genga_feed_forward_build_conv (build, normed, feed_forward));
  if (block < net->swin.depth[layer] - 1)
    *tokens = build_refinement (build, value, similarity, *tokens, at);
  return value;
}

static guint
build_layer (const GengaArchBuild *build, const GengaAtdSpec *net, guint input, int layer)
{
  g_autofree char *residual = g_strdup_printf ("layers.%d.conv", layer);
  guint tokens = genga_graph_list (
      build->graph, genga_arch_build_constant (build, "layers.%d.residual_group.td", layer));
  guint value = input;

  for (int i = 0; i < net->swin.depth[layer]; i++)
    value = build_block (build, net, value, layer, i, &tokens);
  value = genga_swin_build_residual (build, net->swin.residual, value, residual);
  return add (build, value, input);
}

static void
build_atd (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaAtdSpec *net = &spec->atd;
  const GengaTail tail = genga_swin_get_tail (spec);
  guint picture = genga_graph_pad_all (build->graph, 0, GENGA_PAD_SYMMETRIC, 0, net->swin.window);
  guint first, value;

  genga_graph_require_sides (build->graph, MINIMUM, 1);
  if (net->is_normalised)
    picture = genga_tail_normalise (build, picture, net->swin.range);
  first = genga_arch_build_conv (build, picture, "conv_first");
  value = genga_swin_build_norm (build, first, "patch_embed.norm");
  for (int i = 0; i < net->swin.n_layers; i++)
    value = build_layer (build, net, value, i);
  value = genga_swin_build_norm (build, value, "norm");
  value = genga_swin_build_residual (build, net->swin.residual, value, "conv_after_body");
  value = genga_tail_build (build, &tail, net->swin.range, picture, add (build, value, first));
  /* The tail has added the mean colour. */
  if (!net->is_normalised)
    value = genga_tail_normalise (build, value, net->swin.range);
  genga_graph_crop_to_picture (build->graph, value, 0, 0);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "ATD";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaAtdSpec *net = &spec->atd;

  func ("img_size", "64", user_data);
  func ("patch_size", "1", user_data);
  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "embed_dim", net->swin.dim);
  genga_hyper_list (func, user_data, "depths", net->swin.depth, net->swin.n_layers);
  genga_hyper_list (func, user_data, "num_heads", net->swin.heads, net->swin.n_layers);
  genga_hyper_int (func, user_data, "window_size", net->swin.window);
  genga_hyper_int (func, user_data, "category_size", get_group (net));
  genga_hyper_int (func, user_data, "num_tokens", net->n_tokens);
  genga_hyper_int (func, user_data, "reducted_dim", net->narrow);
  genga_hyper_int (func, user_data, "convffn_kernel_size", net->kernel);
  genga_hyper_real (func, user_data, "mlp_ratio", (double)net->swin.hidden / net->swin.dim);
  genga_hyper_bool (func, user_data, "qkv_bias", net->swin.qkv_bias);
  func ("norm_layer", "<class 'torch.nn.modules.normalization.LayerNorm'>", user_data);
  func ("ape", "False", user_data);
  func ("patch_norm", "True", user_data);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("img_range", "1.0", user_data);
  func ("upsampler", genga_tail_get_name (net->swin.upsampler), user_data);
  func ("resi_connection", genga_swin_get_residual_name (net->swin.residual), user_data);
  genga_hyper_bool (func, user_data, "norm", net->is_normalised);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaAtdSpec *net = &spec->atd;

  if (is_light (net))
    g_ptr_array_add (tags, g_strdup ("light"));
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->swin.dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dw", net->swin.window));
  g_ptr_array_add (tags, g_strdup_printf ("%dcat", get_group (net)));
}

const GengaArch genga_arch_atd = {
  .family = GENGA_FAMILY_ATD,
  .get_name = get_name,
  .read = read_atd,
  .build = build_atd,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
