/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-fold.h"

static gboolean
is_conv (const GengaOp *op)
{
  return op->kind == GENGA_OP_CONV2D || op->kind == GENGA_OP_DECONV2D;
}

/* A vector's number, or what stands for it where there is no vector. */
static double
get_number (GengaGraphEdit *edit, guint constant, int index, double missing)
{
  return constant == GENGA_NONE ? missing
                                : genga_graph_edit_get_constant (edit, constant)->data[index];
}

static guint
add_vector (GengaGraphEdit *edit, int n, float *data)
{
  return genga_graph_edit_add_constant (edit, 1, &n, data);
}

static float *
new_numbers (GengaGraphEdit *edit, gsize n)
{
  return edit->has_weights ? g_new0 (float, n) : NULL;
}

/* ---- channels of a convolution's weights ---- */

/* The channels that a kernel leads from and to. */
typedef struct
{
  int in;
  int out;
} Way;

static int
get_n_taps (const GengaOp *op)
{
  return op->conv.kernel_y * op->conv.kernel_x;
}

/* Weights are out x in / groups x taps, or in x out / groups x taps: rows, columns, taps. */
static Way
find_way (const GengaOp *op, const GengaConstant *weight, int row, int column)
{
  int group = row / (weight->shape[0] / op->conv.groups);
  int other = group * weight->shape[1] + column;

  return op->kind == GENGA_OP_DECONV2D ? (Way){ row, other } : (Way){ other, row };
}

typedef enum
{
  SIDE_IN,
  SIDE_OUT,
} Side;

/* The weights, times the factor of the channel on one side. */
static float *
scale_weights (GengaGraphEdit *edit, const GengaOp *op, guint factor, Side side)
{
  const GengaConstant *weight = genga_graph_edit_get_constant (edit, op->weight);
  float *scaled = new_numbers (edit, weight->n_elements);
  int n_taps = get_n_taps (op);
  gsize at = 0;

  for (int row = 0; row < weight->shape[0] && scaled != NULL; row++)
    for (int column = 0; column < weight->shape[1]; column++)
      {
        Way way = find_way (op, weight, row, column);
        double number = get_number (edit, factor, side == SIDE_IN ? way.in : way.out, 1);

        for (int tap = 0; tap < n_taps; tap++, at++)
          scaled[at] = (float)(weight->data[at] * number);
      }
  return scaled;
}

/* ---- affine operations ---- */

static void
set_weights (GengaGraphEdit *edit, GengaOp *op, float *data)
{
  GengaConstant old = *genga_graph_edit_get_constant (edit, op->weight);

  op->weight = genga_graph_edit_add_constant (edit, old.rank, old.shape, data);
}

/* conv, then * factor + offset. */
static void
fold_after (GengaGraphEdit *edit, GengaOp *conv, const GengaOp *affine)
{
  if (conv->bias != GENGA_NONE || affine->bias != GENGA_NONE)
    {
      float *bias = new_numbers (edit, conv->channels);

      for (int i = 0; bias != NULL && i < conv->channels; i++)
        bias[i] =
            (float)(get_number (edit, conv->bias, i, 0) * get_number (edit, affine->weight, i, 1) +
                    get_number (edit, affine->bias, i, 0));
      conv->bias = add_vector (edit, conv->channels, bias);
    }
  if (affine->weight != GENGA_NONE)
    set_weights (edit, conv, scale_weights (edit, conv, affine->weight, SIDE_OUT));
}

/* x * factor + offset, then * factor + offset. */
static void
join_affines (GengaGraphEdit *edit, const GengaOp *first, GengaOp *second)
{
  int n = second->channels;
  gboolean has_weight = first->weight != GENGA_NONE || second->weight != GENGA_NONE;
  gboolean has_bias = first->bias != GENGA_NONE || second->bias != GENGA_NONE;
  float *weight = has_weight ? new_numbers (edit, n) : NULL;
  float *bias = has_bias ? new_numbers (edit, n) : NULL;

  for (int i = 0; i < n && weight != NULL; i++)
    weight[i] =
        (float)(get_number (edit, first->weight, i, 1) * get_number (edit, second->weight, i, 1));
  for (int i = 0; i < n && bias != NULL; i++)
    bias[i] =
        (float)(get_number (edit, first->bias, i, 0) * get_number (edit, second->weight, i, 1) +
                get_number (edit, second->bias, i, 0));
  second->weight = has_weight ? add_vector (edit, n, weight) : GENGA_NONE;
  second->bias = has_bias ? add_vector (edit, n, bias) : GENGA_NONE;
}

