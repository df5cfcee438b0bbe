/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GateRV3: a U-shaped network of gated blocks, and SPAN's blocks in a row beside it. Each level has
 * half the size and twice the channels.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-conv3xc.h"
#include "nets/arch-gated.h"
#include "nets/arch-hyper.h"
#include "nets/arch-rms-norm.h"
#include "nets/arch-spab.h"
#include "nets/arch-uni-upsample.h"

#define KERNEL 1 /* of the gated blocks' convolutions */
#define MIXER "token_mix"

/* The key of a level's part, in the way down or up. */
#define ENCODER "gater_encode"
#define DECODER "decode"

static void
expect_weight (GengaArchReader *reader, const char *key, int out, int in, int kernel)
{
  genga_arch_expect (reader, key, GENGA_DIMS (out, in, kernel, kernel));
}

static void
expect_block (GengaArchReader *reader, const char *prefix, int dim)
{
  g_autofree char *norm = g_strdup_printf ("%s.local.0", prefix);
  g_autofree char *global = g_strdup_printf ("%s.glob", prefix);

  genga_arch_expect_rms_norm (reader, norm, dim);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.local.1", prefix), 2 * dim, dim, 1);
  /* Groups of two channels. */
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.local.2", prefix), 2 * dim, 2, 3);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.sca.1", prefix), dim, dim, 1);
  genga_arch_expect_gated (reader, global, MIXER, dim, KERNEL);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *gamma = g_strdup_printf ("%s.gamma%d", prefix, i);

      genga_arch_expect_per_channel (reader, gamma, dim);
    }
}

/* Returns how many blocks there are. */
static int
expect_blocks (GengaArchReader *reader, const char *side, int level, int dim)
{
  g_autofree char *blocks = g_strdup_printf ("%s.%d.gated", side, level);
  int n = genga_arch_get_sequence_length (reader, blocks);

  for (int i = 0; i < n && !genga_arch_has_failed (reader); i++)
    {
      g_autofree char *block = g_strdup_printf ("%s.%d", blocks, i);

      expect_block (reader, block, dim);
    }
  return n;
}

static void
expect_levels (GengaArchReader *reader, GengaGateRv3Spec *net)
{
  int dim = net->dim;

  for (int i = 0; i < net->n_levels; i++, dim *= 2)
    {
      net->n_encoder_blocks[i] = expect_blocks (reader, ENCODER, i, dim);
      expect_weight (reader, genga_arch_key (reader, ENCODER ".%d.scale.0.weight", i), dim / 2, dim,
                     3);
    }
  for (int i = 0; i < net->n_latent && !genga_arch_has_failed (reader); i++)
    genga_arch_expect_gated (reader, genga_arch_key (reader, "latent.%d", i), MIXER, dim, KERNEL);
  for (int i = 0; i < net->n_levels; i++)
    {
      expect_weight (reader, genga_arch_key (reader, DECODER ".%d.scale.0.weight", i), 2 * dim, dim,
                     3);
      genga_arch_expect_conv (reader, genga_arch_key (reader, DECODER ".%d.shor", i), dim / 2, dim,
                              1);
      dim /= 2;
      net->n_decoder_blocks[i] = expect_blocks (reader, DECODER, i, dim);
    }
}

static void
expect_span (GengaArchReader *reader, const GengaGateRv3Spec *net)
{
  genga_arch_expect_spab (reader, "span_block0", net->dim, FALSE);
  for (int i = 0; i < net->n_span_blocks && !genga_arch_has_failed (reader); i++)
    genga_arch_expect_spab (reader, genga_arch_key (reader, "span_n_b.%d", i), net->dim, FALSE);
  genga_arch_expect_spab (reader, "span_end", net->dim, FALSE);
  genga_arch_expect_conv3xc (reader, "sisr_end_conv", net->dim, net->dim, TRUE);
  genga_arch_expect_conv (reader, "sisr_cat_conv", net->dim, 4 * net->dim, 1);
}

static void
read_end (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaGateRv3Spec *net = &spec->gaterv3;

  net->has_upsampler = !genga_arch_has (reader, "dim_to_in.weight");
  if (net->has_upsampler)
    {
      genga_arch_read_uni_upsample (reader, "dim_to_in", &net->upsampler);
      genga_arch_expect_uni_upsample (reader, "dim_to_in", &net->upsampler, net->dim,
                                      spec->out_channels);
      spec->scale = net->upsampler.scale;
    }
  else
    {
      genga_arch_expect_conv (reader, "dim_to_in", spec->out_channels, net->dim, 3);
      spec->scale = 1;
    }
  if (genga_arch_has (reader, "gamma"))
    genga_arch_expect_per_channel (reader, "gamma", spec->out_channels);
}

