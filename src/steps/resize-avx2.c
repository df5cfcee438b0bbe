/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/resize-avx2.h"

#if defined(__x86_64__)

#  include <immintrin.h>
#  include <string.h>

#  define AVX2 __attribute__ ((target ("avx2")))
#  define INLINE static inline __attribute__ ((always_inline, target ("avx2")))

#  define WIDTH 32 /* bytes */
#  define GROUP 4  /* taps */

#  define HALF (1 << (GENGA_RESIZE_BITS - 1))

/* Sums of the upper and the lower halves of weights, which are multiplied as 16 bits. */
typedef struct
{
  __m256i high;
  __m256i low;
} Sums;

INLINE void
add (Sums *sums, __m256i samples, __m256i high, __m256i low)
{
  sums->high = _mm256_add_epi32 (sums->high, _mm256_madd_epi16 (samples, high));
  sums->low = _mm256_add_epi32 (sums->low, _mm256_madd_epi16 (samples, low));
}

INLINE __m256i
join (Sums sums)
{
  return _mm256_add_epi32 (_mm256_slli_epi32 (sums.high, GENGA_RESIZE_LOW_BITS), sums.low);
}

static gboolean
can (const GengaResizeFilter *filter)
{
  return filter->high != NULL && __builtin_cpu_supports ("avx2");
}

/* ---- along rows ---- */

/* Of four pixels' bytes, pairs of neighbours for each channel: the first two pixels, and in the
 * upper lane the other two. */
INLINE __m256i
get_order (int n)
{
  guint8 order[WIDTH];

  for (int i = 0; i < WIDTH; i++)
    {
      const int lane = i / 16, channel = i % 16 / 4, pixel = 2 * lane + i % 4 / 2;

      order[i] = i % 2 == 0 && channel < n ? pixel * n + channel : 0x80;
    }
  return _mm256_loadu_si256 ((const __m256i_u *)order);
}

/* Four weights, two for each lane, for every channel. */
INLINE __m256i
load_weights (const gint16 *weights)
{
  const __m256i order = _mm256_setr_epi8 (0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6,
                                          7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
  gint64 four;

  memcpy (&four, weights, sizeof four);
  return _mm256_shuffle_epi8 (_mm256_set1_epi64x (four), order);
}

AVX2 static void
resize_row (const GengaResizeFilter *filter, const guint8 *source, int n, guint8 *target)
{
  const __m256i order = get_order (n);

  for (int i = 0; i < filter->n; i++)
    {
      const gsize at = (gsize)i * filter->stride;
      const guint8 *taps = source + (gsize)filter->first[i] * n;
      Sums sums = { _mm256_setzero_si256 (), _mm256_setzero_si256 () };

      for (int k = 0; k < filter->n_taps[i]; k += GROUP)
        {
          const __m128i bytes = _mm_loadu_si128 ((const __m128i_u *)(taps + (gsize)k * n));
          const __m256i samples = _mm256_shuffle_epi8 (_mm256_broadcastsi128_si256 (bytes), order);

          add (&sums, samples, load_weights (filter->high + at + k),
               load_weights (filter->low + at + k));
        }

      const __m256i joined = join (sums);
      const __m128i sum = _mm_add_epi32 (
          _mm_add_epi32 (_mm256_castsi256_si128 (joined), _mm256_extracti128_si256 (joined, 1)),
          _mm_set1_epi32 (HALF));
      const __m128i shifted = _mm_srai_epi32 (sum, GENGA_RESIZE_BITS);
      const __m128i packed = _mm_packs_epi32 (shifted, shifted);
      const int pixel = _mm_cvtsi128_si32 (_mm_packus_epi16 (packed, packed));

      memcpy (target + (gsize)i * n, &pixel, sizeof pixel);
    }
}

gboolean
genga_resize_row_avx2 (const GengaResizeFilter *filter,
                       const guint8 *source,
                       int n_channels,
                       guint8 *target)
{
  if (!can (filter))
    return FALSE;
  resize_row (filter, source, n_channels, target);
  return TRUE;
}

/* ---- across rows ---- */

INLINE __m256i
load_pair (const gint16 *weights)
{
  gint32 two;

  memcpy (&two, weights, sizeof two);
  return _mm256_set1_epi32 (two);
}

INLINE __m256i
round_off (Sums sums)
{
  return _mm256_srai_epi32 (_mm256_add_epi32 (join (sums), _mm256_set1_epi32 (HALF)),
                            GENGA_RESIZE_BITS);
}

AVX2 static gsize
sum_rows (const gint16 *high,
          const gint16 *low,
          int n_rows,
          const guint8 *const *rows,
          gsize n,
          guint8 *target)
{
  const __m256i zero = _mm256_setzero_si256 ();
  gsize i = 0;

  for (; i + WIDTH <= n; i += WIDTH)
    {
      Sums sums[4] = { { zero, zero }, { zero, zero }, { zero, zero }, { zero, zero } };

      for (int k = 0; k < n_rows; k += 2)
        {
          /* A row that lacks has no weight. */
          const guint8 *other = rows[MIN (k + 1, n_rows - 1)] + i;
          const __m256i a = _mm256_loadu_si256 ((const __m256i_u *)(rows[k] + i));
          const __m256i b = _mm256_loadu_si256 ((const __m256i_u *)other);
          const __m256i first = _mm256_unpacklo_epi8 (a, b), second = _mm256_unpackhi_epi8 (a, b);
          const __m256i upper = load_pair (high + k), lower = load_pair (low + k);

          add (&sums[0], _mm256_unpacklo_epi8 (first, zero), upper, lower);
          add (&sums[1], _mm256_unpackhi_epi8 (first, zero), upper, lower);
          add (&sums[2], _mm256_unpacklo_epi8 (second, zero), upper, lower);
          add (&sums[3], _mm256_unpackhi_epi8 (second, zero), upper, lower);
        }
      _mm256_storeu_si256 (
          (__m256i_u *)(target + i),
          _mm256_packus_epi16 (_mm256_packs_epi32 (round_off (sums[0]), round_off (sums[1])),
                               _mm256_packs_epi32 (round_off (sums[2]), round_off (sums[3]))));
    }
  return i;
}

gsize
genga_resize_sum_rows_avx2 (
    const GengaResizeFilter *filter, int y, const guint8 *const *rows, gsize n, guint8 *target)
{
  const gsize at = (gsize)y * filter->stride;

  return can (filter)
             ? sum_rows (filter->high + at, filter->low + at, filter->n_taps[y], rows, n, target)
             : 0;
}

#else

gboolean
genga_resize_row_avx2 (const GengaResizeFilter *filter,
                       const guint8 *source,
                       int n_channels,
                       guint8 *target)
{
  return FALSE;
}

gsize
genga_resize_sum_rows_avx2 (
    const GengaResizeFilter *filter, int y, const guint8 *const *rows, gsize n, guint8 *target)
{
  return 0;
}

#endif
