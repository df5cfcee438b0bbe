/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DIS: plain residual blocks, and the picture enlarged bilinearly beside them. */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

/* A convolution without bias. */
static void
expect_weight (GengaArchReader *reader, const char *key, int out, int in, int kernel)
{
  genga_arch_expect (reader, key, GENGA_DIMS (out, in, kernel, kernel));
}

static void
expect_block (GengaArchReader *reader, const GengaDisSpec *net, int index)
{
  int dim = net->num_feat;

  if (net->is_depthwise)
    {
      expect_weight (reader, genga_arch_key (reader, "body.%d.dw_conv.depthwise.weight", index),
                     dim, 1, 3);
      expect_weight (reader, genga_arch_key (reader, "body.%d.dw_conv.pointwise.weight", index),
                     dim, dim, 1);
    }
  else
    {
      expect_weight (reader, genga_arch_key (reader, "body.%d.conv1.weight", index), dim, dim, 3);
      expect_weight (reader, genga_arch_key (reader, "body.%d.conv2.weight", index), dim, dim, 3);
    }
  genga_arch_expect (reader, genga_arch_key (reader, "body.%d.act.weight", index),
                     GENGA_DIMS (dim));
}

/* One step has no index. */
static void
format_step (const GengaDisSpec *net, int index, char *prefix, gsize size)
{
  if (net->is_stepwise)
    g_snprintf (prefix, size, "upsampler.%d", index);
  else
    g_snprintf (prefix, size, "upsampler");
}

static void
read_upsampler (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaDisSpec *net = &spec->dis;

  net->is_stepwise = genga_arch_has (reader, "upsampler.0.conv.weight");
  if (net->is_stepwise)
    net->n_steps = genga_arch_get_sequence_length (reader, "upsampler");
  else
    net->n_steps = genga_arch_has (reader, "upsampler.conv.weight") ? 1 : 0;
  spec->scale = 1;
  for (int i = 0; i < net->n_steps && !genga_arch_has_failed (reader); i++)
    {
      char prefix[32];
      const char *key;
      int shuffled;
      int factor;

      format_step (net, i, prefix, sizeof prefix);
      key = genga_arch_key (reader, "%s.conv.weight", prefix);
      shuffled = genga_arch_get_dim (reader, key, 4, 0);
      factor =
          shuffled % net->num_feat == 0 ? genga_arch_square_root (shuffled / net->num_feat) : 0;
      if (factor == 0)
        {
          genga_arch_fail_shape (reader, key);
          return;
        }
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv", prefix), shuffled,
                              net->num_feat, 3);
      genga_arch_expect (reader, genga_arch_key (reader, "%s.act.weight", prefix),
                         GENGA_DIMS (net->num_feat));
      /* More is refused by all; it only must not overflow here. */
      spec->scale = MIN (spec->scale * factor, GENGA_ARCH_MAX_DIM);
    }
}

static void
read_dis (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaDisSpec *net = &spec->dis;

  net->num_feat = genga_arch_get_dim (reader, "head.weight", 4, 0);
  net->num_blocks = genga_arch_get_sequence_length (reader, "body");
  net->is_depthwise = genga_arch_has (reader, "body.0.dw_conv.depthwise.weight");
  spec->in_channels = genga_arch_get_dim (reader, "head.weight", 4, 1);
  spec->out_channels = genga_arch_get_dim (reader, "tail.weight", 4, 0);

  genga_arch_expect_conv (reader, "head", net->num_feat, spec->in_channels, 3);
  genga_arch_expect (reader, "head_act.weight", GENGA_DIMS (net->num_feat));
  for (int i = 0; i < net->num_blocks && !genga_arch_has_failed (reader); i++)
    expect_block (reader, net, i);
  genga_arch_expect_conv (reader, "fusion", net->num_feat, net->num_feat, 3);
  read_upsampler (reader, spec);
  genga_arch_expect_conv (reader, "tail", spec->out_channels, net->num_feat, 3);
}

/* ---- the graph ---- */

static guint
build_block (const GengaArchBuild *build, const GengaDisSpec *net, int index, guint input)
{
  guint slopes = genga_arch_build_vector (build, "body.%d.act.weight", index);
  guint value;

  if (net->is_depthwise)
    {
      value = genga_arch_build_depthwise (build, input, "body.%d.dw_conv.depthwise", index);
      value = genga_arch_build_conv (build, value, "body.%d.dw_conv.pointwise", index);
      value = genga_graph_prelu (build->graph, value, slopes);
    }
  else
    {
      value = genga_arch_build_conv (build, input, "body.%d.conv1", index);
      value = genga_graph_prelu (build->graph, value, slopes);
      value = genga_arch_build_conv (build, value, "body.%d.conv2", index);
    }
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

static guint
build_step (const GengaArchBuild *build, const GengaDisSpec *net, int index, guint input)
{
  char prefix[32];
  guint value;
  int factor;

  format_step (net, index, prefix, sizeof prefix);
  value = genga_arch_build_conv (build, input, "%s.conv", prefix);
  factor =
      genga_arch_square_root (genga_graph_peek (build->graph, value)->channels / net->num_feat);
  value = genga_graph_pixel_shuffle (build->graph, value, factor);
  return genga_graph_prelu (build->graph, value,
                            genga_arch_build_vector (build, "%s.act.weight", prefix));
}

static void
build_dis (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaDisSpec *net = &spec->dis;
  guint first = genga_arch_build_conv (build, 0, "head");
  guint value;
  guint base;

  first =
      genga_graph_prelu (build->graph, first, genga_arch_build_vector (build, "head_act.weight"));
  value = first;
  for (int i = 0; i < net->num_blocks; i++)
    value = build_block (build, net, i, value);
  value = genga_arch_build_conv (build, value, "fusion");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  for (int i = 0; i < net->n_steps; i++)
    value = build_step (build, net, i, value);
  value = genga_arch_build_conv (build, value, "tail");
  base = genga_graph_resize (build->graph, 0, GENGA_RESIZE_BILINEAR, spec->scale, 1);
  genga_graph_combine (build->graph, GENGA_OP_ADD, value, base);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "DIS";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "in_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "out_channels", spec->out_channels);
  genga_hyper_int (func, user_data, "num_features", spec->dis.num_feat);
  genga_hyper_int (func, user_data, "num_blocks", spec->dis.num_blocks);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_bool (func, user_data, "use_depthwise", spec->dis.is_depthwise);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->dis.num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", spec->dis.num_blocks));
  if (spec->dis.is_depthwise)
    g_ptr_array_add (tags, g_strdup ("depthwise"));
}

const GengaArch genga_arch_dis = {
  .family = GENGA_FAMILY_DIS,
  .get_name = get_name,
  .read = read_dis,
  .build = build_dis,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
