/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random networks through every back end that is there, held against the reference engine.
 * GENGA_SEED=N runs the network of one seed, which a failure names.
 */
#include "random-graphs.h"
#include "core/error.h"
#include "engine/backend-registry.h"
#include "engine/cpu/cpu-backend.h"
#include "engine/cpu/cpu-model.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/reference/reference-graph.h"

#include <math.h>
#include <string.h>

#define RTOL 1e-4
#define ATOL 1e-5
#define N_SEEDS 60
/* Of a back end whose shaders take long to compile, where there is no hurry to find everything. */
#define N_SLOW_SEEDS 12
/* How many times as far off as the reference in the same precision, and of the signal beside. */
#define HALF_FACTOR 2
#define HALF_SHARE 0.005
/* Pixels along a side of a picture, or cells of the grid. */
#define MOST_SIDE 24
#define MOST_CELLS 3
#define N_CROPS 4

static guint first_seed = 1;
static guint n_seeds = N_SEEDS;

typedef struct
{
  const GengaBackend *backend;
  char id[32];     /* of the device */
  const char *set; /* of kernels; NULL: what the back end takes */
  GengaPrecision precision;
  guint end_seed; /* behind the last one */
} Case;

static float *
compute_expected (const RandomNet *net, GengaPrecision precision)
{
  g_autoptr (GError) error = NULL;
  float *output = g_new (float, random_net_get_n_results (net, net->height, net->width));

  genga_reference_run_graph_in (net->graph, precision, net->input, net->height, net->width, output,
                                NULL, &error);
  g_assert_no_error (error);
  return output;
}

static double
get_rms (const float *values, const float *others, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    {
      double difference = values[i] - (others != NULL ? others[i] : 0);
      sum += difference * difference;
    }
  return sqrt (sum / n);
}

/* ---- the networks themselves ---- */

/* Numbers stay where engines can be compared, and no operation is forgotten. */
static void
test_networks (void)
{
  gboolean has_kind[GENGA_OP_LAST + 1] = { FALSE };
  gboolean has_function[GENGA_ACTIVATION_LAST + 1] = { FALSE };

  for (guint seed = first_seed; seed < first_seed + n_seeds; seed++)
    {
      g_autoptr (RandomNet) net = random_net_new (seed, MOST_SIDE, FALSE);
      g_autofree float *output = compute_expected (net, GENGA_PRECISION_FP32);
      gsize n = random_net_get_n_results (net, net->height, net->width);

      for (guint i = 0; i < net->graph->n_ops; i++)
        {
          const GengaOp *op = &net->graph->ops[i];

          has_kind[op->kind] = TRUE;
          if (op->kind == GENGA_OP_ACTIVATION)
            has_function[op->activation.function] = TRUE;
        }
      for (gsize i = 0; i < n; i++)
        if (!(fabs (output[i]) < 1000))
          g_error ("seed %u: number %" G_GSIZE_FORMAT " is %g", seed, i, output[i]);
    }
  for (int kind = 0; kind <= GENGA_OP_LAST && n_seeds > 1; kind++)
    if (!has_kind[kind])
      g_error ("no network has %s", genga_op_kind_get_name (kind));
  for (int function = 0; function <= GENGA_ACTIVATION_LAST && n_seeds > 1; function++)
    if (!has_function[function])
      g_error ("no network has function %d", function);
}

/* ---- against the reference ---- */

/* NULL where the back end does not take the graph, which it has to say. */
static GengaBackendModel *
load (const Case *c, const GengaGraph *graph, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  GengaBackendModel *model;

  if (!c->backend->supports (graph, c->id, c->precision, &reason))
    {
      g_test_message ("%s: %s", c->id, reason);
      return NULL;
    }
  if (c->set != NULL)
    return (GengaBackendModel *)genga_cpu_model_new (graph, c->precision == GENGA_PRECISION_BF16,
                                                     n_threads, c->set);
  model = c->backend->model_load (graph, c->id, c->precision, n_threads, &error);
  g_assert_no_error (error);
  return model;
}

