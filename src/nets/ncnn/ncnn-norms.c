/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/ncnn/ncnn-norms.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* (x - mean) / sqrt (variance + epsilon) * factor + offset, whose numbers are the file's. */
gboolean
genga_ncnn_batch_norm (GengaNcnnImport *self)
{
  g_autofree float *numbers = NULL;
  float epsilon;
  guint value;
  int n;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !genga_ncnn_get_float (self, 1, 0, &epsilon))
    return FALSE;
  n = genga_ncnn_peek (self, value)->channels;
  numbers = g_new (float, 4 * (gsize)n);
  for (guint i = 0; i < 4; i++)
    {
      const GengaTensor *tensor = genga_ncnn_get_tensor (self, i);

      if (genga_tensor_get_n_elements (tensor) != n)
        return genga_ncnn_refuse (self, _ ("it has weights for %d channels, but gets %d"),
                                  (int)tensor->shape[0], n);
      genga_tensor_copy_f32 (tensor, numbers + (gsize)i * n);
    }
  for (int i = 0; i < n; i++)
    {
      double factor = numbers[i] / sqrt ((double)numbers[2 * n + i] + epsilon);

      numbers[3 * n + i] = (float)(numbers[3 * n + i] - numbers[n + i] * factor);
      numbers[i] = (float)factor;
    }
  return genga_ncnn_set_map (
      self, 0,
      genga_graph_affine (self->graph, value, genga_graph_copy_vector (self->graph, numbers, n),
                          genga_graph_copy_vector (self->graph, numbers + 3 * (gsize)n, n)));
}

/* Factors and offsets that a norm has, or 1 and 0. */
static gboolean
make_affine (GengaNcnnImport *self, int n, guint *factors, guint *offsets)
{
  if (self->layer->n_tensors == 0)
    {
      *factors = genga_ncnn_repeat (self, 1, n);
      *offsets = genga_ncnn_repeat (self, 0, n);
      return TRUE;
    }
  *factors = genga_ncnn_copy_vector (self, 0, n);
  *offsets = genga_ncnn_copy_vector (self, 1, n);
  return *factors != GENGA_NONE && *offsets != GENGA_NONE;
}

/* Of the innermost axis, which is the channels where the map was turned. */
static gboolean
layer_norm (GengaNcnnImport *self)
{
  GengaNcnnBlob blob = *genga_ncnn_get_input (self, 0);
  guint factors, offsets;
  float epsilon;
  int n, size;

  if (blob.kind != GENGA_NCNN_TURNED)
    return genga_ncnn_refuse (self, _ ("it is a norm over rows, not over channels"));
  n = genga_ncnn_peek (self, blob.value)->channels;
  if (!genga_ncnn_get_bounded (self, 0, 0, n, n, &size) ||
      !genga_ncnn_get_float (self, 1, 0.001f, &epsilon) ||
      !make_affine (self, n, &factors, &offsets))
    return FALSE;
  blob.value = genga_graph_layer_norm (self->graph, blob.value, factors, offsets, epsilon);
  return genga_ncnn_set_blob (self, 0, &blob);
}

/* An instance norm has a group for each channel. */
static gboolean
group_norm (GengaNcnnImport *self)
{
  gboolean is_instance = g_str_equal (self->layer->type, "InstanceNorm");
  guint value, factors, offsets;
  float epsilon;
  int n, groups;

  if (!genga_ncnn_get_map (self, 0, &value))
    return FALSE;
  n = groups = genga_ncnn_peek (self, value)->channels;
  if ((!is_instance && !genga_ncnn_get_bounded (self, 0, 1, 1, n, &groups)) ||
      !genga_ncnn_get_float (self, is_instance ? 1 : 2, 0.001f, &epsilon) ||
      !make_affine (self, n, &factors, &offsets))
    return FALSE;
  if (n % groups != 0)
    return genga_ncnn_refuse_param (self, 0);
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  return genga_ncnn_set_map (
      self, 0, genga_graph_group_norm (self->graph, value, factors, offsets, groups, epsilon));
}

gboolean
genga_ncnn_norm (GengaNcnnImport *self)
{
  if (!genga_ncnn_need_inputs (self, 1, 1))
    return FALSE;
  return g_str_equal (self->layer->type, "LayerNorm") ? layer_norm (self) : group_norm (self);
}

/* ---- means and pools ---- */

