/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cpu"

#include "engine/cpu/map-rows.h"

#include "engine/cpu/cpu-step.h"
#include "engine/cpu/kernels/half.h"

#include <math.h>
#include <string.h>

static inline float
load (const GengaCpuRow *row, gsize i)
{
  return row->store == GENGA_STORE_F16 ? genga_half_to_float (((const guint16 *)row->samples)[i])
                                       : ((const float *)row->samples)[i];
}

static inline void
save (const GengaCpuRow *row, gsize i, float value)
{
  if (row->store == GENGA_STORE_F16)
    ((guint16 *)row->samples)[i] = genga_half_from_float (value);
  else
    ((float *)row->samples)[i] = value;
}

void
genga_cpu_row_copy (
    const GengaCpuRow *in, guint n_channels, int begin, int end, const GengaCpuRow *out)
{
  const gsize size = in->store == GENGA_STORE_F16 ? 2 : 4;

  for (gsize x = begin; x < (gsize)end; x++)
    if (in->store == out->store)
      memcpy (out->samples + x * out->stride * size, in->samples + x * in->stride * size,
              n_channels * size);
    else
      for (guint c = 0; c < n_channels; c++)
        save (out, x * out->stride + c, load (in, x * in->stride + c));
}

static inline float
combine (GengaOpKind kind, float a, float b)
{
  if (kind == GENGA_OP_ADD)
    return a + b;
  if (kind == GENGA_OP_SUB)
    return a - b;
  if (kind == GENGA_OP_MUL)
    return a * b;
  if (kind == GENGA_OP_DIV)
    return a / b;
  return kind == GENGA_OP_MIN ? fminf (a, b) : fmaxf (a, b);
}

void
genga_cpu_row_combine (GengaOpKind kind,
                       const GengaCpuRow *a,
                       guint a_channels,
                       const GengaCpuRow *b,
                       guint b_channels,
                       guint n_channels,
                       int begin,
                       int end,
                       const GengaCpuRow *out)
{
  for (gsize x = begin; x < (gsize)end; x++)
    for (guint c = 0; c < n_channels; c++)
      save (out, x * out->stride + c,
            combine (kind, load (a, x * a->stride + (a_channels == 1 ? 0 : c)),
                     load (b, x * b->stride + (b_channels == 1 ? 0 : c))));
}

void
genga_cpu_row_unshuffle (const GengaCpuRow *in,
                         guint n_channels,
                         guint factor,
                         int begin,
                         int end,
                         const GengaCpuRow *out)
{
  const guint area = factor * factor;

  for (gsize x = begin; x < (gsize)end; x++)
    for (guint k = 0; k < area; k++)
      for (guint c = 0; c < n_channels; c++)
        save (out, x * out->stride + c * area + k,
              load (&in[k / factor], (x * factor + k % factor) * in->stride + c));
}

void
genga_cpu_row_unblock (const GengaCpuRow *in,
                       guint n_channels,
                       guint factor,
                       int begin,
                       int end,
                       void *const *to,
                       gsize stride)
{
  const gsize size = in->store == GENGA_STORE_F16 ? 2 : 4, n_bytes = n_channels * size;

  for (gsize x = begin; x < (gsize)end; x++)
    for (guint i = 0; i < factor; i++)
      for (guint j = 0; j < factor; j++)
        memcpy ((guint8 *)to[i] + (x * factor + j) * stride * size,
                in->samples + x * in->stride * size + (i * factor + j) * n_bytes, n_bytes);
}

/* ---- resize ---- */

static double
get_keys_weight (double distance, double a)
{
  const double x = fabs (distance);

  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
}