static void
run (const Case *c,
     GengaBackendModel *model,
     const GengaView *input,
     const GengaRect *wanted,
     const GengaView *output)
{
  g_autoptr (GError) error = NULL;

  c->backend->run (model, input, wanted, output, NULL, &error);
  g_assert_no_error (error);
}

static float *
run_whole (const Case *c, GengaBackendModel *model, const RandomNet *net)
{
  const GengaOp *result = genga_graph_get_result (net->graph);
  float *data = g_new0 (float, random_net_get_n_results (net, net->height, net->width));
  GengaView input = genga_view_of_floats (net->input, genga_graph_get_in_channels (net->graph),
                                          net->width, net->height);
  GengaView output = genga_view_of_floats (data, result->channels,
                                           net->width * result->size.num / result->size.den,
                                           net->height * result->size.num / result->size.den);
  GengaRect whole = genga_view_get_rect (&input);

  run (c, model, &input, &whole, &output);
  return data;
}

static void
check_close (guint seed, const float *output, const float *expected, gsize n)
{
  double atol = ATOL * MAX (1, get_rms (expected, NULL, n));

  for (gsize i = 0; i < n; i++)
    if (!(fabs (output[i] - expected[i]) <= atol + RTOL * fabs (expected[i])))
      g_error ("seed %u: number %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is %g, not %g", seed, i,
               n, output[i], expected[i]);
}

/* Rounded elsewhere, a number is another one: what counts is how far off all are together. */
static void
check_half (guint seed, const Case *c, const RandomNet *net, const float *output, double *worst)
{
  gsize n = random_net_get_n_results (net, net->height, net->width);
  g_autofree float *exact = compute_expected (net, GENGA_PRECISION_FP32);
  g_autofree float *rounded = compute_expected (net, c->precision);
  double signal = get_rms (exact, NULL, n);
  double most = HALF_FACTOR * get_rms (rounded, exact, n) + HALF_SHARE * signal;
  double off = get_rms (output, exact, n);

  if (!(off <= most))
    g_error ("seed %u: off by %g of %g, and %g is the most", seed, off, signal, most);
  *worst = MAX (*worst, off / most);
}

/* Which pixels attend to each other depends on the last bits of their kinds. */
static gboolean
has_jumps (const GengaGraph *graph)
{
  for (guint i = 0; i < graph->n_ops; i++)
    if (graph->ops[i].kind == GENGA_OP_SORTED_ATTENTION)
      return TRUE;
  return FALSE;
}

static void
test_backend (gconstpointer data)
{
  const Case *c = data;
  guint n_run = 0;
  double worst = 0;

  for (guint seed = first_seed; seed < c->end_seed; seed++)
    {
      g_autoptr (RandomNet) net = random_net_new (seed, MOST_SIDE, FALSE);
      GengaBackendModel *model = NULL;
      gsize n = random_net_get_n_results (net, net->height, net->width);

      if (c->precision == GENGA_PRECISION_FP32 || !has_jumps (net->graph))
        model = load (c, net->graph, 1 + seed % 3);
      if (model == NULL)
        continue;
      g_autofree float *output = run_whole (c, model, net);
      g_autofree float *expected = compute_expected (net, GENGA_PRECISION_FP32);
      c->backend->model_free (model);
      n_run++;
      if (c->precision == GENGA_PRECISION_FP32)
        check_close (seed, output, expected, n);
      else
        check_half (seed, c, net, output, &worst);
    }
  g_test_message ("%u of %u networks, worst %.2f", n_run, c->end_seed - first_seed, worst);
  if (n_run == 0)
    g_test_skip ("it takes none of the networks");
}

/* ---- invariances ---- */

/* `part` is what `whole` has for the rectangle. */
static void
check_part (guint seed,
            const RandomNet *net,
            const float *whole,
            const float *part,
            const GengaRect *wanted)
{
  const GengaOp *result = genga_graph_get_result (net->graph);
  int num = result->size.num, den = result->size.den;
  gsize row = (gsize)wanted->width * num / den * result->channels;

  for (int y = 0; y < wanted->height * num / den; y++)
    {
      gsize from =
          ((gsize)(wanted->y * num / den + y) * (net->width * num / den) + wanted->x * num / den) *
          result->channels;

      if (memcmp (part + y * row, whole + from, row * sizeof (float)) != 0)
        g_error ("seed %u: %d x %d from (%d, %d) on differs in row %d", seed, wanted->width,
                 wanted->height, wanted->x, wanted->y, y);
    }
}

