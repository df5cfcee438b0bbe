/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-swin-build.h"

#define LAYER_NORM_EPSILON 1e-5
#define SLOPE 0.2f
#define BEFORE_UPSAMPLE_SLOPE 0.01f

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

GengaSwinHead
genga_swin_build_head (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSwinSpec *net = &spec->swin;
  GengaSwinHead head = { .picture = genga_swin_normalise (build, 0, net->range) };

  head.first = head.picture;
  if (net->unshuffle > 1)
    head.first = genga_graph_pixel_unshuffle (build->graph, head.first, net->unshuffle);
  head.first =
      genga_arch_build_conv (build, head.first, net->unshuffle > 1 ? "conv_first.1" : "conv_first");
  return head;
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

void
genga_swin_build_tail (const GengaArchBuild *build,
                       const GengaNetSpec *spec,
                       const GengaSwinHead *head,
                       guint features,
                       const char *steps)
{
  const GengaSwinSpec *net = &spec->swin;
  guint value = features;

  if (net->upsampler == GENGA_UPSAMPLER_DIRECT)
    {
      value = genga_arch_build_conv (build, value, "%s.0", steps);
      value = restore (build, value, net->range, spec->out_channels);
      genga_graph_pixel_shuffle (build->graph, value, net->upscale);
      return;
    }
  if (net->upsampler != GENGA_UPSAMPLER_NONE)
    {
      value = genga_arch_build_conv (build, value, "conv_before_upsample.0");
      value = genga_graph_leaky_relu (build->graph, value, BEFORE_UPSAMPLE_SLOPE);
      value = net->upsampler == GENGA_UPSAMPLER_SHUFFLE ? build_steps (build, value, steps)
                                                        : build_nearest (build, value);
    }
  value = genga_arch_build_conv (build, value, "conv_last");
  if (net->upsampler == GENGA_UPSAMPLER_NONE)
    value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, head->picture);
  restore (build, value, net->range, spec->out_channels);
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
genga_swin_build_attention (const GengaArchBuild *build,
                            const GengaSwinAttention *attention,
                            guint input,
                            const char *prefix)
{
  int dim = genga_graph_peek (build->graph, input)->channels;
  guint qkv = genga_arch_build_conv (build, input, "%s.qkv", prefix);
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
  };

  return genga_arch_build_conv (build, genga_graph_window_attention (build->graph, &windows),
                                "%s.proj", prefix);
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
