/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * OmniSR: attention between pixels and between channels, each inside windows and over grids that
 * span the map, behind a gated feed-forward network each.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-feed-forward.h"
#include "nets/attention/arch-swin-build.h"

/* What no file says. */
#define N_HEADS 4
#define DEFAULT_WINDOW 8
#define MINIMUM 16

#define MAX_WINDOW 32
#define TOKEN_NORM_EPSILON 1e-5
#define MAP_NORM_EPSILON 1e-6
#define LEAST_ESA_WIDTH 16

/* Where a block's layers are: those between rearrange pixels in the reference. */
#define CONV 0
#define WINDOW_ATTENTION 2
#define WINDOW_CHANNELS 5
#define GRID_ATTENTION 8
#define GRID_CHANNELS 11
static const int feed_forwards[] = { 4, 6, 10, 12 };

/* The layer `index` of a block: "<block>.layer.<index>.<name>". */
static char *
format_layer (const char *block, int index, const char *name)
{
  return g_strdup_printf ("%s.layer.%d.%s", block, index, name);
}

static void
expect_weight (GengaArchReader *reader, const char *key, int out, int in, int kernel)
{
  genga_arch_expect (reader, key, GENGA_DIMS (out, in, kernel, kernel));
}

static void
expect_norm (GengaArchReader *reader, int dim, const char *block, int index)
{
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.layer.%d.norm", block, index), dim);
}

static void
expect_pixel_attention (GengaArchReader *reader,
                        const GengaOmniSrSpec *net,
                        const char *block,
                        int index)
{
  g_autofree char *at = format_layer (block, index, "fn");
  int n_positions = (2 * net->window - 1) * (2 * net->window - 1);

  expect_norm (reader, net->dim, block, index);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.to_qkv.weight", at),
                     GENGA_DIMS (3 * net->dim, net->dim));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.to_out.0.weight", at),
                     GENGA_DIMS (net->dim, net->dim));
  if (net->has_positions)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.rel_pos_bias.weight", at),
                       GENGA_DIMS (n_positions, N_HEADS));
}

static void
expect_channel_attention (GengaArchReader *reader, int dim, const char *block, int index)
{
  g_autofree char *at = format_layer (block, index, "fn");

  expect_norm (reader, dim, block, index);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.temperature", at),
                     GENGA_DIMS (N_HEADS, 1, 1));
  expect_weight (reader, genga_arch_key (reader, "%s.qkv.weight", at), 3 * dim, dim, 1);
  expect_weight (reader, genga_arch_key (reader, "%s.qkv_dwconv.weight", at), 3 * dim, 1, 3);
  expect_weight (reader, genga_arch_key (reader, "%s.project_out.weight", at), dim, dim, 1);
}

/* A depth-wise convolution and gates of channels. */
static void
expect_conv (GengaArchReader *reader, int dim, const char *block)
{
  g_autofree char *at = format_layer (block, CONV, "fn");
  int narrow = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.4.gate.1.weight", at), 2, 0);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.0", at), dim, dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.2", at), dim, 1, 3);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.4.gate.1.weight", at),
                     GENGA_DIMS (narrow, dim));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.4.gate.3.weight", at),
                     GENGA_DIMS (dim, narrow));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.5", at), dim, dim, 1);
}

static void
expect_block (GengaArchReader *reader, const GengaOmniSrSpec *net, const char *block)
{
  expect_conv (reader, net->dim, block);
  expect_pixel_attention (reader, net, block, WINDOW_ATTENTION);
  expect_channel_attention (reader, net->dim, block, WINDOW_CHANNELS);
  expect_pixel_attention (reader, net, block, GRID_ATTENTION);
  expect_channel_attention (reader, net->dim, block, GRID_CHANNELS);
  for (guint i = 0; i < G_N_ELEMENTS (feed_forwards); i++)
    {
      g_autofree char *at = format_layer (block, feed_forwards[i], "fn");

      expect_norm (reader, net->dim, block, feed_forwards[i]);
      genga_feed_forward_expect (reader, at, net->dim, net->dim, FALSE);
    }
}

