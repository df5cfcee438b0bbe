/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speed of the CPU kernels, layer by layer and for Compact 64x16 2x on 640x360, against the peaks
 * of the same processor in the same run. Times are the best of many, in the thread's own time for
 * one layer, in real time for the network. Random weights: speed does not depend on them.
 *
 *   bench-kernels [SET]
 */
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/kernels/picture-rows.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WIDTH 640
#define HEIGHT 360
#define N_ROUNDS 15
#define MARGIN 16 /* columns, on both sides */

static double
get_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

/* ---- peaks ---- */

#define REPEAT12(X) X (0) X (1) X (2) X (3) X (4) X (5) X (6) X (7) X (8) X (9) X (10) X (11)

#ifdef __x86_64__
__attribute__ ((target ("avx512f"))) static void
spin_fma (guint n)
{
  for (guint i = 0; i < n; i++)
    {
#  define STEP(k) __asm__ volatile("vfmadd231ps %%zmm30, %%zmm31, %%zmm" #  k ::: "xmm" #  k);
      REPEAT12 (STEP)
#  undef STEP
    }
}

__attribute__ ((target ("avx512f"))) static void
spin_dot (guint n)
{
  for (guint i = 0; i < n; i++)
    {
#  define STEP(k) __asm__ volatile("vpdpwssd %%zmm30, %%zmm31, %%zmm" #  k ::: "xmm" #  k);
      REPEAT12 (STEP)
#  undef STEP
    }
}

__attribute__ ((target ("avx2,fma"))) static void
spin_fma256 (guint n)
{
  for (guint i = 0; i < n; i++)
    {
#  define STEP(k) __asm__ volatile("vfmadd231ps %%ymm14, %%ymm15, %%ymm" #  k ::: "xmm" #  k);
      REPEAT12 (STEP)
#  undef STEP
    }
}

/* Operations a second of `spin`, `per_step` to an instruction. */
static double
measure_peak (void (*spin) (guint), double per_step)
{
  double best = 1e9;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      const double start = get_seconds (CLOCK_THREAD_CPUTIME_ID);
      spin (200000);
      best = MIN (best, get_seconds (CLOCK_THREAD_CPUTIME_ID) - start);
    }
  return 200000 * 12 * per_step / best;
}
#endif

static double peak_f32 = 1, peak_i16 = 1;

static void
measure_peaks (void)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx512vnni"))
    {
      peak_f32 = measure_peak (spin_fma, 32);
      peak_i16 = measure_peak (spin_dot, 64);
    }
  else if (__builtin_cpu_supports ("fma"))
    peak_f32 = peak_i16 = measure_peak (spin_fma256, 16);
#endif
  printf ("peaks: f32 %.1f, int16 %.1f G/s\n", peak_f32 * 1e-9, peak_i16 * 1e-9);
}

/* ---- layers ---- */

static GengaConv *
make_conv (const GengaKernelSet *set,
           guint kernel,
           guint in,
           guint out,
           gboolean depthwise,
           GengaSum sum,
           GengaStore in_store,
           GengaStore out_store,
           GengaEpilogueFunction activation)
{
  const gsize n = (gsize)kernel * kernel * (depthwise ? 1 : in) * out;
  g_autofree float *weights = g_new (float, n), *slopes = g_new0 (float, out);
  GengaConvSpec spec = { .kernel_height = kernel,
                         .kernel_width = kernel,
                         .stride = 1,
                         .dilation = 1,
                         .depthwise = depthwise,
                         .in_channels = in,
                         .out_channels = out,
                         .weights = weights,
                         .epilogue = { .activation = activation, .slopes = slopes, .scale = 1 },
                         .sum = sum,
                         .in_store = in_store,
                         .out_store = out_store };

  for (gsize i = 0; i < n; i++)
    weights[i] = (float)g_random_double_range (-0.04, 0.04);
  for (guint i = 0; i < out; i++)
    slopes[i] = 0.2f;
  return genga_kernels_conv_new (set, &spec);
}

/* Rows with margins, as one block; all are `store` and zero. */
static void **
make_rows (guint n, guint channels, GengaStore store, void **block)
{
  const gsize size = store == GENGA_STORE_F16 ? 2 : 4;
  const gsize row = (gsize)(WIDTH + 2 * MARGIN) * channels * size;
  void **rows = g_new (void *, n);

  *block = g_aligned_alloc0 (n, row, 64);
  for (guint y = 0; y < n; y++)
    rows[y] = (guint8 *)*block + y * row + (gsize)MARGIN * channels * size;
  return rows;
}

