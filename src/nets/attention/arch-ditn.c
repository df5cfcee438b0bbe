/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DITN: layers that attend between channels, inside windows, and layers of large depth-wise
 * kernels. No norms: tanh stands in their place.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/attention/arch-feed-forward.h"

/* What no file says. */
#define WINDOW 8

#define SMALL_KERNEL 5
#define LARGE_KERNEL 7
#define LARGE_DILATION 3

/* A window's kernels become matrices between all of its pixels. */
#define MAX_DIM 256
#define MAX_HIDDEN 512
#define MAX_LAYERS 64

static void
expect_window_layer (GengaArchReader *reader, const GengaDitnSpec *net, int block, int layer)
{
  g_autofree char *at = g_strdup_printf ("UFONE.%d.ITLs.%d", block, layer);
  int dim = net->dim;

  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.temperature", at),
                     GENGA_DIMS (1, 1, 1));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.attn.qkv", at), 3 * dim, dim);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.project_out.weight", at),
                     GENGA_DIMS (dim, dim, 1, 1));
  if (net->bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.attn.project_out.bias", at),
                       GENGA_DIMS (dim));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv1", at), dim, dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv2", at), dim, dim, 1);
  genga_feed_forward_expect (reader, genga_arch_key (reader, "%s.ffn", at), dim, net->hidden,
                             net->bias);
}

static void
expect_map_layer (GengaArchReader *reader, const GengaDitnSpec *net, int block, int layer)
{
  g_autofree char *at = g_strdup_printf ("UFONE.%d.SALs.%d", block, layer);
  int dim = net->dim;

  genga_arch_expect (reader, genga_arch_key (reader, "%s.SDA.scale", at),
                     GENGA_DIMS (1, dim, 1, 1));
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.SDA.DConvs.0", at), dim, 1,
                          SMALL_KERNEL);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.SDA.DConvs.1", at), dim, 1,
                          LARGE_KERNEL);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.SDA.DConvs.2", at), dim, dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.SDA.proj_first.0", at), 2 * dim, dim,
                          1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.SDA.proj_last.0", at), dim, dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv1", at), dim, dim, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv2", at), dim, dim, 1);
  genga_feed_forward_expect (reader, genga_arch_key (reader, "%s.ffn", at), dim, net->hidden,
                             net->bias);
}

static void
read_ditn (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaDitnSpec *net = &spec->ditn;
  int shuffled = genga_arch_get_dim (reader, "upsample.0.weight", 4, 0);

  net->dim = genga_arch_get_dim (reader, "sft.weight", 4, 0);
  spec->in_channels = genga_arch_get_dim (reader, "sft.weight", 4, 1);
  net->n_blocks = genga_arch_get_sequence_length (reader, "UFONE");
  net->n_window_layers = genga_arch_get_sequence_length (reader, "UFONE.0.ITLs");
  net->n_map_layers = genga_arch_get_sequence_length (reader, "UFONE.0.SALs");
  net->hidden = genga_feed_forward_read_hidden (reader, "UFONE.0.ITLs.0.ffn");
  net->bias = genga_arch_has (reader, "UFONE.0.ITLs.0.attn.project_out.bias");
  genga_arch_split_shuffle (reader, "upsample.0.weight", shuffled, 3, &spec->scale,
                            &spec->out_channels);
  if (spec->out_channels != 3)
    genga_arch_fail_shape (reader, "upsample.0.weight");
  if (net->dim > MAX_DIM || net->hidden > MAX_HIDDEN)
    genga_arch_fail_variant (reader, "%d channels, %d inside", net->dim, net->hidden);
  if ((gint64)net->n_blocks * MAX (net->n_window_layers, net->n_map_layers) > MAX_LAYERS)
    genga_arch_fail_variant (reader, "%d blocks of %d and %d layers", net->n_blocks,
                             net->n_window_layers, net->n_map_layers);

  genga_arch_expect_conv (reader, "sft", net->dim, spec->in_channels, 3);
  for (int i = 0; i < net->n_blocks && !genga_arch_has_failed (reader); i++)
    {
      for (int j = 0; j < net->n_window_layers; j++)
        expect_window_layer (reader, net, i, j);
      for (int j = 0; j < net->n_map_layers; j++)
        expect_map_layer (reader, net, i, j);
    }
  genga_arch_expect_conv (reader, "conv_after_body", net->dim, net->dim, 3);
  genga_arch_expect_conv (reader, "upsample.0", shuffled, net->dim, 3);
}

/* ---- the graph ---- */

static guint
build_attention (const GengaArchBuild *build, guint input, const char *prefix)
{
  int dim = genga_graph_peek (build->graph, input)->channels;
  guint qkv = genga_arch_build_conv (build, input, "%s.qkv", prefix);
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, dim),
    .keys = genga_graph_slice (build->graph, qkv, dim, dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * dim, dim),
    .weight = genga_arch_build_vector (build, "%s.temperature", prefix),
    .n_heads = 1,
    .window_y = WINDOW,
    .window_x = WINDOW,
  };

  return genga_arch_build_conv (build, genga_graph_channel_attention (build->graph, &attention),
                                "%s.project_out", prefix);
}

