/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SAFMN: quarters of the channels are looked at in four sizes, and what comes out weighs the whole
 * ("safm"); two convolutions mix channels after it ("ccm").
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

#define N_LEVELS 4
#define LAYER_NORM_EPSILON 1e-6
#define CHANNELS 3

static void
expect_block (GengaArchReader *reader, const GengaSafmnSpec *net, int index)
{
  int dim = net->dim;

  genga_arch_expect_norm (reader, genga_arch_key (reader, "feats.%d.norm1", index), dim);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "feats.%d.norm2", index), dim);
  for (int i = 0; i < N_LEVELS; i++)
    {
      g_autofree char *weight = g_strdup_printf ("feats.%d.safm.mfr.%d.weight", index, i);
      g_autofree char *bias = g_strdup_printf ("feats.%d.safm.mfr.%d.bias", index, i);

      genga_arch_expect (reader, weight, GENGA_DIMS (dim / N_LEVELS, 1, 3, 3));
      genga_arch_expect (reader, bias, GENGA_DIMS (dim / N_LEVELS));
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.safm.aggr", index), dim, dim,
                          1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.ccm.ccm.0", index), net->hidden,
                          dim, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.ccm.ccm.2", index), dim,
                          net->hidden, 1);
}

static void
read_safmn (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSafmnSpec *net = &spec->safmn;
  int shuffled = genga_arch_get_dim (reader, "to_img.0.weight", 4, 0);

  net->dim = genga_arch_get_dim (reader, "to_feat.weight", 4, 0);
  net->n_blocks = genga_arch_get_sequence_length (reader, "feats");
  net->hidden = genga_arch_get_dim (reader, "feats.0.ccm.ccm.0.weight", 4, 0);
  spec->in_channels = CHANNELS;
  genga_arch_split_shuffle (reader, "to_img.0.weight", shuffled, CHANNELS, &spec->scale,
                            &spec->out_channels);
  if (net->dim % N_LEVELS != 0)
    genga_arch_fail_shape (reader, "to_feat.weight");

  genga_arch_expect_conv (reader, "to_feat", net->dim, CHANNELS, 3);
  for (int i = 0; i < net->n_blocks && !genga_arch_has_failed (reader); i++)
    expect_block (reader, net, i);
  genga_arch_expect_conv (reader, "to_img.0", shuffled, net->dim, 3);
}

/* ---- the graph ---- */

static guint
build_safm (const GengaArchBuild *build, guint input, int index)
{
  int width = genga_graph_peek (build->graph, input)->channels / N_LEVELS;
  guint parts[N_LEVELS];
  guint value;

  for (int i = 0; i < N_LEVELS; i++)
    {
      const int factor = 1 << i;
      const GengaPool pool = { .kernel_y = factor, .kernel_x = factor, .stride = factor };

      value = genga_graph_slice (build->graph, input, i * width, width);
      if (factor > 1)
        value = genga_graph_pool (build->graph, value, GENGA_OP_MAX_POOL, &pool);
      value = genga_arch_build_depthwise (build, value, "feats.%d.safm.mfr.%d", index, i);
      parts[i] = genga_graph_resize (build->graph, value, GENGA_RESIZE_NEAREST, factor, 1);
    }
  value = genga_graph_concat (build->graph, parts, N_LEVELS);
  value = genga_arch_build_conv (build, value, "feats.%d.safm.aggr", index);
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, input);
}

static guint
build_block (const GengaArchBuild *build, guint input, int index)
{
  guint value =
      genga_arch_build_layer_norm (build, input, LAYER_NORM_EPSILON, "feats.%d.norm1", index);
  guint middle =
      genga_graph_combine (build->graph, GENGA_OP_ADD, build_safm (build, value, index), input);

  value = genga_arch_build_layer_norm (build, middle, LAYER_NORM_EPSILON, "feats.%d.norm2", index);
  value = genga_arch_build_conv (build, value, "feats.%d.ccm.ccm.0", index);
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  value = genga_arch_build_conv (build, value, "feats.%d.ccm.ccm.2", index);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, middle);
}

static void
build_safmn (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  guint first = genga_arch_build_conv (build, 0, "to_feat");
  guint value = first;

  genga_graph_require_sides (build->graph, 1, 1 << (N_LEVELS - 1));
  for (int i = 0; i < spec->safmn.n_blocks; i++)
    value = build_block (build, value, i);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  value = genga_arch_build_conv (build, value, "to_img.0");
  genga_graph_pixel_shuffle (build->graph, value, spec->scale);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SAFMN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSafmnSpec *net = &spec->safmn;

  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "n_blocks", net->n_blocks);
  genga_hyper_real (func, user_data, "ffn_scale", (double)net->hidden / net->dim);
  genga_hyper_int (func, user_data, "upscaling_factor", spec->scale);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", spec->safmn.dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", spec->safmn.n_blocks));
}

const GengaArch genga_arch_safmn = {
  .family = GENGA_FAMILY_SAFMN,
  .fp16 = GENGA_FP16_UNSAFE,
  .get_name = get_name,
  .read = read_safmn,
  .build = build_safmn,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
