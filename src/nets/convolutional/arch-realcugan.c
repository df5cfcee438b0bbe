/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real-CUGAN: two U-nets in a row, the first one of which enlarges. 4x ends in a further
 * convolution, a pixel shuffle and the picture itself under it; "fast" is the same at half the
 * picture's size. "pro" computes with pictures of less contrast.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/convolutional/arch-unet.h"

#define PRO_FACTOR 0.7f
#define PRO_OFFSET 0.15f

/* Those that the reference asks for. */
#define MINIMUM 32
#define FAST_MINIMUM 40
#define FAST_MULTIPLE 4

/* What is padded around the picture, by scale, for the maps to come out as large as they should. */
typedef struct
{
  int margin;
  int multiple; /* of the picture with its margins */
  int scale;    /* of the first U-net */
} Frame;

static Frame
get_frame (const GengaNetSpec *spec)
{
  if (spec->realcugan.fast)
    return (Frame){ 38, FAST_MULTIPLE, 2 };
  switch (spec->scale)
    {
    case 4:
      return (Frame){ 19, 2, 2 };
    case 3:
      return (Frame){ 14, 4, 3 };
    default:
      return (Frame){ 18, 2, 2 };
    }
}

/* The scale is in no tensor by itself: in the kernel that enlarges, and whether there is more. */
static void
read_scale (GengaArchReader *reader, GengaNetSpec *spec, int in)
{
  GengaRealCuganSpec *net = &spec->realcugan;
  int kernel = genga_arch_get_dim (reader, "unet1.conv_bottom.weight", 4, 2);

  if (genga_arch_has (reader, "conv_final.weight"))
    {
      net->fast = genga_arch_get_dim (reader, "conv_final.weight", 4, 0) == in;
      spec->scale = net->fast ? 2 : 4;
    }
  else
    spec->scale = kernel == 5 ? 3 : 2;
}

static void
read_realcugan (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaRealCuganSpec *net = &spec->realcugan;
  int in = genga_arch_get_dim (reader, "unet1.conv1.conv.0.weight", 4, 1);
  int out;

  net->pro = genga_arch_has (reader, "pro");
  genga_arch_ignore (reader, "pro");
  net->se = genga_arch_unets_have_gates (reader);
  read_scale (reader, spec, in);
  spec->in_channels = spec->out_channels = net->fast ? in / 4 : in;
  if (net->fast && in % 4 != 0)
    genga_arch_fail_shape (reader, "unet1.conv1.conv.0.weight");

  out = genga_arch_read_first_unet (reader, in, get_frame (spec).scale);
  /* What the second U-net makes is added to what it takes. */
  if (genga_arch_read_second_unet (reader, out) != out)
    genga_arch_fail_shape (reader, "unet2.conv_bottom.weight");
  if (spec->scale == 4 || net->fast)
    genga_arch_expect_conv (reader, "conv_final", 4 * spec->out_channels, out, 3);
  else if (out != spec->out_channels)
    genga_arch_fail_shape (reader, "unet1.conv_bottom.weight");
}

/* ---- the graph ---- */

static guint
build_factor (const GengaArchBuild *build, guint input, float factor, float offset)
{
  return genga_arch_build_shift (build, genga_graph_scale (build->graph, input, factor), offset);
}

/* Twice as large as what the U-nets make, cut to twice the picture's part of it. */
static guint
build_final (const GengaArchBuild *build, guint input)
{
  guint value = genga_arch_build_valid_conv (build, input, 1, "conv_final");

  value = genga_graph_crop_all (build->graph, value, 1);
  return genga_graph_pixel_shuffle (build->graph, value, 2);
}

static void
build_realcugan (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaRealCuganSpec *net = &spec->realcugan;
  Frame frame = get_frame (spec);
  gboolean has_final = spec->scale == 4 || net->fast;
  guint picture = 0;
  guint value;

  genga_graph_require_sides (build->graph, net->fast ? FAST_MINIMUM : MINIMUM,
                             net->fast ? FAST_MULTIPLE : 1);
  value = genga_graph_pad_all (build->graph, 0, GENGA_PAD_REFLECT, frame.margin, frame.multiple);
  if (net->pro)
    value = build_factor (build, value, PRO_FACTOR, PRO_OFFSET);
  if (net->fast)
    value = genga_graph_pixel_unshuffle (build->graph, value, 2);
  value = genga_arch_build_first_unet (build, value, frame.scale);
  value = genga_arch_build_refined (build, value);
  if (has_final)
    value = build_final (build, value);
  value = genga_graph_crop_to_picture (build->graph, value, 0, 0);
  if (has_final)
    {
      if (net->pro)
        picture = build_factor (build, 0, PRO_FACTOR, PRO_OFFSET);
      picture = genga_graph_resize (build->graph, picture, GENGA_RESIZE_NEAREST, spec->scale, 1);
      value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, picture);
    }
  if (net->pro)
    build_factor (build, value, 1 / PRO_FACTOR, -PRO_OFFSET / PRO_FACTOR);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "RealCUGAN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "in_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "out_channels", spec->out_channels);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_bool (func, user_data, "pro", spec->realcugan.pro);
  genga_hyper_bool (func, user_data, "fast", spec->realcugan.fast);
  genga_hyper_bool (func, user_data, "se", spec->realcugan.se);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  if (spec->realcugan.pro)
    g_ptr_array_add (tags, g_strdup ("pro"));
  if (spec->realcugan.fast)
    g_ptr_array_add (tags, g_strdup ("fast"));
  if (!spec->realcugan.se)
    g_ptr_array_add (tags, g_strdup ("nose"));
}

const GengaArch genga_arch_realcugan = {
  .family = GENGA_FAMILY_CUGAN,
  .get_name = get_name,
  .read = read_realcugan,
  .build = build_realcugan,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
