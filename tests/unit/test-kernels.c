/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every kernel set that this CPU runs: plain against sums in double precision, the others against
 * plain. Each row of a tensor is a block of memory of its own, exactly as long as a layer may
 * touch.
 */
#include "engine/cpu/kernels/half.h"
#include "engine/cpu/kernels/kernel-sets.h"
#include "engine/cpu/kernels/plain.h"

#include <math.h>
#include <string.h>

#define N_CASES 150

static guint
round_up (guint n, guint multiple)
{
  return (n + multiple - 1) / multiple * multiple;
}

/* ---- tensors ---- */

typedef struct
{
  guint n_rows;
  guint left, columns; /* columns in all, `left` of them before column 0 */
  gsize stride;
  GengaStore store;
  guint8 **blocks;
  void **rows; /* column 0 */
} Tensor;

static gsize
get_size (GengaStore store)
{
  return store == GENGA_STORE_F16 ? 2 : 4;
}

static Tensor *
tensor_new (guint n_rows, guint left, guint columns, guint channels, gsize stride, GengaStore store)
{
  Tensor *self = g_new0 (Tensor, 1);
  const gsize size = get_size (store);

  *self = (Tensor){
    .n_rows = n_rows, .left = left, .columns = columns, .stride = stride, .store = store
  };
  self->blocks = g_new (guint8 *, n_rows);
  self->rows = g_new (void *, n_rows);
  for (guint y = 0; y < n_rows; y++)
    {
      self->blocks[y] = g_malloc0 (((columns - 1) * stride + channels) * size);
      self->rows[y] = self->blocks[y] + left * stride * size;
    }
  return self;
}

static void
tensor_free (Tensor *self)
{
  if (self == NULL)
    return;
  for (guint y = 0; y < self->n_rows; y++)
    g_free (self->blocks[y]);
  g_free (self->blocks);
  g_free (self->rows);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tensor, tensor_free)

static float
tensor_get (const Tensor *self, guint y, gssize x, guint c)
{
  const gsize i = (x + self->left) * self->stride + c;

  return self->store == GENGA_STORE_F16
             ? genga_half_to_float (((const guint16 *)(void *)self->blocks[y])[i])
             : ((const float *)(void *)self->blocks[y])[i];
}

static void
tensor_set (Tensor *self, guint y, gssize x, guint c, float value)
{
  const gsize i = (x + self->left) * self->stride + c;

  if (self->store == GENGA_STORE_F16)
    ((guint16 *)(void *)self->blocks[y])[i] = genga_half_from_float (value);
  else
    ((float *)(void *)self->blocks[y])[i] = value;
}

/* Random samples in `channels` of the columns from 0 to `width` of rows [first, end). */
static void
tensor_fill (Tensor *self, GRand *rand, guint first, guint end, guint width, guint channels)
{
  for (guint y = first; y < end; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < channels; c++)
        tensor_set (self, y, x, c, (float)g_rand_double_range (rand, -1, 1));
}

/* ---- a layer on a frame ---- */

typedef struct
{
  GengaConvSpec spec;
  guint width, height; /* of the output */
  float *weights, *bias, *slopes;
  Tensor *in, *gate, *sides[2];
  guint top; /* rows of `in` above the frame */
} Case;

