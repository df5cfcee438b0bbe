/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/plane-rows.h"

#include <string.h>

/* Floats that stay in registers while a sum grows: four vectors of gcc's, of
 * any address. */
#define BLOCK 32
typedef float Vector __attribute__ ((vector_size (32), aligned (4), may_alias));

/* Samples at a border, whose filters may differ from those within. */
#define MARGIN 16

#if defined(__x86_64__)
#  define WIDE __attribute__ ((target ("avx2")))
#  define HAS_WIDE __builtin_cpu_supports ("avx2")
#else
#  define WIDE
#  define HAS_WIDE FALSE
#endif

/* What both ways have in common is compiled into each of them. */
#define LOOP static inline __attribute__ ((always_inline)) void

/* ---- repeating ---- */

#define REPEAT(TYPE, FACTOR)                                                                       \
  do                                                                                               \
    {                                                                                              \
      const TYPE *restrict from = in;                                                              \
      TYPE *restrict to = out;                                                                     \
                                                                                                   \
      for (gsize x = 0; x < n; x++)                                                                \
        for (int i = 0; i < (FACTOR); i++)                                                         \
          to[x * (FACTOR) + i] = from[x];                                                          \
    }                                                                                              \
  while (0)

LOOP
repeat (gconstpointer in, gsize n, int factor, gboolean is_deep, gpointer out)
{
  if (is_deep && factor == 2)
    REPEAT (guint16, 2);
  else if (is_deep)
    REPEAT (guint16, factor);
  else if (factor == 2)
    REPEAT (guint8, 2);
  else if (factor == 4)
    REPEAT (guint8, 4);
  else
    REPEAT (guint8, factor);
}

static void
repeat_plain (gconstpointer in, gsize n, int factor, gboolean is_deep, gpointer out)
{
  repeat (in, n, factor, is_deep, out);
}

static WIDE void
repeat_wide (gconstpointer in, gsize n, int factor, gboolean is_deep, gpointer out)
{
  repeat (in, n, factor, is_deep, out);
}

void
genga_plane_row_repeat (gconstpointer in, gsize n, int factor, GengaSample sample, gpointer out)
{
  (HAS_WIDE ? repeat_wide : repeat_plain) (in, n, factor, sample == GENGA_SAMPLE_U16, out);
}

/* ---- floats ---- */

void
genga_plane_row_load (gconstpointer in, gsize n, GengaSample sample, float *out)
{
  const guint16 *deep = in;
  const guint8 *plain = in;

  if (sample == GENGA_SAMPLE_U16)
    for (gsize x = 0; x < n; x++)
      out[x] = deep[x];
  else
    for (gsize x = 0; x < n; x++)
      out[x] = plain[x];
}

LOOP
store (const float *restrict in, gsize n, gboolean is_deep, float maximum, gpointer out)
{
  guint16 *restrict deep = out;
  guint8 *restrict plain = out;

  if (is_deep)
    for (gsize x = 0; x < n; x++)
      deep[x] = (int)(CLAMP (in[x], 0, maximum) + 0.5f);
  else
    for (gsize x = 0; x < n; x++)
      plain[x] = (int)(CLAMP (in[x], 0, maximum) + 0.5f);
}

void
genga_plane_row_store (const float *in, gsize n, GengaSample sample, int maximum, gpointer out)
{
  store (in, n, sample == GENGA_SAMPLE_U16, maximum, out);
}

/* ---- sums of rows ---- */

LOOP
sum (const float *const *rows,
     const float *weights,
     int n_rows,
     gsize begin,
     gsize n,
     float *restrict block)
{
  memset (block, 0, BLOCK * sizeof *block);
  for (int r = 0; r < n_rows; r++)
    {
      const float *restrict row = rows[r] + begin;
      const float weight = weights[r];

      for (gsize x = 0; x < n; x++)
        block[x] += weight * row[x];
    }
}