static gboolean
add_global_mean (GengaNcnnImport *self, guint value)
{
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_set_map (self, 0, value);
  return genga_ncnn_set_map (self, 0, genga_graph_global_mean (self->graph, value));
}

/* Parameter `id` and the one for the other axis, alike. */
static gboolean
read_alike (GengaNcnnImport *self, int id, int id_y, int fallback, int min, int max, int *number)
{
  int other;

  if (!genga_ncnn_get_bounded (self, id, fallback, min, max, number) ||
      !genga_ncnn_get_bounded (self, id_y, *number, min, max, &other))
    return FALSE;
  return other == *number || genga_ncnn_refuse_param (self, id_y);
}

/* Windows that the map is filled up for at its end (mode 0) depend on its size. */
static gboolean
add_pool (GengaNcnnImport *self, gboolean is_mean, guint value)
{
  const int max = GENGA_NCNN_MAX_KERNEL;
  GengaPool pool = { 0 };
  int right, bottom, mode, counts_pad, is_adaptive;

  if (!genga_ncnn_get_bounded (self, 1, 0, 1, max, &pool.kernel_x) ||
      !genga_ncnn_get_bounded (self, 11, pool.kernel_x, 1, max, &pool.kernel_y) ||
      !read_alike (self, 2, 12, 1, 1, GENGA_NCNN_MAX_STRIDE, &pool.stride) ||
      !genga_ncnn_get_bounded (self, 3, 0, 0, pool.kernel_x / 2, &pool.pad_x) ||
      !genga_ncnn_get_bounded (self, 13, pool.pad_x, 0, pool.kernel_y / 2, &pool.pad_y) ||
      !genga_ncnn_get_bounded (self, 14, pool.pad_x, pool.pad_x, pool.pad_x, &right) ||
      !genga_ncnn_get_bounded (self, 15, pool.pad_y, pool.pad_y, pool.pad_y, &bottom) ||
      !genga_ncnn_get_bounded (self, 5, 0, 1, 1, &mode) ||
      !genga_ncnn_get_bounded (self, 6, 0, 0, 1, &counts_pad) ||
      !genga_ncnn_get_bounded (self, 7, 0, 0, 0, &is_adaptive))
    return FALSE;
  pool.counts_pad = counts_pad != 0;
  if (genga_ncnn_peek (self, value)->is_vector)
    return genga_ncnn_refuse (self, _ ("input %u is no map of features"), 1);
  return genga_ncnn_set_map (self, 0,
                             genga_graph_pool (self->graph, value,
                                               is_mean ? GENGA_OP_MEAN_POOL : GENGA_OP_MAX_POOL,
                                               &pool));
}

gboolean
genga_ncnn_pooling (GengaNcnnImport *self)
{
  guint value;
  int is_mean, is_global;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !genga_ncnn_get_bounded (self, 0, 0, 0, 1, &is_mean) ||
      !genga_ncnn_get_int (self, 4, 0, &is_global))
    return FALSE;
  if (is_global == 0)
    return add_pool (self, is_mean != 0, value);
  return is_mean != 0 ? add_global_mean (self, value) : genga_ncnn_refuse_param (self, 0);
}

/* The mean over rows and columns. */
gboolean
genga_ncnn_reduction (GengaNcnnImport *self)
{
  enum
  {
    MEAN = 3,
    MAX_AXES = 4,
  };
  int axes[MAX_AXES];
  int type, reduces_all;
  guint value, n;
  float factor;

  if (!genga_ncnn_need_inputs (self, 1, 1) || !genga_ncnn_get_map (self, 0, &value) ||
      !genga_ncnn_get_bounded (self, 0, 0, MEAN, MEAN, &type) ||
      !genga_ncnn_get_bounded (self, 1, 1, 0, 0, &reduces_all) ||
      !genga_ncnn_get_float (self, 2, 1, &factor) ||
      !genga_ncnn_get_ints (self, 3, axes, MAX_AXES, &n))
    return FALSE;
  if (factor != 1)
    return genga_ncnn_refuse_param (self, 2);
  for (guint i = 0; i < n; i++)
    axes[i] += axes[i] < 0 ? 3 : 0;
  if (n != 2 || axes[0] + axes[1] != 3 || (axes[0] != 1 && axes[0] != 2))
    return genga_ncnn_refuse_param (self, 3);
  return add_global_mean (self, value);
}
