/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-kernels.h"
#include "engine/cpu/kernels/vector.h"

/* e^x for x <= 0 or NaN; relative error below 2e-7 down to where it is nearly 0. */
GENGA_INLINE GengaV
exp_below (GengaV x)
{
  const GengaV y = genga_v_at_least (x, genga_v_set (-87.0f));
  const GengaV shifted = y * 1.44269504f + 12582912.0f;
  const GengaV n = shifted - 12582912.0f;
  const GengaV r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  GengaV p = r * 1.9875691500e-4f + 1.3981999507e-3f;

  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * (GengaV)(((GengaVi)shifted << 23) + (127 << 23));
}

/*
 * Rows of a matrix product: row t of `out` is initial[t] (zeros where that is NULL), plus
 * offsets[t], plus the sum over k of a[t * a_row + k * a_step] times row k of `b`; then times
 * `factors`, if there are some.
 */
typedef struct
{
  const float *a;
  gsize a_row, a_step;
  const float *b;
  gsize b_step;
  guint n;
  const float *const *initial;
  const float *offsets; /* of rows, with `initial`; or NULL */
  const float *factors;
  float *out;
  gsize out_row;
} Product;

GENGA_INLINE void
multiply (const Product *self, const guint n_rows, const guint n_vectors)
{
  const float *a = self->a, *b = self->b;
  GengaV acc[GENGA_PANEL_MOST];

#pragma GCC unroll 24
  for (guint i = 0; i < n_rows * n_vectors; i++)
    acc[i] = genga_v_set (0);
  if (self->initial != NULL)
    {
#pragma GCC unroll 24
      for (guint i = 0; i < n_rows * n_vectors; i++)
        acc[i] = genga_v_load (self->initial[i / n_vectors] + i % n_vectors * GENGA_VECTOR);
    }
  if (self->offsets != NULL)
    {
#pragma GCC unroll 24
      for (guint i = 0; i < n_rows * n_vectors; i++)
        acc[i] += self->offsets[i / n_vectors];
    }
  for (guint k = 0; k < self->n; k++, a += self->a_step, b += self->b_step)
    {
      GengaV row[GENGA_PANEL_VECTORS];
#pragma GCC unroll 4
      for (guint g = 0; g < n_vectors; g++)
        row[g] = genga_v_load (b + g * GENGA_VECTOR);
#pragma GCC unroll 24
      for (guint t = 0; t < n_rows; t++)
        {
          const GengaV v = genga_v_set (a[t * self->a_row]);
#pragma GCC unroll 4
          for (guint g = 0; g < n_vectors; g++)
            acc[t * n_vectors + g] = v * row[g] + acc[t * n_vectors + g];
        }
    }
  if (self->factors != NULL)
    {
#pragma GCC unroll 24
      for (guint i = 0; i < n_rows * n_vectors; i++)
        acc[i] *= genga_v_load (self->factors + i % n_vectors * GENGA_VECTOR);
    }
#pragma GCC unroll 24
  for (guint i = 0; i < n_rows * n_vectors; i++)
    genga_v_save (self->out + i / n_vectors * self->out_row + i % n_vectors * GENGA_VECTOR, acc[i]);
}

typedef void (*MultiplyFunc) (const Product *self);

#define PANEL(rows, vectors)                                                                       \
  static void multiply_##rows##_##vectors (const Product *self) { multiply (self, rows, vectors); }

GENGA_PANELS (PANEL)

#define ENTRY(rows, vectors) [vectors - 1][rows] = multiply_##rows##_##vectors,

static const MultiplyFunc multiply_funcs[GENGA_PANEL_VECTORS][13] = { GENGA_PANELS (ENTRY) };

