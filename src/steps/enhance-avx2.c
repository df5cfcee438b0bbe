/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/enhance-avx2.h"

#if defined(__x86_64__)

#  include <immintrin.h>

#  define AVX2 __attribute__ ((target ("avx2")))
#  define INLINE static inline __attribute__ ((always_inline, target ("avx2")))

#  define WIDTH 32 /* bytes */

/* Numbers of 16 bits of 32 bytes: the lower and the upper halves of both lanes, as unpacking leaves
 * them and packing wants them. */
typedef struct
{
  __m256i low;
  __m256i high;
} Pair;

INLINE __m256i
load (const guint8 *bytes)
{
  return _mm256_loadu_si256 ((const __m256i_u *)bytes);
}

INLINE Pair
widen (__m256i bytes)
{
  const __m256i zero = _mm256_setzero_si256 ();

  return (Pair){ _mm256_unpacklo_epi8 (bytes, zero), _mm256_unpackhi_epi8 (bytes, zero) };
}

/* a * weight of a + b * weight of b, for all bytes; `weights` has them in turns. */
INLINE Pair
weigh (__m256i a, __m256i b, __m256i weights)
{
  return (Pair){ _mm256_maddubs_epi16 (_mm256_unpacklo_epi8 (a, b), weights),
                 _mm256_maddubs_epi16 (_mm256_unpackhi_epi8 (a, b), weights) };
}

INLINE Pair
add (Pair a, Pair b)
{
  return (Pair){ _mm256_add_epi16 (a.low, b.low), _mm256_add_epi16 (a.high, b.high) };
}

/* degenerate + factor * difference, cut off as Pillow does: in floats, one rounding after the
 * other. */
INLINE __m256i
blend_quarter (__m256i degenerate, __m256i difference, __m256 factor)
{
  const __m256 change = _mm256_mul_ps (factor, _mm256_cvtepi32_ps (difference));

  return _mm256_cvttps_epi32 (_mm256_add_ps (_mm256_cvtepi32_ps (degenerate), change));
}

INLINE __m256i
blend_half (__m256i degenerate, __m256i value, __m256 factor)
{
  const __m256i zero = _mm256_setzero_si256 ();
  const __m256i difference = _mm256_sub_epi16 (value, degenerate);
  const __m256i low = _mm256_srai_epi32 (_mm256_unpacklo_epi16 (zero, difference), 16);
  const __m256i high = _mm256_srai_epi32 (_mm256_unpackhi_epi16 (zero, difference), 16);

  return _mm256_packs_epi32 (
      blend_quarter (_mm256_unpacklo_epi16 (degenerate, zero), low, factor),
      blend_quarter (_mm256_unpackhi_epi16 (degenerate, zero), high, factor));
}

INLINE __m256i
blend (Pair degenerate, Pair value, __m256 factor)
{
  return _mm256_packus_epi16 (blend_half (degenerate.low, value.low, factor),
                              blend_half (degenerate.high, value.high, factor));
}

static gboolean
has_avx2 (void)
{
  return __builtin_cpu_supports ("avx2");
}

/* ---- sharpness ---- */

/* The rounded thirteenth of the neighbours' sum and five times the sample. */
INLINE Pair
smooth (const guint8 *above, const guint8 *row, const guint8 *below, gsize step)
{
  const __m256i ones = _mm256_set1_epi8 (1);
  const __m256i five = _mm256_set1_epi16 (0x0105), half = _mm256_set1_epi8 (6);
  /* floor (sum / 13) by a reciprocal that is exact up to 6500. */
  const __m256i thirteenth = _mm256_set1_epi16 (5042);
  Pair sum = weigh (load (row), load (row - step), five);

  sum = add (sum, weigh (load (row + step), half, ones));
  sum = add (sum, weigh (load (above - step), load (above), ones));
  sum = add (sum, weigh (load (above + step), load (below - step), ones));
  sum = add (sum, weigh (load (below), load (below + step), ones));
  return (Pair){ _mm256_mulhi_epu16 (sum.low, thirteenth),
                 _mm256_mulhi_epu16 (sum.high, thirteenth) };
}

