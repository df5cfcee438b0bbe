/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/convolutional/arch-unet.h"

#define SLOPE 0.1f
/* Pixels that the second net takes off every side. */
#define SECOND_MARGIN 20

gboolean
genga_arch_unets_have_gates (GengaArchReader *reader)
{
  return genga_arch_has (reader, "unet1.conv2.seblock.conv1.weight");
}

/* ---- what there is ---- */

static int
get_out (GengaArchReader *reader, const char *prefix)
{
  return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.weight", prefix), 4, 0);
}

static int
read_conv (GengaArchReader *reader, const char *prefix, int in, int kernel)
{
  int out = get_out (reader, prefix);

  genga_arch_expect_conv (reader, prefix, out, in, kernel);
  return out;
}

/* Two convolutions, and a gate behind them. */
static int
read_pair (GengaArchReader *reader, const char *prefix, int in, gboolean has_gate)
{
  g_autofree char *first = g_strconcat (prefix, ".conv.0", NULL);
  g_autofree char *second = g_strconcat (prefix, ".conv.2", NULL);
  g_autofree char *squeeze = g_strconcat (prefix, ".seblock.conv1", NULL);
  g_autofree char *excite = g_strconcat (prefix, ".seblock.conv2", NULL);
  int out = read_conv (reader, second, read_conv (reader, first, in, 3), 3);

  if (has_gate)
    genga_arch_expect_conv (reader, excite, out, read_conv (reader, squeeze, out, 1), 1);
  return out;
}

int
genga_arch_read_first_unet (GengaArchReader *reader, int in, int scale)
{
  static const char bottom[] = "unet1.conv_bottom";
  gboolean has_gates = genga_arch_unets_have_gates (reader);
  int beside = read_pair (reader, "unet1.conv1", in, FALSE);
  int below = read_conv (reader, "unet1.conv1_down", beside, 2);
  int out;

  below = read_pair (reader, "unet1.conv2", below, has_gates);
  genga_arch_expect_deconv (reader, "unet1.conv2_up", beside, below, 2);
  beside = read_conv (reader, "unet1.conv3", beside, 3);
  if (scale == 1)
    return read_conv (reader, bottom, beside, 3);
  out = genga_arch_get_dim (reader, "unet1.conv_bottom.weight", 4, 1);
  genga_arch_expect_deconv (reader, bottom, out, beside, scale + 2);
  return out;
}

int
genga_arch_read_second_unet (GengaArchReader *reader, int in)
{
  gboolean has_gates = genga_arch_unets_have_gates (reader);
  int beside = read_pair (reader, "unet2.conv1", in, FALSE);
  int below = read_conv (reader, "unet2.conv1_down", beside, 2);
  int deepest;

  below = read_pair (reader, "unet2.conv2", below, has_gates);
  deepest = read_conv (reader, "unet2.conv2_down", below, 2);
  deepest = read_pair (reader, "unet2.conv3", deepest, has_gates);
  genga_arch_expect_deconv (reader, "unet2.conv3_up", below, deepest, 2);
  below = read_pair (reader, "unet2.conv4", below, has_gates);
  genga_arch_expect_deconv (reader, "unet2.conv4_up", beside, below, 2);
  beside = read_conv (reader, "unet2.conv5", beside, 3);
  return read_conv (reader, "unet2.conv_bottom", beside, 3);
}

/* ---- the graph ---- */

static guint
build_conv (const GengaArchBuild *build, guint input, const char *prefix, int stride)
{
  guint value = genga_arch_build_valid_conv (build, input, stride, "%s", prefix);

  return genga_graph_leaky_relu (build->graph, value, SLOPE);
}

static guint
build_gate (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint gate = genga_graph_global_mean (build->graph, input);

  gate = genga_arch_build_conv (build, gate, "%s.seblock.conv1", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_RELU);
  gate = genga_arch_build_conv (build, gate, "%s.seblock.conv2", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SIGMOID);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, input, gate);
}

static guint
build_pair (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree char *first = g_strconcat (prefix, ".conv.0", NULL);
  g_autofree char *second = g_strconcat (prefix, ".conv.2", NULL);
  guint value = build_conv (build, build_conv (build, input, first, 1), second, 1);

  if (genga_arch_build_has (build, "%s.seblock.conv1.weight", prefix))
    value = build_gate (build, value, prefix);
  return value;
}

/* Enlarged, and added to what lies beside it, `margin` pixels of which have no counterpart. */
static guint
build_up (const GengaArchBuild *build, guint input, const char *prefix, guint beside, int margin)
{
  guint value = genga_arch_build_deconv (build, input, 2, 0, "%s", prefix);

  value = genga_graph_leaky_relu (build->graph, value, SLOPE);
  return genga_graph_combine (build->graph, GENGA_OP_ADD,
                              genga_graph_crop_all (build->graph, beside, margin), value);
}

guint
genga_arch_build_first_unet (const GengaArchBuild *build, guint input, int scale)
{
  guint beside = build_pair (build, input, "unet1.conv1");
  guint value = build_conv (build, beside, "unet1.conv1_down", 2);

  value = build_pair (build, value, "unet1.conv2");
  value = build_up (build, value, "unet1.conv2_up", beside, 4);
  value = build_conv (build, value, "unet1.conv3", 1);
  if (scale == 1)
    return genga_arch_build_valid_conv (build, value, 1, "unet1.conv_bottom");
  return genga_arch_build_deconv (build, value, scale, scale == 3 ? 2 : 3, "unet1.conv_bottom");
}

guint
genga_arch_build_second_unet (const GengaArchBuild *build, guint input)
{
  guint beside = build_pair (build, input, "unet2.conv1");
  guint below = build_conv (build, beside, "unet2.conv1_down", 2);
  guint value;

  below = build_pair (build, below, "unet2.conv2");
  value = build_conv (build, below, "unet2.conv2_down", 2);
  value = build_pair (build, value, "unet2.conv3");
  value = build_up (build, value, "unet2.conv3_up", below, 4);
  value = build_pair (build, value, "unet2.conv4");
  value = build_up (build, value, "unet2.conv4_up", beside, 16);
  value = build_conv (build, value, "unet2.conv5", 1);
  return genga_arch_build_valid_conv (build, value, 1, "unet2.conv_bottom");
}

guint
genga_arch_build_refined (const GengaArchBuild *build, guint input)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD,
                              genga_arch_build_second_unet (build, input),
                              genga_graph_crop_all (build->graph, input, SECOND_MARGIN));
}
