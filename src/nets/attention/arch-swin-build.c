/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-swin-build.h"

#include "nets/attention/arch-swin.h"

#define LAYER_NORM_EPSILON 1e-5
#define SLOPE 0.2f
#define MINIMUM 16

/* ---- around the blocks ---- */

static guint
build_first (const GengaArchBuild *build, const GengaSwinSpec *net, guint picture)
{
  if (net->unshuffle == 1)
    return genga_arch_build_conv (build, picture, "conv_first");
  return genga_arch_build_conv (
      build, genga_graph_pixel_unshuffle (build->graph, picture, net->unshuffle), "conv_first.1");
}

/* To whole windows; before the network, where that need not know how large the picture was. */
static guint
pad_picture (const GengaArchBuild *build, const GengaSwinSpec *net)
{
  int step = net->window * net->unshuffle;
  int multiple = step;

  /* What the reference asks for. */
  while (multiple % (net->unshuffle * net->unshuffle) != 0)
    multiple += step;
  if (net->upsampler == GENGA_UPSAMPLER_AUX)
    {
      genga_graph_require_sides (build->graph, MINIMUM, 1);
      return genga_graph_pad_all (build->graph, 0, GENGA_PAD_REFLECT, 0, multiple);
    }
  genga_graph_require_sides (build->graph, MINIMUM, multiple);
  return 0;
}

void
genga_swin_build_network (const GengaArchBuild *build,
                          const GengaNetSpec *spec,
                          GengaSwinLayerFunc build_layer)
{
  const GengaSwinSpec *net = &spec->swin;
  const GengaTail tail = genga_swin_get_tail (spec);
  guint picture = genga_tail_normalise (build, pad_picture (build, net), net->range);
  guint first = build_first (build, net, picture);
  guint value = first;

  if (genga_arch_build_has (build, "patch_embed.proj.weight"))
    value = genga_arch_build_conv (build, value, "patch_embed.proj");
  value = genga_swin_build_norm (build, value, "patch_embed.norm");
  for (int i = 0; i < net->n_layers; i++)
    value = build_layer (build, net, i, value);
  value = genga_swin_build_norm (build, value, "norm");
  value = genga_swin_build_residual (build, net->residual, value, "conv_after_body");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  genga_tail_build (build, &tail, net->range, picture, value);
}

guint
genga_swin_build_blocks (const GengaArchBuild *build,
                         const GengaSwinSpec *net,
                         int layer,
                         guint input,
                         GengaSwinBlockFunc build_block)
{
  g_autofree char *residual = g_strdup_printf ("layers.%d.conv", layer);
  guint value = input;

  for (int i = 0; i < net->depth[layer]; i++)
    value = build_block (build, net, layer, i, value);
  return genga_swin_build_residual (build, net->residual, value, residual);
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
  if (residual != GENGA_RESIDUAL_THREE_CONV)
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
genga_swin_build_cab (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_conv (build, input, "%s.0", prefix);
  guint gate;

  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_GELU);
  value = genga_arch_build_conv (build, value, "%s.2", prefix);
  gate = genga_graph_global_mean (build->graph, value);
  gate = genga_arch_build_conv (build, gate, "%s.3.attention.1", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_RELU);
  gate = genga_arch_build_conv (build, gate, "%s.3.attention.3", prefix);
  gate = genga_graph_activate (build->graph, gate, GENGA_ACTIVATION_SIGMOID);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
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
