/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/picture-rows.h"
#include "engine/cpu/kernels/half.h"
#include "engine/cpu/kernels/layer.h"

#include <string.h>

#ifdef __SSE2__
#  include <emmintrin.h>
#endif

static gsize
get_size (GengaStore store)
{
  return store == GENGA_STORE_F16 ? sizeof (guint16) : sizeof (float);
}

void
genga_rows_read (const GengaPictureRow *in, guint x0, guint x1, float *out, gsize out_stride)
{
  for (guint c = 0; c < in->n_channels; c++)
    {
      const guint8 *u8 = in->channels[c];
      const guint16 *u16 = in->channels[c];
      const float *f32 = in->channels[c];

      switch (in->sample)
        {
        case GENGA_SAMPLE_U8:
          for (gsize x = x0; x < x1; x++)
            out[x * out_stride + c] = u8[x * in->stride] / 255.0f;
          break;
        case GENGA_SAMPLE_U16:
          for (gsize x = x0; x < x1; x++)
            out[x * out_stride + c] = u16[x * in->stride] / 65535.0f;
          break;
        case GENGA_SAMPLE_F16:
          for (gsize x = x0; x < x1; x++)
            out[x * out_stride + c] = genga_half_to_float (u16[x * in->stride]);
          break;
        case GENGA_SAMPLE_F32:
        default:
          for (gsize x = x0; x < x1; x++)
            out[x * out_stride + c] = f32[x * in->stride];
        }
    }
}

static inline float
load (const void *row, gsize i, GengaStore store)
{
  return store == GENGA_STORE_F16 ? genga_half_to_float (((const guint16 *)row)[i])
                                  : ((const float *)row)[i];
}

/* NaN becomes 0. */
static inline guint
quantise (float value, float maximum)
{
  const float clamped = value > 0 ? (value < 1 ? value : 1) : 0;

  return (guint)(clamped * maximum + 0.5f);
}

static inline void
save (const GengaPictureRow *out, guint channel, gsize x, float value)
{
  void *samples = out->channels[channel];

  switch (out->sample)
    {
    case GENGA_SAMPLE_U8:
      ((guint8 *)samples)[x * out->stride] = (guint8)quantise (value, 255);
      break;
    case GENGA_SAMPLE_U16:
      ((guint16 *)samples)[x * out->stride] = (guint16)quantise (value, 65535);
      break;
    case GENGA_SAMPLE_F16:
      ((guint16 *)samples)[x * out->stride] = genga_half_from_float (value);
      break;
    case GENGA_SAMPLE_F32:
    default:
      ((float *)samples)[x * out->stride] = value;
    }
}

/* ---- packed rows, a few pixels at a time ---- */

#define BLOCK 32       /* pixels of the tensor */
#define MAX_SAMPLES 16 /* of each in a row: channels * factor */

/* A row of an f32 tensor, and what is added to it. */
typedef struct
{
  const float *in;
  gsize in_stride;
  const float *base; /* or NULL */
  gsize base_stride;
} Source;

static inline void
gather_as (const Source *source,
           guint n_channels,
           guint factor,
           gboolean has_base,
           guint dy,
           gsize x0,
           gsize x1,
           float *line)
{
  for (gsize x = x0; x < x1; x++)
    {
      const float *pixel = source->in + x * source->in_stride + dy * factor;
      const float *added = has_base ? source->base + x * source->base_stride : NULL;

      for (guint dx = 0; dx < factor; dx++)
        for (guint c = 0; c < n_channels; c++)
          *line++ = has_base ? pixel[c * factor * factor + dx] + added[c]
                             : pixel[c * factor * factor + dx];
    }
}

/* The sums of columns [x0, x1) in the order of the picture's row `dy`. */
static void
gather (
    const Source *source, guint n_channels, guint factor, guint dy, gsize x0, gsize x1, float *line)
{
  const gboolean has_base = source->base != NULL;

  if (n_channels == 3 && factor == 2 && has_base)
    gather_as (source, 3, 2, TRUE, dy, x0, x1, line);
  else if (n_channels == 3 && factor == 4 && has_base)
    gather_as (source, 3, 4, TRUE, dy, x0, x1, line);
  else if (n_channels == 3 && factor == 1 && !has_base)
    gather_as (source, 3, 1, FALSE, dy, x0, x1, line);
  else
    gather_as (source, n_channels, factor, has_base, dy, x0, x1, line);
}

#ifdef __SSE2__
/* Four values in [0, 1] times `maximum`, rounded; NaN is 0. */
static inline __m128i
quantise_four (const float *values, float maximum)
{
  const __m128 positive = _mm_max_ps (_mm_loadu_ps (values), _mm_setzero_ps ());
  const __m128 clamped = _mm_min_ps (positive, _mm_set1_ps (1));

  return _mm_cvttps_epi32 (
      _mm_add_ps (_mm_mul_ps (clamped, _mm_set1_ps (maximum)), _mm_set1_ps (0.5f)));
}
#endif

