/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ArtCNN: residual blocks of three plain convolutions. Most files are for luma alone. */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

/* The convolutions of a block; all but the last are followed by an activation. */
static const char *const block_convs[] = { "conv.0.0", "conv.1.0", "conv.2" };

static void
read_artcnn (GengaArchReader *reader, GengaNetSpec *spec)
{
  static const char last[] = "depth_to_space.upscale.0";
  GengaArtCnnSpec *net = &spec->artcnn;
  int shuffled = genga_arch_get_dim (reader, "depth_to_space.upscale.0.weight", 4, 0);
  int dim = genga_arch_get_dim (reader, "conv0.weight", 4, 0);
  int kernel = genga_arch_get_dim (reader, "conv0.weight", 4, 2);

  net->num_feat = dim;
  net->kernel_size = kernel;
  net->num_blocks = MAX (genga_arch_get_sequence_length (reader, "res_block") - 1, 0);
  spec->in_channels = genga_arch_get_dim (reader, "conv0.weight", 4, 1);
  if (kernel % 2 == 0)
    genga_arch_fail_shape (reader, "conv0.weight");
  genga_arch_split_shuffle (reader, "depth_to_space.upscale.0.weight", shuffled, spec->in_channels,
                            &spec->scale, &spec->out_channels);

  genga_arch_expect_conv (reader, "conv0", dim, spec->in_channels, kernel);
  for (int i = 0; i < net->num_blocks && !genga_arch_has_failed (reader); i++)
    for (guint j = 0; j < G_N_ELEMENTS (block_convs); j++)
      genga_arch_expect_conv (reader, genga_arch_key (reader, "res_block.%d.%s", i, block_convs[j]),
                              dim, dim, kernel);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "res_block.%d", net->num_blocks), dim,
                          dim, kernel);
  genga_arch_expect_conv (reader, last, shuffled, dim, kernel);
}

/* ---- the graph ---- */

static guint
build_block (const GengaArchBuild *build, int index, guint input)
{
  guint value = input;

  for (guint i = 0; i < G_N_ELEMENTS (block_convs); i++)
    {
      value = genga_arch_build_conv (build, value, "res_block.%d.%s", index, block_convs[i]);
      if (i + 1 < G_N_ELEMENTS (block_convs))
        value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_RELU);
    }
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

static void
build_artcnn (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  guint first = genga_arch_build_conv (build, 0, "conv0");
  guint value = first;

  for (int i = 0; i < spec->artcnn.num_blocks; i++)
    value = build_block (build, i, value);
  value = genga_arch_build_conv (build, value, "res_block.%d", spec->artcnn.num_blocks);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, first, value);
  value = genga_arch_build_conv (build, value, "depth_to_space.upscale.0");
  genga_graph_pixel_shuffle (build->graph, value, spec->scale);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "ArtCNN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "filters", spec->artcnn.num_feat);
  genga_hyper_int (func, user_data, "n_block", spec->artcnn.num_blocks);
  genga_hyper_int (func, user_data, "kernel_size", spec->artcnn.kernel_size);
  func ("act", "ReLU", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->artcnn.num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", spec->artcnn.num_blocks));
}

const GengaArch genga_arch_artcnn = {
  .family = GENGA_FAMILY_ARTCNN,
  .get_name = get_name,
  .read = read_artcnn,
  .build = build_artcnn,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