/* A stretch of an axis that starts and ends at the grid, or at the border. */
static void
choose_stretch (GRand *rand, int length, int grid, int *first, int *n)
{
  int n_cells = (length + grid - 1) / grid;
  int start = g_rand_int_range (rand, 0, n_cells);
  int end = g_rand_int_range (rand, start + 1, n_cells + 1);

  *first = start * grid;
  *n = MIN (end * grid, length) - *first;
}

/* What the rectangle sees, from and to multiples of the grid. */
static void
widen (int length, int grid, int reach, int *first, int *n)
{
  int end = MIN (length, (*first + *n + reach + grid - 1) / grid * grid);

  *first = MAX (0, *first - reach) / grid * grid;
  *n = end - *first;
}

/* The rectangle out of the whole picture, and out of no more of it than it sees. */
static void
check_crop (const Case *c,
            GengaBackendModel *model,
            guint seed,
            const RandomNet *net,
            const float *whole,
            const GengaRect *wanted,
            int grid)
{
  const GengaOp *result = genga_graph_get_result (net->graph);
  int channels = genga_graph_get_in_channels (net->graph);
  int reach = c->backend->get_reach (model);
  int num = result->size.num, den = result->size.den;
  g_autofree float *part =
      g_new0 (float, random_net_get_n_results (net, wanted->height, wanted->width));
  GengaView input = genga_view_of_floats (net->input, channels, net->width, net->height);
  GengaView output = genga_view_of_floats (part, result->channels, wanted->width * num / den,
                                           wanted->height * num / den);
  GengaRect seen = *wanted, inside;

  run (c, model, &input, wanted, &output);
  check_part (seed, net, whole, part, wanted);
  if (reach < 0)
    return;
  widen (net->width, grid, reach, &seen.x, &seen.width);
  widen (net->height, grid, reach, &seen.y, &seen.height);
  input.data = net->input + ((gsize)seen.y * net->width + seen.x) * channels;
  input.width = seen.width;
  input.height = seen.height;
  inside = (GengaRect){ wanted->x - seen.x, wanted->y - seen.y, wanted->width, wanted->height };
  memset (part, 0, random_net_get_n_results (net, wanted->height, wanted->width) * sizeof (float));
  run (c, model, &input, &inside, &output);
  check_part (seed, net, whole, part, wanted);
}

/* Where results may be cut out exactly, they depend on no rectangle and on no number of threads. */
static void
test_invariance (gconstpointer data)
{
  const Case *c = data;
  GengaBackendCaps caps;

  c->backend->get_caps (c->id, &caps);
  if (!caps.crops_exactly)
    {
      g_test_skip ("it does not crop exactly");
      return;
    }
  for (guint seed = first_seed; seed < c->end_seed; seed++)
    {
      g_autoptr (RandomNet) net = random_net_new (seed, MOST_CELLS * caps.grid, TRUE);
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      int grid = caps.grid;
      GengaBackendModel *one, *many;

      while (grid % net->graph->multiple_of != 0)
        grid += caps.grid;
      one = load (c, net->graph, 1);
      if (one == NULL)
        continue;
      many = load (c, net->graph, 2 + seed % 4);
      g_autofree float *first = run_whole (c, one, net);
      g_autofree float *second = run_whole (c, many, net);
      check_part (seed, net, first, second, &(GengaRect){ 0, 0, net->width, net->height });
      if (c->precision == GENGA_PRECISION_FP32)
        {
          g_autofree float *expected = compute_expected (net, GENGA_PRECISION_FP32);
          check_close (seed, first, expected,
                       random_net_get_n_results (net, net->height, net->width));
        }
      for (int i = 0; i < N_CROPS; i++)
        {
          GengaRect wanted;

          choose_stretch (rand, net->width, grid, &wanted.x, &wanted.width);
          choose_stretch (rand, net->height, grid, &wanted.y, &wanted.height);
          check_crop (c, i % 2 == 0 ? one : many, seed, net, first, &wanted, grid);
        }
      c->backend->model_free (one);
      c->backend->model_free (many);
    }
}

