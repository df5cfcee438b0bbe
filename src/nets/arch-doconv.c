/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-doconv.h"

#include "nets/arch-conv3xc.h"

/* What a ConvNXC is made of: the row, and what stands beside it. */
static const char *const row_parts[] = { "conv.0", "conv.1", "conv.2" };
#define BESIDE "sk"

static gboolean
has_part (GengaArchReader *reader, const char *prefix, const char *part)
{
  return genga_arch_has (reader, genga_arch_key (reader, "%s.%s", prefix, part));
}

int
genga_arch_get_doconv_out (GengaArchReader *reader, const char *prefix)
{
  if (has_part (reader, prefix, BESIDE ".W"))
    return genga_arch_get_dim (reader, genga_arch_key (reader, "%s." BESIDE ".W", prefix), 3, 0);
  if (has_part (reader, prefix, "W"))
    return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.W", prefix), 3, 0);
  return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.eval_conv.weight", prefix), 4, 0);
}

static void
ignore_folded (GengaArchReader *reader, const char *prefix)
{
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.eval_conv.weight", prefix));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.eval_conv.bias", prefix));
}

static void
expect_one (GengaArchReader *reader, const char *prefix, int out, int in, int kernel)
{
  int n_taps = kernel * kernel;

  ignore_folded (reader, prefix);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.W", prefix), GENGA_DIMS (out, in, n_taps));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.bias", prefix), GENGA_DIMS (out));
  genga_arch_expect (reader, genga_arch_key (reader, "%s.mul", prefix), GENGA_DIMS (1));
  if (kernel == 1)
    return;
  genga_arch_expect (reader, genga_arch_key (reader, "%s.D", prefix),
                     GENGA_DIMS (in, n_taps, n_taps));
  genga_arch_expect_buffer (reader, genga_arch_key (reader, "%s.d_diag", prefix),
                            GENGA_DIMS (in, n_taps, n_taps));
}

static void
expect_row (GengaArchReader *reader, const char *prefix, int out, int in)
{
  int wide_in = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv.0.W", prefix), 3, 0);
  int wide_out = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv.1.W", prefix), 3, 0);
  const struct
  {
    const char *part;
    int out, in, kernel;
  } parts[] = {
    { row_parts[0], wide_in, in, 1 },
    { row_parts[1], wide_out, wide_in, 3 },
    { row_parts[2], out, wide_out, 1 },
    { BESIDE, out, in, 1 },
  };

  ignore_folded (reader, prefix);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *part = g_strdup_printf ("%s.%s", prefix, parts[i].part);

      expect_one (reader, part, parts[i].out, parts[i].in, parts[i].kernel);
    }
}

void
genga_arch_expect_doconv (GengaArchReader *reader, const char *prefix, int out, int in, int kernel)
{
  /* The caller's may be the key that was put together last. */
  g_autofree char *name = g_strdup (prefix);

  if (kernel == 3 && has_part (reader, name, BESIDE ".W"))
    expect_row (reader, name, out, in);
  else if (has_part (reader, name, "W"))
    expect_one (reader, name, out, in, kernel);
  else
    genga_arch_expect_conv (reader, genga_arch_key (reader, "%s.eval_conv", name), out, in, kernel);
}

/* ---- the graph ---- */

/* A kernel, out x in x n_taps, and its biases; NULL without weights. */
typedef struct
{
  int out;
  int in;
  int n_taps;
  double *weight;
  double *bias;
} Folded;

/* `mixed` = (D + d_diag) * taps, for one input channel. */
static void
mix_taps (const double *d, const double *diagonal, int n_taps, double *taps)
{
  double mixed[9];

  for (int m = 0; m < n_taps; m++)
    {
      mixed[m] = 0;
      for (int s = 0; s < n_taps; s++)
        mixed[m] += (d[m * n_taps + s] + diagonal[m * n_taps + s]) * taps[s];
    }
  for (int m = 0; m < n_taps; m++)
    taps[m] = mixed[m];
}

static void
fold (const GengaArchBuild *build, const char *prefix, Folded *conv)
{
  const GengaTensor *tensor = genga_arch_build_get (build, "%s.W", prefix);
  g_autofree double *d = NULL;
  g_autofree double *diagonal = NULL;
  g_autofree double *factor = genga_arch_build_dup_f64 (build, "%s.mul", prefix);
  gsize n;

  *conv = (Folded){
    .out = (int)tensor->shape[0],
    .in = (int)tensor->shape[1],
    .n_taps = (int)tensor->shape[2],
    .weight = genga_arch_build_dup_f64 (build, "%s.W", prefix),
    .bias = genga_arch_build_dup_f64 (build, "%s.bias", prefix),
  };
  if (conv->weight == NULL)
    return;
  if (conv->n_taps > 1)
    {
      const gsize square = (gsize)conv->n_taps * conv->n_taps;

      d = genga_arch_build_dup_f64 (build, "%s.D", prefix);
      diagonal = genga_arch_build_dup_f64 (build, "%s.d_diag", prefix);
      for (int o = 0; o < conv->out; o++)
        for (int i = 0; i < conv->in; i++)
          mix_taps (d + i * square, diagonal + i * square, conv->n_taps,
                    conv->weight + ((gsize)o * conv->in + i) * conv->n_taps);
    }
  n = (gsize)conv->out * conv->in * conv->n_taps;
  for (gsize i = 0; i < n; i++)
    conv->weight[i] *= factor[0];
  for (int i = 0; i < conv->out; i++)
    conv->bias[i] *= factor[0];
}

static guint
build_one (const GengaArchBuild *build, guint input, const char *prefix)
{
  Folded conv;
  guint value;
  int kernel;

  fold (build, prefix, &conv);
  kernel = conv.n_taps > 1 ? 3 : 1;
  value = genga_arch_build_f64_conv (
      build, input, (const int[]){ conv.out, conv.in, kernel, kernel }, conv.weight, conv.bias);
  g_free (conv.weight);
  g_free (conv.bias);
  return value;
}

/* The Conv3XC takes what the parts come to. */
static guint
build_row (const GengaArchBuild *build, guint input, const char *prefix)
{
  GengaConv3xc row = { 0 };
  Folded beside;
  g_autofree char *beside_name = g_strdup_printf ("%s." BESIDE, prefix);
  guint value;

  for (guint i = 0; i < G_N_ELEMENTS (row_parts); i++)
    {
      g_autofree char *part = g_strdup_printf ("%s.%s", prefix, row_parts[i]);
      Folded conv;

      fold (build, part, &conv);
      row.weight[i] = conv.weight;
      row.bias[i] = conv.bias;
      if (i == 1)
        {
          row.wide_in = conv.in;
          row.wide_out = conv.out;
        }
    }
  fold (build, beside_name, &beside);
  row.in = beside.in;
  row.out = beside.out;
  row.beside_weight = beside.weight;
  row.beside_bias = beside.bias;
  value = genga_conv3xc_build (&row, build, input);
  genga_conv3xc_clear (&row);
  return value;
}

guint
genga_arch_build_doconv (const GengaArchBuild *build, guint input, const char *format, ...)
{
  g_autofree char *prefix = NULL;
  va_list args;

  va_start (args, format);
  prefix = g_strdup_vprintf (format, args);
  va_end (args);
  if (genga_arch_build_has (build, "%s." BESIDE ".W", prefix))
    return build_row (build, input, prefix);
  if (genga_arch_build_has (build, "%s.W", prefix))
    return build_one (build, input, prefix);
  return genga_arch_build_conv (build, input, "%s.eval_conv", prefix);
}
