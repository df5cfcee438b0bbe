/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FDAT, a lighter DAT: blocks that attend inside windows and blocks that attend between channels,
 * by turns. Beside each attention lies a convolution; one of the two gates the other.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/arch-uni-upsample.h"

#define MAX_WINDOW 32
#define LAYER_NORM_EPSILON 1e-5
/* The scale of a network with an unshuffle before it. */
#define UNSHUFFLED_SCALE 4

static gboolean
is_spatial (int block)
{
  return block % 2 == 0;
}

static void
expect_weight (GengaArchReader *reader, const char *key, int out, int in, int kernel)
{
  genga_arch_expect (reader, key, GENGA_DIMS (out, in, kernel, kernel));
}

static void
expect_attention (GengaArchReader *reader, const GengaFdatSpec *net, const char *at, int block)
{
  int dim = net->dim;
  int n = net->window * net->window;

  if (is_spatial (block))
    genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.bias", at),
                       GENGA_DIMS (net->n_heads, n, n));
  else
    genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.temp", at),
                       GENGA_DIMS (net->n_heads, 1, 1));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.qkv.weight", at),
                     GENGA_DIMS (3 * dim, dim));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.attn.proj", at), dim, dim);
  expect_weight (reader, genga_arch_key (reader, "%s.conv.0.weight", at), dim, 1, 3);
}

/* Both kinds of block have the gates of both. */
static void
expect_block (GengaArchReader *reader, const GengaFdatSpec *net, int group, int block)
{
  g_autofree char *at = g_strdup_printf ("groups.%d.blocks.%d", group, block);
  int dim = net->dim;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.n1", at), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.n2", at), dim);
  expect_attention (reader, net, at, block);
  expect_weight (reader, genga_arch_key (reader, "%s.inter.sg.0.weight", at), 1, dim, 1);
  expect_weight (reader, genga_arch_key (reader, "%s.inter.cg.1.weight", at), net->narrow, dim, 1);
  expect_weight (reader, genga_arch_key (reader, "%s.inter.cg.3.weight", at), dim, net->narrow, 1);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.ffn.fc1.weight", at),
                     GENGA_DIMS (net->hidden, dim));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.ffn.fc2.weight", at),
                     GENGA_DIMS (dim, net->hidden));
  expect_weight (reader, genga_arch_key (reader, "%s.ffn.smix.weight", at), net->hidden, 1, 3);
}

static void
read_first (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaFdatSpec *net = &spec->fdat;
  gboolean unshuffles = genga_arch_has (reader, "conv_first.1.weight");
  const char *key = unshuffles ? "conv_first.1.weight" : "conv_first.weight";
  int in = genga_arch_get_dim (reader, key, 4, 1);

  net->dim = genga_arch_get_dim (reader, key, 4, 0);
  net->unshuffle = 1;
  spec->in_channels = in;
  spec->scale = net->upsampler.scale;
  if (unshuffles)
    {
      genga_arch_split_shuffle (reader, key, in, 3, &net->unshuffle, &spec->in_channels);
      if (spec->scale != UNSHUFFLED_SCALE || UNSHUFFLED_SCALE % net->unshuffle != 0)
        genga_arch_fail_variant (reader, "scale %d after an unshuffle by %d", spec->scale,
                                 net->unshuffle);
      spec->scale = UNSHUFFLED_SCALE / net->unshuffle;
    }
  spec->out_channels = spec->in_channels;
  genga_arch_expect_conv (reader, unshuffles ? "conv_first.1" : "conv_first", net->dim, in, 3);
}

