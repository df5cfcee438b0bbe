/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RGT: blocks that attend inside rectangles, and blocks that attend to a small summary of the
 * whole map, by turns. The summary comes of one reduction by 4, made again and again.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-rectangles.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

#define MINIMUM 16
#define BIASES_KEY "layers.0.blocks.0.attn.attns.0.rpe_biases"

/*
 * The reference reduces a third time where a side has 1024 pixels or more, so that its matrices
 * fit into memory. What is attended to is found in parts here, which lets all pictures be alike.
 */
#define N_REDUCTIONS 2
#define REDUCTION 4

static gboolean
is_local (int block)
{
  return block % 2 == 0;
}

static void
expect_local (GengaArchReader *reader, const GengaRgtSpec *net, int layer, const char *at)
{
  int n = net->split[0] * net->split[1];
  int n_positions = (2 * net->split[0] - 1) * (2 * net->split[1] - 1);

  genga_swin_expect_attention (reader, net->swin.dim, net->swin.qkv_bias, at);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.get_v", at), net->swin.dim, 1, 3);
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn_mask_0", at));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.attn_mask_1", at));
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *branch = g_strdup_printf ("%s.attns.%d", at, i);

      genga_arch_allow (reader, genga_arch_key (reader, "%s.rpe_biases", branch),
                        GENGA_DIMS (n_positions, 2));
      genga_arch_allow (reader, genga_arch_key (reader, "%s.relative_position_index", branch),
                        GENGA_DIMS (n, n));
      genga_rectangles_expect_positions (reader, branch, net->swin.dim / 2 / 4 / 4,
                                         net->swin.heads[layer] / 2);
    }
}

static void
expect_projection (
    GengaArchReader *reader, const GengaRgtSpec *net, const char *at, char name, int out, int in)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.%c.weight", at, name),
                     GENGA_DIMS (out, in));
  if (net->swin.qkv_bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.%c.bias", at, name), GENGA_DIMS (out));
}

static void
expect_global (GengaArchReader *reader, const GengaRgtSpec *net, const char *at)
{
  int dim = net->swin.dim;

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.reduction1", at), dim, 1, REDUCTION);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.dwconv", at), dim, 1, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv", at), net->narrow, dim, 1);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm_act.0", at), net->narrow);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.cpe", at), dim, 1, 3);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.proj", at), dim, dim);
  expect_projection (reader, net, at, 'q', net->narrow, dim);
  expect_projection (reader, net, at, 'k', net->narrow, net->narrow);
  expect_projection (reader, net, at, 'v', dim, net->narrow);
}

static void
expect_block (GengaArchReader *reader, const GengaRgtSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.blocks.%d", layer, block);
  g_autofree char *attention = g_strdup_printf ("%s.attn", at);
  int dim = net->swin.dim, hidden = net->swin.hidden;

  genga_arch_expect (reader, genga_arch_key (reader, "%s.gamma", at), GENGA_DIMS (dim));
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), dim);
  if (is_local (block))
    expect_local (reader, net, layer, attention);
  else
    expect_global (reader, net, attention);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.mlp.fc1", at), hidden, dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.mlp.sg.norm", at), hidden / 2);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.mlp.sg.conv", at), hidden / 2, 1, 3);
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.mlp.fc2", at), dim, hidden / 2);
}

/* Only those of one half are stored. */
static void
read_heads (GengaArchReader *reader, GengaRgtSpec *net)
{
  int dim = net->swin.dim;

  for (int i = 0; i < net->swin.n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "layers.%d.blocks.0.attn.attns.0.pos.pos3.2.weight", i);
      int half = genga_arch_get_dim (reader, key, 2, 0);

      net->swin.heads[i] = dim % (2 * half) == 0 ? 2 * half : 2 * half + 1;
      if (dim / 2 % half != 0 || dim % net->swin.heads[i] != 0 ||
          net->narrow % net->swin.heads[i] != 0)
        genga_arch_fail_variant (reader, "%d heads for %d channels", net->swin.heads[i], dim);
    }
}

static void
read_narrow (GengaArchReader *reader, GengaRgtSpec *net)
{
  net->narrow = net->swin.dim / 2;
  for (int i = net->swin.n_layers - 1; i >= 0; i--)
    if (net->swin.depth[i] >= 2)
      net->narrow = genga_arch_get_dim (
          reader, genga_arch_key (reader, "layers.%d.blocks.1.attn.conv.weight", i), 4, 0);
}

