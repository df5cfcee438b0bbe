/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MoSRv2: MoSR's gated blocks with several small kernels, and the picture enlarged beside them. */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-gated.h"
#include "nets/arch-hyper.h"
#include "nets/arch-uni-upsample.h"

#define KERNEL 3 /* of the blocks' convolutions */
#define CHANNELS 3

static int
count_blocks (GengaArchReader *reader, int first)
{
  int n = 0;

  while (n < GENGA_ARCH_MAX_DIM &&
         genga_arch_has (reader, genga_arch_key (reader, "gblocks.%d.gamma", first + n + 1)))
    n++;
  return n;
}

static void
expect_body (GengaArchReader *reader, GengaMosrV2Spec *net)
{
  int dim = net->dim;
  int tail = net->first + net->n_blocks + 1;

  for (int i = 1; i <= net->n_blocks && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("gblocks.%d", net->first + i);

      net->hidden = genga_arch_expect_gated (reader, block, "conv", dim, KERNEL);
      genga_arch_expect (reader, genga_arch_key (reader, "%s.gamma", block),
                         GENGA_DIMS (1, dim, 1, 1));
    }
  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", tail), 2 * dim, dim, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", tail + 2), dim, 2 * dim, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", tail + 4), dim, dim, 1);
}

static void
read_mosrv2 (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaMosrV2Spec *net = &spec->mosrv2;
  const char *key;
  int in;

  /* The unshuffle takes the place of the first entry. */
  net->first = genga_arch_has (reader, "gblocks.0.weight") ? 0 : 1;
  key = genga_arch_key (reader, "gblocks.%d.weight", net->first);
  net->dim = genga_arch_get_dim (reader, key, 4, 0);
  in = genga_arch_get_dim (reader, key, 4, 1);
  net->unshuffle = net->first == 0 ? 1 : genga_arch_square_root (in / CHANNELS);
  net->n_blocks = count_blocks (reader, net->first);
  net->is_rms =
      genga_arch_has (reader, genga_arch_key (reader, "gblocks.%d.norm.scale", net->first + 1));
  genga_arch_read_uni_upsample (reader, "to_img", &net->upsampler);
  spec->in_channels = net->first == 0 ? in : CHANNELS;
  spec->out_channels = spec->in_channels;
  if (!genga_arch_has_failed (reader) &&
      (net->unshuffle == 0 || net->upsampler.scale % net->unshuffle != 0))
    genga_arch_fail_variant (reader, "%d channels to a scale of %d", in, net->upsampler.scale);
  spec->scale = net->upsampler.scale / MAX (1, net->unshuffle);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "gblocks.%d", net->first), net->dim, in,
                          3);
  expect_body (reader, net);
  genga_arch_expect_uni_upsample (reader, "to_img", &net->upsampler, net->dim, spec->out_channels);
}

/* ---- the graph ---- */

static guint
build_body (const GengaArchBuild *build, const GengaMosrV2Spec *net, guint input)
{
  int tail = net->first + net->n_blocks + 1;
  guint value = input;

  for (int i = 1; i <= net->n_blocks; i++)
    {
      g_autofree char *block = g_strdup_printf ("gblocks.%d", net->first + i);
      guint made = genga_arch_build_gated (build, value, block, "conv");

      made = genga_graph_affine (build->graph, made,
                                 genga_arch_build_vector (build, "%s.gamma", block), GENGA_NONE);
      value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, made);
    }
  for (int i = 0; i < 3; i++)
    {
      value = genga_arch_build_conv (build, value, "gblocks.%d", tail + 2 * i);
      if (i < 2)
        value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_MISH);
    }
  return value;
}

static void
build_mosrv2 (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaMosrV2Spec *net = &spec->mosrv2;
  guint value = 0;
  guint base;

  genga_graph_require_sides (build->graph, net->unshuffle / 2 + 1, net->unshuffle);
  if (net->unshuffle > 1)
    value = genga_graph_pixel_unshuffle (build->graph, value, net->unshuffle);
  value = genga_arch_build_conv (build, value, "gblocks.%d", net->first);
  value = build_body (build, net, value);
  value =
      genga_arch_build_uni_upsample (build, value, &net->upsampler, spec->out_channels, "to_img");
  base = genga_graph_resize (build->graph, 0, GENGA_RESIZE_BILINEAR, spec->scale, 1);
  genga_graph_combine (build->graph, GENGA_OP_ADD, value, base);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "MoSRv2";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaMosrV2Spec *net = &spec->mosrv2;

  genga_hyper_int (func, user_data, "in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "n_block", net->n_blocks);
  genga_hyper_int (func, user_data, "dim", net->dim);
  func ("upsampler", genga_uni_upsample_get_name (&net->upsampler), user_data);
  genga_hyper_int (func, user_data, "hidden", net->hidden);
  genga_hyper_int (func, user_data, "mid_dim", net->upsampler.mid);
  genga_hyper_bool (func, user_data, "unshuffle_mod", net->unshuffle > 1);
  genga_hyper_bool (func, user_data, "rms_norm", net->is_rms);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaMosrV2Spec *net = &spec->mosrv2;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", net->n_blocks));
  g_ptr_array_add (tags, g_strdup (genga_uni_upsample_get_name (&net->upsampler)));
  if (net->unshuffle > 1)
    g_ptr_array_add (tags, g_strdup ("unshuffle"));
  if (net->is_rms)
    g_ptr_array_add (tags, g_strdup ("rms"));
}

const GengaArch genga_arch_mosrv2 = {
  .family = GENGA_FAMILY_MOSR_V2,
  .get_name = get_name,
  .read = read_mosrv2,
  .build = build_mosrv2,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