/* One with a bias where the network has them. */
static void
expect_biased (
    GengaArchReader *reader, const GengaOmniSrSpec *net, const char *prefix, int in, int kernel)
{
  g_autofree char *name = g_strdup (prefix);

  expect_weight (reader, genga_arch_key (reader, "%s.weight", name), net->dim, in, kernel);
  if (net->bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", name), GENGA_DIMS (net->dim));
}

static void
expect_group (GengaArchReader *reader, const GengaOmniSrSpec *net, int group)
{
  g_autofree char *esa = g_strdup_printf ("residual_layer.%d.esa", group);
  int width = MAX (net->dim / 4, LEAST_ESA_WIDTH);

  for (int i = 0; i < net->n_blocks && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("residual_layer.%d.residual_layer.%d", group, i);
      expect_block (reader, net, block);
    }
  expect_biased (
      reader, net,
      genga_arch_key (reader, "residual_layer.%d.residual_layer.%d", group, net->n_blocks),
      net->dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv1", esa), width, net->dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv_f", esa), width, width, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv2", esa), width, width, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv3", esa), width, width, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv4", esa), net->dim, width, 1);
}

static void
read_window (GengaArchReader *reader, GengaOmniSrSpec *net)
{
  static const char key[] = "residual_layer.0.residual_layer.0.layer.2.fn.rel_pos_bias.weight";

  net->window = DEFAULT_WINDOW;
  net->has_positions = genga_arch_has (reader, key);
  if (net->has_positions)
    net->window = (genga_arch_square_root (genga_arch_get_dim (reader, key, 2, 0)) + 1) / 2;
  if (!genga_arch_has_failed (reader) && (net->window < 1 || net->window > MAX_WINDOW))
    genga_arch_fail_shape (reader, key);
}

static void
read_omnisr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaOmniSrSpec *net = &spec->omnisr;
  int shuffled = genga_arch_get_dim (reader, "up.0.weight", 4, 0);

  net->dim = genga_arch_get_dim (reader, "input.weight", 4, 0);
  spec->in_channels = genga_arch_get_dim (reader, "input.weight", 4, 1);
  net->bias = genga_arch_has (reader, "input.bias");
  net->n_groups = genga_arch_get_sequence_length (reader, "residual_layer");
  net->n_blocks = genga_arch_get_sequence_length (reader, "residual_layer.0.residual_layer") - 1;
  genga_arch_split_shuffle (reader, "up.0.weight", shuffled, spec->in_channels, &spec->scale,
                            &spec->out_channels);
  read_window (reader, net);
  if (net->dim % N_HEADS != 0 || net->n_blocks < 1)
    genga_arch_fail_variant (reader, "%d channels, %d blocks", net->dim, net->n_blocks);

  expect_biased (reader, net, "input", spec->in_channels, 3);
  for (int i = 0; i < net->n_groups && !genga_arch_has_failed (reader); i++)
    expect_group (reader, net, i);
  expect_biased (reader, net, "output", net->dim, 3);
  expect_weight (reader, "up.0.weight", shuffled, net->dim, 3);
  if (net->bias)
    genga_arch_expect (reader, "up.0.bias", GENGA_DIMS (shuffled));
}

/* ---- the graph ---- */

static guint
activate (const GengaArchBuild *build, guint input, GengaActivation function)
{
  return genga_graph_activate (build->graph, input, function);
}

