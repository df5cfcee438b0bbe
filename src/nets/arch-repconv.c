/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-repconv.h"

#include "nets/arch-conv3xc.h"
#include "nets/arch-rms-norm.h"

#define N_TAPS 9
#define LARGE 5 /* OmniShift's kernel */

/* ---- reading ---- */

static gboolean
has_parts (GengaArchReader *reader, const char *prefix)
{
  return genga_arch_has (reader, genga_arch_key (reader, "%s.alpha", prefix));
}

int
genga_arch_get_repconv_dim (GengaArchReader *reader, const char *prefix, guint axis)
{
  /* The caller's may be the key that was put together last. */
  g_autofree char *name = g_strdup (prefix);
  const char *part = has_parts (reader, name) ? "conv2" : "conv_3x3_rep";

  return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.%s.weight", name, part), 4, axis);
}

static void
expect_row (GengaArchReader *reader, const char *prefix, int out, int in)
{
  int wide = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv1.k0", prefix), 4, 0);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.conv1.k0", prefix),
                     GENGA_DIMS (wide, in, 1, 1));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.conv1.b0", prefix), GENGA_DIMS (wide));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.conv1.k1", prefix),
                     GENGA_DIMS (out, wide, 3, 3));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.conv1.b1", prefix), GENGA_DIMS (out));
}

void
genga_arch_expect_repconv (GengaArchReader *reader, const char *prefix, int out, int in)
{
  g_autofree char *name = g_strdup (prefix);

  if (!has_parts (reader, name))
    {
      genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv_3x3_rep", name), out, in, 3);
      return;
    }
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.conv_3x3_rep.weight", name));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.conv_3x3_rep.bias", name));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.alpha", name), GENGA_DIMS (3));
  expect_row (reader, name, out, in);
  genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.conv2", name), out, in, 3);
  /* The fold needs all three parts. */
  if (!genga_arch_has (reader, genga_arch_key (reader, "%s.conv3.sk.weight", name)))
    genga_arch_fail_variant (reader, "%s without its parts", name);
  genga_arch_expect_conv3xc (reader, genga_arch_key (reader, "%s.conv3", name), out, in, TRUE);
}

static void
expect_depthwise (
    GengaArchReader *reader, const char *prefix, const char *part, int dim, int kernel)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.%s.weight", prefix, part),
                     GENGA_DIMS (dim, 1, kernel, kernel));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.%s.bias", prefix, part), GENGA_DIMS (dim));
}

void
genga_arch_expect_omnishift (GengaArchReader *reader, const char *prefix, int dim)
{
  g_autofree char *name = g_strdup (prefix);

  if (!genga_arch_has (reader, genga_arch_key (reader, "%s.conv5x5.weight", name)))
    {
      expect_depthwise (reader, name, "conv5x5_reparam", dim, LARGE);
      return;
    }
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.conv5x5_reparam.weight", name));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.conv5x5_reparam.bias", name));
  expect_depthwise (reader, name, "conv1x1", dim, 1);
  expect_depthwise (reader, name, "conv3x3", dim, 3);
  expect_depthwise (reader, name, "conv5x5", dim, LARGE);
  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *key = g_strdup_printf ("%s.alpha%d", name, i);

      genga_arch_expect_per_channel (reader, key, dim);
    }
}

/* ---- the graph ---- */

typedef struct
{
  int out;
  int in;
  double *weight; /* out x in x 9 */
  double *bias;
} Sum;

/* factor * (k1 o k0). */
static void
add_row (const GengaArchBuild *build, const char *prefix, double factor, Sum *sum)
{
  g_autofree double *k0 = genga_arch_build_dup_f64 (build, "%s.conv1.k0", prefix);
  g_autofree double *b0 = genga_arch_build_dup_f64 (build, "%s.conv1.b0", prefix);
  g_autofree double *k1 = genga_arch_build_dup_f64 (build, "%s.conv1.k1", prefix);
  g_autofree double *b1 = genga_arch_build_dup_f64 (build, "%s.conv1.b1", prefix);
  int wide = (int)genga_arch_build_get (build, "%s.conv1.k0", prefix)->shape[0];

  for (int o = 0; o < sum->out; o++)
    {
      double bias = b1[o];

      for (int m = 0; m < wide; m++)
        {
          const double *taps = k1 + ((gsize)o * wide + m) * N_TAPS;

          for (int tap = 0; tap < N_TAPS; tap++)
            bias += taps[tap] * b0[m];
          for (int i = 0; i < sum->in; i++)
            for (int tap = 0; tap < N_TAPS; tap++)
              sum->weight[((gsize)o * sum->in + i) * N_TAPS + tap] +=
                  factor * taps[tap] * k0[(gsize)m * sum->in + i];
        }
      sum->bias[o] += factor * bias;
    }
}