static void
read_fdat (GengaArchReader *reader, GengaNetSpec *spec)
{
  static const char bias_key[] = "groups.0.blocks.0.attn.bias";
  GengaFdatSpec *net = &spec->fdat;

  genga_arch_read_uni_upsample (reader, "upsampler", &net->upsampler);
  read_first (reader, spec);
  net->n_groups = genga_arch_get_sequence_length (reader, "groups");
  net->n_blocks = genga_arch_get_sequence_length (reader, "groups.0.blocks");
  net->n_heads = genga_arch_get_dim (reader, bias_key, 3, 0);
  net->window = genga_arch_square_root (genga_arch_get_dim (reader, bias_key, 3, 2));
  net->narrow = genga_arch_get_dim (reader, "groups.0.blocks.0.inter.cg.1.weight", 4, 0);
  net->hidden = genga_arch_get_dim (reader, "groups.0.blocks.0.ffn.fc1.weight", 2, 0);
  if (!genga_arch_has_failed (reader) && (net->window < 1 || net->window > MAX_WINDOW))
    genga_arch_fail_shape (reader, bias_key);
  if (net->dim % net->n_heads != 0)
    genga_arch_fail_variant (reader, "%d heads for %d channels", net->n_heads, net->dim);

  for (int i = 0; i < net->n_groups; i++)
    {
      for (int j = 0; j < net->n_blocks && !genga_arch_has_failed (reader); j++)
        expect_block (reader, net, i, j);
      expect_weight (reader, genga_arch_key (reader, "groups.%d.conv.weight", i), net->dim,
                     net->dim, 3);
    }
  expect_weight (reader, "conv_after.weight", net->dim, net->dim, 3);
  genga_arch_expect_uni_upsample (reader, "upsampler", &net->upsampler, net->dim,
                                  spec->out_channels);
}

/* ---- the graph ---- */

static guint
build_attention (const GengaArchBuild *build,
                 const GengaFdatSpec *net,
                 guint input,
                 int block,
                 const char *prefix)
{
  guint qkv = genga_arch_build_conv (build, input, "%s.qkv", prefix);
  GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, net->dim),
    .keys = genga_graph_slice (build->graph, qkv, net->dim, net->dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * net->dim, net->dim),
    .n_heads = net->n_heads,
  };
  guint value;

  if (is_spatial (block))
    {
      attention.weight = genga_arch_build_constant (build, "%s.bias", prefix);
      attention.window_y = attention.window_x = attention.multiple = net->window;
      value = genga_graph_window_attention (build->graph, &attention);
    }
  else
    {
      attention.weight = genga_arch_build_vector (build, "%s.temp", prefix);
      value = genga_graph_channel_attention (build->graph, &attention);
    }
  return genga_arch_build_conv (build, value, "%s.proj", prefix);
}

static guint
activate (const GengaArchBuild *build, guint input, GengaActivation function)
{
  return genga_graph_activate (build->graph, input, function);
}

/* What the convolution has seen gates the windows' channels; what the channels have, its pixels. */
static guint
build_mixed (
    const GengaArchBuild *build, guint attended, guint beside, int block, const char *prefix)
{
  guint gate;

  if (is_spatial (block))
    {
      gate = genga_graph_global_mean (build->graph, beside);
      gate = genga_arch_build_conv (build, gate, "%s.cg.1", prefix);
      gate = activate (build, gate, GENGA_ACTIVATION_GELU);
      gate = genga_arch_build_conv (build, gate, "%s.cg.3", prefix);
      gate = activate (build, gate, GENGA_ACTIVATION_SIGMOID);
      attended = genga_graph_combine (build->graph, GENGA_OP_MUL, attended, gate);
    }
  else
    {
      gate = genga_arch_build_conv (build, attended, "%s.sg.0", prefix);
      gate = activate (build, gate, GENGA_ACTIVATION_SIGMOID);
      beside = genga_graph_combine (build->graph, GENGA_OP_MUL, beside, gate);
    }
  return genga_graph_combine (build->graph, GENGA_OP_ADD, attended, beside);
}

