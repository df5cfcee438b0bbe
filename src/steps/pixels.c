/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/pixels.h"
#include "steps/wide.h"
#include <string.h>

/* Samples that are converted at a time, through the first cache. */
#define BLOCK 1024

static inline float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static inline guint32
float_to_bits (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* In bits, because not every compiler of this code has the type. */
static inline float
half_to_float (guint16 half)
{
  const guint32 sign = (guint32)(half & 0x8000) << 16;
  const guint32 magnitude = half & 0x7fff;
  guint32 bits;

  if (magnitude < 0x0400)
    bits = float_to_bits ((float)magnitude * 0x1p-24f);
  else if (magnitude < 0x7c00)
    bits = (magnitude << 13) + (112u << 23);
  else
    bits = (magnitude << 13) | 0x7f800000;

  return float_from_bits (sign | bits);
}

/* Rounds half to even, as processors do. */
static inline guint16
half_from_float (float value)
{
  const guint32 bits = float_to_bits (value);
  const guint32 sign = (bits >> 16) & 0x8000;
  const guint32 magnitude = bits & 0x7fffffff;
  guint32 half;

  if (magnitude > 0x7f800000)
    half = 0x7e00;
  else if (magnitude >= 0x477ff000) /* what rounds to 2^16 and more */
    half = 0x7c00;
  else if (magnitude < 0x38800000) /* 2^-14: the sum's last place is that of a subnormal half */
    half = float_to_bits (float_from_bits (magnitude) + 0.5f) - 0x3f000000;
  else
    half = ((magnitude + 0x0fff + ((magnitude >> 13) & 1)) >> 13) - (112u << 10);

  return sign | half;
}

/* NaN becomes 0. */
static inline int
quantise (float value, float maximum)
{
  const float clamped = value > 0 ? (value < 1 ? value : 1) : 0;

  return (int)(clamped * maximum + 0.5f);
}

GENGA_WIDE static void
load_samples (GengaSample sample, const void *source, float *target, gsize n)
{
  const guint8 *u8 = source;
  const guint16 *u16 = source;

  switch (sample)
    {
    case GENGA_SAMPLE_U8:
      for (gsize i = 0; i < n; i++)
        target[i] = u8[i] / 255.0f;
      break;
    case GENGA_SAMPLE_U16:
      for (gsize i = 0; i < n; i++)
        target[i] = u16[i] / 65535.0f;
      break;
    case GENGA_SAMPLE_F16:
      for (gsize i = 0; i < n; i++)
        target[i] = half_to_float (u16[i]);
      break;
    case GENGA_SAMPLE_F32:
      memcpy (target, source, n * sizeof (float));
      break;
    default:
      g_return_if_reached ();
    }
}

GENGA_WIDE static void
store_samples (GengaSample sample, const float *source, void *target, gsize n)
{
  guint8 *u8 = target;
  guint16 *u16 = target;

  switch (sample)
    {
    case GENGA_SAMPLE_U8:
      for (gsize i = 0; i < n; i++)
        u8[i] = quantise (source[i], 255);
      break;
    case GENGA_SAMPLE_U16:
      for (gsize i = 0; i < n; i++)
        u16[i] = quantise (source[i], 65535);
      break;
    case GENGA_SAMPLE_F16:
      for (gsize i = 0; i < n; i++)
        u16[i] = half_from_float (source[i]);
      break;
    case GENGA_SAMPLE_F32:
      memcpy (target, source, n * sizeof (float));
      break;
    default:
      g_return_if_reached ();
    }
}

static gsize
get_row_samples (const GengaFrame *frame)
{
  return (gsize)frame->info.width * genga_layout_get_n_channels (frame->info.layout);
}

void
genga_pixels_load_row (const GengaFrame *frame, int y, float *samples)
{
  load_samples (frame->info.sample, genga_frame_get_row (frame, 0, y), samples,
                get_row_samples (frame));
}

void
genga_pixels_store_row (GengaFrame *frame, int y, const float *samples)
{
  store_samples (frame->info.sample, samples, genga_frame_get_row (frame, 0, y),
                 get_row_samples (frame));
}

static gboolean
have_same_size (const GengaFrame *a, const GengaFrame *b)
{
  return a->info.width == b->info.width && a->info.height == b->info.height;
}

void
genga_pixels_convert (const GengaFrame *source, GengaFrame *target)
{
  const gsize n = get_row_samples (source);
  const gsize source_size = genga_sample_get_size (source->info.sample);
  const gsize target_size = genga_sample_get_size (target->info.sample);
  float block[BLOCK];

  g_return_if_fail (n > 0);
  g_return_if_fail (have_same_size (source, target));
  g_return_if_fail (source->info.layout == target->info.layout);

  for (int y = 0; y < source->info.height; y++)
    {
      const guint8 *from = genga_frame_get_row (source, 0, y);
      guint8 *to = genga_frame_get_row (target, 0, y);

      if (source->info.sample == target->info.sample)
        {
          memcpy (to, from, n * source_size);
          continue;
        }
      for (gsize i = 0; i < n; i += BLOCK)
        {
          const gsize n_block = MIN (BLOCK, n - i);

          load_samples (source->info.sample, from + i * source_size, block, n_block);
          store_samples (target->info.sample, block, to + i * target_size, n_block);
        }
    }
}

/* Where `n` channels lie in the pixels of a frame. */
typedef struct
{
  const GengaFrame *frame;
  int first;
  int n;
} Channels;

#define COPY_CHANNELS(type)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const type *from = genga_frame_get_row (source.frame, 0, y);                                   \
    type *to = genga_frame_get_row (target.frame, 0, y);                                           \
                                                                                                   \
    from += source.first;                                                                          \
    to += target.first;                                                                            \
    for (int x = 0; x < width; x++, from += source_step, to += target_step)                        \
      for (int c = 0; c < source.n; c++)                                                           \
        to[c] = from[c];                                                                           \
  }                                                                                                \
  G_STMT_END

