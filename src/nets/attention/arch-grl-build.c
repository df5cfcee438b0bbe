/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-grl-build.h"

#include "nets/attention/arch-cosine.h"
#include "nets/attention/arch-swin-build.h"

/* ---- anchors ---- */

static guint
build_strided (const GengaArchBuild *build, guint input, int groups, const char *prefix)
{
  const GengaTensor *weight = genga_arch_build_get (build, "%s.weight", prefix);
  int kernel = (int)weight->shape[2];
  GengaOp op = {
    .kind = GENGA_OP_CONV2D,
    .inputs = { input },
    .weight = genga_arch_build_constant (build, "%s.weight", prefix),
    .bias = genga_arch_build_has (build, "%s.bias", prefix)
                ? genga_arch_build_vector (build, "%s.bias", prefix)
                : GENGA_NONE,
    .conv = {
      .kernel_y = kernel,
      .kernel_x = kernel,
      .stride = kernel - 1,
      .pad_y = kernel / 2,
      .pad_x = kernel / 2,
      .dilation = 1,
      .groups = groups,
    },
  };

  return genga_graph_conv_full (build->graph, &op);
}

/*
 * Four pixels become channels, pixel by pixel, column by column, and then fewer. An unshuffle has
 * the four of a channel beside each other, row by row: the matrix is put into that order.
 */
static guint
build_merge (const GengaArchBuild *build, guint input, const char *prefix)
{
  const GengaTensor *tensor = genga_arch_build_get (build, "%s.reduction.weight", prefix);
  const int shape[] = { (int)tensor->shape[0], (int)tensor->shape[1], 1, 1 };
  int n = shape[1] / 4;
  g_autofree double *stored = genga_arch_build_dup_f64 (build, "%s.reduction.weight", prefix);
  g_autofree double *weight = stored != NULL ? g_new (double, (gsize)shape[0] * shape[1]) : NULL;

  for (gsize i = 0; i < (gsize)shape[0] * shape[1] && weight != NULL; i++)
    {
      gsize row = i / shape[1];
      int channel = (int)(i % shape[1]) / 4, sub = (int)(i % shape[1]) % 4;

      weight[i] = stored[row * shape[1] + (sub / 2 + sub % 2 * 2) * n + channel];
    }
  return genga_graph_conv (build->graph, genga_graph_pixel_unshuffle (build->graph, input, 2),
                           genga_arch_build_f64_constant (build, 4, shape, weight), GENGA_NONE, 1);
}

static guint
build_mean (const GengaArchBuild *build, const GengaGrlSpec *net, guint input, const char *prefix)
{
  const GengaPool pool = {
    .kernel_y = net->down,
    .kernel_x = net->down,
    .stride = net->down,
  };

  input = genga_graph_pool (build->graph, input, GENGA_OP_MEAN_POOL, &pool);
  return genga_arch_build_conv (build, input, "%s.reduction", prefix);
}

static guint
build_anchors (const GengaArchBuild *build, const GengaGrlSpec *net, guint input, const char *attn)
{
  guint value = input;

  for (int i = 0; i < net->n_anchor_stages; i++)
    {
      g_autofree char *body = g_strdup_printf ("%s.anchor.body.%d", attn, i);
      g_autofree char *depthwise = g_strdup_printf ("%s.0", body);

      switch (net->anchor)
        {
        case GENGA_ANCHOR_MEAN:
          value = build_mean (build, net, value, body);
          break;
        case GENGA_ANCHOR_MERGE:
          value = build_merge (build, value, body);
          break;
        case GENGA_ANCHOR_CONV:
          value = build_strided (build, value, 1, body);
          break;
        case GENGA_ANCHOR_SEPARABLE:
        default:
          value = build_strided (build, value, genga_graph_peek (build->graph, value)->channels,
                                 depthwise);
          value = genga_arch_build_conv (build, value, "%s.1", body);
        }
    }
  return value;
}

/* ---- attention ---- */

