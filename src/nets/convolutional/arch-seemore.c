/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SeemoRe: blocks of large thin convolutions and of experts, one of which works on each picture. A
 * gate, made of means over the map, picks it: so the whole picture decides, and a part of it might
 * decide otherwise.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

#define MINIMUM 16
#define NORM_EPSILON 1e-6
#define REDUCTION 4 /* of a map, each time */
/* What makes any number below 0 that is one at all less than -1. */
#define STEEP 1e30f

/* What the weights were trained with and no file says. */
static const float mean_rgb[] = { 0.4488f, 0.4371f, 0.4040f };

/* ---- what there is ---- */

static void
expect_depthwise (GengaArchReader *reader, const char *prefix, int n, int height, int width)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.weight", prefix),
                     GENGA_DIMS (n, 1, height, width));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", prefix), GENGA_DIMS (n));
}

/* One thin kernel after the other. */
static void
expect_striped (GengaArchReader *reader, const char *prefix, int n, int kernel)
{
  g_autofree char *wide = g_strconcat (prefix, ".conv.0", NULL);
  g_autofree char *high = g_strconcat (prefix, ".conv.1", NULL);

  expect_depthwise (reader, wide, n, 1, kernel);
  expect_depthwise (reader, high, n, kernel, 1);
}

static void
expect_conv1 (GengaArchReader *reader, const char *block, const char *name, int out, int in)
{
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.%s", block, name), out, in, 1);
}

static void
expect_experts (GengaArchReader *reader, const GengaSeemoreSpec *net, const char *block)
{
  int n = net->dim;

  genga_arch_expect (reader, genga_arch_key (reader, "%s.moe_layer.gate.body.2.weight", block),
                     GENGA_DIMS (net->n_experts, n));
  for (int i = 0; i < net->n_experts && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *expert = g_strdup_printf ("%s.moe_layer.experts.%d", block, i);
      int low =
          genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv_1.weight", expert), 4, 0);

      expect_conv1 (reader, expert, "conv_1", low, n);
      expect_conv1 (reader, expert, "conv_2", low, n);
      expect_conv1 (reader, expert, "conv_3", n, low);
    }
}

static void
expect_local (GengaArchReader *reader, const GengaSeemoreSpec *net, const char *block)
{
  int n = net->dim;
  g_autofree char *striped = g_strconcat (block, ".conv_2.0", NULL);
  g_autofree char *reduced = g_strconcat (block, ".agg_conv.0", NULL);
  g_autofree char *mixed = g_strconcat (block, ".conv.0", NULL);

  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv_1.0", block), n, n, 3);
  expect_conv1 (reader, block, "conv_1.2", 2 * n, n);
  expect_striped (reader, striped, n, 3);
  expect_depthwise (reader, reduced, n, REDUCTION, REDUCTION);
  expect_depthwise (reader, mixed, n, 3, 3);
  expect_conv1 (reader, block, "conv.1", n, n);
  expect_experts (reader, net, block);
  expect_conv1 (reader, block, "proj", n, n);
}

static void
expect_global (GengaArchReader *reader, const GengaSeemoreSpec *net, const char *block)
{
  g_autofree char *striped = g_strconcat (block, ".attn", NULL);

  expect_conv1 (reader, block, "to_qv.0", 2 * net->dim, net->dim);
  expect_striped (reader, striped, net->dim, net->kernel_size);
  expect_conv1 (reader, block, "proj", net->dim, net->dim);
}

/* What both kinds of blocks have around what is their own. */
static void
expect_frame (GengaArchReader *reader, const GengaSeemoreSpec *net, const char *part)
{
  int n = net->dim;
  g_autofree char *feed = g_strconcat (part, ".ffn", NULL);
  g_autofree char *gate = g_strconcat (feed, ".gate", NULL);

  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm_1", part), n);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.norm_2", part), n);
  expect_conv1 (reader, feed, "fn_1.0", 2 * n, n);
  expect_conv1 (reader, feed, "fn_2.0", n, n);
  expect_depthwise (reader, gate, n, 3, 3);
}

static void
expect_layer (GengaArchReader *reader, const GengaSeemoreSpec *net, int index)
{
  g_autofree char *local = g_strdup_printf ("body.%d.local_block", index);
  g_autofree char *global = g_strdup_printf ("body.%d.global_block", index);
  g_autofree char *local_block = g_strconcat (local, ".block", NULL);
  g_autofree char *global_block = g_strconcat (global, ".block", NULL);

  expect_frame (reader, net, local);
  expect_local (reader, net, local_block);
  expect_frame (reader, net, global);
  expect_global (reader, net, global_block);
}