static void
read_rgt (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaRgtSpec *net = &spec->rgt;

  genga_swin_read_trunk (reader, spec);
  genga_swin_read_depths (reader, &net->swin, "blocks");
  genga_swin_read_tail (reader, spec);
  net->swin.hidden = genga_arch_get_dim (reader, "layers.0.blocks.0.mlp.fc1.weight", 2, 0);
  net->swin.qkv_bias = genga_arch_has (reader, "layers.0.blocks.0.attn.qkv.bias");
  genga_rectangles_read_split (reader, BIASES_KEY, net->split);
  read_narrow (reader, net);
  read_heads (reader, net);
  if (net->swin.dim < 32 || net->swin.dim % 2 != 0 || net->swin.unshuffle != 1 ||
      net->swin.hidden % 2 != 0)
    genga_arch_fail_variant (reader, "%d channels, %d inside", net->swin.dim, net->swin.hidden);

  genga_arch_expect_conv (reader, "conv_first", net->swin.dim, spec->in_channels, 3);
  genga_arch_expect_norm (reader, "before_RG.1", net->swin.dim);
  for (int i = 0; i < net->swin.n_layers; i++)
    {
      for (int j = 0; j < net->swin.depth[i] && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      genga_swin_expect_residual (reader, net->swin.residual, net->swin.dim,
                                  genga_arch_key (reader, "layers.%d.conv", i));
    }
  genga_arch_expect_norm (reader, "norm", net->swin.dim);
  genga_swin_expect_residual (reader, net->swin.residual, net->swin.dim, "conv_after_body");
}

/* ---- the graph ---- */

static guint
add (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

static guint
build_local (
    const GengaArchBuild *build, const GengaRgtSpec *net, guint input, int layer, int block)
{
  g_autofree char *prefix = g_strdup_printf ("layers.%d.blocks.%d.attn", layer, block);
  int dim = net->swin.dim;
  const GengaRectangles rectangles = {
    .n_heads = net->swin.heads[layer] / 2 * 2,
    .split = { net->split[0], net->split[1] },
    .is_shifted = layer % 2 == 0 ? block % 4 == 2 : block % 4 == 0,
  };
  guint qkv = genga_arch_build_conv (build, input, "%s.qkv", prefix);
  guint attended = genga_rectangles_build (build, &rectangles, qkv, prefix);
  guint beside = genga_graph_slice (build->graph, qkv, 2 * dim, dim);

  beside = genga_arch_build_depthwise (build, beside, "%s.get_v", prefix);
  return genga_arch_build_conv (build, add (build, attended, beside), "%s.proj", prefix);
}

/* A summary of the map, at a fraction of its size. */
static guint
build_summary (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = input;

  for (int i = 0; i < N_REDUCTIONS; i++)
    {
      GengaOp op = *genga_graph_peek (
          build->graph, genga_arch_build_depthwise (build, value, "%s.reduction1", prefix));

      op.inputs[0] = value;
      op.conv.stride = REDUCTION;
      op.conv.pad_y = op.conv.pad_x = 0;
      value = genga_graph_conv_full (build->graph, &op);
    }
  value = genga_arch_build_depthwise (build, value, "%s.dwconv", prefix);
  value = genga_arch_build_conv (build, value, "%s.conv", prefix);
  value = genga_swin_build_norm (build, value, "%s.norm_act.0", prefix);
  return genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
}

static guint
build_global (
    const GengaArchBuild *build, const GengaRgtSpec *net, guint input, int layer, int block)
{
  g_autofree char *prefix = g_strdup_printf ("layers.%d.blocks.%d.attn", layer, block);
  guint summary = build_summary (build, input, prefix);
  GengaAttention attention = {
    .queries = genga_arch_build_conv (build, input, "%s.q", prefix),
    .keys = genga_arch_build_conv (build, summary, "%s.k", prefix),
    .values = genga_arch_build_conv (build, summary, "%s.v", prefix),
    .n_heads = net->swin.heads[layer],
  };

  attention.values =
      add (build, genga_arch_build_depthwise (build, attention.values, "%s.cpe", prefix),
           attention.values);
  return genga_arch_build_conv (build, genga_graph_cross_attention (build->graph, &attention),
                                "%s.proj", prefix);
}

/* Gated by a convolution of its second half. */
static guint
build_feed_forward (const GengaArchBuild *build, guint input, int hidden, const char *prefix)
{
  guint wide = genga_graph_activate (
      build->graph, genga_arch_build_conv (build, input, "%s.fc1", prefix), GENGA_ACTIVATION_GELU);
  guint value = genga_graph_slice (build->graph, wide, 0, hidden / 2);
  guint gate = genga_graph_slice (build->graph, wide, hidden / 2, hidden / 2);

  gate = genga_swin_build_norm (build, gate, "%s.sg.norm", prefix);
  gate = genga_arch_build_depthwise (build, gate, "%s.sg.conv", prefix);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
  return genga_arch_build_conv (build, value, "%s.fc2", prefix);
}

static guint
build_block (
    const GengaArchBuild *build, const GengaRgtSpec *net, guint input, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.blocks.%d", layer, block);
  g_autofree char *feed_forward = g_strdup_printf ("%s.mlp", at);
  guint value = genga_swin_build_norm (build, input, "%s.norm1", at);
  guint inside;

  value = is_local (block) ? build_local (build, net, value, layer, block)
                           : build_global (build, net, value, layer, block);
  value = add (build, value, input);
  inside = genga_swin_build_norm (build, value, "%s.norm2", at);
  value = add (build, build_feed_forward (build, inside, net->swin.hidden, feed_forward), value);
  inside = genga_graph_affine (build->graph, input, genga_arch_build_vector (build, "%s.gamma", at),
                               GENGA_NONE);
  return add (build, value, inside);
}

static void
build_rgt (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaRgtSpec *net = &spec->rgt;
  const GengaTail tail = genga_swin_get_tail (spec);
  guint picture = genga_tail_normalise (build, 0, net->swin.range);
  guint first = genga_arch_build_conv (build, picture, "conv_first");
  guint value = genga_swin_build_norm (build, first, "before_RG.1");

  genga_graph_require_sides (build->graph, MINIMUM, 1);
  for (int i = 0; i < net->swin.n_layers; i++)
    {
      g_autofree char *residual = g_strdup_printf ("layers.%d.conv", i);
      guint inside = value;

      for (int j = 0; j < net->swin.depth[i]; j++)
        inside = build_block (build, net, inside, i, j);
      inside = genga_swin_build_residual (build, net->swin.residual, inside, residual);
      value = add (build, inside, value);
    }
  value = genga_swin_build_norm (build, value, "norm");
  value = genga_swin_build_residual (build, net->swin.residual, value, "conv_after_body");
  genga_tail_build (build, &tail, net->swin.range, picture, add (build, value, first));
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "RGT";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaRgtSpec *net = &spec->rgt;
  g_autofree char *split = g_strdup_printf ("(%d, %d)", net->split[0], net->split[1]);

  func ("img_size", "64", user_data);
  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "embed_dim", net->swin.dim);
  genga_hyper_list (func, user_data, "depth", net->swin.depth, net->swin.n_layers);
  genga_hyper_list (func, user_data, "num_heads", net->swin.heads, net->swin.n_layers);
  genga_hyper_real (func, user_data, "mlp_ratio", (double)net->swin.hidden / net->swin.dim);
  genga_hyper_bool (func, user_data, "qkv_bias", net->swin.qkv_bias);
  func ("qk_scale", "None", user_data);
  func ("drop_rate", "0.0", user_data);
  func ("attn_drop_rate", "0.0", user_data);
  func ("drop_path_rate", "0.1", user_data);
  func ("act_layer", "<class 'torch.nn.modules.activation.GELU'>", user_data);
  func ("norm_layer", "<class 'torch.nn.modules.normalization.LayerNorm'>", user_data);
  func ("use_chk", "False", user_data);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("img_range", "1.0", user_data);
  func ("resi_connection", genga_swin_get_residual_name (net->swin.residual), user_data);
  func ("split_size", split, user_data);
  genga_hyper_real (func, user_data, "c_ratio", (double)net->narrow / net->swin.dim);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
}

const GengaArch genga_arch_rgt = {
  .family = GENGA_FAMILY_RGT,
  .get_name = get_name,
  .read = read_rgt,
  .build = build_rgt,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
