/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-kernels"

#include "engine/cpu/kernels/vector-kernels.h"
#include "engine/cpu/kernels/vector.h"

#include <math.h>

/* The vector of channels from `channel` on of a pixel, less `mean` where they are real. */
static inline GengaV
load_distance (const GengaNormRow *row, const guint8 *pixel, guint channel, float mean)
{
  static const gint32 lanes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
  const GengaV value =
      genga_load (pixel + channel * genga_store_size (row->in_store), row->in_store) - mean;
  const gint n_real = (gint)row->n_channels - (gint)channel;

  return n_real >= GENGA_VECTOR
             ? value
             : genga_v_select (genga_vi_load (lanes) < n_real, value, genga_v_set (0));
}

void
GENGA_OF_SET (layer_norm) (const GengaNormRow *row, guint x0, guint x1)
{
  for (gsize x = x0; x < x1; x++)
    {
      const guint8 *from =
          (const guint8 *)row->in + x * row->in_stride * genga_store_size (row->in_store);
      guint8 *to = (guint8 *)row->out + x * row->out_stride * genga_store_size (row->out_store);
      GengaV sum = genga_v_set (0), squares = genga_v_set (0);

      for (guint c = 0; c < row->n_channels && !row->is_rms; c += GENGA_VECTOR)
        sum += load_distance (row, from, c, 0);

      const float mean = genga_v_sum_lanes (sum) / (float)row->n_channels;
      for (guint c = 0; c < row->n_channels; c += GENGA_VECTOR)
        {
          const GengaV distance = load_distance (row, from, c, mean);

          squares += distance * distance;
        }

      const float variance = genga_v_sum_lanes (squares) / (float)row->n_channels;
      const float factor =
          1 / (row->is_rms ? sqrtf (variance) + row->epsilon : sqrtf (variance + row->epsilon));
      for (guint c = 0; c < row->n_channels; c += GENGA_VECTOR)
        {
          const GengaV value = load_distance (row, from, c, mean) * factor;

          genga_save (to + c * genga_store_size (row->out_store), row->out_store,
                      value * genga_v_load (row->weight + c) + genga_v_load (row->bias + c));
        }
    }
}