AVX2 static gsize
sharpen (const guint8 *restrict above,
         const guint8 *restrict row,
         const guint8 *restrict below,
         guint8 *restrict target,
         gsize begin,
         gsize n,
         gsize step,
         float factor)
{
  const __m256 factors = _mm256_set1_ps (factor);
  gsize i = begin;

  for (; i + step + WIDTH <= n; i += WIDTH)
    _mm256_storeu_si256 (
        (__m256i_u *)(target + i),
        blend (smooth (above + i, row + i, below + i, step), widen (load (row + i)), factors));
  return i - begin;
}

gsize
genga_enhance_sharpen_avx2 (const guint8 *above,
                            const guint8 *row,
                            const guint8 *below,
                            guint8 *target,
                            gsize begin,
                            gsize n,
                            gsize step,
                            float factor)
{
  return has_avx2 () ? sharpen (above, row, below, target, begin, n, step, factor) : 0;
}

/* ---- contrast ---- */

AVX2 static gsize
contrast (guint8 *row, gsize n, float factor, int mean)
{
  const __m256 factors = _mm256_set1_ps (factor);
  const __m256i means = _mm256_set1_epi16 (mean);
  gsize i = 0;

  for (; i + WIDTH <= n; i += WIDTH)
    _mm256_storeu_si256 ((__m256i_u *)(row + i),
                         blend ((Pair){ means, means }, widen (load (row + i)), factors));
  return i;
}

gsize
genga_enhance_contrast_avx2 (guint8 *row, gsize n, float factor, int mean)
{
  return has_avx2 () ? contrast (row, n, factor, mean) : 0;
}

/* ---- colours ---- */

/* Four pixels in each lane, of however many bytes: eight pixels. */
typedef struct
{
  __m256i red_green;  /* where each pixel's red and green are, as numbers of 16 bits */
  __m256i green_blue; /* and green again, and blue */
  __m256i spread;     /* a luma of 32 bits for each byte of its pixel */
  gsize lane;         /* bytes */
} Places;

INLINE Places
get_places (int n_channels)
{
  const char none = -1;

  if (n_channels == 3)
    return (Places){
      _mm256_broadcastsi128_si256 (
          _mm_setr_epi8 (0, none, 1, none, 3, none, 4, none, 6, none, 7, none, 9, none, 10, none)),
      _mm256_broadcastsi128_si256 (
          _mm_setr_epi8 (1, none, 2, none, 4, none, 5, none, 7, none, 8, none, 10, none, 11, none)),
      _mm256_broadcastsi128_si256 (
          _mm_setr_epi8 (0, 0, 0, 4, 4, 4, 8, 8, 8, 12, 12, 12, none, none, none, none)),
      12,
    };
  return (Places){
    _mm256_broadcastsi128_si256 (
        _mm_setr_epi8 (0, none, 1, none, 4, none, 5, none, 8, none, 9, none, 12, none, 13, none)),
    _mm256_broadcastsi128_si256 (
        _mm_setr_epi8 (1, none, 2, none, 5, none, 6, none, 9, none, 10, none, 13, none, 14, none)),
    _mm256_broadcastsi128_si256 (
        _mm_setr_epi8 (0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12)),
    16,
  };
}

/* Eight pixels; what is read behind the last one counts for nothing. */
INLINE __m256i
load_pixels (const guint8 *bytes, const Places *places)
{
  const __m128i first = _mm_loadu_si128 ((const __m128i_u *)bytes);
  const __m128i second = _mm_loadu_si128 ((const __m128i_u *)(bytes + places->lane));

  return _mm256_inserti128_si256 (_mm256_castsi128_si256 (first), second, 1);
}