/* ---- views ---- */

static gsize
get_sample_size (GengaSample sample)
{
  return sample == GENGA_SAMPLE_F32 ? sizeof (float) : (sample == GENGA_SAMPLE_U16 ? 2 : 1);
}

static double
get_most (GengaSample sample)
{
  return sample == GENGA_SAMPLE_F32 ? 1 : (sample == GENGA_SAMPLE_U16 ? 65535 : 255);
}

static double
read_sample (const GengaView *view, int row, int column)
{
  const guint8 *samples = (const guint8 *)view->data + row * view->row_stride;

  if (view->sample == GENGA_SAMPLE_F32)
    return ((const float *)samples)[column];
  return view->sample == GENGA_SAMPLE_U16 ? ((const guint16 *)samples)[column] : samples[column];
}

/* A view whose rows have a gap behind them, filled with ones and zeros by turns. */
static GengaView
new_view (GengaSample sample, int channels, int width, int height)
{
  gsize size = get_sample_size (sample);
  GengaView view = {
    .row_stride = (gsize)width * channels * size + 3 * size,
    .sample = sample,
    .channels = channels,
    .width = width,
    .height = height,
  };

  view.data = g_malloc (view.row_stride * height);
  memset (view.data, 0xaa, view.row_stride * height);
  return view;
}

static void
check_gaps (guint seed, const GengaView *view)
{
  gsize row_bytes = (gsize)view->width * view->channels * get_sample_size (view->sample);

  for (int y = 0; y < view->height; y++)
    for (gsize i = row_bytes; i < view->row_stride; i++)
      if (((guint8 *)view->data)[y * view->row_stride + i] != 0xaa)
        g_error ("seed %u: row %d goes beyond its end", seed, y);
}

/* The picture in whole steps of 1/255, so that every type has the same. */
static GengaView
new_input (const RandomNet *net, GengaSample sample)
{
  int channels = genga_graph_get_in_channels (net->graph);
  GengaView view = new_view (sample, channels, net->width, net->height);

  for (int y = 0; y < net->height; y++)
    for (int i = 0; i < net->width * channels; i++)
      {
        guint value = net->input[y * net->width * channels + i] * 255;
        guint8 *row = (guint8 *)view.data + y * view.row_stride;

        if (sample == GENGA_SAMPLE_F32)
          ((float *)row)[i] = value / 255.f;
        else if (sample == GENGA_SAMPLE_U16)
          ((guint16 *)row)[i] = value * 257;
        else
          row[i] = value;
      }
  return view;
}

static GengaView
run_view (const Case *c,
          GengaBackendModel *model,
          guint seed,
          const RandomNet *net,
          GengaSample in,
          GengaSample out)
{
  const GengaOp *result = genga_graph_get_result (net->graph);
  int num = result->size.num, den = result->size.den;
  GengaView input = new_input (net, in);
  GengaView output =
      new_view (out, result->channels, net->width * num / den, net->height * num / den);
  GengaRect whole = genga_view_get_rect (&input);

  run (c, model, &input, &whole, &output);
  check_gaps (seed, &output);
  g_free (input.data);
  return output;
}

/* Integers are the floats, clamped and rounded; half a step and no more. */
static void
check_view (guint seed, const GengaView *output, const GengaView *floats)
{
  double most = get_most (output->sample);

  for (int y = 0; y < output->height; y++)
    for (int i = 0; i < output->width * output->channels; i++)
      {
        double value = read_sample (output, y, i), exact = read_sample (floats, y, i);
        double expected = output->sample == GENGA_SAMPLE_F32 ? exact : CLAMP (exact, 0, 1) * most;
        double slack =
            output->sample == GENGA_SAMPLE_F32 ? ATOL + RTOL * fabs (exact) : 0.5 + 4e-7 * most;

        if (!(fabs (value - expected) <= slack))
          g_error ("seed %u: sample %d of row %d is %g, not %g", seed, i, y, value, expected);
      }
}

