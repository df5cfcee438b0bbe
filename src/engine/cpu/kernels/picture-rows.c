/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/picture-rows.h"
#include "engine/cpu/kernels/half.h"
#include "engine/cpu/kernels/layer.h"

#include <math.h>
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

/* A tensor's row on its way into a picture. */
typedef struct
{
  const void *samples;
  GengaStore store;
  gsize stride;
  const float *base;
  gsize base_stride;
} ShuffleInput;

/* Columns of a tensor that are shuffled at a time. */
#define CHUNK 32

/* NaN becomes 0. FALSE where a sample is not finite. */
static gboolean
quantise_u8 (const float *in, gsize n, guint8 *out)
{
  guint odd = 0;

  for (gsize i = 0; i < n; i++)
    {
      const float above = in[i] > 0 ? in[i] : 0, value = above < 1 ? above : 1;
      out[i] = (guint8)(gint)(value * 255 + 0.5f);
      odd |= !(fabsf (in[i]) < INFINITY);
    }
  return odd == 0;
}

static gboolean
quantise_u16 (const float *in, gsize n, guint16 *out)
{
  guint odd = 0;

  for (gsize i = 0; i < n; i++)
    {
      const float above = in[i] > 0 ? in[i] : 0, value = above < 1 ? above : 1;
      out[i] = (guint16)(gint)(value * 65535 + 0.5f);
      odd |= !(fabsf (in[i]) < INFINITY);
    }
  return odd == 0;
}

/* n samples that lie one behind the other in the picture; see genga_rows_write_shuffled(). */
static gboolean
save_samples (const float *in, gsize n, GengaSample sample, void *samples, gsize at)
{
  guint16 *u16 = samples;

  switch (sample)
    {
    case GENGA_SAMPLE_U8:
      return quantise_u8 (in, n, (guint8 *)samples + at);
    case GENGA_SAMPLE_U16:
      return quantise_u16 (in, n, u16 + at);
    case GENGA_SAMPLE_F16:
      for (gsize i = 0; i < n; i++)
        u16[at + i] = genga_half_from_float (in[i]);
      return TRUE;
    case GENGA_SAMPLE_F32:
    default:
      memcpy ((float *)samples + at, in, n * sizeof *in);
      return TRUE;
    }
}

static gsize
get_sample_size (GengaSample sample)
{
  return sample == GENGA_SAMPLE_U8 ? 1 : sample == GENGA_SAMPLE_F32 ? 4 : 2;
}

/* Whether the channels of a pixel, and pixels, lie one behind the other. */
static gboolean
is_interleaved (const GengaPictureRow *row)
{
  for (guint c = 1; c < row->n_channels; c++)
    if ((guint8 *)row->channels[c] !=
        (guint8 *)row->channels[0] + c * get_sample_size (row->sample))
      return FALSE;
  return row->stride == row->n_channels;
}

/* What a row of the picture takes from a pixel of the tensor, in its own order. */
typedef struct
{
  guint n;         /* samples of a pixel */
  guint from[256]; /* the tensor's channels */
  guint base[256]; /* the base's */
} Order;

static void
order_interleaved (Order *order, guint n_channels, guint factor, guint dy)
{
  order->n = factor * n_channels;
  for (guint dx = 0; dx < factor; dx++)
    for (guint c = 0; c < n_channels; c++)
      {
        order->from[dx * n_channels + c] = (c * factor + dy) * factor + dx;
        order->base[dx * n_channels + c] = c;
      }
}

static void
order_channel (Order *order, guint channel, guint factor, guint dy)
{
  order->n = factor;
  for (guint dx = 0; dx < factor; dx++)
    {
      order->from[dx] = (channel * factor + dy) * factor + dx;
      order->base[dx] = channel;
    }
}

/* Pixels [x0, x1) of a tensor's row in that order. */
static void
gather (const Order *order, const ShuffleInput *in, gsize x0, gsize x1, float *samples)
{
  for (gsize x = x0; x < x1; x++, samples += order->n)
    {
      if (in->store == GENGA_STORE_F16)
        for (guint i = 0; i < order->n; i++)
          samples[i] =
              genga_half_to_float (((const guint16 *)in->samples)[x * in->stride + order->from[i]]);
      else
        for (guint i = 0; i < order->n; i++)
          samples[i] = ((const float *)in->samples)[x * in->stride + order->from[i]];
      if (in->base != NULL)
        for (guint i = 0; i < order->n; i++)
          samples[i] += in->base[x * in->base_stride + order->base[i]];
    }
}

static gboolean
write_interleaved (
    const ShuffleInput *in, const GengaPictureRow *out, guint factor, guint dy, guint x0, guint x1)
{
  Order order;
  float samples[CHUNK * G_N_ELEMENTS (order.from)];
  gboolean finite = TRUE;

  order_interleaved (&order, out->n_channels, factor, dy);
  for (gsize x = x0; x < x1; x += CHUNK)
    {
      const gsize end = MIN (x + CHUNK, x1);

      gather (&order, in, x, end, samples);
      finite &=
          save_samples (samples, (end - x) * order.n, out->sample, out->channels[0], x * order.n);
    }
  return finite;
}

static gboolean
write_channel (const ShuffleInput *in,
               const GengaPictureRow *out,
               guint channel,
               guint factor,
               guint dy,
               guint x0,
               guint x1)
{
  const gsize size = get_sample_size (out->sample);
  Order order;
  float samples[CHUNK * G_N_ELEMENTS (order.from)];
  guint8 *pixels = out->channels[channel];
  gboolean finite = TRUE;

  order_channel (&order, channel, factor, dy);
  for (gsize x = x0; x < x1; x += CHUNK)
    {
      const gsize end = MIN (x + CHUNK, x1);

      gather (&order, in, x, end, samples);
      if (out->stride == 1)
        finite &= save_samples (samples, (end - x) * factor, out->sample, pixels, x * factor);
      else
        for (gsize i = 0; i < (end - x) * factor; i++)
          finite &= save_samples (samples + i, 1, out->sample,
                                  pixels + (x * factor + i) * out->stride * size, 0);
    }
  return finite;
}

gboolean
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
  const ShuffleInput input = { in, in_store, in_stride, base, base_stride };
  gboolean finite = TRUE;

  g_return_val_if_fail (factor * out->n_channels <= G_N_ELEMENTS (((Order *)NULL)->from), FALSE);

  for (guint dy = 0; dy < factor; dy++)
    if (is_interleaved (&out[dy]))
      finite &= write_interleaved (&input, &out[dy], factor, dy, x0, x1);
    else
      for (guint c = 0; c < out[dy].n_channels; c++)
        finite &= write_channel (&input, &out[dy], c, factor, dy, x0, x1);
  return finite;
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
