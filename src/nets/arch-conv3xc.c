/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/arch-conv3xc.h"

#include <string.h>

#define N_TAPS 9
#define CENTRE 4

static gboolean
is_full (GengaArchReader *reader, const char *prefix)
{
  return genga_arch_has (reader, genga_arch_key (reader, "%s.sk.weight", prefix));
}

int
genga_arch_get_conv3xc_dim (GengaArchReader *reader, const char *prefix, guint axis)
{
  /* The caller's may be the key that was put together last. */
  g_autofree char *name = g_strdup (prefix);
  const char *part = is_full (reader, name) ? "sk" : "eval_conv";

  return genga_arch_get_dim (reader, genga_arch_key (reader, "%s.%s.weight", name, part), 4, axis);
}

static void
expect_part (GengaArchReader *reader,
             const char *prefix,
             const char *part,
             const int *shape,
             gboolean has_bias)
{
  genga_arch_expect (reader, genga_arch_key (reader, "%s.%s.weight", prefix, part), 4, shape);
  if (has_bias)
    genga_arch_expect (reader, genga_arch_key (reader, "%s.%s.bias", prefix, part),
                       GENGA_DIMS (shape[0]));
}

void
genga_arch_expect_conv3xc (
    GengaArchReader *reader, const char *prefix, int out, int in, gboolean has_bias)
{
  g_autofree char *name = g_strdup (prefix);
  int wide_in;
  int wide_out;

  if (!is_full (reader, name))
    {
      expect_part (reader, name, "eval_conv", (const int[]){ out, in, 3, 3 }, has_bias);
      return;
    }
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.eval_conv.weight", name));
  genga_arch_ignore (reader, genga_arch_key (reader, "%s.eval_conv.bias", name));

  wide_in = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv.0.weight", name), 4, 0);
  wide_out = genga_arch_get_dim (reader, genga_arch_key (reader, "%s.conv.1.weight", name), 4, 0);
  expect_part (reader, name, "sk", (const int[]){ out, in, 1, 1 }, has_bias);
  expect_part (reader, name, "conv.0", (const int[]){ wide_in, in, 1, 1 }, has_bias);
  expect_part (reader, name, "conv.1", (const int[]){ wide_out, wide_in, 3, 3 }, has_bias);
  expect_part (reader, name, "conv.2", (const int[]){ out, wide_out, 1, 1 }, has_bias);
}

static double *
dup_bias (const GengaArchBuild *build, const char *prefix, const char *part)
{
  if (!genga_arch_build_has (build, "%s.%s.bias", prefix, part))
    return NULL;
  return genga_arch_build_dup_f64 (build, "%s.%s.bias", prefix, part);
}

void
genga_conv3xc_load (GengaConv3xc *self, const GengaArchBuild *build, const char *prefix)
{
  static const char *const parts[] = { "conv.0", "conv.1", "conv.2" };
  const GengaTensor *middle = genga_arch_build_get (build, "%s.conv.1.weight", prefix);
  const GengaTensor *beside = genga_arch_build_get (build, "%s.sk.weight", prefix);

  *self = (GengaConv3xc){
    .in = (int)beside->shape[1],
    .wide_in = (int)middle->shape[1],
    .wide_out = (int)middle->shape[0],
    .out = (int)beside->shape[0],
    .beside_weight = genga_arch_build_dup_f64 (build, "%s.sk.weight", prefix),
    .beside_bias = dup_bias (build, prefix, "sk"),
  };
  for (int i = 0; i < 3; i++)
    {
      self->weight[i] = genga_arch_build_dup_f64 (build, "%s.%s.weight", prefix, parts[i]);
      self->bias[i] = dup_bias (build, prefix, parts[i]);
    }
}

void
genga_conv3xc_clear (GengaConv3xc *self)
{
  for (int i = 0; i < 3; i++)
    {
      g_free (self->weight[i]);
      g_free (self->bias[i]);
    }
  g_free (self->beside_weight);
  g_free (self->beside_bias);
}

static double
get_bias (const double *bias, int i)
{
  return bias != NULL ? bias[i] : 0;
}

/* The rows that lead to one output channel: `through` is wide_in x 9, `weight` in x 9. */
static double
merge_channel (const GengaConv3xc *conv, int out, double *through, double *weight)
{
  double bias = get_bias (conv->bias[2], out) + get_bias (conv->beside_bias, out);

  memset (through, 0, sizeof (double) * conv->wide_in * N_TAPS);
  memset (weight, 0, sizeof (double) * conv->in * N_TAPS);
  for (int i = 0; i < conv->wide_out; i++)
    {
      double factor = conv->weight[2][(gsize)out * conv->wide_out + i];
      const double *taps = conv->weight[1] + (gsize)i * conv->wide_in * N_TAPS;

      for (int j = 0; j < conv->wide_in * N_TAPS; j++)
        through[j] += factor * taps[j];
      bias += factor * get_bias (conv->bias[1], i);
    }
  for (int i = 0; i < conv->wide_in; i++)
    {
      for (int j = 0; j < conv->in; j++)
        for (int tap = 0; tap < N_TAPS; tap++)
          weight[j * N_TAPS + tap] +=
              through[i * N_TAPS + tap] * conv->weight[0][(gsize)i * conv->in + j];
      for (int tap = 0; tap < N_TAPS; tap++)
        bias += through[i * N_TAPS + tap] * get_bias (conv->bias[0], i);
    }
  for (int j = 0; j < conv->in; j++)
    weight[j * N_TAPS + CENTRE] += conv->beside_weight[(gsize)out * conv->in + j];
  return bias;
}

void
genga_conv3xc_fold (const GengaConv3xc *self, double *weight, double *bias)
{
  g_autofree double *through = g_new (double, (gsize)self->wide_in *N_TAPS);

  for (int i = 0; i < self->out; i++)
    bias[i] = merge_channel (self, i, through, weight + (gsize)i * self->in * N_TAPS);
}

guint
genga_conv3xc_build (const GengaConv3xc *self, const GengaArchBuild *build, guint input)
{
  const int shape[] = { self->out, self->in, 3, 3 };
  g_autofree double *weight = NULL;
  g_autofree double *bias = NULL;

  if (genga_graph_builder_has_weights (build->graph))
    {
      weight = g_new (double, (gsize)self->out * self->in * N_TAPS);
      bias = g_new (double, self->out);
      genga_conv3xc_fold (self, weight, bias);
    }
  return genga_arch_build_f64_conv (build, input, shape, weight, bias);
}

guint
genga_arch_build_conv3xc (const GengaArchBuild *build, guint input, const char *format, ...)
{
  g_autofree char *prefix = NULL;
  GengaConv3xc conv;
  guint value;
  va_list args;

  va_start (args, format);
  prefix = g_strdup_vprintf (format, args);
  va_end (args);
  if (!genga_arch_build_has (build, "%s.sk.weight", prefix))
    return genga_arch_build_conv (build, input, "%s.eval_conv", prefix);
  genga_conv3xc_load (&conv, build, prefix);
  value = genga_conv3xc_build (&conv, build, input);
  genga_conv3xc_clear (&conv);
  return value;
}