LOOP
sum_block (
    const float *const *rows, const float *weights, int n_rows, gsize begin, float *restrict block)
{
  Vector a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
  Vector *out = (Vector *)block;

  for (int r = 0; r < n_rows; r++)
    {
      const Vector *row = (const Vector *)(rows[r] + begin);
      const float weight = weights[r];

      a += weight * row[0];
      b += weight * row[1];
      c += weight * row[2];
      d += weight * row[3];
    }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

LOOP
sum_rows (const float *const *rows,
          const float *weights,
          int n_rows,
          gsize n,
          gboolean is_deep,
          float maximum,
          guint8 *out)
{
  const gsize size = is_deep ? 2 : 1;
  float block[BLOCK];
  gsize x = 0;

  for (; x + BLOCK <= n; x += BLOCK)
    {
      sum_block (rows, weights, n_rows, x, block);
      store (block, BLOCK, is_deep, maximum, out + x * size);
    }
  if (x == n)
    return;
  sum (rows, weights, n_rows, x, n - x, block);
  store (block, n - x, is_deep, maximum, out + x * size);
}

static void
sum_rows_plain (const float *const *rows,
                const float *weights,
                int n_rows,
                gsize n,
                gboolean is_deep,
                float maximum,
                guint8 *out)
{
  sum_rows (rows, weights, n_rows, n, is_deep, maximum, out);
}

static WIDE void
sum_rows_wide (const float *const *rows,
               const float *weights,
               int n_rows,
               gsize n,
               gboolean is_deep,
               float maximum,
               guint8 *out)
{
  sum_rows (rows, weights, n_rows, n, is_deep, maximum, out);
}

void
genga_plane_rows_sum (const float *const *rows,
                      const float *weights,
                      int n_rows,
                      gsize n,
                      GengaSample sample,
                      int maximum,
                      gpointer out)
{
  (HAS_WIDE ? sum_rows_wide : sum_rows_plain) (rows, weights, n_rows, n, sample == GENGA_SAMPLE_U16,
                                               maximum, out);
}

/* ---- along a row ---- */

static void
filter_one (const GengaChromaFilter *filter, int index, const float *in, float *out)
{
  const float *weights = filter->weights + (gsize)index * filter->n_taps;
  float value = 0;

  for (int t = 0; t < filter->n_taps; t++)
    value += weights[t] * in[filter->starts[index] + t];
  out[index] = value;
}

/*
 * Away from the borders each result is made as the one `factor` places before
 * it, one sample further: all of one place at once.
 */
LOOP
filter_within (const GengaChromaFilter *filter,
               const float *in,
               float *restrict scratch,
               float *out)
{
  const int factor = filter->n_out / filter->n_in;
  const int middle = filter->n_in / 2, n = filter->n_in - 2 * MARGIN;

  for (int place = 0; place < factor; place++)
    {
      const int model = middle * factor + place;
      const float *from = in + filter->starts[model] - middle + MARGIN;
      const float *weights = filter->weights + (gsize)model * filter->n_taps;
      float *to = out + MARGIN * factor + place;

      for (int x = 0; x < n; x += BLOCK)
        {
          const int length = MIN (BLOCK, n - x);
          float block[BLOCK] = { 0 };

          for (int t = 0; length == BLOCK && t < filter->n_taps; t++)
            for (int i = 0; i < BLOCK; i++)
              block[i] += weights[t] * from[x + t + i];
          for (int t = 0; length < BLOCK && t < filter->n_taps; t++)
            for (int i = 0; i < length; i++)
              block[i] += weights[t] * from[x + t + i];
          memcpy (scratch + x, block, length * sizeof *block);
        }
      for (int x = 0; x < n; x++)
        to[(gsize)x * factor] = scratch[x];
    }
}

static void
filter_within_plain (const GengaChromaFilter *filter, const float *in, float *scratch, float *out)
{
  filter_within (filter, in, scratch, out);
}

static WIDE void
filter_within_wide (const GengaChromaFilter *filter, const float *in, float *scratch, float *out)
{
  filter_within (filter, in, scratch, out);
}

void
genga_plane_row_filter (const GengaChromaFilter *filter,
                        const float *in,
                        float *scratch,
                        float *out)
{
  const int factor = filter->n_out / filter->n_in;
  const gboolean has_within = filter->n_in > 2 * MARGIN;
  const int begin = has_within ? MARGIN * factor : filter->n_out;
  const int end = has_within ? filter->n_out - MARGIN * factor : filter->n_out;

  for (int i = 0; i < begin; i++)
    filter_one (filter, i, in, out);
  if (has_within)
    (HAS_WIDE ? filter_within_wide : filter_within_plain) (filter, in, scratch, out);
  for (int i = end; i < filter->n_out; i++)
    filter_one (filter, i, in, out);
}
