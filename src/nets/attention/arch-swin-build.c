/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-swin-build.h"

#define LAYER_NORM_EPSILON 1e-5
#define SLOPE 0.2f
#define BEFORE_UPSAMPLE_SLOPE 0.01f

#define MINIMUM 16

static const float mean_rgb[] = { 0.4488f, 0.4371f, 0.4040f };

/* ---- around the blocks ---- */

/* The channel of the picture that channel `i` of `n`, before or after a shuffle, belongs to. */
static float
get_mean (int i, int n, int picture_channels)
{
  return picture_channels == G_N_ELEMENTS (mean_rgb) ? mean_rgb[i * picture_channels / n] : 0;
}

guint
genga_swin_normalise (const GengaArchBuild *build, guint picture, int range)
{
  int n = genga_graph_peek (build->graph, picture)->channels;
  g_autofree float *factors = g_new (float, n);
  g_autofree float *offsets = g_new (float, n);

  for (int i = 0; i < n; i++)
    {
      factors[i] = range;
      offsets[i] = -get_mean (i, n, n) * range;
    }
  return genga_graph_affine (build->graph, picture,
                             genga_graph_copy_vector (build->graph, factors, n),
                             genga_graph_copy_vector (build->graph, offsets, n));
}

/* `input` has each of `channels` as often as the shuffle behind it wants. */
static guint
restore (const GengaArchBuild *build, guint input, int range, int channels)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  g_autofree float *factors = g_new (float, n);
  g_autofree float *offsets = g_new (float, n);

  for (int i = 0; i < n; i++)
    {
      factors[i] = 1.f / range;
      offsets[i] = get_mean (i, n, channels);
    }
  return genga_graph_affine (build->graph, input,
                             genga_graph_copy_vector (build->graph, factors, n),
                             genga_graph_copy_vector (build->graph, offsets, n));
}

guint
genga_swin_restore (const GengaArchBuild *build, guint picture, int range)
{
  return restore (build, picture, range, genga_graph_peek (build->graph, picture)->channels);
}

static guint
build_steps (const GengaArchBuild *build, guint value, const char *steps)
{
  for (int i = 0; genga_arch_build_has (build, "%s.%d.weight", steps, i); i += 2)
    {
      int before = genga_graph_peek (build->graph, value)->channels;
      int factor = 1;

      value = genga_arch_build_conv (build, value, "%s.%d", steps, i);
      while (factor * factor * before < genga_graph_peek (build->graph, value)->channels)
        factor++;
      value = genga_graph_pixel_shuffle (build->graph, value, factor);
    }
  return value;
}

static guint
build_nearest (const GengaArchBuild *build, guint value)
{
  for (int i = 1; genga_arch_build_has (build, "conv_up%d.weight", i); i++)
    {
      value = genga_graph_resize (build->graph, value, GENGA_RESIZE_NEAREST, 2, 1);
      value = genga_arch_build_conv (build, value, "conv_up%d", i);
      value = genga_graph_leaky_relu (build->graph, value, SLOPE);
    }
  value = genga_arch_build_conv (build, value, "conv_hr");
  return genga_graph_leaky_relu (build->graph, value, SLOPE);
}

/* From the features to the result; `picture` is as the network sees it. */
static void
build_tail (const GengaArchBuild *build, const GengaNetSpec *spec, guint picture, guint features)
{
  const GengaSwinSpec *net = &spec->swin;
  guint value = features;

  if (net->upsampler == GENGA_UPSAMPLER_DIRECT)
    {
      value = genga_arch_build_conv (build, value, "upsample.0");
      value = restore (build, value, net->range, spec->out_channels);
      genga_graph_pixel_shuffle (build->graph, value, net->upscale);
      return;
    }
  if (net->upsampler != GENGA_UPSAMPLER_NONE)
    {
      value = genga_arch_build_conv (build, value, "conv_before_upsample.0");
      value = genga_graph_leaky_relu (build->graph, value, BEFORE_UPSAMPLE_SLOPE);
      value = net->upsampler == GENGA_UPSAMPLER_SHUFFLE ? build_steps (build, value, "upsample")
                                                        : build_nearest (build, value);
    }
  value = genga_arch_build_conv (build, value, "conv_last");
  if (net->upsampler == GENGA_UPSAMPLER_NONE)
    value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, picture);
  restore (build, value, net->range, spec->out_channels);
}

static guint
build_first (const GengaArchBuild *build, const GengaSwinSpec *net, guint picture)
{
  if (net->unshuffle == 1)
    return genga_arch_build_conv (build, picture, "conv_first");
  return genga_arch_build_conv (
      build, genga_graph_pixel_unshuffle (build->graph, picture, net->unshuffle), "conv_first.1");
}