/* A vector for the channels before a pixel shuffle. */
static guint
spread_vector (GengaGraphEdit *edit, guint constant, int n, int n_copies)
{
  float *data;

  if (constant == GENGA_NONE)
    return GENGA_NONE;
  data = new_numbers (edit, n);
  for (int i = 0; i < n && data != NULL; i++)
    data[i] = genga_graph_edit_get_constant (edit, constant)->data[i / n_copies];
  return add_vector (edit, n, data);
}

/* The shuffle's place takes the affine operation, the affine one's the shuffle. */
static void
swap_with_shuffle (GengaGraphEdit *edit, GengaOp *shuffle, GengaOp *affine)
{
  guint before = affine->inputs[0];
  GengaOp old_shuffle = *shuffle;
  GengaOp old_affine = *affine;
  int n_copies = old_shuffle.shuffle.factor * old_shuffle.shuffle.factor;
  const GengaOp *source = genga_graph_edit_get_input (edit, &old_shuffle);

  *shuffle = old_affine;
  shuffle->inputs[0] = old_shuffle.inputs[0];
  shuffle->channels = source->channels;
  shuffle->size = source->size;
  shuffle->weight = spread_vector (edit, old_affine.weight, source->channels, n_copies);
  shuffle->bias = spread_vector (edit, old_affine.bias, source->channels, n_copies);
  *affine = old_shuffle;
  affine->inputs[0] = before;
  edit->has_changed = TRUE;
}

void
genga_graph_fold_affine (GengaGraphEdit *edit, guint affine)
{
  GengaOp *op = genga_graph_edit_get (edit, affine);
  GengaOp *source = genga_graph_edit_get_input (edit, op);

  if (!genga_graph_edit_has_one_use (edit, op->inputs[0]))
    return;
  if (is_conv (source))
    {
      fold_after (edit, source, op);
      genga_graph_edit_replace (edit, affine, op->inputs[0]);
    }
  else if (source->kind == GENGA_OP_AFFINE)
    {
      join_affines (edit, source, op);
      genga_graph_edit_set_input (edit, op, source->inputs[0]);
    }
  else if (source->kind == GENGA_OP_PIXEL_SHUFFLE && source->shuffle.factor > 1)
    swap_with_shuffle (edit, source, op);
}

/* The bias, with the sums of the offset's ways through the kernel. */
static float *
sum_offset (GengaGraphEdit *edit, const GengaOp *conv, const GengaOp *affine)
{
  const GengaConstant *weight = genga_graph_edit_get_constant (edit, conv->weight);
  float *bias = new_numbers (edit, conv->channels);
  g_autofree double *sums = g_new (double, conv->channels);
  gsize at = 0;

  for (int i = 0; i < conv->channels; i++)
    sums[i] = bias != NULL ? get_number (edit, conv->bias, i, 0) : 0;
  for (int row = 0; row < weight->shape[0] && bias != NULL; row++)
    for (int column = 0; column < weight->shape[1]; column++)
      {
        Way way = find_way (conv, weight, row, column);

        for (int tap = 0; tap < get_n_taps (conv); tap++, at++)
          sums[way.out] += weight->data[at] * get_number (edit, affine->bias, way.in, 0);
      }
  for (int i = 0; i < conv->channels && bias != NULL; i++)
    bias[i] = (float)sums[i];
  return bias;
}

/* Zeros beyond the border stay zeros without an offset; with one there must be none. */
static gboolean
keeps_border (const GengaOp *conv, const GengaOp *affine)
{
  return affine->bias == GENGA_NONE ||
         (conv->kind == GENGA_OP_CONV2D && conv->conv.pad_y == 0 && conv->conv.pad_x == 0);
}

void
genga_graph_fold_affine_before (GengaGraphEdit *edit, guint conv)
{
  GengaOp *op = genga_graph_edit_get (edit, conv);
  const GengaOp *affine = genga_graph_edit_get_input (edit, op);

  if (affine->kind != GENGA_OP_AFFINE || !genga_graph_edit_has_one_use (edit, op->inputs[0]) ||
      !keeps_border (op, affine))
    return;
  if (affine->bias != GENGA_NONE)
    op->bias = add_vector (edit, op->channels, sum_offset (edit, op, affine));
  if (affine->weight != GENGA_NONE)
    set_weights (edit, op, scale_weights (edit, op, affine->weight, SIDE_IN));
  genga_graph_edit_set_input (edit, op, affine->inputs[0]);
}

/* ---- padding ---- */

void
genga_graph_fold_pad_before (GengaGraphEdit *edit, guint conv)
{
  GengaOp *op = genga_graph_edit_get (edit, conv);
  const GengaOp *pad = genga_graph_edit_get_input (edit, op);

  if (pad->kind != GENGA_OP_PAD || pad->pad.kind != GENGA_PAD_ZERO || pad->pad.multiple != 1 ||
      pad->pad.top != pad->pad.bottom || pad->pad.left != pad->pad.right)
    return;
  op->conv.pad_y += pad->pad.top;
  op->conv.pad_x += pad->pad.left;
  genga_graph_edit_set_input (edit, op, pad->inputs[0]);
}

