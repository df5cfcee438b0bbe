/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

#include <string.h>

#define N_BLOCKS 6

/* What the weights were trained with and no file says. */
#define IMAGE_RANGE 255.0
static const double mean_rgb[] = { 0.4488, 0.4371, 0.4040 };

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
}

/* ---- the graph ---- */

/* A Conv3XC as the training saw it; all row-major, the kernels 3x3. */
typedef struct
{
  int in;
  int wide_in;
  int wide_out;
  int out;
  double *weight[3]; /* 1x1, 3x3, 1x1 */
  double *bias[3];
  double *beside_weight; /* 1x1 */
  double *beside_bias;
} WideConv;

static void
load_wide (const GengaArchBuild *build, const char *prefix, WideConv *conv)
{
  const GengaTensor *middle = genga_arch_build_get (build, "%s.conv.1.weight", prefix);
  const GengaTensor *beside = genga_arch_build_get (build, "%s.sk.weight", prefix);

  conv->in = (int)beside->shape[1];
  conv->out = (int)beside->shape[0];
  conv->wide_in = (int)middle->shape[1];
  conv->wide_out = (int)middle->shape[0];
  for (int i = 0; i < 3; i++)
    {
      conv->weight[i] = genga_arch_build_dup_f64 (build, "%s.conv.%d.weight", prefix, i);
      conv->bias[i] = genga_arch_build_dup_f64 (build, "%s.conv.%d.bias", prefix, i);
    }
  conv->beside_weight = genga_arch_build_dup_f64 (build, "%s.sk.weight", prefix);
  conv->beside_bias = genga_arch_build_dup_f64 (build, "%s.sk.bias", prefix);
}

static void
clear_wide (WideConv *conv)
{
  for (int i = 0; i < 3; i++)
    {
      g_free (conv->weight[i]);
      g_free (conv->bias[i]);
    }
  g_free (conv->beside_weight);
  g_free (conv->beside_bias);
}

/* The rows that lead to one output channel: `through` is wide_in x 9, `weight` in x 9. */
static double
merge_channel (const WideConv *conv, int out, double *through, double *weight)
{
  double bias = conv->bias[2][out] + conv->beside_bias[out];

  memset (through, 0, sizeof (double) * conv->wide_in * 9);
  memset (weight, 0, sizeof (double) * conv->in * 9);
  for (int i = 0; i < conv->wide_out; i++)
    {
      double factor = conv->weight[2][(gsize)out * conv->wide_out + i];
      const double *taps = conv->weight[1] + (gsize)i * conv->wide_in * 9;

      for (int j = 0; j < conv->wide_in * 9; j++)
        through[j] += factor * taps[j];
      bias += factor * conv->bias[1][i];
    }
  for (int i = 0; i < conv->wide_in; i++)
    {
      for (int j = 0; j < conv->in; j++)
        for (int tap = 0; tap < 9; tap++)
          weight[j * 9 + tap] += through[i * 9 + tap] * conv->weight[0][(gsize)i * conv->in + j];
      for (int tap = 0; tap < 9; tap++)
        bias += through[i * 9 + tap] * conv->bias[0][i];
    }
  for (int j = 0; j < conv->in; j++)
    weight[j * 9 + 4] += conv->beside_weight[(gsize)out * conv->in + j];
  return bias;
}

/*
 * A Conv3XC is 1x1, 3x3 and 1x1 convolutions in a row beside a 1x1 one, all linear: one 3x3
 * convolution. The training pads the picture before the first one: the border is the same.
 */
static guint
build_conv3xc (const GengaArchBuild *build, const WideConv *conv, guint input)
{
  const int shape[] = { conv->out, conv->in, 3, 3 };
  gboolean has_weights = genga_graph_builder_has_weights (build->graph);
  g_autofree double *weight = NULL;
  g_autofree double *bias = NULL;
  g_autofree double *through = NULL;
  guint constants[2];

  if (has_weights)
    {
      weight = g_new (double, (gsize)conv->out * conv->in * 9);
      bias = g_new (double, conv->out);
      through = g_new (double, (gsize)conv->wide_in * 9);
      for (int i = 0; i < conv->out; i++)
        bias[i] = merge_channel (conv, i, through, weight + (gsize)i * conv->in * 9);
    }
  constants[0] = genga_arch_build_f64_constant (build, 4, shape, weight);
  constants[1] = genga_arch_build_f64_constant (build, 1, &conv->out, bias);
  return genga_graph_conv (build->graph, input, constants[0], constants[1], 1);
}

static guint
build_conv (const GengaArchBuild *build, const GengaSpanSpec *net, guint input, const char *prefix)
{
  WideConv conv;
  guint value;

  if (net->slim)
    return genga_arch_build_conv (build, input, "%s.eval_conv", prefix);
  load_wide (build, prefix, &conv);
  value = build_conv3xc (build, &conv, input);
  clear_wide (&conv);
  return value;
}

/* `*first` is what the block's first convolution has made, after its activation. */
static guint
build_block (
    const GengaArchBuild *build, const GengaSpanSpec *net, int index, guint input, guint *first)
{
  const float shift = -0.5f;
  guint value = input;
  guint attention;

  for (int i = 1; i <= 3; i++)
    {
      char prefix[32];

      g_snprintf (prefix, sizeof prefix, "block_%d.c%d_r", index, i);
      value = build_conv (build, net, value, prefix);
      if (i < 3)
        value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_SILU);
      if (i == 1)
        *first = value;
    }
  attention = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_SIGMOID);
  attention = genga_arch_build_shift (build, attention, shift);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, attention);
}

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
  value = joined[0] = build_conv (build, net, value, "conv_1");
  for (int i = 1; i <= N_BLOCKS; i++)
    {
      /* Activated: the training's activation was in place. */
      value = build_block (build, net, i, value, &joined[3]);
      if (i == 1)
        joined[2] = value;
    }
  joined[1] = build_conv (build, net, value, "conv_2");
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
