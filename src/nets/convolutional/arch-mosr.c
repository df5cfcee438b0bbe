/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MoSR: gated blocks, each beside the identity less one half, and a shortcut of three convolutions
 * around all of them.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-dysample.h"
#include "nets/arch-gated.h"
#include "nets/arch-hyper.h"

#define KERNEL 3          /* of the blocks' convolutions */
#define N_OTHER_ENTRIES 6 /* in `gblocks`: before and after the blocks */
#define GPS_GROUPS 8

static const char *const upsampler_names[] = {
  [GENGA_MOSR_SHUFFLE] = "ps",
  [GENGA_MOSR_DYSAMPLE] = "dys",
  [GENGA_MOSR_GROUPED] = "gps",
};

static const char *const upsampler_keys[] = {
  [GENGA_MOSR_SHUFFLE] = "upsampler.0",
  [GENGA_MOSR_GROUPED] = "upsampler.in_to_k",
};

static void
read_upsampler (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaMosrSpec *net = &spec->mosr;
  const char *prefix;
  const char *key;
  int n_groups;
  int shuffled;

  net->upsampler = GENGA_MOSR_SHUFFLE;
  if (genga_arch_has (reader, "upsampler.init_pos"))
    net->upsampler = GENGA_MOSR_DYSAMPLE;
  else if (genga_arch_has (reader, "upsampler.in_to_k.weight"))
    net->upsampler = GENGA_MOSR_GROUPED;
  if (net->upsampler == GENGA_MOSR_DYSAMPLE)
    {
      spec->scale = genga_arch_get_dysample_scale (reader, "upsampler", GENGA_DYSAMPLE_GROUPS);
      spec->out_channels = genga_arch_get_dim (reader, "upsampler.end_conv.weight", 4, 0);
      genga_arch_expect_dysample (reader, "upsampler", net->dim, GENGA_DYSAMPLE_GROUPS, spec->scale,
                                  spec->out_channels);
      return;
    }
  prefix = upsampler_keys[net->upsampler];
  n_groups = net->upsampler == GENGA_MOSR_GROUPED ? GPS_GROUPS : 1;
  key = genga_arch_key (reader, "%s.weight", prefix);
  shuffled = genga_arch_get_dim (reader, key, 4, 0);
  if (!genga_arch_has_failed (reader) && shuffled % n_groups != 0)
    genga_arch_fail_shape (reader, key);
  genga_arch_split_shuffle (reader, key, shuffled / n_groups, spec->in_channels, &spec->scale,
                            &spec->out_channels);
  genga_arch_expect_conv (reader, prefix, shuffled, net->dim, 3);
}

static void
expect_tail (GengaArchReader *reader, const GengaMosrSpec *net, int in)
{
  int dim = net->dim;
  int first = net->n_blocks + 1;

  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", first), 2 * dim, dim, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", first + 2), dim, 2 * dim,
                          3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", first + 4), dim, dim, 1);
  genga_arch_expect_conv (reader, "shortcut.block.0", dim, in, 3);
  genga_arch_expect_conv (reader, "shortcut.block.2", dim, dim, 3);
  genga_arch_expect_conv (reader, "shortcut.conv11", dim, in, 1);
}

static void
read_mosr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaMosrSpec *net = &spec->mosr;

  net->dim = genga_arch_get_dim (reader, "gblocks.0.weight", 4, 0);
  net->n_blocks = MAX (genga_arch_get_sequence_length (reader, "gblocks") - N_OTHER_ENTRIES, 0);
  net->n_mixed = genga_arch_get_dim (reader, "gblocks.1.conv.weight", 4, 0);
  net->kernel_size = genga_arch_get_dim (reader, "gblocks.1.conv.weight", 4, 2);
  spec->in_channels = genga_arch_get_dim (reader, "gblocks.0.weight", 4, 1);

  genga_arch_expect_conv (reader, "gblocks.0", net->dim, spec->in_channels, 3);
  for (int i = 1; i <= net->n_blocks && !genga_arch_has_failed (reader); i++)
    net->hidden = genga_arch_expect_gated (reader, genga_arch_key (reader, "gblocks.%d", i), "conv",
                                           net->dim, KERNEL);
  expect_tail (reader, net, spec->in_channels);
  read_upsampler (reader, spec);
}

