/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-dysample.h"
#include "nets/arch-hyper.h"

/* Group norm's number of groups, which no shape tells. */
#define NORM_GROUPS 4
#define GROUP_NORM_EPSILON 1e-5
#define LAYER_NORM_EPSILON 1e-6

/* Kernel sizes of the channel mixer's two convolutions. */
static const int mixer_kernels[][2] = {
  [GENGA_PLKSR_REAL] = { 3, 3 },
  [GENGA_PLKSR_CCM] = { 3, 1 },
  [GENGA_PLKSR_ICCM] = { 1, 3 },
  [GENGA_PLKSR_DCCM] = { 3, 3 },
};

static const char *const mixer_names[] = {
  [GENGA_PLKSR_REAL] = "Real",
  [GENGA_PLKSR_CCM] = "CCM",
  [GENGA_PLKSR_ICCM] = "ICCM",
  [GENGA_PLKSR_DCCM] = "DCCM",
};

static GengaPlksrMixer
read_mixer (GengaArchReader *reader)
{
  int first;
  int second;

  if (genga_arch_has (reader, "feats.1.channel_mixer.0.weight"))
    return GENGA_PLKSR_REAL;

  first = genga_arch_get_dim (reader, "feats.1.channe_mixer.0.weight", 4, 2);
  second = genga_arch_get_dim (reader, "feats.1.channe_mixer.2.weight", 4, 2);
  for (GengaPlksrMixer mixer = GENGA_PLKSR_CCM; mixer <= GENGA_PLKSR_DCCM; mixer++)
    {
      if (first == mixer_kernels[mixer][0] && second == mixer_kernels[mixer][1])
        return mixer;
    }
  genga_arch_fail_shape (reader, "feats.1.channe_mixer.0.weight");
  return GENGA_PLKSR_CCM;
}

static void
expect_block (GengaArchReader *reader, const GengaPlksrSpec *net, int index)
{
  const char *mixer = net->mixer == GENGA_PLKSR_REAL ? "channel_mixer" : "channe_mixer";
  int dim = net->dim;

  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.%s.0", index, mixer), 2 * dim,
                          dim, mixer_kernels[net->mixer][0]);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.%s.2", index, mixer), dim,
                          2 * dim, mixer_kernels[net->mixer][1]);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.lk.conv", index),
                          net->partial_dim, net->partial_dim, net->kernel_size);
  if (net->use_ea)
    genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.attn.f.0", index), dim, dim,
                            3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d.refine", index), dim, dim, 1);
  if (net->layer_norm)
    genga_arch_expect_norm (reader, genga_arch_key (reader, "feats.%d.layer_norm", index), dim);
  else if (net->mixer == GENGA_PLKSR_REAL)
    genga_arch_expect_norm (reader, genga_arch_key (reader, "feats.%d.norm", index), dim);
}

static void
read_dysample (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaPlksrSpec *net = &spec->plksr;
  int channels = 3 * spec->scale * spec->scale;
  int n_offsets = genga_arch_get_dim (reader, "to_img.offset.weight", 4, 0);
  int per_group = 2 * spec->scale * spec->scale;

  net->dysample_groups = n_offsets / per_group;
  net->dysample_end_conv = genga_arch_has (reader, "to_img.end_conv.weight");
  if (net->dysample_groups < 1 || n_offsets % per_group != 0 ||
      channels % net->dysample_groups != 0 || (!net->dysample_end_conv && spec->scale != 1))
    {
      genga_arch_fail_shape (reader, "to_img.offset.weight");
      return;
    }
  genga_arch_expect_dysample (reader, "to_img", channels, net->dysample_groups, spec->scale,
                              net->dysample_end_conv ? 3 : 0);
}

static void
read_plksr (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaPlksrSpec *net = &spec->plksr;
  gboolean real;
  const char *key;

  net->mixer = read_mixer (reader);
  real = net->mixer == GENGA_PLKSR_REAL;
  net->dim = genga_arch_get_dim (reader, "feats.0.weight", 4, 0);
  net->last_index = genga_arch_get_sequence_length (reader, "feats") - 1;
  /* RealPLKSR has a dropout layer, which has no tensors, before the last convolution. */
  net->n_blocks = MAX (net->last_index - (real ? 2 : 1), 0);
  net->kernel_size = genga_arch_get_dim (reader, "feats.1.lk.conv.weight", 4, 2);
  net->partial_dim = genga_arch_get_dim (reader, "feats.1.lk.conv.weight", 4, 0);
  net->use_ea = genga_arch_has (reader, "feats.1.attn.f.0.weight");
  net->layer_norm = real && genga_arch_has (reader, "feats.1.layer_norm.bias");
  net->dysample = real && genga_arch_has (reader, "to_img.init_pos");
  if (net->kernel_size % 2 == 0 || net->partial_dim > net->dim)
    genga_arch_fail_shape (reader, "feats.1.lk.conv.weight");
  if (real && !net->layer_norm && net->dim % NORM_GROUPS != 0)
    genga_arch_fail_shape (reader, "feats.0.weight");

  spec->in_channels = 3;
  spec->out_channels = 3;
  key = genga_arch_key (reader, "feats.%d.weight", net->last_index);
  genga_arch_split_shuffle (reader, key, genga_arch_get_dim (reader, key, 4, 0), 3, &spec->scale,
                            &spec->out_channels);

  genga_arch_expect_conv (reader, "feats.0", net->dim, 3, 3);
  for (int i = 1; i <= net->n_blocks && !genga_arch_has_failed (reader); i++)
    expect_block (reader, net, i);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "feats.%d", net->last_index),
                          3 * spec->scale * spec->scale, net->dim, 3);
  if (net->dysample)
    read_dysample (reader, spec);
}

