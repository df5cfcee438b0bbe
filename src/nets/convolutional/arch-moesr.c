/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MoESR: groups of MoSR's gated blocks, each followed by three more at half the size ("msg").
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-gated.h"
#include "nets/arch-hyper.h"
#include "nets/arch-uni-upsample.h"

#define KERNEL 3 /* of the blocks' convolutions */
#define N_MSG_BLOCKS 3
#define MSG_SLOPE 0.1f

static int
expect_block (GengaArchReader *reader, const char *prefix, int dim)
{
  int hidden = genga_arch_expect_gated (reader, prefix, "conv", dim, KERNEL);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.gamma", prefix),
                     GENGA_DIMS (1, dim, 1, 1));
  return hidden;
}

static void
expect_group (GengaArchReader *reader, GengaMoesrSpec *net, int group)
{
  int dim = net->dim;

  for (int i = 0; i < net->n_blocks && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("blocks.%d.blocks.%d", group, i);

      net->hidden = expect_block (reader, block, dim);
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "blocks.%d.msg.down.0", group), dim / 4,
                          dim, 3);
  for (int i = 0; i < N_MSG_BLOCKS; i++)
    {
      g_autofree char *block = g_strdup_printf ("blocks.%d.msg.gated.%d", group, i);

      net->msg_hidden = expect_block (reader, block, dim);
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "blocks.%d.msg.up.0", group), 4 * dim,
                          dim, 3);
}

static void
read_moesr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaMoesrSpec *net = &spec->moesr;

  net->dim = genga_arch_get_dim (reader, "in_to_dim.weight", 4, 0);
  net->n_groups = genga_arch_get_sequence_length (reader, "blocks");
  net->n_blocks = genga_arch_get_sequence_length (reader, "blocks.0.blocks");
  spec->in_channels = genga_arch_get_dim (reader, "in_to_dim.weight", 4, 1);
  spec->out_channels = spec->in_channels;
  genga_arch_read_uni_upsample (reader, "upscale", &net->upsampler);
  spec->scale = net->upsampler.scale;
  /* A quarter of the channels is unshuffled to all of them. */
  if (net->dim % 4 != 0)
    genga_arch_fail_variant (reader, "%d channels", net->dim);

  genga_arch_expect_conv (reader, "in_to_dim", net->dim, spec->in_channels, 3);
  for (int i = 0; i < net->n_groups && !genga_arch_has_failed (reader); i++)
    expect_group (reader, net, i);
  genga_arch_expect_uni_upsample (reader, "upscale", &net->upsampler, net->dim, spec->out_channels);
}

/* ---- the graph ---- */

static guint
build_block (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint made = genga_arch_build_gated (build, input, prefix, "conv");

  made = genga_graph_affine (build->graph, made,
                             genga_arch_build_vector (build, "%s.gamma", prefix), GENGA_NONE);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, made);
}

static guint
build_msg (const GengaArchBuild *build, guint input, int group)
{
  guint value = genga_arch_build_conv (build, input, "blocks.%d.msg.down.0", group);

  value = genga_graph_pixel_unshuffle (build->graph, value, 2);
  value = genga_graph_leaky_relu (build->graph, value, MSG_SLOPE);
  for (int i = 0; i < N_MSG_BLOCKS; i++)
    {
      g_autofree char *block = g_strdup_printf ("blocks.%d.msg.gated.%d", group, i);

      value = build_block (build, value, block);
    }
  value = genga_arch_build_conv (build, value, "blocks.%d.msg.up.0", group);
  value = genga_graph_pixel_shuffle (build->graph, value, 2);
  value = genga_graph_leaky_relu (build->graph, value, MSG_SLOPE);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

static void
build_moesr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaMoesrSpec *net = &spec->moesr;
  guint first = genga_arch_build_conv (build, 0, "in_to_dim");
  guint value = first;

  genga_graph_require_sides (build->graph, 2, 2);
  for (int i = 0; i < net->n_groups; i++)
    {
      for (int j = 0; j < net->n_blocks; j++)
        {
          g_autofree char *block = g_strdup_printf ("blocks.%d.blocks.%d", i, j);

          value = build_block (build, value, block);
        }
      value = build_msg (build, value, i);
    }
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  genga_arch_build_uni_upsample (build, value, &net->upsampler, spec->out_channels, "upscale");
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "MoESR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaMoesrSpec *net = &spec->moesr;

  genga_hyper_int (func, user_data, "in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "n_blocks", net->n_groups);
  genga_hyper_int (func, user_data, "n_block", net->n_blocks);
  genga_hyper_real (func, user_data, "expansion_factor", (double)net->hidden / net->dim);
  genga_hyper_real (func, user_data, "expansion_msg", (double)net->msg_hidden / net->dim);
  func ("upsampler", genga_uni_upsample_get_name (&net->upsampler), user_data);
  genga_hyper_int (func, user_data, "upsample_dim", net->upsampler.mid);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaMoesrSpec *net = &spec->moesr;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnbs", net->n_groups));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->n_blocks));
  g_ptr_array_add (tags, g_strdup (genga_uni_upsample_get_name (&net->upsampler)));
}

const GengaArch genga_arch_moesr = {
  .family = GENGA_FAMILY_MOESR,
  .get_name = get_name,
  .read = read_moesr,
  .build = build_moesr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
