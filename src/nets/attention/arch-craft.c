/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CRAFT: two blocks that attend inside rectangles see the low frequencies, a residual block beside
 * them the high ones; then channels attend from these to those.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-feed-forward.h"
#include "nets/attention/arch-rectangles.h"
#include "nets/attention/arch-swin-build.h"
#include "nets/attention/arch-swin.h"

/* What no file says. The reference always adds up to a whole step, mirrored, at the far sides. */
#define WINDOW 16
#define BIASES_KEY "biases_h"

static void
expect_weight (GengaArchReader *reader, const char *key, int out, int in, int kernel)
{
  genga_arch_expect (reader, key, GENGA_DIMS (out, in, kernel, kernel));
}

static void
expect_low (GengaArchReader *reader, const GengaCraftSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.srwa_blocks.%d", layer, block);
  int dim = net->swin.dim;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1", at), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2", at), dim);
  genga_swin_expect_attention (reader, dim, net->swin.qkv_bias, at);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.get_v", at), dim, 1, 3);
  for (int i = 0; i < 2; i++)
    genga_rectangles_expect_positions (reader, genga_arch_key (reader, "%s.attns.%d", at, i),
                                       dim / 2 / 4 / 4, net->swin.heads[layer] / 2);
  genga_swin_expect_mlp (reader, dim, net->swin.hidden, genga_arch_key (reader, "%s.mlp", at));
}

static void
expect_high (GengaArchReader *reader, int dim, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.hfer_blocks.%d", layer, block);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv", at), dim / 2, dim / 2, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.fc", at), dim / 2, dim / 2, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.last_fc", at), dim, dim, 1);
}

static void
expect_fusion (GengaArchReader *reader, const GengaCraftSpec *net, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.hf_blocks.%d", layer, block);
  int dim = net->swin.dim;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm1.body", at), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm2.body", at), dim);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.temperature", at),
                     GENGA_DIMS (net->swin.heads[layer], 1, 1));
  expect_weight (reader, genga_arch_key (reader, "%s.attn.q.weight", at), dim, dim, 1);
  expect_weight (reader, genga_arch_key (reader, "%s.attn.q_dwconv.weight", at), dim, 1, 3);
  expect_weight (reader, genga_arch_key (reader, "%s.attn.kv.weight", at), 2 * dim, dim, 1);
  expect_weight (reader, genga_arch_key (reader, "%s.attn.kv_dwconv.weight", at), 2 * dim, 1, 3);
  expect_weight (reader, genga_arch_key (reader, "%s.attn.project_out.weight", at), dim, dim, 1);
  genga_feed_forward_expect (reader, genga_arch_key (reader, "%s.ffn", at), dim, net->fusion_hidden,
                             FALSE);
}

static void
read_heads (GengaArchReader *reader, GengaSwinSpec *net)
{
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "layers.%d.residual_group.hf_blocks.0.attn.temperature", i);

      net->heads[i] = genga_arch_get_dim (reader, key, 3, 0);
      if (net->heads[i] < 2 || net->dim % net->heads[i] != 0 ||
          net->dim / 2 % (net->heads[i] / 2) != 0)
        genga_arch_fail_variant (reader, "%d heads for %d channels", net->heads[i], net->dim);
    }
}

static void
expect_buffers (GengaArchReader *reader, const GengaCraftSpec *net)
{
  int n = net->split[0] * net->split[1];
  int n_positions = (2 * net->split[0] - 1) * (2 * net->split[1] - 1);

  genga_arch_allow (reader, "relative_position_index_h", GENGA_DIMS (n, n));
  genga_arch_allow (reader, "relative_position_index_v", GENGA_DIMS (n, n));
  genga_arch_expect_buffer (reader, "biases_h", GENGA_DIMS (n_positions, 2));
  genga_arch_allow (reader, "biases_v", GENGA_DIMS (n_positions, 2));
}

static void
expect_layer (GengaArchReader *reader, const GengaCraftSpec *net, int layer)
{
  for (int i = 0; i < net->swin.depth[layer] && !genga_arch_has_failed (reader); i++)
    {
      expect_low (reader, net, layer, 2 * i);
      expect_low (reader, net, layer, 2 * i + 1);
      expect_high (reader, net->swin.dim, layer, i);
      expect_fusion (reader, net, layer, i);
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "layers.%d.conv", layer), net->swin.dim,
                          net->swin.dim, 3);
}

