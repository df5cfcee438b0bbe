/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SPANF3: SPAN's rows of three Conv3XC, with ReLU and an attention that has a convolution of its
 * own. `conv_1` works on a picture whose pixels are unshuffled where its keys begin with
 * "conv_1.1".
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-conv3xc.h"
#include "nets/arch-hyper.h"

#define CHANNELS 3 /* of the picture: what tells the factor of the unshuffle */

static const char *
get_first_key (gboolean is_unshuffled)
{
  return is_unshuffled ? "conv_1.1" : "conv_1";
}

static int
count_blocks (GengaArchReader *reader)
{
  int n = 0;

  while (n < GENGA_ARCH_MAX_DIM &&
         genga_arch_has (reader, genga_arch_key (reader, "block_%d.att_conv.weight", n + 1)))
    n++;
  return n;
}

static void
expect_all (GengaArchReader *reader, const GengaSpanF3Spec *net, int in, int shuffled)
{
  int dim = net->num_feat;

  genga_arch_expect_conv3xc (reader, get_first_key (net->unshuffle > 0), dim, in, TRUE);
  for (int i = 1; i <= net->num_blocks && !genga_arch_has_failed (reader); i++)
    {
      for (int j = 1; j <= 3; j++)
        genga_arch_expect_conv3xc (reader, genga_arch_key (reader, "block_%d.c%d_r", i, j), dim,
                                   dim, TRUE);
      genga_arch_expect_conv (reader, genga_arch_key (reader, "block_%d.att_conv", i), dim, dim, 1);
    }
  genga_arch_expect_conv (reader, "conv_cat", dim, 4 * dim, 1);
  genga_arch_expect_conv3xc (reader, "to_pixel", shuffled, dim, TRUE);
}

static void
read_spanf3 (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSpanF3Spec *net = &spec->spanf3;
  gboolean is_unshuffled = genga_arch_has (reader, "conv_1.1.sk.weight") ||
                           genga_arch_has (reader, "conv_1.1.eval_conv.weight");
  int in = genga_arch_get_conv3xc_dim (reader, get_first_key (is_unshuffled), 1);
  int shuffled = genga_arch_get_conv3xc_dim (reader, "to_pixel", 0);
  int net_scale;

  net->num_feat = genga_arch_get_conv3xc_dim (reader, get_first_key (is_unshuffled), 0);
  net->num_blocks = count_blocks (reader);
  net->unshuffle = is_unshuffled ? genga_arch_square_root (in / CHANNELS) : 0;
  spec->in_channels = is_unshuffled ? CHANNELS : in;
  genga_arch_split_shuffle (reader, "to_pixel.eval_conv.weight", shuffled, spec->in_channels,
                            &net_scale, &spec->out_channels);
  spec->scale = net_scale / MAX (1, net->unshuffle);
  if (is_unshuffled && (net->unshuffle == 0 || net_scale % net->unshuffle != 0))
    {
      genga_arch_fail_variant (reader, "%d channels to a scale of %d", in, net_scale);
      return;
    }
  expect_all (reader, net, in, shuffled);
}

/* ---- the graph ---- */

/* `*first` is what the block's first convolution has made, after its activation. */
static guint
build_block (const GengaArchBuild *build, int index, guint input, guint *first)
{
  guint value = input;
  guint attention;

  for (int i = 1; i <= 3; i++)
    {
      value = genga_arch_build_conv3xc (build, value, "block_%d.c%d_r", index, i);
      if (i < 3)
        value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_RELU);
      if (i == 1)
        *first = value;
    }
  attention = genga_arch_build_conv (build, value, "block_%d.att_conv", index);
  attention = genga_graph_activate (build->graph, attention, GENGA_ACTIVATION_TANH);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, attention);
}

static void
build_spanf3 (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSpanF3Spec *net = &spec->spanf3;
  const int unshuffle = MAX (1, net->unshuffle);
  guint joined[4]; /* the start, the end, what the first block made, the last one's inside */
  guint value = 0;

  genga_graph_require_sides (build->graph, unshuffle / 2 + 1, unshuffle);
  if (unshuffle > 1)
    value = genga_graph_pixel_unshuffle (build->graph, value, unshuffle);
  value = joined[0] =
      genga_arch_build_conv3xc (build, value, "%s", get_first_key (net->unshuffle > 0));
  for (int i = 1; i <= net->num_blocks; i++)
    {
      /* Activated: the training's activation works in place. */
      value = build_block (build, i, value, &joined[3]);
      if (i == 1)
        joined[2] = value;
    }
  joined[1] = value;
  value = genga_graph_concat (build->graph, joined, 4);
  value = genga_arch_build_conv (build, value, "conv_cat");
  value = genga_arch_build_conv3xc (build, value, "to_pixel");
  genga_graph_pixel_shuffle (build->graph, value, spec->scale * unshuffle);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SPANF3";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "num_in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "num_out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "feature_channels", spec->spanf3.num_feat);
  genga_hyper_int (func, user_data, "num_blocks", spec->spanf3.num_blocks);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  genga_hyper_bool (func, user_data, "unshuffle_mod", spec->spanf3.unshuffle > 0);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->spanf3.num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", spec->spanf3.num_blocks));
  if (spec->spanf3.unshuffle > 0)
    g_ptr_array_add (tags, g_strdup ("unshuffle"));
}

const GengaArch genga_arch_spanf3 = {
  .family = GENGA_FAMILY_SPANF3,
  .get_name = get_name,
  .read = read_spanf3,
  .build = build_spanf3,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