/* ---- convolutions beside each other ---- */

/* Whether two kernels, the smaller in the middle of the larger, see the same pixels. */
static gboolean
have_same_middle (const GengaOp *a, const GengaOp *b)
{
  return a->conv.kernel_y % 2 == 1 && a->conv.kernel_x % 2 == 1 && b->conv.kernel_y % 2 == 1 &&
         b->conv.kernel_x % 2 == 1 &&
         a->conv.kernel_y / 2 - a->conv.pad_y == b->conv.kernel_y / 2 - b->conv.pad_y &&
         a->conv.kernel_x / 2 - a->conv.pad_x == b->conv.kernel_x / 2 - b->conv.pad_x;
}

static gboolean
can_merge (GengaGraphEdit *edit, const GengaOp *sum)
{
  const GengaOp *a = genga_graph_edit_get (edit, sum->inputs[0]);
  const GengaOp *b = genga_graph_edit_get (edit, sum->inputs[1]);

  return a->kind == GENGA_OP_CONV2D && b->kind == GENGA_OP_CONV2D &&
         genga_graph_edit_has_one_use (edit, sum->inputs[0]) &&
         genga_graph_edit_has_one_use (edit, sum->inputs[1]) && a->inputs[0] == b->inputs[0] &&
         a->channels == b->channels && a->conv.groups == b->conv.groups &&
         a->conv.stride == b->conv.stride && a->conv.dilation == 1 && b->conv.dilation == 1 &&
         have_same_middle (a, b);
}

/* Adds a kernel times `sign` to the middle of the merged one's. */
static void
add_kernel (GengaGraphEdit *edit, const GengaOp *conv, const GengaOp *merged, float sign, float *to)
{
  const GengaConstant *weight = genga_graph_edit_get_constant (edit, conv->weight);
  int margin_y = (merged->conv.kernel_y - conv->conv.kernel_y) / 2;
  int margin_x = (merged->conv.kernel_x - conv->conv.kernel_x) / 2;

  for (gsize i = 0; i < weight->n_elements; i++)
    {
      int tap = (int)(i % get_n_taps (conv));
      int y = tap / conv->conv.kernel_x + margin_y;
      int x = tap % conv->conv.kernel_x + margin_x;
      gsize kernel = i / get_n_taps (conv);

      to[kernel * get_n_taps (merged) + (gsize)y * merged->conv.kernel_x + x] +=
          sign * weight->data[i];
    }
}

void
genga_graph_merge_convs (GengaGraphEdit *edit, guint sum)
{
  GengaOp *op = genga_graph_edit_get (edit, sum);
  GengaOp a = *genga_graph_edit_get (edit, op->inputs[0]);
  GengaOp b = *genga_graph_edit_get (edit, op->inputs[1]);
  float sign = op->kind == GENGA_OP_SUB ? -1 : 1;
  GengaOp merged = a;
  int shape[4];
  float *weight;

  if (!can_merge (edit, op))
    return;
  merged.conv.kernel_y = MAX (a.conv.kernel_y, b.conv.kernel_y);
  merged.conv.kernel_x = MAX (a.conv.kernel_x, b.conv.kernel_x);
  merged.conv.pad_y = MAX (a.conv.pad_y, b.conv.pad_y);
  merged.conv.pad_x = MAX (a.conv.pad_x, b.conv.pad_x);
  for (int i = 0; i < 2; i++)
    shape[i] = genga_graph_edit_get_constant (edit, a.weight)->shape[i];
  shape[2] = merged.conv.kernel_y;
  shape[3] = merged.conv.kernel_x;
  weight = new_numbers (edit, (gsize)shape[0] * shape[1] * shape[2] * shape[3]);
  if (weight != NULL)
    {
      add_kernel (edit, &a, &merged, 1, weight);
      add_kernel (edit, &b, &merged, sign, weight);
    }
  merged.weight = genga_graph_edit_add_constant (edit, 4, shape, weight);
  if (a.bias != GENGA_NONE || b.bias != GENGA_NONE)
    {
      float *bias = new_numbers (edit, a.channels);

      for (int i = 0; bias != NULL && i < a.channels; i++)
        bias[i] = (float)(get_number (edit, a.bias, i, 0) + sign * get_number (edit, b.bias, i, 0));
      merged.bias = add_vector (edit, a.channels, bias);
    }
  *op = merged;
  edit->n_uses[a.inputs[0]]++;
  edit->has_changed = TRUE;
}