static void
copy_channels (Channels source, Channels target)
{
  const int width = source.frame->info.width;
  const int source_step = genga_layout_get_n_channels (source.frame->info.layout);
  const int target_step = genga_layout_get_n_channels (target.frame->info.layout);
  const gsize sample_size = genga_sample_get_size (source.frame->info.sample);

  g_return_if_fail (have_same_size (source.frame, target.frame));
  g_return_if_fail (source.frame->info.sample == target.frame->info.sample);
  g_return_if_fail (source.first + source.n <= source_step);
  g_return_if_fail (target.first + source.n <= target_step);

  for (int y = 0; y < source.frame->info.height; y++)
    {
      if (sample_size == 1)
        COPY_CHANNELS (guint8);
      else if (sample_size == 2)
        COPY_CHANNELS (guint16);
      else
        COPY_CHANNELS (guint32);
    }
}

void
genga_pixels_split_alpha (const GengaFrame *source, GengaFrame *colour, GengaFrame *alpha)
{
  const int n_colours = genga_layout_get_n_channels (source->info.layout) - 1;

  g_return_if_fail (genga_layout_has_alpha (source->info.layout));

  copy_channels ((Channels){ source, 0, n_colours }, (Channels){ colour, 0, n_colours });
  copy_channels ((Channels){ source, n_colours, 1 }, (Channels){ alpha, 0, 1 });
}

void
genga_pixels_join_alpha (const GengaFrame *colour, const GengaFrame *alpha, GengaFrame *target)
{
  const int n_colours = genga_layout_get_n_channels (target->info.layout) - 1;

  g_return_if_fail (genga_layout_has_alpha (target->info.layout));

  copy_channels ((Channels){ colour, 0, n_colours }, (Channels){ target, 0, n_colours });
  copy_channels ((Channels){ alpha, 0, 1 }, (Channels){ target, n_colours, 1 });
}

void
genga_pixels_composite (const GengaFrame *source, GengaFrame *target, const float background[3])
{
  const int width = source->info.width;
  const int n_source = genga_layout_get_n_channels (source->info.layout);
  const int n_target = genga_layout_get_n_channels (target->info.layout);
  g_autofree float *from = g_new (float, (gsize)width *n_source);
  g_autofree float *to = g_new (float, (gsize)width *n_target);

  g_return_if_fail (genga_layout_has_alpha (source->info.layout));
  g_return_if_fail (have_same_size (source, target));

  for (int y = 0; y < source->info.height; y++)
    {
      genga_pixels_load_row (source, y, from);
      for (int x = 0; x < width; x++)
        for (int c = 0; c < n_target; c++)
          {
            const float *pixel = &from[x * n_source];
            const float alpha = pixel[n_source - 1];

            to[x * n_target + c] =
                pixel[n_source > 2 ? c : 0] * alpha + background[c] * (1 - alpha);
          }
      genga_pixels_store_row (target, y, to);
    }
}
