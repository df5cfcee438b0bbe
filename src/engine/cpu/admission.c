/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/admission.h"

#include "core/fault.h"
#include "engine/cpu/cpu-model.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/kernels/plain.h"
#include "engine/cpu/verdicts.h"
#include "engine/reference/reference-graph.h"
#include "nets/attention/graph-attention.h"

#include <math.h>

#define MAX_SETS 8

/* Whole blocks of the kernels' grid, and a part of one on both sides. */
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
make_graph (void)
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

/* ---- the check ---- */

/* What is computed once for all sets. */
typedef struct
{
  GengaGraph *graph;
  float *input;
  float *expected; /* NULL: there was no memory */
} Exam;

static void
exam_init (Exam *self)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  g_autoptr (GError) error = NULL;

  self->graph = make_graph ();
  self->input = g_new (float, WIDTH *HEIGHT *CHANNELS);
  for (guint i = 0; i < WIDTH * HEIGHT * CHANNELS; i++)
    self->input[i] = (float)g_rand_double (rand);
  self->expected = g_new (float, N_RESULTS);
  if (!genga_reference_run_graph (self->graph, self->input, HEIGHT, WIDTH, self->expected, NULL,
                                  &error))
    {
      g_info ("kernels can't be checked: %s", error->message);
      g_clear_pointer (&self->expected, g_free);
    }
}

static void
exam_clear (Exam *self)
{
  g_clear_pointer (&self->graph, genga_graph_free);
  g_free (self->input);
  g_free (self->expected);
}

/*
 * As tests/contract bounds each number in FP32. In the fast class right results of this network are
 * up to 0.0004 off.
 */
static gboolean
is_right (const float *results, const float *expected, gboolean fast)
{
  const double most = fast ? 0.002 : 1e-5, most_of_value = fast ? 0 : 1e-4;

  for (gsize i = 0; i < N_RESULTS; i++)
    {
      const double value = expected[i];

      /* Not so with NaN. */
      if (!(fabs (results[i] - value) <= most + most_of_value * fabs (value)))
        return FALSE;
    }
  return TRUE;
}

static GengaVerdict
try_class (const Exam *exam, const GengaKernelSet *set, gboolean fast)
{
  g_autofree char *place = g_strdup_printf ("kernel-check-%s", set->name);
  g_autoptr (GengaCpuModel) model = genga_cpu_model_new (exam->graph, fast, 1, set->name);
  g_autofree float *results = g_new (float, N_RESULTS);
  GengaView input = genga_view_of_floats (exam->input, CHANNELS, WIDTH, HEIGHT);
  GengaView output = genga_view_of_floats (results, CHANNELS, WIDTH * SCALE, HEIGHT * SCALE);
  GengaRect whole = genga_view_get_rect (&input);
  g_autoptr (GError) error = NULL;

  if (!genga_cpu_model_run (model, &input, &whole, &output, NULL, &error))
    {
      g_info ("kernels \"%s\" can't be checked: %s", set->name, error->message);
      return GENGA_VERDICT_UNKNOWN;
    }
  if (genga_fault (place))
    results[N_RESULTS / 2] += 0.01f;
  return is_right (results, exam->expected, fast) ? GENGA_VERDICT_PASSED : GENGA_VERDICT_FAILED;
}

static GengaVerdict
examine (Exam *exam, const GengaKernelSet *set)
{
  GengaVerdict verdict = GENGA_VERDICT_PASSED;

  if (exam->graph == NULL)
    exam_init (exam);
  if (exam->expected == NULL)
    return GENGA_VERDICT_UNKNOWN;
  for (int fast = 0; fast < 2 && verdict == GENGA_VERDICT_PASSED; fast++)
    verdict = try_class (exam, set, fast);
  return verdict;
}

/* ---- all sets ---- */

static const char *refused[MAX_SETS];

static void
check_set (GengaVerdicts *verdicts, Exam *exam, const GengaKernelSet *set)
{
  GengaVerdict verdict = genga_verdicts_get (verdicts, set->name);

  if (verdict == GENGA_VERDICT_UNKNOWN)
    {
      verdict = examine (exam, set);
      if (verdict != GENGA_VERDICT_UNKNOWN)
        genga_verdicts_add (verdicts, set->name, verdict);
    }
  if (verdict == GENGA_VERDICT_PASSED)
    return;
  g_info ("kernels \"%s\" failed their check on this CPU and are not used", set->name);
  genga_kernels_exclude (set);
}

static gpointer
check_all (gpointer data)
{
  g_autoptr (GengaVerdicts) verdicts = genga_verdicts_load ();
  const GengaKernelSet *const *sets = genga_kernels_list ();
  Exam exam = { 0 };
  guint n_sets = 0, n_refused = 0;

  while (sets[n_sets] != &genga_kernels_plain)
    n_sets++;
  /* The last one first: a set may take layers from those behind it. */
  for (guint i = n_sets; i > 0; i--)
    check_set (verdicts, &exam, sets[i - 1]);
  for (guint i = 0; i < n_sets && n_refused + 1 < MAX_SETS; i++)
    if (genga_kernels_is_excluded (sets[i]))
      refused[n_refused++] = sets[i]->name;
  exam_clear (&exam);
  return NULL;
}

void
genga_admission_check (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, check_all, NULL);
}

const char *const *
genga_admission_list_refused (void)
{
  genga_admission_check ();
  return refused;
}

const char *
genga_admission_get_used (void)
{
  genga_admission_check ();
  return genga_kernels_get_best ()->name;
}