static guint
add (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

static guint
build_conv (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_conv (build, input, "%s.0", prefix);
  guint gate;

  value = activate (build, value, GENGA_ACTIVATION_GELU);
  value = genga_arch_build_depthwise (build, value, "%s.2", prefix);
  value = activate (build, value, GENGA_ACTIVATION_GELU);
  gate = genga_graph_global_mean (build->graph, value);
  gate = genga_arch_build_conv (build, gate, "%s.4.gate.1", prefix);
  gate = activate (build, gate, GENGA_ACTIVATION_SILU);
  gate = genga_arch_build_conv (build, gate, "%s.4.gate.3", prefix);
  gate = activate (build, gate, GENGA_ACTIVATION_SIGMOID);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
  return add (build, genga_arch_build_conv (build, value, "%s.5", prefix), input);
}

static guint
build_positions (const GengaArchBuild *build, const GengaOmniSrSpec *net, const char *prefix)
{
  int n = 2 * net->window - 1;
  g_autofree double *table =
      net->has_positions ? genga_arch_build_dup_f64 (build, "%s.rel_pos_bias.weight", prefix)
                         : g_new0 (double, (gsize)n *n *N_HEADS);

  return genga_swin_build_positions (build, table, N_HEADS, n, n);
}

static guint
build_pixel_attention (const GengaArchBuild *build,
                       const GengaOmniSrSpec *net,
                       guint input,
                       const char *prefix)
{
  guint qkv = genga_arch_build_conv (build, input, "%s.to_qkv", prefix);
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, net->dim),
    .keys = genga_graph_slice (build->graph, qkv, net->dim, net->dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * net->dim, net->dim),
    .weight = build_positions (build, net, prefix),
    .n_heads = N_HEADS,
    .window_y = net->window,
    .window_x = net->window,
    .multiple = net->window,
    .is_relative = TRUE,
  };

  return genga_arch_build_conv (build, genga_graph_window_attention (build->graph, &attention),
                                "%s.to_out.0", prefix);
}

static guint
build_channel_attention (const GengaArchBuild *build,
                         const GengaOmniSrSpec *net,
                         guint input,
                         gboolean is_grid,
                         const char *prefix)
{
  guint qkv = genga_arch_build_conv (build, input, "%s.qkv", prefix);
  GengaAttention attention = {
    .weight = genga_arch_build_vector (build, "%s.temperature", prefix),
    .n_heads = N_HEADS,
    .window_y = net->window,
    .window_x = net->window,
    .is_strided = is_grid,
  };

  qkv = genga_arch_build_depthwise (build, qkv, "%s.qkv_dwconv", prefix);
  attention.queries = genga_graph_slice (build->graph, qkv, 0, net->dim);
  attention.keys = genga_graph_slice (build->graph, qkv, net->dim, net->dim);
  attention.values = genga_graph_slice (build->graph, qkv, 2 * net->dim, net->dim);
  return genga_arch_build_conv (build, genga_graph_channel_attention (build->graph, &attention),
                                "%s.project_out", prefix);
}

static guint
build_layer (const GengaArchBuild *build,
             const GengaOmniSrSpec *net,
             guint input,
             const char *block,
             int index)
{
  g_autofree char *prefix = format_layer (block, index, "fn");
  gboolean is_pixels = index == WINDOW_ATTENTION || index == GRID_ATTENTION;
  gboolean is_channels = index == WINDOW_CHANNELS || index == GRID_CHANNELS;
  guint value = input;

  if (index == GRID_ATTENTION)
    value = genga_graph_grid_to_windows (build->graph, value, net->window);
  value =
      genga_arch_build_layer_norm (build, value, is_pixels ? TOKEN_NORM_EPSILON : MAP_NORM_EPSILON,
                                   "%s.layer.%d.norm", block, index);
  if (is_pixels)
    value = build_pixel_attention (build, net, value, prefix);
  else if (is_channels)
    value = build_channel_attention (build, net, value, index == GRID_CHANNELS, prefix);
  else
    value = genga_feed_forward_build (build, value, prefix);
  if (index == GRID_ATTENTION)
    value = genga_graph_windows_to_grid (build->graph, value, net->window);
  return add (build, value, input);
}