/* Logits become e to their distance from the largest one; `sums`: 1 over what these add up to. */
static void
apply_exp (float *logits, guint n_keys, guint n_vectors, float *sums)
{
  const gsize step = (gsize)n_vectors * GENGA_VECTOR;

  for (guint g = 0; g < n_vectors; g++, logits += GENGA_VECTOR)
    {
      GengaV most = genga_v_load (logits), sum = genga_v_set (0);

      for (gsize k = 1; k < n_keys; k++)
        most = genga_v_at_least (most, genga_v_load (logits + k * step));
      for (gsize k = 0; k < n_keys; k++)
        {
          const GengaV value = exp_below (genga_v_load (logits + k * step) - most);

          genga_v_save (logits + k * step, value);
          sum += value;
        }
      genga_v_save (sums + g * GENGA_VECTOR, 1.0f / sum);
    }
}

/* Lanes [first, first + n_vectors vectors) in a head. */
static void
attend_lanes (const GengaAttend *self, guint head, guint first, guint n_vectors)
{
  const guint most = GENGA_PANEL_ROWS (n_vectors);
  const gsize step = (gsize)n_vectors * GENGA_VECTOR;
  float sums[GENGA_PANEL_CHANNELS];
  const float *initial[12];
  Product logits = { .a_row = (gsize)self->n_heads * self->head_dim,
                     .a_step = 1,
                     .b = self->queries + (gsize)head * self->head_dim * self->n_lanes + first,
                     .b_step = self->n_lanes,
                     .n = self->head_dim,
                     .initial = self->biases != NULL ? initial : NULL,
                     .out_row = step };
  Product values = { .a_row = 1,
                     .a_step = (gsize)self->n_heads * self->value_dim,
                     .b = self->scratch,
                     .b_step = step,
                     .n = self->n_keys,
                     .factors = self->is_linear ? NULL : sums,
                     .out_row = self->n_lanes };

  for (guint k = 0; k < self->n_keys; k += most)
    {
      const guint n = MIN (most, self->n_keys - k);

      for (guint t = 0; t < n && self->biases != NULL; t++)
        initial[t] = self->biases + head * self->head_biases + self->key_biases[k + t] + first;
      logits.a = self->keys + k * logits.a_row + (gsize)head * self->head_dim;
      logits.offsets = self->masks != NULL ? self->masks + k : NULL;
      logits.out = self->scratch + k * step;
      multiply_funcs[n_vectors - 1][n](&logits);
    }
  if (!self->is_linear)
    apply_exp (self->scratch, self->n_keys, n_vectors, sums);
  for (guint c = 0; c < self->value_dim; c += most)
    {
      const gsize channel = (gsize)head * self->value_dim + c;

      values.a = self->values + channel;
      values.out = self->out + channel * self->n_lanes + first;
      multiply_funcs[n_vectors - 1][MIN (most, self->value_dim - c)](&values);
    }
}

void
GENGA_OF_SET (attend) (const GengaAttend *self)
{
  for (guint head = 0; head < self->n_heads; head++)
    for (guint first = 0; first < self->n_lanes; first += GENGA_PANEL_CHANNELS)
      attend_lanes (self, head, first,
                    MIN (GENGA_PANEL_VECTORS, (self->n_lanes - first) / GENGA_VECTOR));
}

void
GENGA_OF_SET (multiply) (const GengaProduct *self)
{
  Product part = { .a_row = self->a_row,
                   .a_step = self->a_step,
                   .b_step = self->b_step,
                   .n = self->n,
                   .out_row = self->out_row };

  for (guint first = 0; first < self->n_columns; first += GENGA_PANEL_CHANNELS)
    {
      const guint n_vectors = MIN (GENGA_PANEL_VECTORS, (self->n_columns - first) / GENGA_VECTOR);
      const guint most = GENGA_PANEL_ROWS (n_vectors);

      part.b = self->b + first;
      for (guint t = 0; t < self->n_rows; t += most)
        {
          part.a = self->a + t * self->a_row;
          part.out = self->out + t * self->out_row + first;
          multiply_funcs[n_vectors - 1][MIN (most, self->n_rows - t)](&part);
        }
    }
}
