/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-dat-build.h"

#include "nets/attention/arch-rectangles.h"

#include <math.h>

#define LAYER_NORM_EPSILON 1e-5
#define BATCH_NORM_EPSILON 1e-5
#define RESIDUAL_SLOPE 0.2f
#define UPSAMPLE_SLOPE 0.01f

static const float mean_rgb[] = { 0.4488f, 0.4371f, 0.4040f };

static guint
gelu (const GengaArchBuild *build, guint input)
{
  return genga_graph_activate (build->graph, input, GENGA_ACTIVATION_GELU);
}

static guint
sigmoid (const GengaArchBuild *build, guint input)
{
  return genga_graph_activate (build->graph, input, GENGA_ACTIVATION_SIGMOID);
}

static guint
add (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_ADD, a, b);
}

static guint
multiply (const GengaArchBuild *build, guint a, guint b)
{
  return genga_graph_combine (build->graph, GENGA_OP_MUL, a, b);
}

/* The convolution "<prefix>.<index>" with the batch norm "<prefix>.<index + 1>" folded into it. */
static guint
build_normed_conv (
    const GengaArchBuild *build, guint input, const char *prefix, int index, gboolean is_depthwise)
{
  const GengaTensor *tensor = genga_arch_build_get (build, "%s.%d.weight", prefix, index);
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.%d.weight", prefix, index);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.%d.bias", prefix, index);
  g_autofree double *factor = genga_arch_build_dup_f64 (build, "%s.%d.weight", prefix, index + 1);
  g_autofree double *offset = genga_arch_build_dup_f64 (build, "%s.%d.bias", prefix, index + 1);
  g_autofree double *mean =
      genga_arch_build_dup_f64 (build, "%s.%d.running_mean", prefix, index + 1);
  g_autofree double *variance =
      genga_arch_build_dup_f64 (build, "%s.%d.running_var", prefix, index + 1);
  const int shape[] = { (int)tensor->shape[0], (int)tensor->shape[1], (int)tensor->shape[2],
                        (int)tensor->shape[3] };
  gsize n_taps = (gsize)shape[1] * shape[2] * shape[3];
  guint constants[2];

  for (int i = 0; i < shape[0] && weight != NULL; i++)
    {
      factor[i] /= sqrt (variance[i] + BATCH_NORM_EPSILON);
      for (gsize j = 0; j < n_taps; j++)
        weight[i * n_taps + j] *= factor[i];
      bias[i] = (bias[i] - mean[i]) * factor[i] + offset[i];
    }
  constants[0] = genga_arch_build_f64_constant (build, 4, shape, weight);
  constants[1] = genga_arch_build_f64_constant (build, 1, &shape[0], bias);
  return genga_graph_conv (build->graph, input, constants[0], constants[1],
                           is_depthwise ? shape[0] : 1);
}

/* A number for each channel, and one for each pixel, from 0 to 1. */
static guint
gate_channels (const GengaArchBuild *build, const char *prefix, guint input)
{
  g_autofree char *layers = g_strdup_printf ("%s.channel_interaction", prefix);
  guint value = genga_graph_global_mean (build->graph, input);

  value = gelu (build, build_normed_conv (build, value, layers, 1, FALSE));
  return sigmoid (build, genga_arch_build_conv (build, value, "%s.4", layers));
}

static guint
gate_pixels (const GengaArchBuild *build, const char *prefix, guint input)
{
  g_autofree char *layers = g_strdup_printf ("%s.spatial_interaction", prefix);
  guint value = gelu (build, build_normed_conv (build, input, layers, 0, FALSE));

  return sigmoid (build, genga_arch_build_conv (build, value, "%s.3", layers));
}

static guint
attend_channels (const GengaArchBuild *build,
                 const GengaDatSpec *net,
                 const char *prefix,
                 guint qkv,
                 int n_heads)
{
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, net->dim),
    .keys = genga_graph_slice (build->graph, qkv, net->dim, net->dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * net->dim, net->dim),
    .weight = genga_arch_build_vector (build, "%s.temperature", prefix),
    .n_heads = n_heads,
  };

  return genga_graph_channel_attention (build->graph, &attention);
}

/* Attention, a convolution beside it, and gates from each to the other. */
static guint
build_attention (
    const GengaArchBuild *build, const GengaDatSpec *net, int group, int block, guint input)
{
  g_autofree char *prefix = g_strdup_printf ("layers.%d.blocks.%d.attn", group, block);
  g_autofree char *dwconv = g_strdup_printf ("%s.dwconv", prefix);
  gboolean is_spatial = block % 2 == 0;
  const GengaRectangles rectangles = {
    .n_heads = net->heads[group],
    .split = { net->split[0], net->split[1] },
    .is_shifted = group % 2 == 0 ? block % 4 == 2 : block % 4 == 0,
  };
  guint qkv = genga_arch_build_conv (build, input, "%s.qkv", prefix);
  guint beside = genga_graph_slice (build->graph, qkv, 2 * net->dim, net->dim);
  guint attended;
  guint channels;
  guint pixels;

  beside = gelu (build, build_normed_conv (build, beside, dwconv, 0, TRUE));
  if (is_spatial)
    attended = genga_rectangles_build (build, &rectangles, qkv, prefix);
  else
    attended = attend_channels (build, net, prefix, qkv, net->heads[group]);
  channels = gate_channels (build, prefix, is_spatial ? beside : attended);
  pixels = gate_pixels (build, prefix, is_spatial ? attended : beside);
  attended = multiply (build, attended, is_spatial ? channels : pixels);
  beside = multiply (build, beside, is_spatial ? pixels : channels);
  return genga_arch_build_conv (build, add (build, attended, beside), "%s.proj", prefix);
}