static void
read_gaterv3 (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaGateRv3Spec *net = &spec->gaterv3;
  int n_levels = genga_arch_get_sequence_length (reader, ENCODER);

  net->dim = genga_arch_get_dim (reader, "in_to_dim.weight", 4, 0);
  net->n_levels = MIN (n_levels, GENGA_GATERV3_MAX_LEVELS);
  net->n_latent = genga_arch_get_sequence_length (reader, "latent");
  net->n_span_blocks = genga_arch_get_sequence_length (reader, "span_n_b");
  net->has_attention = genga_arch_has (reader, "latent.0." MIXER ".qkv.weight");
  spec->in_channels = genga_arch_get_dim (reader, "in_to_dim.weight", 4, 1);
  spec->out_channels = spec->in_channels;
  /* Half of a level's channels are unshuffled to twice as many. */
  if (n_levels > GENGA_GATERV3_MAX_LEVELS || net->dim % 2 != 0)
    genga_arch_fail_variant (reader, "%d channels, %d levels", net->dim, n_levels);

  genga_arch_expect_conv (reader, "in_to_dim", net->dim, spec->in_channels, 3);
  expect_levels (reader, net);
  expect_span (reader, net);
  read_end (reader, spec);
  if (net->has_attention)
    net->is_flash = genga_arch_gated_attends_to_pixels (reader->dict, "latent.0." MIXER);
}

/* ---- the graph ---- */

static guint
add_weighted (const GengaArchBuild *build, guint input, guint change, const char *key)
{
  change = genga_graph_affine (build->graph, change, genga_arch_build_vector (build, "%s", key),
                               GENGA_NONE);
  return genga_graph_combine (build->graph, GENGA_OP_ADD, change, input);
}

/* The first half of a block: halves of the channels are multiplied, and weighed by their mean. */
static guint
build_local (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree char *norm = g_strdup_printf ("%s.local.0", prefix);
  int dim = genga_graph_peek (build->graph, input)->channels;
  guint value = genga_arch_build_rms_norm (build, input, norm);
  guint weight;
  guint halves[2];
  guint mean;

  value = genga_arch_build_conv (build, value, "%s.local.1", prefix);
  weight = genga_arch_build_constant (build, "%s.local.2.weight", prefix);
  value = genga_graph_conv (build->graph, value, weight,
                            genga_arch_build_vector (build, "%s.local.2.bias", prefix), dim);
  halves[0] = genga_graph_slice (build->graph, value, 0, dim);
  halves[1] = genga_graph_slice (build->graph, value, dim, dim);
  value = genga_graph_combine (build->graph, GENGA_OP_MUL, halves[0], halves[1]);
  mean = genga_graph_global_mean (build->graph, value);
  mean = genga_arch_build_conv (build, mean, "%s.sca.1", prefix);
  return genga_graph_combine (build->graph, GENGA_OP_MUL, value, mean);
}

static guint
build_blocks (const GengaArchBuild *build, guint input, const char *side, int level, int n)
{
  guint value = input;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("%s.%d.gated.%d", side, level, i);
      g_autofree char *global = g_strdup_printf ("%s.glob", prefix);
      g_autofree char *first = g_strdup_printf ("%s.gamma0", prefix);
      g_autofree char *second = g_strdup_printf ("%s.gamma1", prefix);

      value = add_weighted (build, value, build_local (build, value, prefix), first);
      value =
          add_weighted (build, value, genga_arch_build_gated (build, value, global, MIXER), second);
    }
  return value;
}

static guint
build_levels (const GengaArchBuild *build, const GengaGateRv3Spec *net, guint input)
{
  guint skips[GENGA_GATERV3_MAX_LEVELS];
  guint value = input;

  for (int i = 0; i < net->n_levels; i++)
    {
      value = skips[i] = build_blocks (build, value, ENCODER, i, net->n_encoder_blocks[i]);
      value = genga_arch_build_conv (build, value, ENCODER ".%d.scale.0", i);
      value = genga_graph_pixel_unshuffle (build->graph, value, 2);
    }
  for (int i = 0; i < net->n_latent; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("latent.%d", i);

      value = genga_arch_build_gated (build, value, prefix, MIXER);
    }
  for (int i = 0; i < net->n_levels; i++)
    {
      guint joined[2];

      value = genga_arch_build_conv (build, value, DECODER ".%d.scale.0", i);
      joined[0] = genga_graph_pixel_shuffle (build->graph, value, 2);
      joined[1] = skips[net->n_levels - 1 - i];
      value = genga_graph_concat (build->graph, joined, 2);
      value = genga_arch_build_conv (build, value, DECODER ".%d.shor", i);
      value = build_blocks (build, value, DECODER, i, net->n_decoder_blocks[i]);
    }
  return value;
}

