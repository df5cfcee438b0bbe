/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-dat-position.h"

#include <math.h>
#include <string.h>

#define NORM_EPSILON 1e-5

typedef struct
{
  int in;
  int out;
  double *weight; /* out x in */
  double *bias;
} Linear;

typedef struct
{
  double *weight;
  double *bias;
} Norm;

typedef struct
{
  int width; /* of what lies between the layers */
  int n_heads;
  Linear first;
  Norm norms[3];
  Linear linears[3];
} PositionNet;

static void
load_linear (const GengaArchBuild *build, Linear *linear, const char *prefix)
{
  const GengaTensor *weight = genga_arch_build_get (build, "%s.weight", prefix);

  linear->out = (int)weight->shape[0];
  linear->in = (int)weight->shape[1];
  linear->weight = genga_arch_build_dup_f64 (build, "%s.weight", prefix);
  linear->bias = genga_arch_build_dup_f64 (build, "%s.bias", prefix);
}

static void
load_net (const GengaArchBuild *build, PositionNet *net, const char *prefix)
{
  g_autofree char *first = g_strdup_printf ("%s.pos.pos_proj", prefix);

  load_linear (build, &net->first, first);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *linear = g_strdup_printf ("%s.pos.pos%d.2", prefix, i + 1);

      net->norms[i].weight =
          genga_arch_build_dup_f64 (build, "%s.pos.pos%d.0.weight", prefix, i + 1);
      net->norms[i].bias = genga_arch_build_dup_f64 (build, "%s.pos.pos%d.0.bias", prefix, i + 1);
      load_linear (build, &net->linears[i], linear);
    }
  net->width = net->first.out;
  net->n_heads = net->linears[2].out;
}

static void
clear_net (PositionNet *net)
{
  g_free (net->first.weight);
  g_free (net->first.bias);
  for (int i = 0; i < 3; i++)
    {
      g_free (net->norms[i].weight);
      g_free (net->norms[i].bias);
      g_free (net->linears[i].weight);
      g_free (net->linears[i].bias);
    }
}

static void
run_linear (const Linear *linear, const double *in, double *out)
{
  for (int i = 0; i < linear->out; i++)
    {
      out[i] = linear->bias[i];
      for (int j = 0; j < linear->in; j++)
        out[i] += linear->weight[(gsize)i * linear->in + j] * in[j];
    }
}

/* A layer norm and a ReLU, in place. */
static void
run_norm (const Norm *norm, double *values, int n)
{
  double mean = 0;
  double variance = 0;

  for (int i = 0; i < n; i++)
    mean += values[i] / n;
  for (int i = 0; i < n; i++)
    variance += (values[i] - mean) * (values[i] - mean) / n;
  for (int i = 0; i < n; i++)
    {
      double value = (values[i] - mean) / sqrt (variance + NORM_EPSILON);

      values[i] = MAX (0, value * norm->weight[i] + norm->bias[i]);
    }
}

/* A number for each head. `hidden` and `next` have room for the widest layer. */
static void
run_net (const PositionNet *net, int dy, int dx, double *hidden, double *next, double *out)
{
  const double position[] = { dy, dx };

  run_linear (&net->first, position, hidden);
  for (int i = 0; i < 3; i++)
    {
      run_norm (&net->norms[i], hidden, net->width);
      run_linear (&net->linears[i], hidden, i < 2 ? next : out);
      if (i < 2)
        memcpy (hidden, next, sizeof (double) * net->width);
    }
}

/* For each relative position, rows first, a number for each head. */
static double *
make_table (const PositionNet *net, int height, int width)
{
  double *table = g_new (double, (gsize)(2 * height - 1) * (2 * width - 1) * net->n_heads);
  g_autofree double *hidden = g_new (double, net->width);
  g_autofree double *next = g_new (double, net->width);
  double *at = table;

  for (int dy = 1 - height; dy < height; dy++)
    for (int dx = 1 - width; dx < width; dx++, at += net->n_heads)
      run_net (net, dy, dx, hidden, next, at);
  return table;
}

static float *
spread_table (const double *table, int n_heads, int height, int width)
{
  int n = height * width;
  float *biases = g_new (float, (gsize)n_heads *n *n);
  float *at = biases;

  for (int head = 0; head < n_heads; head++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        {
          int row = i / width - j / width + height - 1;
          int column = i % width - j % width + width - 1;

          *at++ = (float)table[((gsize)row * (2 * width - 1) + column) * n_heads + head];
        }
  return biases;
}

guint
genga_arch_dat_build_positions (
    const GengaArchBuild *build, const char *prefix, int height, int width, int n_heads)
{
  const int shape[] = { n_heads, height * width, height * width };
  float *biases = NULL;

  if (genga_graph_builder_has_weights (build->graph))
    {
      PositionNet net;
      g_autofree double *table = NULL;

      load_net (build, &net, prefix);
      table = make_table (&net, height, width);
      biases = spread_table (table, n_heads, height, width);
      clear_net (&net);
    }
  return genga_graph_take_constant (build->graph, 3, shape, biases);
}