void
genga_cpu_taps_set (GengaCpuTaps *self, GengaResizeKind kind, int num, int den, int side, int x)
{
  const double at = kind == GENGA_RESIZE_BILINEAR_CORNERS
                        ? (num > 1 ? (double)x * (den - 1) / (num - 1) : 0)
                        : (x + 0.5) * den / num - 0.5;
  const double below = floor (at);
  const gboolean is_cubic = kind == GENGA_RESIZE_BICUBIC || kind == GENGA_RESIZE_BICUBIC_SHARP;
  int first = (int)below;

  if (kind == GENGA_RESIZE_NEAREST)
    {
      self->n = 1;
      self->at[0] = (int)((gint64)x * den / num);
      self->weights[0] = 1;
      return;
    }
  self->n = is_cubic ? 4 : 2;
  first -= self->n / 2 - 1;
  for (int i = 0; i < self->n; i++)
    {
      const double distance = at - (first + i);

      self->weights[i] =
          (float)(is_cubic ? get_keys_weight (distance, kind == GENGA_RESIZE_BICUBIC ? -0.5 : -0.75)
                           : 1 - fabs (distance));
      self->at[i] = CLAMP (first + i, 0, side - 1);
    }
}

void
genga_cpu_row_resize (const GengaCpuRow *in,
                      const GengaCpuTaps *down,
                      GengaResizeKind kind,
                      int num,
                      int den,
                      int width,
                      guint n_channels,
                      int begin,
                      int end,
                      const GengaCpuRow *out)
{
  const gsize size = out->store == GENGA_STORE_F16 ? 2 : 4;

  for (int x = begin; x < end; x++)
    {
      GengaCpuTaps across;

      genga_cpu_taps_set (&across, kind, num, den, width, x);
      if (kind == GENGA_RESIZE_NEAREST && in->store == out->store)
        {
          memcpy (out->samples + (gsize)x * out->stride * size,
                  in->samples + (gsize)across.at[0] * in->stride * size, n_channels * size);
          continue;
        }
      for (guint c = 0; c < n_channels; c++)
        {
          float sum = 0;

          for (int i = 0; i < down->n; i++)
            {
              float row = 0;

              for (int k = 0; k < across.n; k++)
                row += across.weights[k] * load (&in[i], (gsize)across.at[k] * in[i].stride + c);
              sum += down->weights[i] * row;
            }
          save (out, (gsize)x * out->stride + c, sum);
        }
    }
}

/* ---- borders and windows ---- */

void
genga_cpu_row_move (const GengaCpuRow *in,
                    guint n_channels,
                    int shift,
                    GengaPadKind pad,
                    int width,
                    int begin,
                    int end,
                    const GengaCpuRow *out)
{
  const gsize size = out->store == GENGA_STORE_F16 ? 2 : 4;

  for (int x = begin; x < end; x++)
    {
      const int from = in->samples != NULL ? genga_cpu_find_source (pad, x - shift, width) : -1;
      guint8 *to = out->samples + (gsize)x * out->stride * size;

      if (from < 0)
        memset (to, 0, n_channels * size);
      else if (in->store == out->store)
        memcpy (to, in->samples + (gsize)from * in->stride * size, n_channels * size);
      else
        for (guint c = 0; c < n_channels; c++)
          save (out, (gsize)x * out->stride + c, load (in, (gsize)from * in->stride + c));
    }
}

/* NaN is larger than anything: it stays. */
static inline float
get_largest (float a, float b)
{
  return b > a || isnan (b) ? b : a;
}

void
genga_cpu_row_pool (const GengaCpuRow *in,
                    const GengaCpuPooling *pooling,
                    int begin,
                    int end,
                    const GengaCpuRow *out)
{
  for (int x = begin; x < end; x++)
    {
      const int left = MAX (0, x * pooling->stride - pooling->pad_x);
      const int right =
          MIN (pooling->width, x * pooling->stride - pooling->pad_x + pooling->kernel_x);
      const int n = pooling->counts_pad ? pooling->kernel_y * pooling->kernel_x
                                        : pooling->n_rows * (right - left);

      for (guint c = 0; c < pooling->n_channels; c++)
        {
          float sum = 0, largest = -INFINITY;

          for (int i = 0; i < pooling->n_rows; i++)
            for (int k = left; k < right; k++)
              {
                const float value = load (&in[i], (gsize)k * in[i].stride + c);

                sum += value;
                largest = get_largest (largest, value);
              }
          save (out, (gsize)x * out->stride + c, pooling->is_max ? largest : sum / (float)n);
        }
    }
}