static float *
random_floats (GRand *rand, gsize n, double most)
{
  float *values = g_new (float, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    values[i] = (float)g_rand_double_range (rand, -most, most);
  return values;
}

static void
case_clear (Case *self)
{
  g_free (self->weights);
  g_free (self->bias);
  g_free (self->slopes);
  tensor_free (self->in);
  tensor_free (self->gate);
  tensor_free (self->sides[0]);
  tensor_free (self->sides[1]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static Tensor *
make_side (Case *self, GRand *rand)
{
  const guint padded = round_up (self->spec.out_channels, 16);
  Tensor *side =
      tensor_new (self->height, 0, self->width, padded,
                  padded + 16 * (gsize)g_rand_int_range (rand, 0, 2), self->spec.side_store);

  tensor_fill (side, rand, 0, self->height, self->width, self->spec.out_channels);
  return side;
}

static void
make_input (Case *self, GRand *rand)
{
  const GengaConvSpec *spec = &self->spec;
  const gboolean is_narrow = spec->in_channels <= 4 && g_rand_boolean (rand);
  const guint channels = is_narrow ? spec->in_channels : round_up (spec->in_channels, 16);
  const guint height = MAX (spec->kernel_height, 1), width = MAX (spec->kernel_width, 1);
  const guint left = spec->dilation * ((width - 1) / 2);
  const guint grid_width = round_up (self->width, GENGA_KERNEL_GRID) * spec->stride;
  const guint reach = spec->dilation * (width - 1) + 1;
  const guint right = reach > left + spec->stride ? reach - left - spec->stride : 0;
  const guint bottom = spec->dilation * (height - 1) + 1;

  self->top = spec->dilation * ((height - 1) / 2);
  self->in = tensor_new (
      self->top + round_up (self->height, GENGA_KERNEL_GRID) * spec->stride + bottom, left,
      left + grid_width + right, channels,
      channels + (is_narrow ? 1 : 16) * (gsize)g_rand_int_range (rand, 0, 2), spec->in_store);
  tensor_fill (self->in, rand, self->top, self->top + self->height * spec->stride,
               self->width * spec->stride, spec->in_channels);
}

static void
case_init (Case *self, GRand *rand)
{
  GengaConvSpec *spec = &self->spec;
  const gsize n_in = spec->depthwise ? 1 : spec->in_channels;
  const gsize n_taps = (gsize)spec->kernel_height * spec->kernel_width;

  self->weights = random_floats (rand, n_taps * n_in * spec->out_channels,
                                 1 / sqrt ((double)MAX (1, n_taps * n_in)));
  self->bias = random_floats (rand, spec->out_channels, 0.5);
  self->slopes = random_floats (rand, spec->out_channels, 0.5);
  spec->weights = self->weights;
  spec->epilogue.bias = g_rand_boolean (rand) ? self->bias : NULL;
  spec->epilogue.slopes = self->slopes;
  make_input (self, rand);
  if (spec->epilogue.has_gate)
    self->gate = make_side (self, rand);
  for (guint k = 0; k < spec->epilogue.n_sides; k++)
    self->sides[k] = make_side (self, rand);
}

static void
choose_epilogue (GengaEpilogue *epilogue, GRand *rand)
{
  epilogue->activation = g_rand_int_range (rand, 0, GENGA_EPILOGUE_SPAN_GATE + 1);
  epilogue->alpha = epilogue->activation == GENGA_EPILOGUE_CLIP ? -0.3f : 0.2f;
  epilogue->beta = 0.4f;
  epilogue->scale = 1;
  if (g_rand_boolean (rand))
    {
      epilogue->scale = g_rand_boolean (rand) ? 1 : 0.2f;
      epilogue->has_gate = g_rand_boolean (rand);
      epilogue->n_sides = g_rand_int_range (rand, 0, 3);
    }
  epilogue->side_scales[0] = 1;
  epilogue->side_scales[1] = -0.5f;
  if (epilogue->activation == GENGA_EPILOGUE_SPAN_GATE)
    epilogue->n_sides = MAX (epilogue->n_sides, 1);
}

/* A layer of the kinds that networks have, more often those that sets have kernels for. */
static void
choose_case (Case *self, GRand *rand)
{
  static const guint sizes[] = { 0, 1, 1, 3, 3, 3, 3, 3, 5, 7, 17, 2, 4 };
  static const guint channels[] = { 1, 3, 3, 8, 12, 16, 16, 32, 32, 48, 64, 64, 80, 96, 160 };
  GengaConvSpec *spec = &self->spec;

  memset (self, 0, sizeof *self);
  spec->kernel_height = sizes[g_rand_int_range (rand, 0, G_N_ELEMENTS (sizes))];
  spec->kernel_width = spec->kernel_height;
  spec->stride = g_rand_int_range (rand, 0, 8) == 0 ? 2 : 1;
  spec->dilation = g_rand_int_range (rand, 0, 8) == 0 ? 2 : 1;
  spec->in_channels = channels[g_rand_int_range (rand, 0, G_N_ELEMENTS (channels))];
  spec->out_channels = channels[g_rand_int_range (rand, 0, G_N_ELEMENTS (channels))];
  spec->depthwise = spec->kernel_height > 0 && g_rand_int_range (rand, 0, 6) == 0;
  if (spec->depthwise || spec->kernel_height == 0)
    spec->out_channels = spec->in_channels;
  spec->sum = g_rand_boolean (rand) ? GENGA_SUM_F32 : GENGA_SUM_FAST;
  spec->in_store = g_rand_boolean (rand) ? GENGA_STORE_F32 : GENGA_STORE_F16;
  spec->out_store = g_rand_boolean (rand) ? GENGA_STORE_F32 : GENGA_STORE_F16;
  spec->side_store = g_rand_boolean (rand) ? GENGA_STORE_F32 : GENGA_STORE_F16;
  choose_epilogue (&spec->epilogue, rand);
  self->width = g_rand_int_range (rand, 1, spec->kernel_height > 5 ? 11 : 33);
  self->height = g_rand_int_range (rand, 1, 7);
  case_init (self, rand);
}

/* The layer's output in rows that are all as long as they may be written. */
static Tensor *
make_output (const Case *self)
{
  const guint padded = round_up (self->spec.out_channels, 16);

  return tensor_new (self->height, 0, self->width, padded, padded, self->spec.out_store);
}

/* Runs a layer on the rows of a case, in columns that are cut wherever `cuts`, bit by block, says.
 */
static void
run_layer (const Case *self, const GengaConv *conv, guint64 cuts, Tensor *out)
{
  GengaConvRows rows = { .width = self->width,
                         .in_stride = self->in->stride,
                         .out_stride = out->stride,
                         .scratch = g_aligned_alloc (1, MAX (conv->scratch_bytes, 1), 64) };

  for (guint y = 0; y < self->height; y += GENGA_KERNEL_GRID)
    {
      rows.in = (const void *const *)self->in->rows + y * self->spec.stride;
      rows.out = out->rows + y;
      rows.n_rows = MIN (GENGA_KERNEL_GRID, self->height - y);
      if (self->gate != NULL)
        {
          rows.gate = (const void *const *)self->gate->rows + y;
          rows.gate_stride = self->gate->stride;
        }
      for (guint k = 0; k < 2; k++)
        if (self->sides[k] != NULL)
          {
            rows.sides[k] = (const void *const *)self->sides[k]->rows + y;
            rows.side_strides[k] = self->sides[k]->stride;
          }
      for (guint x = 0; x < self->width; x = rows.x1)
        {
          rows.x0 = x;
          rows.x1 = x + GENGA_KERNEL_GRID;
          while (rows.x1 < self->width && (cuts >> (rows.x1 / GENGA_KERNEL_GRID) & 1) == 0)
            rows.x1 += GENGA_KERNEL_GRID;
          rows.x1 = MIN (rows.x1, self->width);
          genga_conv_run (conv, &rows);
        }
    }
  g_aligned_free (rows.scratch);
}

static Tensor *
get_output (const Case *self, const GengaKernelSet *set, guint64 cuts)
{
  g_autoptr (GengaConv) conv = genga_kernels_conv_new (set, &self->spec);
  Tensor *out = make_output (self);

  g_assert_cmpuint (conv->margin_top, ==, self->top);
  g_assert_cmpuint (conv->margin_left, ==, self->in->left);
  run_layer (self, conv, cuts, out);
  return out;
}

static char *
describe (const Case *self, const char *set)
{
  const GengaConvSpec *spec = &self->spec;

  return g_strdup_printf (
      "%s: %ux%u%s, %u to %u channels, stride %u, dilation %u, activation %d, gate "
      "%d, sides %u, stores %d %d %d, sum %d, %ux%u",
      set, spec->kernel_height, spec->kernel_width, spec->depthwise ? " depthwise" : "",
      spec->in_channels, spec->out_channels, spec->stride, spec->dilation,
      spec->epilogue.activation, spec->epilogue.has_gate, spec->epilogue.n_sides, spec->in_store,
      spec->out_store, spec->side_store, spec->sum, self->width, self->height);
}

/* ---- the plain set against doubles ---- */

static double
sum_exactly (const Case *self, guint y, guint x, guint o)
{
  const GengaConvSpec *spec = &self->spec;
  const guint n_in = spec->depthwise ? 1 : spec->in_channels;
  double sum =
      spec->kernel_height == 0 ? tensor_get (self->in, y * spec->stride, x * spec->stride, o) : 0;

  for (guint c = 0; c < n_in; c++)
    for (guint i = 0; i < spec->kernel_height; i++)
      for (guint j = 0; j < spec->kernel_width; j++)
        sum +=
            (double)
                self->weights[((o * n_in + c) * spec->kernel_height + i) * spec->kernel_width + j] *
            tensor_get (self->in, y * spec->stride + i * spec->dilation,
                        (gssize)(x * spec->stride + j * spec->dilation) - self->in->left,
                        spec->depthwise ? o : c);
  return sum + (spec->epilogue.bias != NULL ? spec->epilogue.bias[o] : 0);
}

static double
activate_exactly (const GengaEpilogue *epilogue, double x, guint o, double side)
{
  const double alpha = epilogue->alpha, beta = epilogue->beta, s = 1 / (1 + exp (-x));

  switch (epilogue->activation)
    {
    case GENGA_EPILOGUE_RELU:
      return MAX (x, 0);
    case GENGA_EPILOGUE_LEAKY:
      return x < 0 ? alpha * x : x;
    case GENGA_EPILOGUE_PRELU:
      return x < 0 ? epilogue->slopes[o] * x : x;
    case GENGA_EPILOGUE_SILU:
      return x * s;
    case GENGA_EPILOGUE_MISH:
      return x * tanh (log1p (exp (x)));
    case GENGA_EPILOGUE_GELU:
      return x * 0.5 * (1 + erf (x * G_SQRT2 / 2));
    case GENGA_EPILOGUE_GELU_TANH:
      return x * 0.5 * (1 + tanh (sqrt (2 / G_PI) * (x + 0.044715 * x * x * x)));
    case GENGA_EPILOGUE_SIGMOID:
      return s;
    case GENGA_EPILOGUE_TANH:
      return tanh (x);
    case GENGA_EPILOGUE_CLIP:
      return CLAMP (x, alpha, beta);
    case GENGA_EPILOGUE_ELU:
      return x < 0 ? alpha * expm1 (x) : x;
    case GENGA_EPILOGUE_SOFTPLUS:
      return log1p (exp (x));
    case GENGA_EPILOGUE_HARDSIGMOID:
      return CLAMP (alpha * x + beta, 0, 1);
    case GENGA_EPILOGUE_SPAN_GATE:
      return (x + side) * (s - 0.5);
    case GENGA_EPILOGUE_NONE:
    default:
      return x;
    }
}

static double
get_exactly (const Case *self, guint y, guint x, guint o)
{
  const GengaEpilogue *epilogue = &self->spec.epilogue;
  double sides[2] = { 0, 0 };

  for (guint k = 0; k < epilogue->n_sides; k++)
    sides[k] = tensor_get (self->sides[k], y, x, o);

  double value = activate_exactly (epilogue, sum_exactly (self, y, x, o), o, sides[0]);

  if (epilogue->has_gate)
    value *= tensor_get (self->gate, y, x, o);
  value *= epilogue->scale;
  for (guint k = epilogue->activation == GENGA_EPILOGUE_SPAN_GATE; k < epilogue->n_sides; k++)
    value += epilogue->side_scales[k] * sides[k];
  return value;
}

static void
test_plain (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint n = 0; n < N_CASES / 2; n++)
    {
      g_auto (Case) layer;
      choose_case (&layer, rand);
      g_autofree char *what = describe (&layer, "plain");
      g_autoptr (Tensor) out = get_output (&layer, &genga_kernels_plain, 0);

      for (guint y = 0; y < layer.height; y++)
        for (guint x = 0; x < layer.width; x++)
          for (guint c = 0; c < layer.spec.out_channels; c++)
            {
              const double wanted = get_exactly (&layer, y, x, c);
              const double bar = layer.spec.out_store == GENGA_STORE_F16 ? 1e-3 : 2e-5;

              if (fabs (tensor_get (out, y, x, c) - wanted) > bar * (1 + fabs (wanted)))
                g_error ("%s: %g, not %g", what, tensor_get (out, y, x, c), wanted);
            }
    }
}

/* ---- the other sets against plain ---- */

/* What a set may be off by: f32 sums within the class's tolerance, others by noise. */
static void
compare (const Case *self, const Tensor *out, const Tensor *wanted, const char *what)
{
  const gboolean is_exact = self->spec.sum == GENGA_SUM_F32;
  const double bar = self->spec.out_store == GENGA_STORE_F16 ? 1e-3 : 1e-4;
  double noise = 0, power = 0;

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        for (guint c = 0; c < self->spec.out_channels; c++)
          {
            const double a = tensor_get (out, y, x, c), b = tensor_get (wanted, y, x, c);

            noise += (a - b) * (a - b);
            power += b * b + 1e-3;
            if (is_exact && fabs (a - b) > bar / 10 + bar * fabs (b))
              g_error ("%s: %g, not %g at row %u, column %u, channel %u", what, a, b, y, x, c);
          }
        for (guint c = self->spec.out_channels; c < round_up (self->spec.out_channels, 16); c++)
          g_assert_cmpfloat (tensor_get (out, y, x, c), ==, 0);
      }
  /* 56 dB of one layer's signal: whole networks are measured on pictures. */
  if (!(noise <= power * 2.5e-6))
    g_error ("%s: noise of %.1f dB", what, 10 * log10 (noise / power));
}

static void
assert_same (const Tensor *a, const Tensor *b, guint width, guint channels, const char *what)
{
  for (guint y = 0; y < a->n_rows; y++)
    if (memcmp (a->blocks[y], b->blocks[y],
                ((width - 1) * a->stride + channels) * get_size (a->store)) != 0)
      g_error ("%s: row %u differs where the row is cut", what, y);
}

static void
test_set (gconstpointer data)
{
  const GengaKernelSet *set = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint n = 0; n < N_CASES * 2; n++)
    {
      g_auto (Case) layer;
      choose_case (&layer, rand);
      g_autofree char *what = describe (&layer, set->name);
      g_autoptr (Tensor) wanted = get_output (&layer, &genga_kernels_plain, 0);
      g_autoptr (Tensor) out = get_output (&layer, set, 0);
      g_autoptr (Tensor) cut = get_output (&layer, set, g_rand_int (rand));

      compare (&layer, out, wanted, what);
      assert_same (out, cut, layer.width, round_up (layer.spec.out_channels, 16), what);
    }
}

