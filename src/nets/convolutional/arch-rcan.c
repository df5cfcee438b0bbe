/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RCAN: groups of residual blocks, each of which weighs its channels by a gate that is made of
 * means over the map. Some files work on an unshuffled picture, some subtract a mean of their own.
 */
/* Of the convolutions before shuffles, whatever the size of all others. */
#define UPSAMPLER_KERNEL 3
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

#define IMAGE_RANGE 255.f

/* ---- what there is ---- */

static int
get_unshuffle (GengaArchReader *reader, int in, int out)
{
  int unshuffle = genga_arch_square_root (in / out);

  if (in % out != 0 || unshuffle == 0)
    genga_arch_fail_shape (reader, "head.1.weight");
  return MAX (unshuffle, 1);
}

static void
read_block (GengaArchReader *reader, GengaRcanSpec *net, const char *prefix)
{
  int n = net->num_feat;

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.body.0", prefix), n, n,
                          net->kernel_size);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.body.2", prefix), n, n,
                          net->kernel_size);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.body.3.conv_du.0", prefix),
                          net->squeezed, n, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.body.3.conv_du.2", prefix), n,
                          net->squeezed, 1);
}

static void
read_body (GengaArchReader *reader, GengaRcanSpec *net)
{
  int n = net->num_feat;

  for (int i = 0; i < net->n_groups && !genga_arch_has_failed (reader); i++)
    {
      for (int j = 0; j < net->n_blocks && !genga_arch_has_failed (reader); j++)
        {
          g_autofree char *prefix = g_strdup_printf ("body.%d.body.%d", i, j);

          read_block (reader, net, prefix);
        }
      genga_arch_expect_conv (reader, genga_arch_key (reader, "body.%d.body.%d", i, net->n_blocks),
                              n, n, net->kernel_size);
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "body.%d", net->n_groups), n, n,
                          net->kernel_size);
}

/* Steps that each end in a pixel shuffle; what all of them enlarge by. */
static int
read_tail (GengaArchReader *reader, GengaRcanSpec *net)
{
  int scale = 1;

  while (net->n_steps < GENGA_RCAN_MAX_STEPS &&
         genga_arch_has (reader, genga_arch_key (reader, "tail.0.%d.weight", 2 * net->n_steps)))
    {
      g_autofree char *prefix = g_strdup_printf ("tail.0.%d", 2 * net->n_steps);
      int out = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.weight", prefix), 4, 0);
      int factor = genga_arch_square_root (out / net->num_feat);

      if (factor < 1 || out != factor * factor * net->num_feat)
        {
          genga_arch_fail_shape (reader, genga_arch_key (reader, "%s.weight", prefix));
          return 1;
        }
      genga_arch_expect_conv (reader, prefix, out, net->num_feat, UPSAMPLER_KERNEL);
      net->factors[net->n_steps++] = factor;
      scale *= factor;
    }
  return scale;
}

static void
read_rcan (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaRcanSpec *net = &spec->rcan;
  gboolean has_unshuffle = genga_arch_has (reader, "head.1.weight");
  const char *head = has_unshuffle ? "head.1" : "head.0";
  g_autofree char *key = g_strconcat (head, ".weight", NULL);
  int in = genga_arch_get_dim (reader, key, 4, 1);
  int out = genga_arch_get_dim (reader, "tail.1.weight", 4, 0);
  int scale;

  net->num_feat = genga_arch_get_dim (reader, key, 4, 0);
  net->kernel_size = genga_arch_get_dim (reader, key, 4, 2);
  net->squeezed = genga_arch_get_dim (reader, "body.0.body.0.body.3.conv_du.0.weight", 4, 0);
  net->n_groups = MAX (genga_arch_get_sequence_length (reader, "body") - 1, 0);
  net->n_blocks = MAX (genga_arch_get_sequence_length (reader, "body.0.body") - 1, 0);
  net->unshuffle = has_unshuffle ? get_unshuffle (reader, in, out) : 0;
  net->norm = genga_arch_has (reader, "sub_mean.weight");
  if (net->kernel_size % 2 == 0)
    genga_arch_fail_shape (reader, key);
  spec->in_channels = has_unshuffle ? out : in;
  spec->out_channels = out;

  genga_arch_expect_conv (reader, head, net->num_feat, in, net->kernel_size);
  read_body (reader, net);
  scale = read_tail (reader, net);
  genga_arch_expect_conv (reader, "tail.1", out, net->num_feat, net->kernel_size);
  if (net->norm)
    {
      genga_arch_expect_conv (reader, "sub_mean", spec->in_channels, spec->in_channels, 1);
      genga_arch_expect_conv (reader, "add_mean", out, out, 1);
    }
  spec->scale = scale / MAX (net->unshuffle, 1);
  if (scale % MAX (net->unshuffle, 1) != 0)
    genga_arch_fail_variant (reader, "it reduces");
}

