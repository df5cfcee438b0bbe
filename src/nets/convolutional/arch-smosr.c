/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SMoSR: blocks (o + S (x)) * tanh (m), o and m the halves of three convolutions in a row, S the
 * identity or a 1x1 convolution. The picture gets a border that the result loses again.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-doconv.h"
#include "nets/arch-hyper.h"
#include "nets/arch-uni-upsample.h"

#define BORDER 2
#define N_CONVS 3

static void
expect_block (GengaArchReader *reader, const char *prefix, int in, int dim)
{
  for (int i = 0; i < N_CONVS; i++)
    genga_arch_expect_doconv (reader, genga_arch_key (reader, "%s.body.%d", prefix, 2 * i),
                              i == N_CONVS - 1 ? 2 * dim : dim, i == 0 ? in : dim, 3);
}

static void
read_smosr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSmosrSpec *net = &spec->smosr;
  int in = genga_arch_get_dim (reader, "short.weight", 4, 1);
  int shuffled = genga_arch_get_dim (reader, "short.weight", 4, 0);
  int dim = genga_arch_get_dim (reader, "blocks_1.0.short.weight", 4, 0);

  net->dim = dim;
  net->n_blocks = genga_arch_get_sequence_length (reader, "blocks_2");
  net->is_rep = genga_arch_has (reader, "blocks_1.0.body.0.sk.W");
  genga_arch_read_uni_upsample (reader, "upsampler", &net->upsampler);
  spec->in_channels = in;
  spec->out_channels = in;
  spec->scale = net->upsampler.scale;

  genga_arch_expect_conv (reader, "short", shuffled, in, 1);
  expect_block (reader, "blocks_1.0", in, dim);
  genga_arch_expect_conv (reader, "blocks_1.0.short", dim, in, 1);
  expect_block (reader, "blocks_1.1", dim, dim);
  for (int i = 0; i < net->n_blocks && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("blocks_2.%d", i);

      expect_block (reader, block, dim, dim);
    }
  expect_block (reader, "end_block.0", dim, dim);
  genga_arch_expect_doconv (reader, "end_block.1", dim, dim, 3);
  genga_arch_expect_uni_upsample (reader, "upsampler", &net->upsampler, shuffled + dim,
                                  spec->out_channels);
}

/* ---- the graph ---- */

static guint
build_block (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = input;
  guint beside = input;
  guint gate;
  int dim;

  for (int i = 0; i < N_CONVS; i++)
    {
      value = genga_arch_build_doconv (build, value, "%s.body.%d", prefix, 2 * i);
      if (i < N_CONVS - 1)
        value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_SILU);
    }
  if (genga_arch_build_has (build, "%s.short.weight", prefix))
    beside = genga_arch_build_conv (build, input, "%s.short", prefix);
  dim = genga_graph_peek (build->graph, value)->channels / 2;
  gate = genga_graph_slice (build->graph, value, dim, dim);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_TANH);
  value = genga_graph_slice (build->graph, value, 0, dim);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
}

static void
build_smosr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSmosrSpec *net = &spec->smosr;
  guint padded = genga_graph_pad_all (build->graph, 0, GENGA_PAD_REFLECT, BORDER, 1);
  guint joined[2];
  guint value;
  guint start;

  genga_graph_require_sides (build->graph, BORDER + 1, 1);
  joined[0] = genga_arch_build_conv (build, padded, "short");
  value = build_block (build, padded, "blocks_1.0");
  value = start = build_block (build, value, "blocks_1.1");
  for (int i = 0; i < net->n_blocks; i++)
    {
      g_autofree char *block = g_strdup_printf ("blocks_2.%d", i);

      value = build_block (build, value, block);
    }
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, start);
  value = build_block (build, value, "end_block.0");
  joined[1] = genga_arch_build_doconv (build, value, "end_block.1");
  value = genga_graph_concat (build->graph, joined, 2);
  value = genga_arch_build_uni_upsample (build, value, &net->upsampler, spec->out_channels,
                                         "upsampler");
  genga_graph_crop_all (build->graph, value, BORDER * spec->scale);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SMoSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSmosrSpec *net = &spec->smosr;

  genga_hyper_int (func, user_data, "in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_bool (func, user_data, "rep", net->is_rep);
  genga_hyper_int (func, user_data, "n_mb", net->n_blocks);
  func ("upsampler", genga_uni_upsample_get_name (&net->upsampler), user_data);
  genga_hyper_int (func, user_data, "upsampler_mid_dim", net->upsampler.mid);
  /* Of DySample's last convolution, which is 1x1 by default where the scale is odd. */
  genga_hyper_int (func, user_data, "d_kernel", spec->scale % 2 == 0 ? 3 : 1);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaSmosrSpec *net = &spec->smosr;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->n_blocks));
  g_ptr_array_add (tags, g_strdup (genga_uni_upsample_get_name (&net->upsampler)));
  if (net->is_rep)
    g_ptr_array_add (tags, g_strdup ("rep"));
}

const GengaArch genga_arch_smosr = {
  .family = GENGA_FAMILY_SMOSR,
  .get_name = get_name,
  .read = read_smosr,
  .build = build_smosr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