/* A crop whose origin lies on the grid, at least a block and the reach away from what is compared.
 */
static void
test_crop (gconstpointer data)
{
  const GengaKernelSet *set = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint n = 0; n < 20; n++)
    {
      g_auto (Case) layer = { .spec = { .kernel_height = 3,
                                        .kernel_width = 3,
                                        .stride = 1,
                                        .dilation = 1,
                                        .in_channels = n % 2 == 0 ? 64 : 3,
                                        .out_channels = 32,
                                        .epilogue = { .scale = 1 },
                                        .sum = n % 4 < 2 ? GENGA_SUM_FAST : GENGA_SUM_F32 },
                              .width = 36,
                              .height = 12 };
      case_init (&layer, rand);
      g_autoptr (Tensor) whole = get_output (&layer, set, 0);
      Case crop = layer;
      Tensor moved = *layer.in;
      g_autofree void **rows = g_memdup2 (moved.rows, moved.n_rows * sizeof *rows);

      for (guint y = 0; y < moved.n_rows; y++)
        rows[y] = (guint8 *)rows[y] + 8 * moved.stride * get_size (moved.store);
      moved.rows = rows + 4;
      crop.in = &moved;
      crop.width = 16;
      crop.height = 8;
      g_autoptr (Tensor) part = get_output (&crop, set, 0);

      for (guint y = 0; y < crop.height; y++)
        g_assert_cmpmem (part->rows[y], 16 * 32 * 4, (guint8 *)whole->rows[y + 4] + 8 * 32 * 4,
                         16 * 32 * 4);
    }
}