void
genga_swin_build_network (const GengaArchBuild *build,
                          const GengaNetSpec *spec,
                          GengaSwinLayerFunc build_layer)
{
  const GengaSwinSpec *net = &spec->swin;
  guint picture = genga_swin_normalise (build, 0, net->range);
  guint first = build_first (build, net, picture);
  guint value = first;

  genga_graph_require_sides (build->graph, MINIMUM, net->window * net->unshuffle);
  if (genga_arch_build_has (build, "patch_embed.proj.weight"))
    value = genga_arch_build_conv (build, value, "patch_embed.proj");
  value = genga_swin_build_norm (build, value, "patch_embed.norm");
  for (int i = 0; i < net->n_layers; i++)
    value = build_layer (build, net, i, value);
  value = genga_swin_build_norm (build, value, "norm");
  value = genga_swin_build_residual (build, net->residual, value, "conv_after_body");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  build_tail (build, spec, picture, value);
}

guint
genga_swin_build_residual (const GengaArchBuild *build,
                           GengaResidual residual,
                           guint input,
                           const char *prefix)
{
  guint value = input;

  if (residual == GENGA_RESIDUAL_IDENTITY)
    return input;
  if (residual == GENGA_RESIDUAL_ONE_CONV)
    return genga_arch_build_conv (build, input, "%s", prefix);
  for (int i = 0; i <= 4; i += 2)
    {
      if (i > 0)
        value = genga_graph_leaky_relu (build->graph, value, SLOPE);
      value = genga_arch_build_conv (build, value, "%s.%d", prefix, i);
    }
  return value;
}

/* ---- in blocks ---- */

guint
genga_swin_build_mlp (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_conv (build, input, "%s.fc1", prefix);

  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  return genga_arch_build_conv (build, value, "%s.fc2", prefix);
}

guint
genga_swin_build_norm (const GengaArchBuild *build, guint input, const char *format, ...)
{
  g_autofree char *prefix = NULL;
  va_list args;

  va_start (args, format);
  prefix = g_strdup_vprintf (format, args);
  va_end (args);
  return genga_arch_build_layer_norm (build, input, LAYER_NORM_EPSILON, "%s", prefix);
}

guint
genga_swin_build_gate (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint gate = genga_graph_global_mean (build->graph, input);

  gate = genga_arch_build_conv (build, gate, "%s.attention.1", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_RELU);
  gate = genga_arch_build_conv (build, gate, "%s.attention.3", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SIGMOID);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, input, gate);
}

guint
genga_swin_build_windows (const GengaArchBuild *build,
                          const GengaSwinAttention *attention,
                          guint qkv,
                          const char *prefix)
{
  int dim = genga_graph_peek (build->graph, qkv)->channels / 3;
  const GengaAttention windows = {
    .queries = genga_graph_slice (build->graph, qkv, 0, dim),
    .keys = genga_graph_slice (build->graph, qkv, dim, dim),
    .values = genga_graph_slice (build->graph, qkv, 2 * dim, dim),
    .weight = attention->positions,
    .n_heads = attention->n_heads,
    .window_y = attention->window,
    .window_x = attention->window,
    .shift_y = attention->shift,
    .shift_x = attention->shift,
    .multiple = attention->window,
    .is_relative = TRUE,
    .cosine = attention->cosine,
    .factors = attention->factors,
  };

  return genga_arch_build_conv (build, genga_graph_window_attention (build->graph, &windows),
                                "%s.proj", prefix);
}

guint
genga_swin_build_attention (const GengaArchBuild *build,
                            const GengaSwinAttention *attention,
                            guint input,
                            const char *prefix)
{
  GengaSwinAttention own = *attention;
  int n = 2 * attention->window - 1;
  g_autofree double *table =
      genga_arch_build_dup_f64 (build, "%s.relative_position_bias_table", prefix);

  own.positions = genga_swin_build_positions (build, table, own.n_heads, n, n);
  return genga_swin_build_windows (build, &own,
                                   genga_arch_build_conv (build, input, "%s.qkv", prefix), prefix);
}

guint
genga_swin_build_positions (
    const GengaArchBuild *build, const double *table, int n_heads, int height, int width)
{
  const int shape[] = { n_heads, height, width };
  int n = height * width;
  g_autofree double *turned = table != NULL ? g_new (double, (gsize)n_heads *n) : NULL;

  for (int head = 0; head < n_heads && table != NULL; head++)
    for (int i = 0; i < n; i++)
      turned[(gsize)head * n + i] = table[(gsize)i * n_heads + head];
  return genga_arch_build_f64_constant (build, 3, shape, turned);
}
