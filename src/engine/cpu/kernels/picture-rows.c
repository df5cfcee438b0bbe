/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/picture-rows.h"
#include "engine/cpu/kernels/half.h"
#include "engine/cpu/kernels/layer.h"

#include <string.h>

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
  for (guint dy = 0; dy < factor; dy++)
    for (gsize x = x0; x < x1; x++)
      for (guint c = 0; c < out[dy].n_channels; c++)
        {
          const float added = base != NULL ? base[x * base_stride + c] : 0;
          const gsize at = x * in_stride + (c * factor + dy) * factor;

          for (guint dx = 0; dx < factor; dx++)
            save (&out[dy], c, x * factor + dx, load (in, at + dx, in_store) + added);
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