/* What isn't a number reaches all that its block reaches, and is never made a number. */
static void
test_nan (gconstpointer data)
{
  const GengaKernelSet *set = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint n = 0; n < 4; n++)
    {
      g_auto (Case)
          layer = { .spec = { .kernel_height = 3,
                              .kernel_width = 3,
                              .stride = 1,
                              .dilation = 1,
                              .in_channels = 16,
                              .out_channels = 16,
                              .epilogue = { .scale = 1,
                                            .activation = n % 2 == 0 ? GENGA_EPILOGUE_PRELU
                                                                     : GENGA_EPILOGUE_MISH },
                              .sum = n < 2 ? GENGA_SUM_FAST : GENGA_SUM_F32 },
                    .width = 12,
                    .height = 4 };
      case_init (&layer, rand);
      tensor_set (layer.in, layer.top + 1, 5, 3, NAN);
      g_autoptr (Tensor) out = get_output (&layer, set, 0);

      for (guint c = 0; c < 16; c++)
        g_assert_true (isnan (tensor_get (out, 1, 5, c)));
      g_assert_false (isnan (tensor_get (out, 1, 0, 0)));
    }
}

static void
test_choice (void)
{
  const GengaKernelSet *const *sets = genga_kernels_list ();
  guint n = 0;

  while (sets[n + 1] != NULL)
    n++;
  g_assert_true (sets[n] == &genga_kernels_plain);
  g_assert_true (genga_kernels_find ("plain") == &genga_kernels_plain);
  g_assert_null (genga_kernels_find ("none"));
  g_setenv ("GENGA_KERNELS", "plain", TRUE);
  g_assert_true (genga_kernels_get_best () == &genga_kernels_plain);
  g_setenv ("GENGA_KERNELS", "none", TRUE);
  g_assert_true (genga_kernels_get_best () == sets[0]);
  g_unsetenv ("GENGA_KERNELS");
  g_assert_true (genga_kernels_get_best () == sets[0]);
}