static guint
build_qkv (const GengaArchBuild *build, const GengaGrlSpec *net, guint input, const char *attn)
{
  if (!net->separable_qkv)
    return genga_arch_build_conv (build, input, "%s.qkv.body", attn);
  input = genga_arch_build_depthwise (build, input, "%s.qkv.body.0", attn);
  return genga_arch_build_conv (build, input, "%s.qkv.body.1", attn);
}

/* What one half of the channels does: queries, keys and values from channel `first` on. */
static guint
build_window_part (
    const GengaArchBuild *build, const GengaGrlSpec *net, int layer, int block, guint qkv)
{
  g_autofree char *prefix = g_strdup_printf (
      "%slayers.%d.blocks.%d.attn.window_attn.attn_transform", net->prefix, layer, block);
  int half = net->dim / 2, window = net->window;
  int shift = block % 2 == 0 ? window / 2 : 0;
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, 0, half),
    .keys = genga_graph_slice (build->graph, qkv, half, half),
    .values = genga_graph_slice (build->graph, qkv, 2 * half, half),
    .weight = genga_cosine_build_positions (build, prefix, window, window, window, window),
    .n_heads = net->window_heads[layer],
    .window_y = window,
    .window_x = window,
    .shift_y = shift,
    .shift_x = shift,
    .multiple = window,
    .is_relative = TRUE,
    .cosine = TRUE,
    .factors = genga_cosine_build_factors (build, prefix),
  };

  return genga_graph_window_attention (build->graph, &attention);
}

/* The stripe of a block: how large, and how far it is shifted. */
typedef struct
{
  int y, x;
  int shift_y, shift_x;
} Stripe;

static Stripe
get_stripe (const GengaGrlSpec *net, int block)
{
  gboolean is_turned = block % 2 == 1;
  gboolean is_shifted = block % 4 >= 2;
  Stripe stripe = { .y = net->stripe[is_turned], .x = net->stripe[!is_turned] };

  stripe.shift_y = is_shifted ? stripe.y / 2 : 0;
  stripe.shift_x = is_shifted ? stripe.x / 2 : 0;
  return stripe;
}

static Stripe
shrink_stripe (const Stripe *stripe, int down)
{
  return (Stripe){ stripe->y / down, stripe->x / down, stripe->shift_y / down,
                   stripe->shift_x / down };
}

/* Of the pixels of one size of stripes to those of another. */
static guint
build_transform (const GengaArchBuild *build,
                 const Stripe *queries,
                 const Stripe *keys,
                 const guint values[3],
                 int n_heads,
                 const char *prefix)
{
  int height = MAX (queries->y, keys->y), width = MAX (queries->x, keys->x);
  const GengaAttention attention = {
    .queries = values[0],
    .keys = values[1],
    .values = values[2],
    .weight = genga_cosine_build_positions (build, prefix, height, width, MIN (queries->y, keys->y),
                                            MIN (queries->x, keys->x)),
    .n_heads = n_heads,
    .window_y = queries->y,
    .window_x = queries->x,
    .shift_y = queries->shift_y,
    .shift_x = queries->shift_x,
    .multiple = MAX (queries->y, queries->x),
    .key_window_y = keys->y,
    .key_window_x = keys->x,
    .key_shift_y = keys->shift_y,
    .key_shift_x = keys->shift_x,
    .is_relative = TRUE,
    .cosine = TRUE,
    .factors = genga_cosine_build_factors (build, prefix),
  };

  return genga_graph_window_attention (build->graph, &attention);
}

/* From pixels to anchors, and from those to pixels. */
static guint
build_stripe_part (const GengaArchBuild *build,
                   const GengaGrlSpec *net,
                   int layer,
                   int block,
                   guint qkv,
                   guint anchors)
{
  g_autofree char *attn =
      g_strdup_printf ("%slayers.%d.blocks.%d.attn.stripe_attn", net->prefix, layer, block);
  g_autofree char *gather = g_strdup_printf ("%s.attn_transform1", attn);
  g_autofree char *spread = g_strdup_printf ("%s.attn_transform2", attn);
  int half = net->dim / 2, n_heads = net->stripe_heads[layer];
  guint q = genga_graph_slice (build->graph, qkv, 3 * half, half);
  guint k = genga_graph_slice (build->graph, qkv, 4 * half, half);
  guint v = genga_graph_slice (build->graph, qkv, 5 * half, half);
  const Stripe stripe = get_stripe (net, block);
  const Stripe few = shrink_stripe (&stripe, net->down);
  guint gathered =
      build_transform (build, &few, &stripe, (const guint[]){ anchors, k, v }, n_heads, gather);

  return build_transform (build, &stripe, &few, (const guint[]){ q, anchors, gathered }, n_heads,
                          spread);
}