static guint
build_block (
    const GengaArchBuild *build, const GengaFdatSpec *net, guint input, int group, int block)
{
  g_autofree char *at = g_strdup_printf ("groups.%d.blocks.%d", group, block);
  g_autofree char *attention = g_strdup_printf ("%s.attn", at);
  g_autofree char *gates = g_strdup_printf ("%s.inter", at);
  guint normed = genga_arch_build_layer_norm (build, input, LAYER_NORM_EPSILON, "%s.n1", at);
  guint attended = build_attention (build, net, normed, block, attention);
  guint beside = genga_arch_build_depthwise (build, normed, "%s.conv.0", at);
  guint value, inside;

  beside = activate (build, beside, GENGA_ACTIVATION_GELU);
  value = build_mixed (build, attended, beside, block, gates);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);

  inside = genga_arch_build_layer_norm (build, value, LAYER_NORM_EPSILON, "%s.n2", at);
  inside = genga_arch_build_conv (build, inside, "%s.ffn.fc1", at);
  inside = activate (build, inside, GENGA_ACTIVATION_GELU);
  inside = genga_arch_build_depthwise (build, inside, "%s.ffn.smix", at);
  inside = genga_arch_build_conv (build, inside, "%s.ffn.fc2", at);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, inside, value);
}

static void
build_fdat (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaFdatSpec *net = &spec->fdat;
  guint value = 0;
  guint first;

  if (net->unshuffle > 1)
    value = genga_graph_pixel_unshuffle (build->graph, value, net->unshuffle);
  first = genga_arch_build_conv (
      build, value,
      genga_arch_build_has (build, "conv_first.weight") ? "conv_first" : "conv_first.1");
  value = first;
  for (int i = 0; i < net->n_groups; i++)
    {
      guint inside = value;

      for (int j = 0; j < net->n_blocks; j++)
        inside = build_block (build, net, inside, i, j);
      inside = genga_arch_build_conv (build, inside, "groups.%d.conv", i);
      value = genga_graph_combine (build->graph, GENGA_OP_ADD, inside, value);
    }
  value = genga_arch_build_conv (build, value, "conv_after");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  genga_arch_build_uni_upsample (build, value, &net->upsampler, spec->out_channels, "upsampler");
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "FDAT";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaFdatSpec *net = &spec->fdat;

  genga_hyper_int (func, user_data, "num_in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "num_out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "embed_dim", net->dim);
  genga_hyper_int (func, user_data, "num_groups", net->n_groups);
  genga_hyper_int (func, user_data, "depth_per_group", net->n_blocks / 2);
  genga_hyper_int (func, user_data, "num_heads", net->n_heads);
  genga_hyper_int (func, user_data, "window_size", net->window);
  genga_hyper_real (func, user_data, "ffn_expansion_ratio", (double)net->hidden / net->dim);
  genga_hyper_int (func, user_data, "aim_reduction_ratio", net->dim / net->narrow);
  func ("group_block_pattern", "None", user_data);
  func ("drop_path_rate", "0.1", user_data);
  genga_hyper_int (func, user_data, "mid_dim", net->upsampler.mid);
  func ("upsampler_type", genga_uni_upsample_get_name (&net->upsampler), user_data);
  func ("img_range", "1.0", user_data);
  genga_hyper_bool (func, user_data, "unshuffle_mod", net->unshuffle > 1);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  static const struct
  {
    int dim;
    const char *name;
  } sizes[] = { { 96, "tiny" }, { 108, "light" }, { 120, "medium" }, { 180, "large" } };
  const GengaFdatSpec *net = &spec->fdat;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup (genga_uni_upsample_get_name (&net->upsampler)));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (sizes[i].dim == net->dim)
      g_ptr_array_add (tags, g_strdup (net->n_groups == 6 ? "xl" : sizes[i].name));
}

const GengaArch genga_arch_fdat = {
  .family = GENGA_FAMILY_FDAT,
  .fp16 = GENGA_FP16_SAFE,
  .get_name = get_name,
  .read = read_fdat,
  .build = build_fdat,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