static void
read_craft (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaCraftSpec *net = &spec->craft;
  const char *hidden = "layers.0.residual_group.srwa_blocks.0.mlp.fc1.weight";

  genga_swin_read_trunk (reader, spec);
  if (!genga_arch_has (reader, "conv_after_body.weight"))
    net->swin.residual = GENGA_RESIDUAL_IDENTITY;
  genga_swin_read_depths (reader, &net->swin, "residual_group.hf_blocks");
  genga_swin_read_tail (reader, spec);
  net->swin.hidden = genga_arch_get_dim (reader, hidden, 2, 0);
  net->swin.qkv_bias = genga_arch_has (reader, "layers.0.residual_group.srwa_blocks.0.qkv.bias");
  net->fusion_hidden =
      genga_feed_forward_read_hidden (reader, "layers.0.residual_group.hf_blocks.0.ffn");
  genga_rectangles_read_split (reader, BIASES_KEY, net->split);
  read_heads (reader, &net->swin);
  if (net->swin.dim % 2 != 0 || net->swin.unshuffle != 1 ||
      net->swin.upsampler != GENGA_UPSAMPLER_DIRECT ||
      WINDOW % MAX (net->split[0], net->split[1]) != 0)
    genga_arch_fail_variant (reader, "%d channels, windows of %dx%d", net->swin.dim, net->split[0],
                             net->split[1]);

  genga_arch_expect_conv (reader, "conv_first", net->swin.dim, spec->in_channels, 3);
  expect_buffers (reader, net);
  for (int i = 0; i < net->swin.n_layers; i++)
    expect_layer (reader, net, i);
  genga_arch_expect_norm (reader, "norm.body", net->swin.dim);
  genga_swin_expect_residual (reader, net->swin.residual, net->swin.dim, "conv_after_body");
}

/* ---- the graph ---- */