/* ---- the graph ---- */

/* The large kernel works on the first channels; the others pass by. */
static guint
build_large_kernel (const GengaArchBuild *build, const GengaPlksrSpec *net, int index, guint input)
{
  int partial = net->partial_dim;
  guint parts[2];

  if (partial == net->dim)
    return genga_arch_build_conv (build, input, "feats.%d.lk.conv", index);
  parts[0] = genga_graph_slice (build->graph, input, 0, partial);
  parts[0] = genga_arch_build_conv (build, parts[0], "feats.%d.lk.conv", index);
  parts[1] = genga_graph_slice (build->graph, input, partial, net->dim - partial);
  return genga_graph_concat (build->graph, parts, 2);
}

static guint
build_block (const GengaArchBuild *build, const GengaPlksrSpec *net, int index, guint input)
{
  gboolean is_real = net->mixer == GENGA_PLKSR_REAL;
  const char *mixer = is_real ? "channel_mixer" : "channe_mixer";
  guint value = input;

  if (net->layer_norm)
    value = genga_arch_build_layer_norm (build, value, LAYER_NORM_EPSILON, "feats.%d.layer_norm",
                                         index);
  value = genga_arch_build_conv (build, value, "feats.%d.%s.0", index, mixer);
  value = genga_graph_activate (build->graph, value,
                                is_real ? GENGA_ACTIVATION_MISH : GENGA_ACTIVATION_GELU);
  value = genga_arch_build_conv (build, value, "feats.%d.%s.2", index, mixer);
  value = build_large_kernel (build, net, index, value);
  if (net->use_ea)
    {
      guint gate = genga_arch_build_conv (build, value, "feats.%d.attn.f.0", index);

      gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SIGMOID);
      value = genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
    }
  value = genga_arch_build_conv (build, value, "feats.%d.refine", index);
  if (is_real && !net->layer_norm)
    value = genga_graph_group_norm (build->graph, value,
                                    genga_arch_build_vector (build, "feats.%d.norm.weight", index),
                                    genga_arch_build_vector (build, "feats.%d.norm.bias", index),
                                    NORM_GROUPS, GROUP_NORM_EPSILON);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_plksr (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaPlksrSpec *net = &spec->plksr;
  guint value = genga_arch_build_conv (build, 0, "feats.0");
  guint base;

  for (int i = 1; i <= net->n_blocks; i++)
    value = build_block (build, net, i, value);
  value = genga_arch_build_conv (build, value, "feats.%d", net->last_index);
  if (!net->dysample)
    value = genga_graph_pixel_shuffle (build->graph, value, spec->scale);
  base = genga_graph_resize (build->graph, 0, GENGA_RESIZE_NEAREST, spec->scale, 1);
  /* DySample takes what a pixel shuffle would: each of the picture's channels scale^2 times. */
  if (net->dysample)
    base = genga_graph_pixel_unshuffle (build->graph, base, spec->scale);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, base);
  if (net->dysample)
    genga_arch_build_dysample (build, value, net->dysample_groups, spec->scale, "to_img");
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return spec->plksr.mixer == GENGA_PLKSR_REAL ? "RealPLKSR" : "PLKSR";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaPlksrSpec *net = &spec->plksr;

  genga_hyper_int (func, user_data, "dim", net->dim);
  genga_hyper_int (func, user_data, "n_blocks", net->n_blocks);
  genga_hyper_int (func, user_data, "upscaling_factor", spec->scale);
  genga_hyper_int (func, user_data, "kernel_size", net->kernel_size);
  genga_hyper_real (func, user_data, "split_ratio", (double)net->partial_dim / net->dim);
  genga_hyper_bool (func, user_data, "use_ea", net->use_ea);
  if (net->mixer == GENGA_PLKSR_REAL)
    {
      genga_hyper_int (func, user_data, "norm_groups", NORM_GROUPS);
      genga_hyper_int (func, user_data, "dropout", 0);
      genga_hyper_bool (func, user_data, "dysample", net->dysample);
      genga_hyper_bool (func, user_data, "layer_norm", net->layer_norm);
      return;
    }
  func ("ccm_type", mixer_names[net->mixer], user_data);
  func ("lk_type", "PLK", user_data);
  genga_hyper_bool (func, user_data, "use_max_kernel", FALSE);
  genga_hyper_list (func, user_data, "sparse_kernels", (const int[]){ 5, 5, 5, 5 }, 4);
  genga_hyper_list (func, user_data, "sparse_dilations", (const int[]){ 1, 2, 3, 4 }, 4);
  genga_hyper_bool (func, user_data, "with_idt", FALSE);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaPlksrSpec *net = &spec->plksr;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->n_blocks));
  g_ptr_array_add (tags, g_strdup_printf ("%dks", net->kernel_size));
  g_ptr_array_add (tags, g_strdup (mixer_names[net->mixer]));
  if (net->dysample)
    g_ptr_array_add (tags, g_strdup ("DySample"));
  if (net->layer_norm)
    g_ptr_array_add (tags, g_strdup ("LayerNorm"));
}

const GengaArch genga_arch_plksr = {
  .family = GENGA_FAMILY_PLKSR,
  .get_name = get_name,
  .read = read_plksr,
  .build = build_plksr,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