/* ---- the graph ---- */

static guint
build_gate (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint gate = genga_graph_global_mean (build->graph, input);

  gate = genga_arch_build_conv (build, gate, "%s.conv_du.0", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_RELU);
  gate = genga_arch_build_conv (build, gate, "%s.conv_du.2", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SIGMOID);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, input, gate);
}

static guint
build_block (const GengaArchBuild *build, guint input, int group, int index)
{
  g_autofree char *gate = g_strdup_printf ("body.%d.body.%d.body.3", group, index);
  guint value = genga_arch_build_conv (build, input, "body.%d.body.%d.body.0", group, index);

  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_RELU);
  value = genga_arch_build_conv (build, value, "body.%d.body.%d.body.2", group, index);
  value = build_gate (build, value, gate);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static guint
build_body (const GengaArchBuild *build, const GengaRcanSpec *net, guint input)
{
  guint value = input;

  for (int i = 0; i < net->n_groups; i++)
    {
      guint start = value;

      for (int j = 0; j < net->n_blocks; j++)
        value = build_block (build, value, i, j);
      value = genga_arch_build_conv (build, value, "body.%d.body.%d", i, net->n_blocks);
      value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, start);
    }
  value = genga_arch_build_conv (build, value, "body.%d", net->n_groups);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static void
build_rcan (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaRcanSpec *net = &spec->rcan;
  guint value = 0;

  if (net->norm)
    {
      value = genga_graph_scale (build->graph, value, IMAGE_RANGE);
      value = genga_arch_build_conv (build, value, "sub_mean");
    }
  if (net->unshuffle > 0)
    value = genga_graph_pixel_unshuffle (build->graph, value, net->unshuffle);
  value = genga_arch_build_conv (build, value, net->unshuffle > 0 ? "head.1" : "head.0");
  value = build_body (build, net, value);
  for (int i = 0; i < net->n_steps; i++)
    {
      value = genga_arch_build_conv (build, value, "tail.0.%d", 2 * i);
      value = genga_graph_pixel_shuffle (build->graph, value, net->factors[i]);
    }
  value = genga_arch_build_conv (build, value, "tail.1");
  if (net->norm)
    {
      value = genga_arch_build_conv (build, value, "add_mean");
      genga_graph_scale (build->graph, value, 1 / IMAGE_RANGE);
    }
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "RCAN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaRcanSpec *net = &spec->rcan;

  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "n_resgroups", net->n_groups);
  genga_hyper_int (func, user_data, "n_resblocks", net->n_blocks);
  genga_hyper_int (func, user_data, "n_feats", net->num_feat);
  genga_hyper_int (func, user_data, "n_colors", spec->in_channels);
  func ("rgb_range", "255", user_data);
  genga_hyper_bool (func, user_data, "norm", net->norm);
  genga_hyper_int (func, user_data, "kernel_size", net->kernel_size);
  genga_hyper_int (func, user_data, "reduction", net->num_feat / net->squeezed);
  func ("res_scale", "1", user_data);
  func ("act_mode", "relu", user_data);
  genga_hyper_bool (func, user_data, "unshuffle_mod", net->unshuffle > 0);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaRcanSpec *net = &spec->rcan;

  g_ptr_array_add (tags, g_strdup_printf ("%dnf", net->num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnrg", net->n_groups));
  g_ptr_array_add (tags, g_strdup_printf ("%dnrb", net->n_blocks));
  if (net->unshuffle > 0)
    g_ptr_array_add (tags, g_strdup ("unshuffle"));
}

const GengaArch genga_arch_rcan = {
  .family = GENGA_FAMILY_RCAN,
  .fp16 = GENGA_FP16_UNSAFE,
  .get_name = get_name,
  .read = read_rcan,
  .build = build_rcan,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