/* Gaps between rows, and all types of samples that the back end takes and gives. */
static void
test_views (gconstpointer data)
{
  static const GengaSample samples[] = { GENGA_SAMPLE_F32, GENGA_SAMPLE_U16, GENGA_SAMPLE_U8 };
  const Case *c = data;
  GengaBackendCaps caps;

  c->backend->get_caps (c->id, &caps);
  g_assert_true ((caps.samples_in & 1u << GENGA_SAMPLE_F32) != 0);
  g_assert_true ((caps.samples_out & 1u << GENGA_SAMPLE_F32) != 0);
  for (guint seed = first_seed; seed < c->end_seed; seed++)
    {
      g_autoptr (RandomNet) net = random_net_new (seed, MOST_SIDE, TRUE);
      GengaBackendModel *model = load (c, net->graph, 1 + seed % 3);

      if (model == NULL)
        continue;
      GengaView floats = run_view (c, model, seed, net, GENGA_SAMPLE_F32, GENGA_SAMPLE_F32);
      for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
        for (guint j = 0; j < G_N_ELEMENTS (samples); j++)
          if ((caps.samples_in & 1u << samples[i]) != 0 &&
              (caps.samples_out & 1u << samples[j]) != 0)
            {
              GengaView output = run_view (c, model, seed, net, samples[i], samples[j]);
              check_view (seed, &output, &floats);
              g_free (output.data);
            }
      g_free (floats.data);
      c->backend->model_free (model);
    }
}

/* ---- the suite ---- */

static void
add_test (const Case *base, GengaPrecision precision, const char *what, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/random-graphs/%s/%s/%s", base->backend->name,
                                           base->set != NULL ? base->set : base->id, what);
  Case *c = g_memdup2 (base, sizeof *base);

  c->precision = precision;
  g_test_add_data_func_full (path, c, func, g_free);
}

static void
add_case (const GengaBackend *backend, const char *id, const char *set)
{
  Case c = { .backend = backend, .set = set, .end_seed = first_seed + n_seeds };

  g_strlcpy (c.id, id, sizeof c.id);
  if (g_str_equal (backend->name, "vulkan") && n_seeds == N_SEEDS)
    c.end_seed = first_seed + N_SLOW_SEEDS;
  add_test (&c, GENGA_PRECISION_FP32, "fp32", test_backend);
  add_test (&c, GENGA_PRECISION_BF16, "bf16", test_backend);
  add_test (&c, GENGA_PRECISION_FP16, "fp16", test_backend);
  add_test (&c, GENGA_PRECISION_FP32, "fp32-parts", test_invariance);
  add_test (&c, GENGA_PRECISION_BF16, "bf16-parts", test_invariance);
  add_test (&c, GENGA_PRECISION_FP32, "views", test_views);
}

static void
add_backend (const GengaBackend *backend)
{
  GengaDeviceInfo devices[16];
  guint n = backend->list_devices (devices, G_N_ELEMENTS (devices));

  for (guint i = 0; i < n; i++)
    add_case (backend, devices[i].id, NULL);
}

int
main (int argc, char **argv)
{
  const char *seed = g_getenv ("GENGA_SEED");

  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("GENGA_LONG") != NULL)
    n_seeds = 500;
  if (seed != NULL)
    {
      first_seed = g_ascii_strtoull (seed, NULL, 10);
      n_seeds = 1;
    }
  g_test_add_func ("/random-graphs/networks", test_networks);
  for (int kind = 0; kind < GENGA_N_BACKENDS; kind++)
    {
      const GengaBackend *backend = genga_registry_get_backend (kind, NULL);

      if (backend != NULL && backend != genga_cpu_backend_get ())
        add_backend (backend);
    }
  for (const GengaKernelSet *const *set = genga_kernels_list (); *set != NULL; set++)
    add_case (genga_cpu_backend_get (), "cpu", (*set)->name);
  return g_test_run ();
}