/* ---- functions ---- */

static float
apply (GengaActivation function, float exponent, float x)
{
  switch ((int)function)
    {
    case GENGA_ACTIVATION_EXP:
      return expf (x);
    case GENGA_ACTIVATION_LOG:
      return logf (x);
    case GENGA_ACTIVATION_SQRT:
      return sqrtf (x);
    case GENGA_ACTIVATION_ABS:
      return fabsf (x);
    case GENGA_ACTIVATION_ERF:
      return erff (x);
    case GENGA_ACTIVATION_ROUND:
      return roundf (x);
    default:
      return powf (x, exponent);
    }
}

void
genga_cpu_row_apply (GengaActivation function,
                     float exponent,
                     const GengaCpuRow *in,
                     guint n_channels,
                     int begin,
                     int end,
                     const GengaCpuRow *out)
{
  for (gsize x = begin; x < (gsize)end; x++)
    for (guint c = 0; c < n_channels; c++)
      save (out, x * out->stride + c, apply (function, exponent, load (in, x * in->stride + c)));
}

/* ---- norms ---- */

void
genga_cpu_row_group_norm (const float *in,
                          const float *side,
                          gsize in_stride,
                          gsize side_stride,
                          guint n_channels,
                          const float *factors,
                          const float *offsets,
                          int begin,
                          int end,
                          float *out,
                          gsize out_stride)
{
  for (gsize x = begin; x < (gsize)end; x++)
    {
      const float *from = in + x * in_stride;
      float *to = out + x * out_stride;

      if (side == NULL)
        for (guint c = 0; c < n_channels; c++)
          to[c] = from[c] * factors[c] + offsets[c];
      else
        for (guint c = 0; c < n_channels; c++)
          to[c] = from[c] * factors[c] + offsets[c] + side[x * side_stride + c];
    }
}

/* ---- DySample ---- */

/* Where a coordinate lies between two pixels of a side. */
static inline void
split (float at, int side, int *first, int *second, float *part)
{
  /* Not a number lies at the border, too. */
  const float clamped = at > 0 ? (at < (float)(side - 1) ? at : (float)(side - 1)) : 0;

  *first = (int)clamped;
  *second = MIN (*first + 1, side - 1);
  *part = clamped - (float)*first;
}

static inline void
sample (const GengaCpuSampled *map,
        float x,
        float y,
        guint first_channel,
        guint n_channels,
        const GengaCpuRow *out,
        gsize to)
{
  int left, right, above, below;
  float across, down;

  split (x, map->width, &left, &right, &across);
  split (y, map->height, &above, &below, &down);

  const float *top = (const float *)(gconstpointer)(map->rows + (gsize)above * map->row_bytes);
  const float *bottom = (const float *)(gconstpointer)(map->rows + (gsize)below * map->row_bytes);
  for (guint c = first_channel; c < first_channel + n_channels; c++)
    {
      const float *a = top + c, *b = bottom + c;
      const gsize l = (gsize)left * map->stride, r = (gsize)right * map->stride;
      const float high = a[l] + (a[r] - a[l]) * across, low = b[l] + (b[r] - b[l]) * across;

      save (out, to + c, high + (low - high) * down);
    }
}

void
genga_cpu_row_dysample (const GengaCpuSampled *map,
                        const GengaCpuRow *offsets,
                        guint n_groups,
                        guint factor,
                        int y,
                        int begin,
                        int end,
                        const GengaCpuRow *out)
{
  const guint area = factor * factor, channels = map->n_channels / n_groups;

  for (int x = begin; x < end; x++)
    for (guint k = 0; k < area; k++)
      for (guint g = 0; g < n_groups; g++)
        {
          const gsize at = (gsize)x * offsets->stride + g * area + k;
          const gsize to = ((gsize)x * factor + k % factor) * out->stride;

          sample (map, (float)x + load (offsets, at),
                  (float)y + load (offsets, at + (gsize)n_groups * area), g * channels, channels,
                  &out[k / factor], to);
        }
}