/* (19595 R + 38470 G + 7471 B + 32768) >> 16, as 32 bits; green's weight in two halves. */
INLINE __m256i
get_lumas (__m256i pixels, const Places *places)
{
  const __m256i red_green = _mm256_set1_epi32 (19235 << 16 | 19595);
  const __m256i green_blue = _mm256_set1_epi32 (7471 << 16 | 19235);
  const __m256i sum = _mm256_add_epi32 (
      _mm256_madd_epi16 (_mm256_shuffle_epi8 (pixels, places->red_green), red_green),
      _mm256_madd_epi16 (_mm256_shuffle_epi8 (pixels, places->green_blue), green_blue));

  return _mm256_srli_epi32 (_mm256_add_epi32 (sum, _mm256_set1_epi32 (32768)), 16);
}

AVX2 static gsize
sum_luma (const guint8 *row, gsize n, int n_channels, guint64 *sum)
{
  const Places places = get_places (n_channels);
  __m256i sums = _mm256_setzero_si256 ();
  guint32 parts[8];
  gsize i = 0;

  for (; i + places.lane + 16 <= n; i += 2 * places.lane)
    sums = _mm256_add_epi32 (sums, get_lumas (load_pixels (row + i, &places), &places));
  _mm256_storeu_si256 ((__m256i_u *)parts, sums);
  for (int k = 0; k < 8; k++)
    *sum += parts[k];
  return i;
}

gsize
genga_enhance_sum_luma_avx2 (const guint8 *row, gsize n, int n_channels, guint64 *sum)
{
  return has_avx2 () ? sum_luma (row, n, n_channels, sum) : 0;
}

/* The lanes' pixels, one behind the other. */
INLINE void
store_pixels (guint8 *bytes, __m256i pixels, const Places *places)
{
  const __m256i order = _mm256_setr_epi32 (0, 1, 2, 4, 5, 6, 3, 7);

  if (places->lane == 16)
    _mm256_storeu_si256 ((__m256i_u *)bytes, pixels);
  else
    {
      pixels = _mm256_permutevar8x32_epi32 (pixels, order);
      _mm_storeu_si128 ((__m128i_u *)bytes, _mm256_castsi256_si128 (pixels));
      _mm_storel_epi64 ((__m128i_u *)(bytes + 16), _mm256_extracti128_si256 (pixels, 1));
    }
}

INLINE gsize
saturate (guint8 *row, gsize n, int n_channels, float factor)
{
  const Places places = get_places (n_channels);
  const __m256 factors = _mm256_set1_ps (factor);
  gsize i = 0;

  for (; i + places.lane + 16 <= n; i += 2 * places.lane)
    {
      const __m256i pixels = load_pixels (row + i, &places);
      const __m256i lumas = _mm256_shuffle_epi8 (get_lumas (pixels, &places), places.spread);

      store_pixels (row + i, blend (widen (lumas), widen (pixels), factors), &places);
    }
  return i;
}

AVX2 static gsize
saturate_3 (guint8 *row, gsize n, float factor)
{
  return saturate (row, n, 3, factor);
}

AVX2 static gsize
saturate_4 (guint8 *row, gsize n, float factor)
{
  return saturate (row, n, 4, factor);
}

gsize
genga_enhance_saturate_avx2 (guint8 *row, gsize n, int n_channels, float factor)
{
  if (!has_avx2 ())
    return 0;
  return n_channels == 3 ? saturate_3 (row, n, factor) : saturate_4 (row, n, factor);
}

#else

gsize
genga_enhance_sharpen_avx2 (const guint8 *above,
                            const guint8 *row,
                            const guint8 *below,
                            guint8 *target,
                            gsize begin,
                            gsize n,
                            gsize step,
                            float factor)
{
  return 0;
}

gsize
genga_enhance_contrast_avx2 (guint8 *row, gsize n, float factor, int mean)
{
  return 0;
}

gsize
genga_enhance_sum_luma_avx2 (const guint8 *row, gsize n, int n_channels, guint64 *sum)
{
  return 0;
}

gsize
genga_enhance_saturate_avx2 (guint8 *row, gsize n, int n_channels, float factor)
{
  return 0;
}

#endif