static guint
add (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

static guint
gelu (const GengaArchBuild *build, guint input)
{
  return genga_graph_activate (build->graph, input, GENGA_ACTIVATION_GELU);
}

/* The reference rolls windows, but has no mask. */
static guint
build_low (
    const GengaArchBuild *build, const GengaCraftSpec *net, guint input, int layer, int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.srwa_blocks.%d", layer, block);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  int dim = net->swin.dim;
  const GengaRectangles rectangles = {
    .n_heads = net->swin.heads[layer] / 2 * 2,
    .split = { net->split[0], net->split[1] },
    .is_shifted = block % 2 != 0,
    .is_unmasked = TRUE,
  };
  guint qkv = genga_swin_build_norm (build, input, "%s.norm1", at);
  guint value, beside;

  qkv = genga_arch_build_conv (build, qkv, "%s.qkv", at);
  value = genga_rectangles_build (build, &rectangles, qkv, at);
  beside = genga_graph_slice (build->graph, qkv, 2 * dim, dim);
  beside = genga_arch_build_depthwise (build, beside, "%s.get_v", at);
  value = genga_arch_build_conv (build, add (build, value, beside), "%s.proj", at);
  value = add (build, value, input);
  beside = genga_swin_build_norm (build, value, "%s.norm2", at);
  return add (build, genga_swin_build_mlp (build, beside, mlp), value);
}

static guint
build_high (const GengaArchBuild *build, guint input, int layer, int block)
{
  const GengaPool pool = { .kernel_y = 3, .kernel_x = 3, .stride = 1, .pad_y = 1, .pad_x = 1 };
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.hfer_blocks.%d", layer, block);
  int half = genga_graph_peek (build->graph, input)->channels / 2;
  guint parts[2] = {
    genga_graph_slice (build->graph, input, 0, half),
    genga_graph_slice (build->graph, input, half, half),
  };
  guint value;

  parts[0] = gelu (build, genga_arch_build_conv (build, parts[0], "%s.conv", at));
  parts[1] = genga_graph_pool (build->graph, parts[1], GENGA_OP_MAX_POOL, &pool);
  parts[1] = gelu (build, genga_arch_build_conv (build, parts[1], "%s.fc", at));
  value = genga_graph_concat (build->graph, parts, 2);
  return add (build, genga_arch_build_conv (build, value, "%s.last_fc", at), input);
}

static guint
build_fusion (const GengaArchBuild *build,
              const GengaCraftSpec *net,
              guint low,
              guint high,
              int layer,
              int block)
{
  g_autofree char *at = g_strdup_printf ("layers.%d.residual_group.hf_blocks.%d", layer, block);
  g_autofree char *feed_forward = g_strdup_printf ("%s.ffn", at);
  int dim = net->swin.dim;
  guint queries = genga_arch_build_conv (build, high, "%s.attn.q", at);
  guint pairs = genga_swin_build_norm (build, low, "%s.norm1.body", at);
  GengaAttention attention = {
    .weight = genga_arch_build_vector (build, "%s.attn.temperature", at),
    .n_heads = net->swin.heads[layer],
  };
  guint value, inside;

  pairs = genga_arch_build_conv (build, pairs, "%s.attn.kv", at);
  pairs = genga_arch_build_depthwise (build, pairs, "%s.attn.kv_dwconv", at);
  attention.queries = genga_arch_build_depthwise (build, queries, "%s.attn.q_dwconv", at);
  attention.keys = genga_graph_slice (build->graph, pairs, 0, dim);
  attention.values = genga_graph_slice (build->graph, pairs, dim, dim);
  value = genga_graph_channel_attention (build->graph, &attention);
  value = add (build, genga_arch_build_conv (build, value, "%s.attn.project_out", at), low);
  inside = genga_swin_build_norm (build, value, "%s.norm2.body", at);
  return add (build, genga_feed_forward_build (build, inside, feed_forward), value);
}

static guint
build_layer (const GengaArchBuild *build, const GengaCraftSpec *net, guint input, int layer)
{
  guint value = input;

  for (int i = 0; i < net->swin.depth[layer]; i++)
    {
      guint low = build_low (build, net, value, layer, 2 * i);
      guint high = build_high (build, value, layer, i);

      low = build_low (build, net, low, layer, 2 * i + 1);
      value = build_fusion (build, net, low, high, layer, i);
    }
  return add (build, genga_arch_build_conv (build, value, "layers.%d.conv", layer), input);
}

static void
build_craft (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaCraftSpec *net = &spec->craft;
  const GengaPad pad = { .kind = GENGA_PAD_SYMMETRIC, .bottom = WINDOW, .right = WINDOW };
  const GengaTail tail = genga_swin_get_tail (spec);
  guint picture = genga_graph_pad (build->graph, 0, &pad);
  guint first, value;

  genga_graph_require_sides (build->graph, WINDOW, WINDOW);
  picture = genga_tail_normalise (build, picture, net->swin.range);
  value = first = genga_arch_build_conv (build, picture, "conv_first");
  for (int i = 0; i < net->swin.n_layers; i++)
    value = build_layer (build, net, value, i);
  value = genga_swin_build_norm (build, value, "norm.body");
  value = genga_swin_build_residual (build, net->swin.residual, value, "conv_after_body");
  value = add (build, value, first);
  value = genga_tail_build (build, &tail, net->swin.range, picture, value);
  genga_graph_crop_to_picture (build->graph, value, 0, 0);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "CRAFT";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaCraftSpec *net = &spec->craft;

  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "window_size", WINDOW);
  genga_hyper_int (func, user_data, "embed_dim", net->swin.dim);
  genga_hyper_list (func, user_data, "depths", net->swin.depth, net->swin.n_layers);
  genga_hyper_list (func, user_data, "num_heads", net->swin.heads, net->swin.n_layers);
  genga_hyper_int (func, user_data, "split_size_0", net->split[0]);
  genga_hyper_int (func, user_data, "split_size_1", net->split[1]);
  genga_hyper_real (func, user_data, "mlp_ratio", (double)net->swin.hidden / net->swin.dim);
  genga_hyper_bool (func, user_data, "qkv_bias", net->swin.qkv_bias);
  func ("qk_scale", "None", user_data);
  func ("norm_layer", "<class 'torch.nn.modules.normalization.LayerNorm'>", user_data);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("img_range", "1.0", user_data);
  func ("resi_connection", genga_swin_get_residual_name (net->swin.residual), user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaCraftSpec *net = &spec->craft;

  g_ptr_array_add (tags, g_strdup_printf ("%dx%d", net->split[0], net->split[1]));
  genga_swin_add_dim_tags (spec, tags);
}

const GengaArch genga_arch_craft = {
  .family = GENGA_FAMILY_CRAFT,
  .fp16 = GENGA_FP16_SAFE,
  .get_name = get_name,
  .read = read_craft,
  .build = build_craft,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
