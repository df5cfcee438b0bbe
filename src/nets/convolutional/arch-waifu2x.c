/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * waifu2x, without its transformers: seven convolutions in a row (VGG7; UpConv7, whose last one
 * enlarges), or two U-nets (CUNet, UpCUNet). None pads maps: the picture is padded, by its border
 * pixels.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"
#include "nets/convolutional/arch-unet.h"

#define SLOPE 0.1f
/* net.0 ... net.12: every other one is an activation. */
#define LAST_LAYER 12

/* By kind. */
static const struct
{
  const char *name;
  int scale;
  int margin;   /* pixels around the picture */
  int multiple; /* of the picture with its margins */
} kinds[] = {
  [GENGA_WAIFU2X_UPCONV7] = { "upconv_7", 2, 7, 1 },
  [GENGA_WAIFU2X_VGG7] = { "vgg_7", 1, 7, 1 },
  [GENGA_WAIFU2X_CUNET] = { "cunet", 1, 28, 4 },
  [GENGA_WAIFU2X_UPCUNET] = { "upcunet", 2, 18, 4 },
};

static gboolean
is_unet (const GengaWaifu2xSpec *net)
{
  return net->kind == GENGA_WAIFU2X_CUNET || net->kind == GENGA_WAIFU2X_UPCUNET;
}

/* ---- what there is ---- */

static int
get_kernel (GengaArchReader *reader, const char *key)
{
  return genga_arch_get_dim (reader, key, 4, 2);
}

static GengaWaifu2xKind
find_kind (GengaArchReader *reader)
{
  if (genga_arch_has (reader, "net.0.weight"))
    return get_kernel (reader, "net.12.weight") == 3 ? GENGA_WAIFU2X_VGG7 : GENGA_WAIFU2X_UPCONV7;
  return get_kernel (reader, "unet1.conv_bottom.weight") == 3 ? GENGA_WAIFU2X_CUNET
                                                              : GENGA_WAIFU2X_UPCUNET;
}

static void
read_row (GengaArchReader *reader, GengaNetSpec *spec)
{
  int channels = spec->in_channels = genga_arch_get_dim (reader, "net.0.weight", 4, 1);

  for (int i = 0; i < LAST_LAYER; i += 2)
    {
      int out = genga_arch_get_dim (reader, genga_arch_key (reader, "net.%d.weight", i), 4, 0);

      genga_arch_expect_conv (reader, genga_arch_key (reader, "net.%d", i), out, channels, 3);
      channels = out;
    }
  if (spec->waifu2x.kind == GENGA_WAIFU2X_VGG7)
    {
      spec->out_channels = genga_arch_get_dim (reader, "net.12.weight", 4, 0);
      genga_arch_expect_conv (reader, "net.12", spec->out_channels, channels, 3);
    }
  else
    {
      spec->out_channels = genga_arch_get_dim (reader, "net.12.weight", 4, 1);
      genga_arch_expect_deconv (reader, "net.12", spec->out_channels, channels, 4);
    }
}

static void
read_unets (GengaArchReader *reader, GengaNetSpec *spec)
{
  const char *no_clip = genga_state_dict_get_metadata (reader->dict, "kwargs.no_clip");

  spec->waifu2x.clips = g_strcmp0 (no_clip, "False") == 0;
  spec->in_channels = genga_arch_get_dim (reader, "unet1.conv1.conv.0.weight", 4, 1);
  spec->out_channels = genga_arch_read_first_unet (reader, spec->in_channels, spec->scale);
  if (genga_arch_read_second_unet (reader, spec->out_channels) != spec->out_channels)
    genga_arch_fail_shape (reader, "unet2.conv_bottom.weight");
}

static void
read_waifu2x (GengaArchReader *reader, GengaNetSpec *spec)
{
  spec->waifu2x.kind = find_kind (reader);
  spec->scale = kinds[spec->waifu2x.kind].scale;
  if (is_unet (&spec->waifu2x))
    read_unets (reader, spec);
  else
    read_row (reader, spec);
}

/* ---- the graph ---- */

static guint
build_row (const GengaArchBuild *build, const GengaNetSpec *spec, guint input)
{
  guint value = input;

  for (int i = 0; i < LAST_LAYER; i += 2)
    {
      value = genga_arch_build_valid_conv (build, value, 1, "net.%d", i);
      value = genga_graph_leaky_relu (build->graph, value, SLOPE);
    }
  if (spec->waifu2x.kind == GENGA_WAIFU2X_VGG7)
    return genga_arch_build_valid_conv (build, value, 1, "net.12");
  return genga_arch_build_deconv (build, value, 2, 3, "net.12");
}

static guint
build_unets (const GengaArchBuild *build, const GengaNetSpec *spec, guint input)
{
  guint value = genga_arch_build_first_unet (build, input, spec->scale);

  if (spec->waifu2x.clips)
    value = genga_graph_clip (build->graph, value, 0, 1);
  return genga_arch_build_refined (build, value);
}

static void
build_waifu2x (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  GengaWaifu2xKind kind = spec->waifu2x.kind;
  guint value = genga_graph_pad_all (build->graph, 0, GENGA_PAD_REPLICATE, kinds[kind].margin,
                                     kinds[kind].multiple);

  value =
      is_unet (&spec->waifu2x) ? build_unets (build, spec, value) : build_row (build, spec, value);
  if (kinds[kind].multiple > 1)
    genga_graph_crop_to_picture (build->graph, value, 0, 0);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "waifu2x";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  GengaWaifu2xKind kind = spec->waifu2x.kind;

  func ("kind", kinds[kind].name, user_data);
  genga_hyper_int (func, user_data, "in_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "out_channels", spec->out_channels);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  /* In pixels of the result, as nunif counts them. */
  genga_hyper_int (func, user_data, "offset", kinds[kind].margin * spec->scale);
  if (is_unet (&spec->waifu2x))
    genga_hyper_bool (func, user_data, "no_clip", !spec->waifu2x.clips);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup (kinds[spec->waifu2x.kind].name));
}

const GengaArch genga_arch_waifu2x = {
  .family = GENGA_FAMILY_WAIFU2X,
  .get_name = get_name,
  .read = read_waifu2x,
  .build = build_waifu2x,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