static guint
build_depthwise (const GengaArchBuild *build, guint input, int dilation, const char *prefix)
{
  guint value = genga_arch_build_depthwise (build, input, "%s", prefix);
  GengaOp op = *genga_graph_peek (build->graph, value);

  if (dilation == 1)
    return value;
  op.conv.dilation = dilation;
  op.conv.pad_y *= dilation;
  op.conv.pad_x *= dilation;
  return genga_graph_conv_full (build->graph, &op);
}

/* Half of the channels, seen through large kernels, weigh the other half. */
static guint
build_large_kernels (const GengaArchBuild *build, guint input, const char *prefix)
{
  int dim = genga_graph_peek (build->graph, input)->channels;
  guint wide = genga_arch_build_conv (build, input, "%s.proj_first.0", prefix);
  guint weights = genga_graph_slice (build->graph, wide, 0, dim);
  guint value = genga_graph_slice (build->graph, wide, dim, dim);
  g_autofree char *small = g_strdup_printf ("%s.DConvs.0", prefix);
  g_autofree char *large = g_strdup_printf ("%s.DConvs.1", prefix);

  weights = build_depthwise (build, weights, 1, small);
  weights = build_depthwise (build, weights, LARGE_DILATION, large);
  weights = genga_arch_build_conv (build, weights, "%s.DConvs.2", prefix);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, value, weights);
  value = genga_arch_build_conv (build, value, "%s.proj_last.0", prefix);
  return genga_graph_affine (build->graph, value,
                             genga_arch_build_vector (build, "%s.scale", prefix), GENGA_NONE);
}

static guint
build_before (const GengaArchBuild *build, guint input, int which, const char *prefix)
{
  guint value = genga_graph_activate (build->graph, input, GENGA_ACTIVATION_TANH);

  return genga_arch_build_conv (build, value, "%s.conv%d", prefix, which);
}

static guint
build_window_layer (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree char *attention = g_strdup_printf ("%s.attn", prefix);
  g_autofree char *feed_forward = g_strdup_printf ("%s.ffn", prefix);
  guint value = build_attention (build, build_before (build, input, 1, prefix), attention);
  guint inside;

  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  inside = genga_feed_forward_build_windowed (build, build_before (build, value, 2, prefix), WINDOW,
                                              feed_forward);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, inside, value);
}

static guint
build_map_layer (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree char *kernels = g_strdup_printf ("%s.SDA", prefix);
  g_autofree char *feed_forward = g_strdup_printf ("%s.ffn", prefix);
  guint value = build_large_kernels (build, build_before (build, input, 1, prefix), kernels);
  guint inside;

  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  inside = genga_feed_forward_build (build, build_before (build, value, 2, prefix), feed_forward);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, inside, value);
}

static void
build_ditn (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaDitnSpec *net = &spec->ditn;
  guint first = genga_arch_build_conv (build, 0, "sft");
  guint value = first;

  genga_graph_require_sides (build->graph, 1, WINDOW);
  for (int i = 0; i < net->n_blocks; i++)
    {
      for (int j = 0; j < net->n_window_layers; j++)
        {
          g_autofree char *prefix = g_strdup_printf ("UFONE.%d.ITLs.%d", i, j);
          value = build_window_layer (build, value, prefix);
        }
      for (int j = 0; j < net->n_map_layers; j++)
        {
          g_autofree char *prefix = g_strdup_printf ("UFONE.%d.SALs.%d", i, j);
          value = build_map_layer (build, value, prefix);
        }
    }
  value = genga_arch_build_conv (build, value, "conv_after_body");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  value = genga_arch_build_conv (build, value, "upsample.0");
  genga_graph_pixel_shuffle (build->graph, value, spec->scale);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "DITN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaDitnSpec *net = &spec->ditn;

  genga_hyper_int (func, user_data, "inp_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "ITL_blocks", net->n_window_layers);
  genga_hyper_int (func, user_data, "SAL_blocks", net->n_map_layers);
  genga_hyper_int (func, user_data, "UFONE_blocks", net->n_blocks);
  genga_hyper_real (func, user_data, "ffn_expansion_factor", (double)net->hidden / net->dim);
  genga_hyper_bool (func, user_data, "bias", net->bias);
  func ("LayerNorm_type", "WithBias", user_data);
  genga_hyper_int (func, user_data, "patch_size", WINDOW);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
}

/* The reference says so whatever the network has. */
static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup ("60dim"));
}

const GengaArch genga_arch_ditn = {
  .family = GENGA_FAMILY_DITN,
  .fp16 = GENGA_FP16_SAFE,
  .get_name = get_name,
  .read = read_ditn,
  .build = build_ditn,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