static void
save_bytes (const float *line, gsize n, guint8 *to)
{
  gsize i = 0;

#ifdef __SSE2__
  for (; i + 16 <= n; i += 16)
    {
      const __m128i low =
          _mm_packs_epi32 (quantise_four (line + i, 255), quantise_four (line + i + 4, 255));
      const __m128i high =
          _mm_packs_epi32 (quantise_four (line + i + 8, 255), quantise_four (line + i + 12, 255));

      _mm_storeu_si128 ((__m128i_u *)(to + i), _mm_packus_epi16 (low, high));
    }
#endif
  for (; i < n; i++)
    to[i] = (guint8)quantise (line[i], 255);
}

static void
save_words (const float *line, gsize n, guint16 *to)
{
  gsize i = 0;

#ifdef __SSE2__
  /* The instruction that packs is for signed numbers. */
  const __m128i middle = _mm_set1_epi32 (32768);

  for (; i + 8 <= n; i += 8)
    {
      const __m128i low = _mm_sub_epi32 (quantise_four (line + i, 65535), middle);
      const __m128i high = _mm_sub_epi32 (quantise_four (line + i + 4, 65535), middle);

      _mm_storeu_si128 ((__m128i_u *)(to + i),
                        _mm_xor_si128 (_mm_packs_epi32 (low, high), _mm_set1_epi16 (-32768)));
    }
#endif
  for (; i < n; i++)
    to[i] = (guint16)quantise (line[i], 65535);
}

static void
save_line (const float *line, gsize n, GengaSample sample, void *samples, gsize at)
{
  if (sample == GENGA_SAMPLE_U8)
    save_bytes (line, n, (guint8 *)samples + at);
  else if (sample == GENGA_SAMPLE_U16)
    save_words (line, n, (guint16 *)samples + at);
  else
    memcpy ((float *)samples + at, line, n * sizeof *line);
}

static gboolean
is_packed (const GengaPictureRow *row)
{
  const gsize size = genga_sample_get_size (row->sample);

  for (guint c = 1; c < row->n_channels; c++)
    if ((guintptr)row->channels[c] != (guintptr)row->channels[0] + c * size)
      return FALSE;
  return row->stride == row->n_channels && row->sample != GENGA_SAMPLE_F16;
}

static void
write_packed (
    const Source *source, guint factor, guint dy, guint x0, guint x1, const GengaPictureRow *out)
{
  const guint n_samples = out->n_channels * factor;
  float line[BLOCK * MAX_SAMPLES];

  for (gsize x = x0; x < x1; x += BLOCK)
    {
      const gsize end = MIN (x + BLOCK, x1);

      gather (source, out->n_channels, factor, dy, x, end, line);
      save_line (line, (end - x) * n_samples, out->sample, out->channels[0], x * n_samples);
    }
}

void
genga_rows_write_shuffled (const void *in,
                           GengaStore in_store,
                           gsize in_stride,
                           const float *base,
                           gsize base_stride,
                           guint factor,
                           guint x0,
                           guint x1,
                           const GengaPictureRow *out)
{
  const Source source = { in, in_stride, base, base_stride };

  for (guint dy = 0; dy < factor; dy++)
    {
      if (in_store == GENGA_STORE_F32 && is_packed (&out[dy]) &&
          out[dy].n_channels * factor <= MAX_SAMPLES)
        {
          write_packed (&source, factor, dy, x0, x1, &out[dy]);
          continue;
        }
      for (gsize x = x0; x < x1; x++)
        for (guint c = 0; c < out[dy].n_channels; c++)
          {
            const float added = base != NULL ? base[x * base_stride + c] : 0;
            const gsize at = x * in_stride + (c * factor + dy) * factor;

            for (guint dx = 0; dx < factor; dx++)
              save (&out[dy], c, x * factor + dx, load (in, at + dx, in_store) + added);
          }
    }
}

void
genga_rows_shuffle (const void *in,
                    GengaStore store,
                    gsize in_stride,
                    guint n_out,
                    guint factor,
                    guint x0,
                    guint x1,
                    void *const *out,
                    gsize out_stride)
{
  const gsize size = get_size (store);
  const gsize padding = genga_kernel_round_up (n_out, GENGA_KERNEL_GROUP) - n_out;
  const guint area = factor * factor;

  for (gsize x = x0; x < x1; x++)
    for (guint k = 0; k < area; k++)
      {
        guint8 *pixel = (guint8 *)out[k / factor] + (x * factor + k % factor) * out_stride * size;
        const guint8 *from = (const guint8 *)in + (x * in_stride + k) * size;

        for (guint c = 0; c < n_out; c++)
          memcpy (pixel + c * size, from + c * area * size, size);
        memset (pixel + n_out * size, 0, padding * size);
      }
}

void
genga_rows_repeat (const void *in,
                   GengaStore store,
                   gsize in_stride,
                   guint n_channels,
                   guint factor,
                   guint x0,
                   guint x1,
                   void *out,
                   gsize out_stride)
{
  const gsize size = get_size (store);
  const gsize bytes = genga_kernel_round_up (n_channels, GENGA_KERNEL_GROUP) * size;

  for (gsize x = x0; x < x1; x++)
    for (guint k = 0; k < factor; k++)
      memcpy ((guint8 *)out + (x * factor + k) * out_stride * size,
              (const guint8 *)in + x * in_stride * size, bytes);
}
