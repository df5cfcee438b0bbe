/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Swift-SRGAN: SRGAN's generator of separable convolutions, each a depthwise one and a 1x1 one.
 * Batch norms are factors and offsets here, which the 1x1 convolutions take in.
 */
#define G_LOG_DOMAIN "genga-weights"

#include "nets/arch.h"
#include "nets/arch-hyper.h"

#include <math.h>

#define END_KERNEL 9 /* of the first and the last convolution */
#define KERNEL 3
#define NORM_EPSILON 1e-5
#define MAX_STEPS 4

/* ---- what there is ---- */

static void
expect_bias (
    GengaArchReader *reader, const char *prefix, const char *layer, int n, gboolean has_bias)
{
  if (has_bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.%s.bias", prefix, layer),
                       GENGA_DIMS (n));
}

static void
expect_separable (
    GengaArchReader *reader, const char *prefix, int out, int in, int kernel, gboolean has_bias)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.depthwise.weight", prefix),
                     GENGA_DIMS (in, 1, kernel, kernel));
  expect_bias (reader, prefix, "depthwise", in, has_bias);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.pointwise.weight", prefix),
                     GENGA_DIMS (out, in, 1, 1));
  expect_bias (reader, prefix, "pointwise", out, has_bias);
}

static void
expect_slopes (GengaArchReader *reader, const char *prefix, int n)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.act.weight", prefix), GENGA_DIMS (n));
}

/* A separable convolution and a batch norm; slopes that are there and never used. */
static void
expect_normed (GengaArchReader *reader, const char *prefix, int n, gboolean has_slopes)
{
  static const char *const statistics[] = { "running_mean", "running_var" };
  g_autofree char *conv = g_strconcat (prefix, ".cnn", NULL);

  expect_separable (reader, conv, n, n, KERNEL, FALSE);
  genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.bn", prefix), n);
  for (guint i = 0; i < G_N_ELEMENTS (statistics); i++)
    genga_arch_expect_buffer (reader, genga_arch_key (reader, "%s.bn.%s", prefix, statistics[i]),
                              GENGA_DIMS (n));
  if (has_slopes)
    expect_slopes (reader, prefix, n);
  else
    genga_arch_allow (reader, genga_arch_key (reader, "%s.act.weight", prefix), GENGA_DIMS (n));
}

static void
read_blocks (GengaArchReader *reader, const GengaSwiftSrganSpec *net)
{
  for (int i = 0; i < net->num_blocks && !genga_arch_has_failed (reader); i++)
    for (int j = 1; j <= 2; j++)
      {
        g_autofree char *prefix = g_strdup_printf ("residual.%d.block%d", i, j);

        expect_normed (reader, prefix, net->num_feat, j == 1);
      }
}

static void
read_swift_srgan (GengaArchReader *reader, GengaNetSpec *spec)
{
  GengaSwiftSrganSpec *net = &spec->swift_srgan;
  int n = net->num_feat = genga_arch_get_dim (reader, "initial.cnn.pointwise.weight", 4, 0);

  spec->in_channels = genga_arch_get_dim (reader, "initial.cnn.depthwise.weight", 4, 0);
  spec->out_channels = genga_arch_get_dim (reader, "final_conv.pointwise.weight", 4, 0);
  net->num_blocks = genga_arch_get_sequence_length (reader, "residual");
  net->n_steps = genga_arch_get_sequence_length (reader, "upsampler");
  if (net->n_steps > MAX_STEPS)
    {
      genga_arch_fail_variant (reader, "%d steps", net->n_steps);
      return;
    }
  spec->scale = 1 << net->n_steps;

  expect_separable (reader, "initial.cnn", n, spec->in_channels, END_KERNEL, TRUE);
  expect_slopes (reader, "initial", n);
  read_blocks (reader, net);
  expect_normed (reader, "convblock", n, FALSE);
  for (int i = 0; i < net->n_steps; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("upsampler.%d", i);
      g_autofree char *conv = g_strconcat (prefix, ".conv", NULL);

      expect_separable (reader, conv, 4 * n, n, KERNEL, TRUE);
      expect_slopes (reader, prefix, n);
    }
  expect_separable (reader, "final_conv", spec->out_channels, n, END_KERNEL, TRUE);
}

/* ---- the graph ---- */

