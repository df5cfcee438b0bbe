/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/attention/arch-rectangles.h"

#include "nets/attention/arch-swin-build.h"

#include <math.h>
#include <string.h>

#define NORM_EPSILON 1e-5
#define MAX_SPLIT 64
/* Pixels of a window; every two of them have a bias for each head. */
#define MAX_WINDOW 1024

/* ---- reading ---- */

void
genga_rectangles_read_split (GengaArchReader *reader, const char *key, int *split)
{
  int n_rows = genga_arch_get_dim (reader, key, 2, 0);
  int n_columns = genga_arch_get_dim (reader, key, 2, 1);
  const GengaTensor *tensor = genga_state_dict_lookup (reader->dict, key);
  GengaTensor row;
  float last[2];

  split[0] = split[1] = 1;
  if (genga_arch_has_failed (reader))
    return;
  if (n_columns != 2)
    {
      genga_arch_fail_shape (reader, key);
      return;
    }
  row = *tensor;
  row.shape[0] = 1;
  row.data = (const guint8 *)tensor->data +
             (gsize)(n_rows - 1) * tensor->strides[0] * genga_dtype_get_size (tensor->dtype);
  genga_tensor_copy_f32 (&row, last);
  for (int i = 0; i < 2; i++)
    {
      if (!(last[i] >= 0 && last[i] < MAX_SPLIT))
        {
          genga_arch_fail_variant (reader, "window larger than %d", MAX_SPLIT);
          return;
        }
      split[i] = (int)last[i] + 1;
    }
  if (split[0] * split[1] > MAX_WINDOW || MAX (split[0], split[1]) % MIN (split[0], split[1]) != 0)
    genga_arch_fail_variant (reader, "windows of %dx%d", split[0], split[1]);
}

void
genga_rectangles_expect_positions (GengaArchReader *reader,
                                   const char *prefix,
                                   int width,
                                   int n_heads)
{
  g_autofree char *name = g_strdup (prefix);

  genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.pos.pos_proj", name), width, 2);
  for (int i = 1; i <= 3; i++)
    {
      genga_arch_expect_norm (reader, genga_arch_key (reader, "%s.pos.pos%d.0", name, i), width);
      genga_arch_expect_linear (reader, genga_arch_key (reader, "%s.pos.pos%d.2", name, i),
                                i == 3 ? n_heads : width, width);
    }
}

/* ---- the table ---- */

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

double *
genga_rectangles_dup_table (const GengaArchBuild *build, const char *prefix, int height, int width)
{
  PositionNet net;
  double *table;

  if (!genga_graph_builder_has_weights (build->graph))
    return NULL;
  load_net (build, &net, prefix);
  table = make_table (&net, height, width);
  clear_net (&net);
  return table;
}

/* ---- the graph ---- */

static guint
build_half (const GengaArchBuild *build,
            const GengaRectangles *self,
            guint qkv,
            int half,
            const char *prefix)
{
  int dim = genga_graph_peek (build->graph, qkv)->channels / 3;
  int n_heads = self->n_heads / 2;
  int height = self->split[half];
  int width = self->split[1 - half];
  g_autofree char *branch = g_strdup_printf ("%s.attns.%d", prefix, half);
  g_autofree double *table = genga_rectangles_dup_table (build, branch, height, width);
  const GengaAttention attention = {
    .queries = genga_graph_slice (build->graph, qkv, half * dim / 2, dim / 2),
    .keys = genga_graph_slice (build->graph, qkv, dim + half * dim / 2, dim / 2),
    .values = genga_graph_slice (build->graph, qkv, 2 * dim + half * dim / 2, dim / 2),
    .weight = genga_swin_build_positions (build, table, n_heads, 2 * height - 1, 2 * width - 1),
    .is_relative = TRUE,
    .n_heads = n_heads,
    .window_y = height,
    .window_x = width,
    .shift_y = self->is_shifted ? height / 2 : 0,
    .shift_x = self->is_shifted ? width / 2 : 0,
    .multiple = MAX (height, width),
    .is_unmasked = self->is_unmasked,
  };

  return genga_graph_window_attention (build->graph, &attention);
}

guint
genga_rectangles_build (const GengaArchBuild *build,
                        const GengaRectangles *self,
                        guint qkv,
                        const char *prefix)
{
  guint halves[2];

  for (int i = 0; i < 2; i++)
    halves[i] = build_half (build, self, qkv, i, prefix);
  return genga_graph_concat (build->graph, halves, 2);
}
