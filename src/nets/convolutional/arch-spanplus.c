/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPANPlus: SPAN's blocks with Mish, in several groups, without SPAN's normalisation. */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-conv3xc.h"
#include "nets/arch-dysample.h"
#include "nets/arch-hyper.h"
#include "nets/arch-spab.h"

static const char *const upsampler_names[] = {
  [GENGA_SPANPLUS_CONV] = "conv",
  [GENGA_SPANPLUS_SHUFFLE] = "ps",
  [GENGA_SPANPLUS_DYSAMPLE] = "dys",
};

static void
read_upsampler (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSpanPlusSpec *net = &spec->spanplus;
  int shuffled;

  spec->scale = 1;
  if (genga_arch_has (reader, "upsampler.init_pos"))
    {
      net->upsampler = GENGA_SPANPLUS_DYSAMPLE;
      spec->scale = genga_arch_get_dysample_scale (reader, "upsampler", GENGA_DYSAMPLE_GROUPS);
      spec->out_channels = genga_arch_get_dim (reader, "upsampler.end_conv.weight", 4, 0);
      genga_arch_expect_dysample (reader, "upsampler", net->num_feat, GENGA_DYSAMPLE_GROUPS,
                                  spec->scale, spec->out_channels);
      return;
    }
  if (genga_arch_has (reader, "upsampler.weight"))
    {
      net->upsampler = GENGA_SPANPLUS_CONV;
      spec->out_channels = genga_arch_get_dim (reader, "upsampler.weight", 4, 0);
      genga_arch_expect_conv (reader, "upsampler", spec->out_channels, net->num_feat, 3);
      return;
    }
  net->upsampler = GENGA_SPANPLUS_SHUFFLE;
  shuffled = genga_arch_get_dim (reader, "upsampler.0.weight", 4, 0);
  genga_arch_split_shuffle (reader, "upsampler.0.weight", shuffled, spec->in_channels, &spec->scale,
                            &spec->out_channels);
  genga_arch_expect_conv (reader, "upsampler.0", shuffled, net->num_feat, 3);
}

static void
expect_group (GengaArchReader *reader, const GengaSpanPlusSpec *net, int group)
{
  int dim = net->num_feat;

  genga_arch_expect_spab (reader, genga_arch_key (reader, "feats.%d.block_1", group), dim, TRUE);
  for (int i = 0; i < net->n_blocks[group - 1]; i++)
    genga_arch_expect_spab (reader, genga_arch_key (reader, "feats.%d.block_n.%d", group, i), dim,
                            TRUE);
  genga_arch_expect_spab (reader, genga_arch_key (reader, "feats.%d.block_end", group), dim, TRUE);
  genga_arch_expect_conv3xc (reader, genga_arch_key (reader, "feats.%d.conv_2", group), dim, dim,
                             TRUE);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.conv_cat", group), dim, 4 * dim,
                          1);
}

static void
read_spanplus (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSpanPlusSpec *net = &spec->spanplus;
  int n_entries = genga_arch_get_sequence_length (reader, "feats");

  net->num_feat = genga_arch_get_conv3xc_dim (reader, "feats.0", 0);
  net->n_groups = MIN (MAX (n_entries - 1, 0), GENGA_SPANPLUS_MAX_GROUPS);
  spec->in_channels = genga_arch_get_conv3xc_dim (reader, "feats.0", 1);
  if (n_entries - 1 > GENGA_SPANPLUS_MAX_GROUPS)
    genga_arch_fail_variant (reader, "%d groups of blocks", n_entries - 1);

  genga_arch_expect_conv3xc (reader, "feats.0", net->num_feat, spec->in_channels, TRUE);
  for (int i = 1; i <= net->n_groups && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *blocks = g_strdup_printf ("feats.%d.block_n", i);

      net->n_blocks[i - 1] = genga_arch_get_sequence_length (reader, blocks);
      expect_group (reader, net, i);
    }
  read_upsampler (reader, spec);
}

/* ---- the graph ---- */

static guint
build_group (const GengaArchBuild *build, const GengaSpanPlusSpec *net, int group, guint input)
{
  guint joined[4] = {
    input
  }; /* the start, the end, what the first block made, the last's inside */
  guint value =
      genga_arch_build_spab (build, input, GENGA_ACTIVATION_MISH, NULL, "feats.%d.block_1", group);

  joined[2] = value;
  for (int i = 0; i < net->n_blocks[group - 1]; i++)
    value = genga_arch_build_spab (build, value, GENGA_ACTIVATION_MISH, NULL, "feats.%d.block_n.%d",
                                   group, i);
  value = genga_arch_build_spab (build, value, GENGA_ACTIVATION_MISH, &joined[3],
                                 "feats.%d.block_end", group);
  joined[1] = genga_arch_build_conv3xc (build, value, "feats.%d.conv_2", group);
  value = genga_graph_concat (build->graph, joined, 4);
  return genga_arch_build_conv (build, value, "feats.%d.conv_cat", group);
}

static void
build_spanplus (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSpanPlusSpec *net = &spec->spanplus;
  guint value = genga_arch_build_conv3xc (build, 0, "feats.0");

  for (int i = 1; i <= net->n_groups; i++)
    value = build_group (build, net, i, value);
  switch (net->upsampler)
    {
    case GENGA_SPANPLUS_CONV:
      genga_arch_build_conv (build, value, "upsampler");
      break;
    case GENGA_SPANPLUS_DYSAMPLE:
      genga_arch_build_dysample (build, value, GENGA_DYSAMPLE_GROUPS, spec->scale, "upsampler");
      break;
    case GENGA_SPANPLUS_SHUFFLE:
    default:
      value = genga_arch_build_conv (build, value, "upsampler.0");
      genga_graph_pixel_shuffle (build->graph, value, spec->scale);
      break;
    }
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SPANPlus";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSpanPlusSpec *net = &spec->spanplus;

  genga_hyper_int (func, user_data, "num_in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "num_out_ch", spec->out_channels);
  genga_hyper_list (func, user_data, "blocks", net->n_blocks, net->n_groups);
  genga_hyper_int (func, user_data, "feature_channels", net->num_feat);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  func ("upsampler", upsampler_names[net->upsampler], user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaSpanPlusSpec *net = &spec->spanplus;
  int n_blocks = 0;

  for (int i = 0; i < net->n_groups; i++)
    n_blocks += net->n_blocks[i];
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", n_blocks));
  g_ptr_array_add (tags, g_strdup (upsampler_names[net->upsampler]));
}

const GengaArch genga_arch_spanplus = {
  .family = GENGA_FAMILY_SPANPLUS,
  .get_name = get_name,
  .read = read_spanplus,
  .build = build_spanplus,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