static guint
build_separable (const GengaArchBuild *build, guint input, const char *prefix)
{
  guint value = genga_arch_build_depthwise (build, input, "%s.depthwise", prefix);

  return genga_arch_build_conv (build, value, "%s.pointwise", prefix);
}

static guint
build_prelu (const GengaArchBuild *build, guint input, const char *prefix)
{
  return genga_graph_prelu (build->graph, input,
                            genga_arch_build_vector (build, "%s.act.weight", prefix));
}

/* (x - mean) / sqrt (variance + epsilon) * weight + bias, of the training's statistics. */
static guint
build_batch_norm (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree double *weight = genga_arch_build_dup_f64 (build, "%s.bn.weight", prefix);
  g_autofree double *bias = genga_arch_build_dup_f64 (build, "%s.bn.bias", prefix);
  g_autofree double *mean = genga_arch_build_dup_f64 (build, "%s.bn.running_mean", prefix);
  g_autofree double *variance = genga_arch_build_dup_f64 (build, "%s.bn.running_var", prefix);
  int n = genga_graph_peek (build->graph, input)->channels;
  guint factor, offset;

  for (int i = 0; i < n && weight != NULL; i++)
    {
      weight[i] /= sqrt (variance[i] + NORM_EPSILON);
      bias[i] -= mean[i] * weight[i];
    }
  factor = genga_arch_build_f64_constant (build, 1, &n, weight);
  offset = genga_arch_build_f64_constant (build, 1, &n, bias);
  return genga_graph_affine (build->graph, input, factor, offset);
}

static guint
build_normed (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree char *conv = g_strconcat (prefix, ".cnn", NULL);

  return build_batch_norm (build, build_separable (build, input, conv), prefix);
}

static guint
build_block (const GengaArchBuild *build, guint input, int index)
{
  g_autofree char *first = g_strdup_printf ("residual.%d.block1", index);
  g_autofree char *second = g_strdup_printf ("residual.%d.block2", index);
  guint value = build_prelu (build, build_normed (build, input, first), first);

  return genga_graph_combine (build->graph, GENGA_OP_ADD, build_normed (build, value, second),
                              input);
}

static void
build_swift_srgan (const GengaArchBuild *build, const GengaNetSpec *spec)
{
  const GengaSwiftSrganSpec *net = &spec->swift_srgan;
  guint first = build_prelu (build, build_separable (build, 0, "initial.cnn"), "initial");
  guint value = first;

  for (int i = 0; i < net->num_blocks; i++)
    value = build_block (build, value, i);
  value = genga_graph_combine (build->graph, GENGA_OP_ADD, build_normed (build, value, "convblock"),
                               first);
  for (int i = 0; i < net->n_steps; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("upsampler.%d", i);
      g_autofree char *conv = g_strconcat (prefix, ".conv", NULL);

      value = build_separable (build, value, conv);
      value = build_prelu (build, genga_graph_pixel_shuffle (build->graph, value, 2), prefix);
    }
  value = build_separable (build, value, "final_conv");
  value = genga_graph_activate (build->graph, value, GENGA_ACTIVATION_TANH);
  genga_arch_build_shift (build, genga_graph_scale (build->graph, value, 0.5f), 0.5f);
}

static const char *
get_name (const GengaNetSpec *spec)
{
  return "SwiftSRGAN";
}

static void
foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data)
{
  genga_hyper_int (func, user_data, "in_channels", spec->in_channels);
  genga_hyper_int (func, user_data, "num_channels", spec->swift_srgan.num_feat);
  genga_hyper_int (func, user_data, "num_blocks", spec->swift_srgan.num_blocks);
  genga_hyper_int (func, user_data, "upscale_factor", spec->scale);
}

static void
add_tags (const GengaNetSpec *spec, GPtrArray *tags)
{
  g_ptr_array_add (tags, g_strdup_printf ("%dnf", spec->swift_srgan.num_feat));
  g_ptr_array_add (tags, g_strdup_printf ("%dnb", spec->swift_srgan.num_blocks));
}

const GengaArch genga_arch_swift_srgan = {
  .family = GENGA_FAMILY_SWIFT,
  .get_name = get_name,
  .read = read_swift_srgan,
  .build = build_swift_srgan,
  .foreach_hyper = foreach_hyper,
  .add_tags = add_tags,
};