static guint
build_attention (
    const GengaArchBuild *build, const GengaGrlSpec *net, int layer, int block, guint input)
{
  g_autofree char *attn = g_strdup_printf ("%slayers.%d.blocks.%d.attn", net->prefix, layer, block);
  guint qkv = build_qkv (build, net, input, attn);
  guint anchors = build_anchors (build, net, input, attn);
  const guint parts[] = { build_window_part (build, net, layer, block, qkv),
                          build_stripe_part (build, net, layer, block, qkv, anchors) };

  return genga_arch_build_conv (build, genga_graph_concat (build->graph, parts, 2), "%s.proj",
                                attn);
}

/* ---- the network ---- */

static guint
build_block (
    const GengaArchBuild *build, const GengaGrlSpec *net, int layer, int block, guint input)
{
  g_autofree char *at = g_strdup_printf ("%slayers.%d.blocks.%d", net->prefix, layer, block);
  g_autofree char *mlp = g_strdup_printf ("%s.mlp", at);
  g_autofree char *cab = g_strdup_printf ("%s.conv.cab", at);
  guint value = build_attention (build, net, layer, block, input);

  value = genga_swin_build_norm (build, value, "%s.norm1", at);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
  if (net->local_connection)
    value = genga_graph_combine (build->graph, GENGA_OP_ADD, value,
                                 genga_swin_build_cab (build, input, cab));
  input = value;
  value = genga_swin_build_norm (build, genga_swin_build_mlp (build, input, mlp), "%s.norm2", at);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

static guint
build_layer (const GengaArchBuild *build, const GengaGrlSpec *net, int layer, guint input)
{
  g_autofree char *residual = g_strdup_printf ("%slayers.%d.conv", net->prefix, layer);
  guint value = input;

  for (int i = 0; i < net->depth[layer]; i++)
    value = build_block (build, net, layer, i, value);
  value = genga_swin_build_residual (build, net->residual, value, residual);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, value, input);
}

GengaTail
genga_arch_grl_get_tail (const GengaNetSpec *spec)
{
  return (GengaTail){
    .prefix = spec->grl.prefix,
    .steps = "upsample.up",
    .dim = spec->grl.dim,
    .in_channels = spec->in_channels,
    .upsampler = spec->grl.upsampler,
    .upscale = spec->scale,
    .num_feat = spec->grl.num_feat,
    .out_channels = spec->out_channels,
  };
}

void
genga_arch_grl_build (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaGrlSpec *net = &spec->grl;
  const GengaTail tail = genga_arch_grl_get_tail (spec);
  g_autofree char *after = g_strdup_printf ("%sconv_after_body", net->prefix);
  int multiple = MAX (net->window, MAX (net->stripe[0], net->stripe[1]));
  guint picture = genga_graph_pad_all (build->graph, 0, GENGA_PAD_REFLECT_OR_ZERO, 0, multiple);
  guint first, value;

  picture = genga_tail_normalise (build, picture, 1);
  first = genga_arch_build_conv (build, picture, "%sconv_first", net->prefix);
  value = genga_swin_build_norm (build, first, "%snorm_start", net->prefix);
  for (int i = 0; i < net->n_layers; i++)
    value = build_layer (build, net, i, value);
  value = genga_swin_build_norm (build, value, "%snorm_end", net->prefix);
  value = genga_swin_build_residual (build, net->residual, value, after);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  value = genga_tail_build (build, &tail, 1, picture, value);
  genga_graph_crop_to_picture (build->graph, value, 0, 0);
}
