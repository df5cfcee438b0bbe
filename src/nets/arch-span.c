/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

#define N_BLOCKS 6
/* conv_1, three convolutions in each block, conv_2, the upsampler's. */
#define RADIUS (1 + 3 * N_BLOCKS + 1 + 1)

/* A Conv3XC: in the full layout a 3x3 kernel comes out of five, in the slim one it is stored. */
static void
expect_conv (GengaArchReader *reader, const GengaSpanSpec *net, const char *prefix, int out, int in)
{
  g_autofree char *name = g_strdup (prefix);
  const char *key = genga_arch_key (reader, "%s.eval_conv", name);
  int wide_in;
  int wide_out;

  if (net->slim)
    {
      genga_arch_expect_conv (reader, key, out, in, 3);
      return;
    }
  /* Stale in many files: whoever loads the network works it out. */
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.eval_conv.weight", name));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.eval_conv.bias", name));

  wide_in = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv.0.weight", name), 4, 0);
  wide_out = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv.1.weight", name), 4, 0);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.sk", name), out, in, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv.0", name), wide_in, in, 1);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv.1", name), wide_out, wide_in, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv.2", name), out, wide_out, 1);
}

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

  expect_conv (reader, net, "conv_1", dim, spec->in_channels);
  for (int i = 1; i <= N_BLOCKS; i++)
    {
      for (int j = 1; j <= 3; j++)
        expect_conv (reader, net, genga_arch_key (reader, "block_%d.c%d_r", i, j), dim, dim);
    }
  expect_conv (reader, net, "conv_2", dim, dim);
  genga_arch_expect_conv (reader, "conv_cat", dim, 4 * dim, 1);
  genga_arch_expect_conv (reader, "upsampler.0", shuffled, dim, 3);

  net->num_feat = dim;
  spec->multiple_of = 1;
  spec->radius = RADIUS;
  spec->fp16_safe = TRUE;
  spec->bf16_safe = TRUE;
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
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
