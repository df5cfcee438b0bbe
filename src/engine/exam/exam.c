/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/exam/exam.h"

#include "engine/reference/reference-graph.h"
#include "nets/attention/graph-attention.h"

#include <math.h>

/* Whole blocks of back ends' grids, and a part of one on both sides. */
#define WIDTH 37
#define HEIGHT 10
#define CHANNELS 3
#define SCALE 2
#define N_RESULTS ((gsize)WIDTH * SCALE * HEIGHT * SCALE * CHANNELS)

/* ---- the network ---- */

static float *
make_numbers (GRand *rand, gsize n, double most)
{
  float *numbers = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    numbers[i] = (float)g_rand_double_range (rand, -most, most);
  return numbers;
}

static guint
add_vector (GengaGraphBuilder *builder, GRand *rand, int n, double most)
{
  return genga_graph_take_constant (builder, 1, &n, make_numbers (rand, n, most));
}

static guint
add_conv (GengaGraphBuilder *builder, GRand *rand, guint input, int n_out, int kernel, int groups)
{
  const int n_in = genga_graph_peek (builder, input)->channels / groups;
  const int shape[] = { n_out, n_in, kernel, kernel };
  const gsize n = (gsize)n_out * n_in * kernel * kernel;
  const double most = 1.7 / sqrt ((double)n_in * kernel * kernel);
  guint weight = genga_graph_take_constant (builder, 4, shape, make_numbers (rand, n, most));

  return genga_graph_conv (builder, input, weight, add_vector (builder, rand, n_out, 0.1), groups);
}

static guint
add_attention (GengaGraphBuilder *builder, GRand *rand, guint input)
{
  const int n = genga_graph_peek (builder, input)->channels, shape[] = { 2, 15, 15 };
  guint qkv = add_conv (builder, rand, input, 3 * n, 1, 1);
  const GengaAttention attention = {
    .queries = genga_graph_slice (builder, qkv, 0, n),
    .keys = genga_graph_slice (builder, qkv, n, n),
    .values = genga_graph_slice (builder, qkv, 2 * n, n),
    .weight = genga_graph_take_constant (builder, 3, shape, make_numbers (rand, 2 * 15 * 15, 1)),
    .n_heads = 2,
    .window_y = 8,
    .window_x = 8,
    .shift_y = 4,
    .shift_x = 4,
    .multiple = 8,
    .is_relative = TRUE,
  };

  return genga_graph_combine (builder, GENGA_OP_ADD,
                              genga_graph_window_attention (builder, &attention), input);
}

/*
 * First and last layers of few channels, 3x3, depthwise, large and single-pixel ones, norms,
 * attention.
 */
static GengaGraph *
make_graph (gboolean has_attention)
{
  GengaGraphBuilder *builder = genga_graph_builder_new (CHANNELS, TRUE);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  const int n = 24;
  guint first, value;

  value = add_conv (builder, rand, 0, n, 3, 1);
  first = genga_graph_prelu (builder, value, add_vector (builder, rand, n, 0.3));
  value = add_conv (builder, rand, first, n, 3, 1);
  value = genga_graph_activate (builder, value, GENGA_ACTIVATION_SILU);
  value =
      genga_graph_combine (builder, GENGA_OP_ADD, add_conv (builder, rand, value, n, 3, n), first);
  value = genga_graph_layer_norm (builder, value, add_vector (builder, rand, n, 1),
                                  add_vector (builder, rand, n, 0.1), 1e-6);
  if (has_attention)
    value = add_attention (builder, rand, value);
  value = genga_graph_leaky_relu (builder, add_conv (builder, rand, value, 16, 1, 1), 0.2f);
  value = add_conv (builder, rand, value, 16, 13, 1);
  value =
      genga_graph_rms_norm (builder, value, add_vector (builder, rand, 16, 1), GENGA_NONE, 1e-6);
  value =
      genga_graph_combine (builder, GENGA_OP_MUL, value,
                           genga_graph_activate (builder, add_conv (builder, rand, value, 16, 3, 1),
                                                 GENGA_ACTIVATION_SIGMOID));
  value = add_conv (builder, rand, value, CHANNELS * SCALE * SCALE, 3, 1);
  genga_graph_pixel_shuffle (builder, value, SCALE);
  return genga_graph_builder_finish (builder);
}

/* ---- questions and answers ---- */

GengaExam *
genga_exam_new (gboolean has_attention, GError **error)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  g_autoptr (GengaExam) self = g_new0 (GengaExam, 1);

  self->graph = make_graph (has_attention);
  self->input = g_new (float, WIDTH *HEIGHT *CHANNELS);
  for (guint i = 0; i < WIDTH * HEIGHT * CHANNELS; i++)
    self->input[i] = (float)g_rand_double (rand);
  self->expected = genga_exam_new_answer ();
  if (!genga_reference_run_graph (self->graph, self->input, HEIGHT, WIDTH, self->expected, NULL,
                                  error))
    return NULL;
  return g_steal_pointer (&self);
}

void
genga_exam_free (GengaExam *self)
{
  genga_graph_free (self->graph);
  g_free (self->input);
  g_free (self->expected);
  g_free (self);
}

GengaView
genga_exam_view_input (const GengaExam *self)
{
  return genga_view_of_floats (self->input, CHANNELS, WIDTH, HEIGHT);
}

float *
genga_exam_new_answer (void)
{
  return g_new0 (float, N_RESULTS);
}

GengaView
genga_exam_view_answer (float *answer)
{
  return genga_view_of_floats (answer, CHANNELS, WIDTH * SCALE, HEIGHT * SCALE);
}

gboolean
genga_exam_is_right (const GengaExam *self, const float *answer, double most, double most_of_value)
{
  for (gsize i = 0; i < N_RESULTS; i++)
    {
      const double value = self->expected[i];

      /* Not so with NaN. */
      if (!(fabs (answer[i] - value) <= most + most_of_value * fabs (value)))
        return FALSE;
    }
  return TRUE;
}

void
genga_exam_spoil (float *answer)
{
  answer[N_RESULTS / 2] += 0.01f;
}