static void
add_conv (const double *weight, const double *bias, double factor, Sum *sum)
{
  for (gsize i = 0; i < (gsize)sum->out * sum->in * N_TAPS; i++)
    sum->weight[i] += factor * weight[i];
  for (int i = 0; i < sum->out; i++)
    sum->bias[i] += factor * bias[i];
}

static void
add_wide (const GengaArchBuild *build, const char *prefix, double factor, Sum *sum)
{
  g_autofree char *name = g_strconcat (prefix, ".conv3", NULL);
  g_autofree double *weight = g_new (double, (gsize)sum->out * sum->in * N_TAPS);
  g_autofree double *bias = g_new (double, sum->out);
  GengaConv3xc conv;

  genga_conv3xc_load (&conv, build, name);
  genga_conv3xc_fold (&conv, weight, bias);
  genga_conv3xc_clear (&conv);
  add_conv (weight, bias, factor, sum);
}

guint
genga_arch_build_repconv (const GengaArchBuild *build, guint input, const char *prefix)
{
  g_autofree double *weight = NULL;
  g_autofree double *bias = NULL;
  Sum sum;

  if (!genga_arch_build_has (build, "%s.alpha", prefix))
    return genga_arch_build_conv (build, input, "%s.conv_3x3_rep", prefix);
  sum.out = (int)genga_arch_build_get (build, "%s.conv2.weight", prefix)->shape[0];
  sum.in = (int)genga_arch_build_get (build, "%s.conv2.weight", prefix)->shape[1];
  if (genga_graph_builder_has_weights (build->graph))
    {
      g_autofree double *alpha = genga_arch_build_dup_f64 (build, "%s.alpha", prefix);
      g_autofree double *plain_weight = genga_arch_build_dup_f64 (build, "%s.conv2.weight", prefix);
      g_autofree double *plain_bias = genga_arch_build_dup_f64 (build, "%s.conv2.bias", prefix);

      weight = sum.weight = g_new0 (double, (gsize)sum.out *sum.in *N_TAPS);
      bias = sum.bias = g_new0 (double, sum.out);
      add_row (build, prefix, alpha[0], &sum);
      add_conv (plain_weight, plain_bias, alpha[1], &sum);
      add_wide (build, prefix, alpha[2], &sum);
    }
  return genga_arch_build_f64_conv (build, input, (const int[]){ sum.out, sum.in, 3, 3 }, weight,
                                    bias);
}

/* Adds a smaller depthwise kernel to the middle of the 5x5 ones. */
static void
add_kernel (const GengaArchBuild *build,
            const char *prefix,
            int kernel,
            const double *factors,
            int dim,
            double *weight,
            double *bias)
{
  g_autofree double *taps =
      genga_arch_build_dup_f64 (build, "%s.conv%dx%d.weight", prefix, kernel, kernel);
  g_autofree double *offset =
      genga_arch_build_dup_f64 (build, "%s.conv%dx%d.bias", prefix, kernel, kernel);
  int margin = (LARGE - kernel) / 2;

  for (int c = 0; c < dim; c++)
    {
      for (int y = 0; y < kernel; y++)
        for (int x = 0; x < kernel; x++)
          weight[((gsize)c * LARGE + y + margin) * LARGE + x + margin] +=
              factors[c] * taps[((gsize)c * kernel + y) * kernel + x];
      bias[c] += factors[c] * offset[c];
    }
}

guint
genga_arch_build_omnishift (const GengaArchBuild *build, guint input, const char *prefix)
{
  static const int kernels[] = { 1, 3, LARGE };
  int dim = genga_graph_peek (build->graph, input)->channels;
  g_autofree double *weight = NULL;
  g_autofree double *bias = NULL;

  if (!genga_arch_build_has (build, "%s.conv5x5.weight", prefix))
    return genga_arch_build_depthwise (build, input, "%s.conv5x5_reparam", prefix);
  if (genga_graph_builder_has_weights (build->graph))
    {
      g_autofree double *centre = genga_arch_build_dup_f64 (build, "%s.alpha1", prefix);

      weight = g_new0 (double, (gsize)dim *LARGE *LARGE);
      bias = g_new0 (double, dim);
      for (int c = 0; c < dim; c++)
        weight[(gsize)c * LARGE * LARGE + LARGE * LARGE / 2] = centre[c];
      for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
        {
          g_autofree double *factors =
              genga_arch_build_dup_f64 (build, "%s.alpha%u", prefix, i + 2);

          add_kernel (build, prefix, kernels[i], factors, dim, weight, bias);
        }
    }
  return genga_arch_build_f64_conv (build, input, (const int[]){ dim, 1, LARGE, LARGE }, weight,
                                    bias);
}