/* By which rule experts become wider; only shown. */
static const char *
find_growth (GengaArchReader *reader, int n_experts)
{
  gboolean is_linear = TRUE, is_double = TRUE;

  for (int i = 0; i < n_experts && !genga_arch_has_failed (reader); i++)
    {
      const char *key =
          genga_arch_key (reader, "body.0.local_block.block.moe_layer.experts.%d.conv_1.weight", i);
      int width = genga_arch_get_dim (reader, key, 4, 0);

      is_linear &= width == 2 + i;
      is_double &= width == 2 + 2 * i;
    }
  return is_linear ? "linear" : (is_double ? "double" : "exp");
}

static void
read_seemore (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSeemoreSpec *net = &spec->seemore;
  int n = net->dim = genga_arch_get_dim (reader, "conv_1.weight", 4, 0);
  int shuffled = genga_arch_get_dim (reader, "upsampler.0.weight", 4, 0);

  spec->in_channels = genga_arch_get_dim (reader, "conv_1.weight", 4, 1);
  genga_arch_split_shuffle (reader, "upsampler.0.weight", shuffled, spec->in_channels, &spec->scale,
                            &spec->out_channels);
  net->n_layers = genga_arch_get_sequence_length (reader, "body");
  net->n_experts =
      genga_arch_get_sequence_length (reader, "body.0.local_block.block.moe_layer.experts");
  net->kernel_size =
      genga_arch_get_dim (reader, "body.0.global_block.block.attn.conv.0.weight", 4, 3);
  if (net->kernel_size % 2 == 0)
    genga_arch_fail_shape (reader, "body.0.global_block.block.attn.conv.0.weight");
  net->growth = find_growth (reader, net->n_experts);
  /* In no file: the large one of the three that were published is the only one without. */
  net->shuffles = !(net->n_layers == 16 && n == 48);

  genga_arch_expect_conv (reader, "conv_1", n, spec->in_channels, 3);
  for (int i = 0; i < net->n_layers && !genga_arch_has_failed (reader); i++)
    expect_layer (reader, net, i);
  genga_arch_expect_norm (reader, "norm", n);
  genga_arch_expect_conv (reader, "conv_2", n, n, 3);
  genga_arch_expect_conv (reader, "upsampler.0", shuffled, n, 3);
}

/* ---- the graph ---- */

static guint
build_gelu (const GengaArchBuild *build, guint input)
{
  return genga_graph_activate (build->graph, input, GENGA_ACTIVATION_GELU);
}

static guint
build_half (const GengaArchBuild *build, guint input, int which)
{
  int n = genga_graph_peek (build->graph, input)->channels / 2;

  return genga_graph_slice (build->graph, input, which * n, n);
}

static guint
build_striped (const GengaArchBuild *build, guint input, const char *prefix)
{
  return genga_arch_build_depthwise (
      build, genga_arch_build_depthwise (build, input, "%s.conv.0", prefix), "%s.conv.1", prefix);
}

/* "conv_1.2", whose channels of two halves are taken by turns where `shuffles`. */
static guint
build_shuffled (const GengaArchBuild *build, guint input, const char *block, gboolean shuffles)
{
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.conv_1.2.weight", block);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.conv_1.2.bias", block);
  int n = genga_graph_peek (build->graph, input)->channels;
  int shape[] = { 2 * n, n, 1, 1 };
  g_autofree double *sorted = NULL;
  g_autofree double *sorted_bias = NULL;

  if (!shuffles)
    return genga_arch_build_conv (build, input, "%s.conv_1.2", block);
  if (weight != NULL)
    {
      sorted = g_new (double, (gsize)2 * n * n);
      sorted_bias = g_new (double, 2 * n);
    }
  for (int i = 0; i < 2 * n && weight != NULL; i++)
    {
      int from = i % 2 * n + i / 2;

      sorted_bias[i] = bias[from];
      for (int k = 0; k < n; k++)
        sorted[(gsize)i * n + k] = weight[(gsize)from * n + k];
    }
  return genga_arch_build_f64_conv (build, input, shape, sorted, sorted_bias);
}