static void
test_half (void)
{
  for (guint bits = 0; bits < 0x10000; bits++)
    {
      const float value = genga_half_to_float ((guint16)bits);

      if (!isnan (value))
        g_assert_cmphex (genga_half_from_float (value), ==, bits);
    }
  g_assert_cmphex (genga_half_from_float (65519.0f), ==, 0x7bff);
  g_assert_cmphex (genga_half_from_float (65520.0f), ==, 0x7c00);
  g_assert_cmphex (genga_half_from_float (1 + 0x1p-11f), ==, 0x3c00);
  g_assert_cmphex (genga_half_from_float (1 + 0x3p-11f), ==, 0x3c02);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/half", test_half);
  g_test_add_func ("/kernels/choice", test_choice);
  g_test_add_func ("/kernels/plain", test_plain);
  for (const GengaKernelSet *const *set = genga_kernels_list (); *set != NULL; set++)
    {
      const struct
      {
        const char *name;
        GTestDataFunc func;
      } tests[] = { { "plain", test_set }, { "crop", test_crop }, { "nan", test_nan } };

      for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        {
          g_autofree char *path = g_strdup_printf ("/kernels/%s/%s", (*set)->name, tests[i].name);
          g_test_add_data_func (path, *set, tests[i].func);
        }
    }
  return g_test_run ();
}