/* ---- the graph ---- */

static guint
build_shortcut (const GengaArchBuild *build)
{
  const float shift = -0.5f;
  guint value = genga_arch_build_conv (build, 0, "shortcut.block.0");
  guint beside = genga_arch_build_conv (build, 0, "shortcut.conv11");

  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_MISH);
  value = genga_arch_build_conv (build, value, "shortcut.block.2");
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_MISH);
  beside = genga_arch_build_shift (build, beside, shift);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
}

/* The mean of groups of what a convolution makes is a convolution: the mean of their weights. */
static guint
build_grouped (const GengaArchBuild *build, guint input, const char *prefix)
{
  const GengaTensor *tensor = genga_arch_build_get (build, "%s.weight", prefix);
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.weight", prefix);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.bias", prefix);
  int out = (int)tensor->shape[0] / GPS_GROUPS;
  int in = (int)tensor->shape[1];
  gsize n_weights = (gsize)out * in * 9;

  for (gsize i = 0; weight != NULL && i < n_weights; i++)
    {
      for (int group = 1; group < GPS_GROUPS; group++)
        weight[i] += weight[group * n_weights + i];
      weight[i] /= GPS_GROUPS;
    }
  for (int i = 0; bias != NULL && i < out; i++)
    {
      for (int group = 1; group < GPS_GROUPS; group++)
        bias[i] += bias[group * out + i];
      bias[i] /= GPS_GROUPS;
    }
  return genga_arch_build_f64_conv (build, input, (const int[]){ out, in, 3, 3 }, weight, bias);
}

static void
build_upsampler (const GengaArchBuild *build, const GengaNetSpec *spec, guint input)
{
  guint value;

  switch (spec->mosr.upsampler)
    {
    case GENGA_MOSR_DYSAMPLE:
      genga_arch_build_dysample (build, input, GENGA_DYSAMPLE_GROUPS, spec->scale, "upsampler");
      return;
    case GENGA_MOSR_GROUPED:
      value = build_grouped (build, input, upsampler_keys[GENGA_MOSR_GROUPED]);
      break;
    case GENGA_MOSR_SHUFFLE:
    default:
      value = genga_arch_build_conv (build, input, "%s", upsampler_keys[GENGA_MOSR_SHUFFLE]);
      break;
    }
  genga_graph_pixel_shuffle (build->graph, value, spec->scale);
}

static void
build_mosr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const float shift = -0.5f;
  const GengaMosrSpec *net = &spec->mosr;
  guint value = genga_arch_build_conv (build, 0, "gblocks.0");

  for (int i = 1; i <= net->n_blocks; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("gblocks.%d", i);
      guint made = genga_arch_build_gated (build, value, prefix, "conv");

      value = genga_arch_build_shift (build, value, shift);
      value = genga_graph_combine (build->graph, GENGA_OP_ADD, made, value);
    }
  for (int i = 1; i <= 3; i++)
    {
      value = genga_arch_build_conv (build, value, "gblocks.%d", net->n_blocks + 2 * i - 1);
      if (i < 3)
        value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_MISH);
    }
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, build_shortcut (build));
  build_upsampler (build, spec, value);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "MoSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaMosrSpec *net = &spec->mosr;

  genga_hyper_int (func, user_data, "in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  genga_hyper_int (func, user_data, "n_block", net->n_blocks);
  genga_hyper_int (func, user_data, "dim", net->dim);
  func ("upsampler", upsampler_names[net->upsampler], user_data);
  func ("drop_path", "0.0", user_data);
  genga_hyper_int (func, user_data, "kernel_size", net->kernel_size);
  genga_hyper_real (func, user_data, "expansion_ratio", (double)net->hidden / net->dim);
  genga_hyper_real (func, user_data, "conv_ratio", (double)net->n_mixed / net->dim);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
}

const GengaArch genga_arch_mosr = {
  .family = GENGA_FAMILY_MOSR,
  .get_name = get_name,
  .read = read_mosr,
  .build = build_mosr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