static guint
build_reduced (const GengaArchBuild *build, guint input, const char *block)
{
  int n = genga_graph_peek (build->graph, input)->channels;
  const GengaOp op = {
    .kind = GENGA_OP_CONV2D,
    .inputs = { input },
    .weight = genga_arch_build_constant (build, "%s.agg_conv.0.weight", block),
    .bias = genga_arch_build_constant (build, "%s.agg_conv.0.bias", block),
    .conv = {
      .kernel_y = REDUCTION,
      .kernel_x = REDUCTION,
      .stride = REDUCTION,
      .dilation = 1,
      .groups = n,
    },
  };

  return build_gelu (build, genga_graph_conv_full (build->graph, &op));
}

/* What lies around each pixel, seen from afar. */
static guint
build_surroundings (const GengaArchBuild *build, guint input, const char *block, gboolean twice)
{
  guint value = build_reduced (build, input, block);

  if (twice)
    value = build_reduced (build, value, block);
  value = genga_arch_build_depthwise (build, value, "%s.conv.0", block);
  value = genga_arch_build_conv (build, value, "%s.conv.1", block);
  value = genga_graph_resize_like (build->graph, value, GENGA_RESIZE_BILINEAR, input);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
}

/*
 * A number for each expert: of the one whose logit is the largest the softmax has for it, of the
 * others 0. exp (largest - largest) is 1, so that it is 1 / sum (exp (logit - largest)).
 */
static guint
build_choice (const GengaArchBuild *build, guint input, const char *block)
{
  guint logits = genga_arch_build_conv (build, genga_graph_global_mean (build->graph, input),
                                        "%s.moe_layer.gate.body.2", block);
  int n = genga_graph_peek (build->graph, logits)->channels;
  int shape[] = { 1, n, 1, 1 };
  g_autofree double *ones = g_new (double, n);
  guint largest = genga_graph_slice (build->graph, logits, 0, 1);
  guint value;

  for (int i = 1; i < n; i++)
    largest = genga_graph_combine (build->graph, GENGA_OP_MAX, largest,
                                   genga_graph_slice (build->graph, logits, i, 1));
  for (int i = 0; i < n; i++)
    ones[i] = 1;
  logits = genga_graph_combine (build->graph, GENGA_OP_SUB, logits, largest);
  value = genga_graph_scale (build->graph, logits, STEEP);
  value = genga_graph_clip (build->graph, genga_arch_build_shift (build, value, 1), 0, 1);
  logits = genga_graph_activate (build->graph, logits, GENGA_ACTIVATION_EXP);
  logits = genga_graph_conv (build->graph, logits,
                             genga_arch_build_f64_constant (build, 4, shape, ones), GENGA_NONE, 1);
  return genga_graph_combine (build->graph, GENGA_OP_DIV, value, logits);
}

static guint
build_experts (const GengaArchBuild *build,
               const GengaSeemoreSpec *net,
               guint input,
               guint around,
               const char *block)
{
  guint choice = build_choice (build, input, block);
  guint sum = input;

  for (int i = 0; i < net->n_experts; i++)
    {
      g_autofree char *expert = g_strdup_printf ("%s.moe_layer.experts.%d", block, i);
      guint value = genga_arch_build_conv (build, input, "%s.conv_1", expert);

      value =
          genga_graph_combine (build->graph, GENGA_OP_MUL,
                               genga_arch_build_conv (build, around, "%s.conv_2", expert), value);
      value = genga_arch_build_conv (build, value, "%s.conv_3", expert);
      value = genga_graph_combine (build->graph, GENGA_OP_MUL, value,
                                   genga_graph_slice (build->graph, choice, i, 1));
      sum = genga_graph_combine (build->graph, GENGA_OP_ADD, sum, value);
    }
  return sum;
}

static guint
build_local (const GengaArchBuild *build,
             const GengaSeemoreSpec *net,
             guint input,
             const char *block)
{
  guint value = build_gelu (build, genga_arch_build_conv (build, input, "%s.conv_1.0", block));
  g_autofree char *striped = g_strconcat (block, ".conv_2.0", NULL);
  guint around;

  value = build_shuffled (build, value, block, net->shuffles);
  around = build_surroundings (build, build_half (build, value, 1), block, net->shuffles);
  value = build_gelu (build, build_striped (build, build_half (build, value, 0), striped));
  value = build_experts (build, net, value, around, block);
  return genga_arch_build_conv (build, value, "%s.proj", block);
}