static guint
build_block (const GengaArchBuild *build,
             const GengaOmniSrSpec *net,
             guint input,
             const char *block)
{
  static const int layers[] = { WINDOW_ATTENTION, 4,  WINDOW_CHANNELS, 6,
                                GRID_ATTENTION,   10, GRID_CHANNELS,   12 };
  g_autofree char *conv = format_layer (block, CONV, "fn");
  guint value = build_conv (build, input, conv);

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    value = build_layer (build, net, value, block, layers[i]);
  return value;
}

/* "Enhanced spatial attention": a gate for each number, from a much smaller map. */
static guint
build_esa (const GengaArchBuild *build, guint input, const char *prefix)
{
  const GengaPool pool = { .kernel_y = 7, .kernel_x = 7, .stride = 3 };
  guint wide = genga_arch_build_conv (build, input, "%s.conv1", prefix);
  guint value = genga_arch_build_conv (build, wide, "%s.conv2", prefix);
  GengaOp op = *genga_graph_peek (build->graph, value);
  guint beside;

  op.conv.stride = 2;
  op.conv.pad_y = op.conv.pad_x = 0;
  value = genga_graph_conv_full (build->graph, &op);
  value = genga_graph_pool (build->graph, value, GENGA_OP_MAX_POOL, &pool);
  value = genga_arch_build_conv (build, value, "%s.conv3", prefix);
  value = genga_graph_resize_like (build->graph, value, GENGA_RESIZE_BILINEAR, wide);
  beside = genga_arch_build_conv (build, wide, "%s.conv_f", prefix);
  value = genga_arch_build_conv (build, add (build, value, beside), "%s.conv4", prefix);
  value = activate (build, value, GENGA_ACTIVATION_SIGMOID);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, input, value);
}

static guint
build_group (const GengaArchBuild *build, const GengaOmniSrSpec *net, guint input, int group)
{
  g_autofree char *esa = g_strdup_printf ("residual_layer.%d.esa", group);
  guint value = input;

  for (int i = 0; i < net->n_blocks; i++)
    {
      g_autofree char *block = g_strdup_printf ("residual_layer.%d.residual_layer.%d", group, i);
      value = build_block (build, net, value, block);
    }
  value = genga_arch_build_conv (build, value, "residual_layer.%d.residual_layer.%d", group,
                                 net->n_blocks);
  return build_esa (build, add (build, value, input), esa);
}

static void
build_omnisr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaOmniSrSpec *net = &spec->omnisr;
  guint picture = genga_graph_pad_all (build->graph, 0, GENGA_PAD_ZERO, 0, net->window);
  guint first = genga_arch_build_conv (build, picture, "input");
  guint value = first;

  genga_graph_require_sides (build->graph, MINIMUM, 1);
  for (int i = 0; i < net->n_groups; i++)
    value = build_group (build, net, value, i);
  value = add (build, genga_arch_build_conv (build, value, "output"), first);
  value = genga_arch_build_conv (build, value, "up.0");
  value = genga_graph_pixel_shuffle (build->graph, value, spec->scale);
  genga_graph_crop_to_picture (build->graph, value, 0, 0);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "OmniSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaOmniSrSpec *net = &spec->omnisr;

  genga_hyper_int (func, user_data, "num_in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "num_out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "num_feat", net->dim);
  genga_hyper_int (func, user_data, "block_num", net->n_blocks);
  genga_hyper_bool (func, user_data, "pe", net->has_positions);
  genga_hyper_int (func, user_data, "window_size", net->window);
  genga_hyper_int (func, user_data, "res_num", net->n_groups);
  genga_hyper_int (func, user_data, "up_scale", spec->scale);
  genga_hyper_bool (func, user_data, "bias", net->bias);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaOmniSrSpec *net = &spec->omnisr;

  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("w%d", net->window));
  g_ptr_array_add (tags, g_strdup_printf ("%dnr", net->n_groups));
}

const GengaArch genga_arch_omnisr = {
  .family = GENGA_FAMILY_OMNISR,
  .fp16 = GENGA_FP16_SAFE,
  .get_name = get_name,
  .read = read_omnisr,
  .build = build_omnisr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
