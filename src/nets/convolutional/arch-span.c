/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-conv3xc.h"
#include "nets/arch-hyper.h"
#include "nets/arch-spab.h"

#define N_BLOCKS 6

/* What the weights were trained with and no file says. */
#define IMAGE_RANGE 255.0
static const double mean_rgb[] = { 0.4488, 0.4371, 0.4040 };

static void
read_span (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSpanSpec *net = &spec->span;
  const char *first;
  int shuffled;
  int dim;

  net->slim = !genga_arch_has (reader, "conv_1.sk.weight");
  net->norm = !genga_arch_has (reader, "no_norm");
  genga_arch_ignore (reader, "no_norm");

  first = net->slim ? "conv_1.eval_conv.weight" : "conv_1.sk.weight";
  dim = genga_arch_get_dim (reader, first, 4, 0);
  spec->in_channels = genga_arch_get_dim (reader, first, 4, 1);
  shuffled = genga_arch_get_dim (reader, "upsampler.0.weight", 4, 0);
  genga_arch_split_shuffle (reader, "upsampler.0.weight", shuffled, spec->in_channels, &spec->scale,
                            &spec->out_channels);
  /* The mean that is subtracted has three channels. */
  if (net->norm && spec->in_channels != 3)
    genga_arch_fail_variant (reader, "normalised, %d channels", spec->in_channels);

  genga_arch_expect_conv3xc (reader, "conv_1", dim, spec->in_channels, TRUE);
  for (int i = 1; i <= N_BLOCKS; i++)
    genga_arch_expect_spab (reader, genga_arch_key (reader, "block_%d", i), dim, TRUE);
  genga_arch_expect_conv3xc (reader, "conv_2", dim, dim, TRUE);
  genga_arch_expect_conv (reader, "conv_cat", dim, 4 * dim, 1);
  genga_arch_expect_conv (reader, "upsampler.0", shuffled, dim, 3);

  net->num_feat = dim;
}

/* ---- the graph ---- */

static guint
build_norm (const GengaArchBuild *build, guint input)
{
  float factor[3];
  float offset[3];

  for (int i = 0; i < 3; i++)
    {
      factor[i] = (float)IMAGE_RANGE;
      offset[i] = (float)(-mean_rgb[i] * IMAGE_RANGE);
    }
  return genga_graph_affine (build->graph, input, genga_graph_copy_vector (build->graph, factor, 3),
                             genga_graph_copy_vector (build->graph, offset, 3));
}

static void
build_span (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSpanSpec *net = &spec->span;
  guint joined[4]; /* the start, the end, what the first block made, the last one's inside */
  guint value = 0;

  if (net->norm)
    value = build_norm (build, value);
  value = joined[0] = genga_arch_build_conv3xc (build, value, "conv_1");
  for (int i = 1; i <= N_BLOCKS; i++)
    {
      value =
          genga_arch_build_spab (build, value, GENGA_ACTIVATION_SILU, &joined[3], "block_%d", i);
      if (i == 1)
        joined[2] = value;
    }
  joined[1] = genga_arch_build_conv3xc (build, value, "conv_2");
  value = genga_graph_concat (build->graph, joined, 4);
  value = genga_arch_build_conv (build, value, "conv_cat");
  value = genga_arch_build_conv (build, value, "upsampler.0");
  genga_graph_pixel_shuffle (build->graph, value, spec->scale);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SPAN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "num_in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "num_out_ch", spec->out_channels);
  genga_hyper_int (func, user_data, "feature_channels", spec->span.num_feat);
  genga_hyper_int (func, user_data, "upscale", spec->scale);
  genga_hyper_bool (func, user_data, "bias", TRUE);
  genga_hyper_bool (func, user_data, "norm", spec->span.norm);
  func ("img_range", "255.0", user_data);
  func ("rgb_mean", "(0.4488, 0.4371, 0.404)", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->span.num_feat));
}

const GengaArch genga_arch_span = {
  .family = GENGA_FAMILY_SPAN,
  .get_name = get_name,
  .read = read_span,
  .build = build_span,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