/* One layer on the same few rows, over and over: what the kernel does in the cache. */
static void
bench_layer (const GengaKernelSet *set,
             guint kernel,
             guint in,
             guint out,
             gboolean depthwise,
             GengaSum sum,
             GengaStore store)
{
  g_autoptr (GengaConv) conv =
      make_conv (set, kernel, in, out, depthwise, sum, in <= 4 ? GENGA_STORE_F32 : store, store,
                 GENGA_EPILOGUE_PRELU);
  const guint in_stride = in <= 4 ? 4 : (in + 15) / 16 * 16, out_stride = (out + 15) / 16 * 16;
  void *in_block, *out_block;
  g_autofree void **in_rows =
      make_rows (conv->in_rows, in_stride, in <= 4 ? GENGA_STORE_F32 : store, &in_block);
  g_autofree void **out_rows = make_rows (4, out_stride, store, &out_block);
  void *scratch = g_aligned_alloc0 (1, MAX (conv->scratch_bytes, 1), 64);
  const GengaConvRows rows = { .in = (const void *const *)in_rows,
                               .out = out_rows,
                               .in_stride = in_stride,
                               .out_stride = out_stride,
                               .n_rows = 4,
                               .x1 = WIDTH / 2,
                               .width = WIDTH,
                               .scratch = scratch };
  double best = 1e9;

  for (guint i = 0; i < N_ROUNDS * 4 && (i < 4 || best < 0.1); i++)
    {
      const double start = get_seconds (CLOCK_THREAD_CPUTIME_ID);
      genga_conv_run (conv, &rows);
      best = MIN (best, get_seconds (CLOCK_THREAD_CPUTIME_ID) - start);
    }

  const double speed = conv->flops * 4 * (WIDTH / 2) / best;

  printf ("  %2ux%-2u%s %3u > %3u %s %-20s %7.2f ms for 640x360  %7.1f GFLOP/s  %5.1f %% of peak\n",
          kernel, kernel, depthwise ? " dw" : "   ", in, out,
          store == GENGA_STORE_F16 ? "f16" : "f32", conv->kernel, best * (HEIGHT / 4 * 2) * 1e3,
          speed * 1e-9, 100 * speed / (sum == GENGA_SUM_FAST ? peak_i16 : peak_f32));
  fflush (stdout);
  g_aligned_free (in_block);
  g_aligned_free (out_block);
  g_aligned_free (scratch);
}

/* ---- a network, in rings of four strips for each layer ---- */

#define N_LAYERS 18
#define RING 16 /* rows */

typedef struct
{
  GengaConv *convs[N_LAYERS];
  void *blocks[N_LAYERS + 2];
  void **rings[N_LAYERS + 1]; /* inputs of layers, the last one's output */
  guint strides[N_LAYERS + 1];
  void *zeros;
  guint n_threads;
  gsize scratch_bytes;
  gint done[2]; /* steps that a thread has done */
} Net;

typedef struct
{
  Net *net;
  guint index;
  double cpu;
} Worker;

static Net *
net_new (const GengaKernelSet *set, GengaSum sum, GengaStore store, guint scale)
{
  Net *net = g_new0 (Net, 1);
  void **zeros = make_rows (1, 64, GENGA_STORE_F32, &net->zeros);

  g_free (zeros);
  for (guint l = 0; l <= N_LAYERS; l++)
    {
      const GengaStore s = l == 0 || l == N_LAYERS ? GENGA_STORE_F32 : store;

      net->strides[l] = l == 0 ? 4 : l == N_LAYERS ? (scale * scale * 3 + 15) / 16 * 16 : 64;
      net->rings[l] = make_rows (RING, net->strides[l], s, &net->blocks[l]);
      if (l == N_LAYERS)
        break;
      net->convs[l] =
          make_conv (set, 3, l == 0 ? 3 : 64, l == N_LAYERS - 1 ? scale * scale * 3 : 64, FALSE,
                     sum, s, l == N_LAYERS - 1 ? GENGA_STORE_F32 : store,
                     l == N_LAYERS - 1 ? GENGA_EPILOGUE_NONE : GENGA_EPILOGUE_PRELU);
      net->scratch_bytes = MAX (net->scratch_bytes, net->convs[l]->scratch_bytes);
    }
  return net;
}

static void
net_free (Net *net)
{
  for (guint l = 0; l <= N_LAYERS; l++)
    {
      g_aligned_free (net->blocks[l]);
      g_free (net->rings[l]);
      if (l < N_LAYERS)
        genga_conv_free (net->convs[l]);
    }
  g_aligned_free (net->zeros);
  g_free (net);
}

static void
run_strip (const Net *net, guint layer, guint y, guint x0, guint x1, void *scratch)
{
  const void *in[6];
  void *out[4];
  GengaConvRows rows = { .in = in,
                         .out = out,
                         .in_stride = net->strides[layer],
                         .out_stride = net->strides[layer + 1],
                         .n_rows = 4,
                         .x0 = x0,
                         .x1 = x1,
                         .width = WIDTH,
                         .scratch = scratch };

  for (gint i = 0; i < 6; i++)
    {
      const gint row = (gint)y + i - 1;
      in[i] = row < 0 || row >= HEIGHT ? (guint8 *)net->zeros + MARGIN * 64 * 4
                                       : net->rings[layer][row % RING];
    }
  for (guint i = 0; i < 4; i++)
    out[i] = net->rings[layer + 1][(y + i) % RING];
  genga_conv_run (net->convs[layer], &rows);
}