static guint
build_global (const GengaArchBuild *build, guint input, const char *block)
{
  guint value = build_gelu (build, genga_arch_build_conv (build, input, "%s.to_qv.0", block));
  g_autofree char *striped = g_strconcat (block, ".attn", NULL);
  guint gate = build_half (build, value, 1);

  value = build_striped (build, build_half (build, value, 0), striped);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, value, gate);
  return genga_arch_build_conv (build, value, "%s.proj", block);
}

static guint
build_feed_forward (const GengaArchBuild *build, guint input, const char *part)
{
  guint value = build_gelu (build, genga_arch_build_conv (build, input, "%s.ffn.fn_1.0", part));
  guint gate =
      genga_arch_build_depthwise (build, build_half (build, value, 1), "%s.ffn.gate", part);

  value = genga_graph_combine (build->graph, GENGA_OP_MUL, build_half (build, value, 0), gate);
  return build_gelu (build, genga_arch_build_conv (build, value, "%s.ffn.fn_2.0", part));
}

static guint
build_part (const GengaArchBuild *build,
            const GengaSeemoreSpec *net,
            guint input,
            const char *part,
            gboolean is_local)
{
  g_autofree char *block = g_strconcat (part, ".block", NULL);
  guint value = genga_arch_build_layer_norm (build, input, NORM_EPSILON, "%s.norm_1", part);

  value = is_local ? build_local (build, net, value, block) : build_global (build, value, block);
  input = genga_graph_combine (build->graph, GENGA_OP_ADD, input, value);
  value = genga_arch_build_layer_norm (build, input, NORM_EPSILON, "%s.norm_2", part);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, input,
                              build_feed_forward (build, value, part));
}

/* Adds the mean, or takes it off. */
static guint
build_mean (const GengaArchBuild *build, guint input, float sign)
{
  float offset[G_N_ELEMENTS (mean_rgb)];

  if (genga_graph_peek (build->graph, input)->channels != G_N_ELEMENTS (mean_rgb))
    return input;
  for (guint i = 0; i < G_N_ELEMENTS (mean_rgb); i++)
    offset[i] = sign * mean_rgb[i];
  return genga_graph_affine (
      build->graph, input, GENGA_NONE,
      genga_graph_copy_vector (build->graph, offset, G_N_ELEMENTS (mean_rgb)));
}

static void
build_seemore (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSeemoreSpec *net = &spec->seemore;
  guint first = genga_arch_build_conv (build, build_mean (build, 0, -1), "conv_1");
  guint value = first;

  genga_graph_require_sides (build->graph, MINIMUM, 1);
  for (int i = 0; i < net->n_layers; i++)
    {
      g_autofree char *local = g_strdup_printf ("body.%d.local_block", i);
      g_autofree char *global = g_strdup_printf ("body.%d.global_block", i);

      value = build_part (build, net, value, local, TRUE);
      value = build_part (build, net, value, global, FALSE);
    }
  value = genga_arch_build_layer_norm (build, value, NORM_EPSILON, "norm");
  value = genga_arch_build_conv (build, value, "conv_2");
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, first);
  value = genga_arch_build_conv (build, value, "upsampler.0");
  value = genga_graph_pixel_shuffle (build->graph, value, spec->scale);
  build_mean (build, value, 1);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SeemoRe";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaSeemoreSpec *net = &spec->seemore;

  genga_hyper_int (func, user_data, "scale", spec->scale);
  genga_hyper_int (func, user_data, "in_chans", spec->in_channels);
  genga_hyper_int (func, user_data, "num_experts", net->n_experts);
  genga_hyper_int (func, user_data, "num_layers", net->n_layers);
  genga_hyper_int (func, user_data, "embedding_dim", net->dim);
  func ("img_range", "1.0", user_data);
  genga_hyper_bool (func, user_data, "use_shuffle", net->shuffles);
  genga_hyper_int (func, user_data, "global_kernel_size", net->kernel_size);
  genga_hyper_int (func, user_data, "recursive", net->shuffles ? 2 : 1);
  func ("lr_space", net->growth, user_data);
  func ("topk", "1", user_data);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%ddim", spec->seemore.dim));
  g_ptr_array_add (tags, g_strdup_printf ("%dne", spec->seemore.n_experts));
  g_ptr_array_add (tags, g_strdup_printf ("%dnl", spec->seemore.n_layers));
}

const GengaArch genga_arch_seemore = {
  .family = GENGA_FAMILY_SEEMORE,
  .fp16 = GENGA_FP16_UNSAFE,
  .get_name = get_name,
  .read = read_seemore,
  .build = build_seemore,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