/* Gated by a convolution of its second half. */
static guint
build_feed_forward (const GengaArchBuild *build, int hidden, const char *prefix, guint input)
{
  guint wide = gelu (build, genga_arch_build_conv (build, input, "%s.fc1", prefix));
  guint value = genga_graph_slice (build->graph, wide, 0, hidden / 2);
  guint gate = genga_graph_slice (build->graph, wide, hidden / 2, hidden / 2);

  gate = genga_arch_build_layer_norm (build, gate, LAYER_NORM_EPSILON, "%s.sg.norm", prefix);
  gate = genga_arch_build_depthwise (build, gate, "%s.sg.conv", prefix);
  return genga_arch_build_conv (build, multiply (build, value, gate), "%s.fc2", prefix);
}

static guint
build_block (
    const GengaArchBuild *build, const GengaDatSpec *net, int group, int block, guint input)
{
  g_autofree char *prefix = g_strdup_printf ("layers.%d.blocks.%d", group, block);
  g_autofree char *feed_forward = g_strdup_printf ("%s.ffn", prefix);
  guint value = genga_arch_build_layer_norm (build, input, LAYER_NORM_EPSILON, "%s.norm1", prefix);
  guint normed;

  value = add (build, build_attention (build, net, group, block, value), input);
  normed = genga_arch_build_layer_norm (build, value, LAYER_NORM_EPSILON, "%s.norm2", prefix);
  return add (build, build_feed_forward (build, net->hidden, feed_forward, normed), value);
}

/* What stands before a residual connection: one convolution or three. */
static guint
build_residual (const GengaArchBuild *build,
                const GengaDatSpec *net,
                const char *prefix,
                guint input)
{
  guint value = input;

  if (!net->three_conv)
    return genga_arch_build_conv (build, input, "%s", prefix);
  for (int i = 0; i <= 4; i += 2)
    {
      if (i > 0)
        value = genga_graph_leaky_relu (build->graph, value, RESIDUAL_SLOPE);
      value = genga_arch_build_conv (build, value, "%s.%d", prefix, i);
    }
  return value;
}

/* Adds `sign` times the mean colour, each of its channels as often as the value has it. */
static guint
add_mean (const GengaArchBuild *build, const GengaNetSpec *spec, guint input, float sign)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  g_autofree float *offset = g_new (float, n);

  if (spec->in_channels != G_N_ELEMENTS (mean_rgb))
    return input;
  for (int i = 0; i < n; i++)
    offset[i] = sign * mean_rgb[i * G_N_ELEMENTS (mean_rgb) / n];
  return genga_graph_affine (build->graph, input, GENGA_NONE,
                             genga_graph_copy_vector (build->graph, offset, n));
}

static void
build_upsampler (const GengaArchBuild *build, const GengaNetSpec *spec, guint input)
{
  guint value;

  if (spec->dat.direct)
    {
      value = genga_arch_build_conv (build, input, "upsample.0");
      value = add_mean (build, spec, value, 1);
      genga_graph_pixel_shuffle (build->graph, value, spec->scale);
      return;
    }
  value = genga_arch_build_conv (build, input, "conv_before_upsample.0");
  value = genga_graph_leaky_relu (build->graph, value, UPSAMPLE_SLOPE);
  for (int i = 0; genga_arch_build_has (build, "upsample.%d.weight", i); i += 2)
    {
      value = genga_arch_build_conv (build, value, "upsample.%d", i);
      value = genga_graph_pixel_shuffle (build->graph, value, spec->scale == 3 ? 3 : 2);
    }
  add_mean (build, spec, genga_arch_build_conv (build, value, "conv_last"), 1);
}

void
genga_arch_dat_build (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaDatSpec *net = &spec->dat;
  guint first = genga_arch_build_conv (build, add_mean (build, spec, 0, -1), "conv_first");
  guint value = genga_arch_build_layer_norm (build, first, LAYER_NORM_EPSILON, "before_RG.1");

  genga_graph_require_sides (build->graph, 16, 1);
  for (int i = 0; i < net->n_layers; i++)
    {
      g_autofree char *residual = g_strdup_printf ("layers.%d.conv", i);
      guint inside = value;

      for (int j = 0; j < net->depth[i]; j++)
        inside = build_block (build, net, i, j, inside);
      value = add (build, build_residual (build, net, residual, inside), value);
    }
  value = genga_arch_build_layer_norm (build, value, LAYER_NORM_EPSILON, "norm");
  value = add (build, build_residual (build, net, "conv_after_body", value), first);
  build_upsampler (build, spec, value);
}