static guint
build_span (const GengaArchBuild *build, const GengaGateRv3Spec *net, guint input)
{
  /* The start, the end, what the first block made, the last one's inside. */
  guint joined[4] = { input };
  guint value = genga_arch_build_spab (build, input, GENGA_ACTIVATION_SILU, NULL, "span_block0");

  joined[2] = value;
  for (int i = 0; i < net->n_span_blocks; i++)
    value = genga_arch_build_spab (build, value, GENGA_ACTIVATION_SILU, NULL, "span_n_b.%d", i);
  value = genga_arch_build_spab (build, value, GENGA_ACTIVATION_SILU, &joined[3], "span_end");
  joined[1] = genga_arch_build_conv3xc (build, value, "sisr_end_conv");
  value = genga_graph_concat (build->graph, joined, 4);
  return genga_arch_build_conv (build, value, "sisr_cat_conv");
}

static void
build_gaterv3 (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaGateRv3Spec *net = &spec->gaterv3;
  const int multiple = 1 << net->n_levels;
  guint first = genga_arch_build_conv (build, 0, "in_to_dim");
  guint beside = build_span (build, net, first);
  guint value;
  guint base;

  genga_graph_require_sides (build->graph, multiple / 2 + 1, multiple);
  value = build_levels (build, net, first);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, value, beside);
  if (net->has_upsampler)
    value = genga_arch_build_uni_upsample (build, value, &net->upsampler, spec->out_channels,
                                           "dim_to_in");
  else
    value = genga_arch_build_conv (build, value, "dim_to_in");
  base = genga_graph_resize (build->graph, 0, GENGA_RESIZE_NEAREST, spec->scale, 1);
  if (genga_arch_build_has (build, "gamma"))
    base = genga_graph_affine (build->graph, base, genga_arch_build_vector (build, "gamma"),
                               GENGA_NONE);
  genga_graph_combine (build->graph, GENGA_OP_ADD, value, base);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "GateRV3";
}

/* Without an upsampler nothing tells; the reference's own. */
static const char *
get_upsampler_name (const GengaGateRv3Spec *net)
{
  return net->has_upsampler ? genga_uni_upsample_get_name (&net->upsampler) : "pixelshuffle";
}

static void
tell_tuple (GengaHyperFunc func, gpointer user_data, const char *name, const int *values, int n)
{
  g_autoptr (GString) text = g_string_new ("(");

  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? ", " : "", values[i]);
  g_string_append (text, n == 1 ? ",)" : ")");
  func (name, text->str, user_data);
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  const GengaGateRv3Spec *net = &spec->gaterv3;

  genga_hyper_int (func, user_data, "in_ch", spec->in_channels);
  genga_hyper_int (func, user_data, "dim", net->dim);
  tell_tuple (func, user_data, "enc_blocks", net->n_encoder_blocks, net->n_levels);
  tell_tuple (func, user_data, "dec_blocks", net->n_decoder_blocks, net->n_levels);
  genga_hyper_int (func, user_data, "num_latent", net->n_latent);
  genga_hyper_int (func, user_data, "scale", spec->scale);
  func ("upsample", get_upsampler_name (net), user_data);
  genga_hyper_int (func, user_data, "upsample_mid_dim",
                   net->has_upsampler ? net->upsampler.mid : net->dim);
  genga_hyper_bool (func, user_data, "attention", net->has_attention);
  genga_hyper_int (func, user_data, "sisr_blocks", net->n_span_blocks);
  genga_hyper_bool (func, user_data, "flash", !net->has_attention || net->is_flash);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  const GengaGateRv3Spec *net = &spec->gaterv3;

  g_ptr_array_add (tags, g_strdup_printf ("%ddim", net->dim));
  if (net->has_attention)
    g_ptr_array_add (tags, g_strdup ("attention"));
  if (net->has_upsampler)
    g_ptr_array_add (tags, g_strdup (get_upsampler_name (net)));
}

const GengaArch genga_arch_gaterv3 = {
  .family = GENGA_FAMILY_GATERV3,
  .fp16 = GENGA_FP16_UNSAFE,
  .get_name = get_name,
  .read = read_gaterv3,
  .build = build_gaterv3,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