static gpointer
work (gpointer data)
{
  Worker *worker = data;
  Net *net = worker->net;
  const guint cut = WIDTH / 2, n_strips = HEIGHT / 4;
  const guint x0 = worker->index * cut, x1 = net->n_threads == 1 ? WIDTH : x0 + cut;
  void *scratch = g_aligned_alloc0 (1, net->scratch_bytes, 64);
  gint step = 0;
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (worker->index, &set);
  sched_setaffinity (0, sizeof set, &set);
  for (guint t = 0; t < n_strips + N_LAYERS - 1; t++)
    for (guint l = 0; l < N_LAYERS; l++, step++)
      {
        if (net->n_threads == 2)
          while (g_atomic_int_get (&net->done[1 - worker->index]) < step)
            sched_yield ();
        if (t >= l && t - l < n_strips)
          run_strip (net, l, (t - l) * 4, x0, x1, scratch);
        g_atomic_int_set (&net->done[worker->index], step + 1);
      }
  worker->cpu = get_seconds (CLOCK_THREAD_CPUTIME_ID);
  g_aligned_free (scratch);
  return NULL;
}

static double
time_net (Net *net, guint n_threads, double *cpu)
{
  Worker workers[2] = { { net, 0, 0 }, { net, 1, 0 } };
  const double start = get_seconds (CLOCK_MONOTONIC);
  GThread *threads[2];

  net->n_threads = n_threads;
  net->done[0] = net->done[1] = 0;
  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("bench", work, &workers[i]);
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  *cpu = MAX (workers[0].cpu, workers[1].cpu);
  return get_seconds (CLOCK_MONOTONIC) - start;
}

static void
bench_net (const GengaKernelSet *set, GengaSum sum, GengaStore store)
{
  Net *net = net_new (set, sum, store, 2);
  double flops = 0;

  for (guint l = 0; l < N_LAYERS; l++)
    flops += net->convs[l]->flops * WIDTH * HEIGHT;
  for (guint n_threads = 1; n_threads <= MIN (2, g_get_num_processors ()); n_threads++)
    {
      double best = 1e9, best_cpu = 1e9, cpu;

      for (guint i = 0; i < N_ROUNDS; i++)
        {
          best = MIN (best, time_net (net, n_threads, &cpu));
          best_cpu = MIN (best_cpu, cpu);
        }
      printf ("  Compact 64x16 2x, %s, %u threads: %.0f ms (%.0f of a processor's own), %.1f "
              "GFLOP/s, %.0f %% of peak\n",
              sum == GENGA_SUM_FAST ? "fast" : "f32", n_threads, best * 1e3, best_cpu * 1e3,
              flops / best * 1e-9,
              100 * flops / best / n_threads / (sum == GENGA_SUM_FAST ? peak_i16 : peak_f32));
      fflush (stdout);
    }
  net_free (net);
}

static void
bench_set (const GengaKernelSet *set)
{
  static const struct
  {
    guint kernel, in, out;
    gboolean depthwise;
  } layers[] = { { 3, 64, 64, FALSE },  { 3, 3, 64, FALSE },   { 3, 64, 12, FALSE },
                 { 3, 64, 48, FALSE },  { 3, 48, 48, FALSE },  { 3, 128, 64, FALSE },
                 { 3, 64, 128, FALSE }, { 3, 160, 32, FALSE }, { 1, 64, 64, FALSE },
                 { 1, 192, 48, FALSE }, { 17, 16, 16, FALSE }, { 7, 64, 64, TRUE } };

  printf ("%s\n", set->name);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      bench_layer (set, layers[i].kernel, layers[i].in, layers[i].out, layers[i].depthwise,
                   GENGA_SUM_F32, GENGA_STORE_F32);
      bench_layer (set, layers[i].kernel, layers[i].in, layers[i].out, layers[i].depthwise,
                   GENGA_SUM_FAST, GENGA_STORE_F16);
    }
  bench_net (set, GENGA_SUM_F32, GENGA_STORE_F32);
  bench_net (set, GENGA_SUM_FAST, GENGA_STORE_F16);
}

int
main (int argc, char **argv)
{
  measure_peaks ();
  if (argc > 1 && genga_kernels_find (argv[1]) != NULL)
    bench_set (genga_kernels_find (argv[1]));
  else
    for (const GengaKernelSet *const *set = genga_kernels_list (); *set != NULL; set++)
      if (strcmp ((*set)->name, "plain") != 0)
        bench_set (*set);
  return 0;
}
