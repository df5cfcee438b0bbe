/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-cosine.h"

#include "nets/attention/arch-swin-build.h"

#include <math.h>

#define LARGEST_FACTOR 100.0
#define LARGEST_BIAS 16
#define HIDDEN 512

void
genga_cosine_expect (GengaArchReader *reader, const char *prefix, int n_heads)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect (reader, genga_arch_key (reader, "%s.logit_scale", name),
                     GENGA_DIMS (n_heads, 1, 1));
  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.cpb_mlp.0", name), HIDDEN, 2);
  genga_arch_expect (reader, genga_arch_key (reader, "%s.cpb_mlp.2.weight", name),
                     GENGA_DIMS (n_heads, HIDDEN));
}

guint
genga_cosine_build_factors (const GengaArchBuild *build, const char *prefix)
{
  int n = (int)genga_arch_build_get (build, "%s.logit_scale", prefix)->shape[0];
  g_autofree double *factors = genga_arch_build_dup_f64 (build, "%s.logit_scale", prefix);

  for (int i = 0; i < n && factors != NULL; i++)
    factors[i] = exp (MIN (factors[i], log (LARGEST_FACTOR)));
  return genga_arch_build_f64_constant (build, 1, &n, factors);
}

/* Row `r` along an axis with the sides s and a. */
static double
get_coordinate (int r, int s, int a)
{
  double d = r - (a - 1) - (s - a) / 2;
  int most = s - 1 - (s - a) / 2;

  return copysign (log2 (8 * fabs (d) / MAX (1, most) + 1) / 3, d);
}

typedef struct
{
  int n_heads;
  double *hidden; /* HIDDEN x 2 */
  double *offsets;
  double *out; /* n_heads x HIDDEN */
} Net;

static void
run_net (const Net *net, double y, double x, double *biases)
{
  for (int head = 0; head < net->n_heads; head++)
    biases[head] = 0;
  for (int i = 0; i < HIDDEN; i++)
    {
      double value = net->hidden[2 * i] * y + net->hidden[2 * i + 1] * x + net->offsets[i];

      for (int head = 0; head < net->n_heads && value > 0; head++)
        biases[head] += net->out[head * HIDDEN + i] * value;
    }
  for (int head = 0; head < net->n_heads; head++)
    biases[head] = LARGEST_BIAS / (1 + exp (-biases[head]));
}

guint
genga_cosine_build_positions (const GengaArchBuild *build,
                              const char *prefix,
                              int height,
                              int width,
                              int small_height,
                              int small_width)
{
  int n_rows = height + small_height - 1, n_columns = width + small_width - 1;
  g_autofree double *hidden = genga_arch_build_dup_f64 (build, "%s.cpb_mlp.0.weight", prefix);
  g_autofree double *offsets = genga_arch_build_dup_f64 (build, "%s.cpb_mlp.0.bias", prefix);
  g_autofree double *out = genga_arch_build_dup_f64 (build, "%s.cpb_mlp.2.weight", prefix);
  const Net net = {
    .n_heads = (int)genga_arch_build_get (build, "%s.cpb_mlp.2.weight", prefix)->shape[0],
    .hidden = hidden,
    .offsets = offsets,
    .out = out,
  };
  g_autofree double *table =
      hidden != NULL ? g_new (double, (gsize)n_rows *n_columns *net.n_heads) : NULL;

  for (int i = 0; i < n_rows * n_columns && table != NULL; i++)
    run_net (&net, get_coordinate (i / n_columns, height, small_height),
             get_coordinate (i % n_columns, width, small_width), table + (gsize)i * net.n_heads);
  return genga_swin_build_positions (build, table, net.n_heads, n_rows, n_columns);
}
