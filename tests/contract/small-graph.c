/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "small-graph.h"
#include "engine/reference/reference-graph.h"

#include <math.h>

#define TOLERANCE 1e-6

void
test_graph_check (
    GengaGraphBuilder *builder, int height, int width, const float *input, const float *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaGraph) graph = genga_graph_builder_finish (builder);
  const GengaOp *result = genga_graph_get_result (graph);
  gsize n = (gsize)(height * result->size.num / result->size.den) *
            (width * result->size.num / result->size.den) * result->channels;
  g_autofree float *output = g_new (float, n);

  genga_reference_run_graph (graph, input, height, width, output, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n; i++)
    if (!(fabs (output[i] - expected[i]) <= TOLERANCE * MAX (1, fabs (expected[i]))))
      {
        g_test_message ("number %" G_GSIZE_FORMAT ": %g, not %g", i, output[i], expected[i]);
        g_test_fail ();
      }
}

float *
test_dup_noise (GRand *rand, gsize n)
{
  float *values = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_double_range (rand, -1, 1);
  return values;
}
