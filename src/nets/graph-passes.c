/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-passes.h"

#include "nets/graph-fold.h"

static gboolean
does_nothing (GengaGraphEdit *edit, const GengaOp *op)
{
  switch (op->kind)
    {
    case GENGA_OP_SLICE:
      return op->channels == genga_graph_edit_get_input (edit, op)->channels;
    case GENGA_OP_CONCAT:
      return op->n_inputs == 1;
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
      return op->shuffle.factor == 1;
    case GENGA_OP_RESIZE:
      return op->n_inputs == 1 && op->resize.num == op->resize.den &&
             op->resize.kind != GENGA_RESIZE_BILINEAR_CORNERS;
    case GENGA_OP_PAD:
      return op->pad.multiple == 1 && op->pad.top == 0 && op->pad.bottom == 0 &&
             op->pad.left == 0 && op->pad.right == 0;
    case GENGA_OP_CROP:
      return !op->crop.to_picture && op->crop.top == 0 && op->crop.bottom == 0 &&
             op->crop.left == 0 && op->crop.right == 0;
    case GENGA_OP_AFFINE:
      return op->weight == GENGA_NONE && op->bias == GENGA_NONE;
    case GENGA_OP_INPUT:
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
    case GENGA_OP_ACTIVATION:
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_REAL_FFT:
    case GENGA_OP_REAL_IFFT:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_WINDOW_ATTENTION:
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_DYSAMPLE:
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_LIST:
    case GENGA_OP_MATMUL:
    case GENGA_OP_SOFTMAX:
    case GENGA_OP_SORTED_ATTENTION:
    default:
      return FALSE;
    }
}

/* A graph ends in an operation: the picture itself is no result. */
static gboolean
can_go (GengaGraphEdit *edit, guint value)
{
  const GengaOp *op = genga_graph_edit_get (edit, value);

  return does_nothing (edit, op) && !(value == edit->result && op->inputs[0] == 0);
}

/* A slice of one that was put together: of the part. */
static void
shorten_slice (GengaGraphEdit *edit, GengaOp *op)
{
  const GengaOp *source = genga_graph_edit_get_input (edit, op);
  int first = op->slice.first;

  if (source->kind == GENGA_OP_SLICE)
    {
      op->slice.first += source->slice.first;
      genga_graph_edit_set_input (edit, op, source->inputs[0]);
      return;
    }
  if (source->kind != GENGA_OP_CONCAT)
    return;
  for (guint i = 0; i < source->n_inputs; i++)
    {
      int channels = genga_graph_edit_get (edit, source->inputs[i])->channels;

      if (first >= 0 && first + op->slice.n <= channels)
        {
          op->slice.first = first;
          genga_graph_edit_set_input (edit, op, source->inputs[i]);
          return;
        }
      first -= channels;
    }
}

static void
simplify_op (GengaGraphEdit *edit, guint value)
{
  GengaOp *op = genga_graph_edit_get (edit, value);

  if (can_go (edit, value))
    {
      genga_graph_edit_replace (edit, value, op->inputs[0]);
      return;
    }
  switch (op->kind)
    {
    case GENGA_OP_SLICE:
      shorten_slice (edit, op);
      break;
    case GENGA_OP_AFFINE:
      genga_graph_fold_affine (edit, value);
      break;
    case GENGA_OP_CONV2D:
      genga_graph_fold_pad_before (edit, value);
      genga_graph_fold_affine_before (edit, value);
      break;
    case GENGA_OP_DECONV2D:
      genga_graph_fold_affine_before (edit, value);
      break;
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
      genga_graph_merge_convs (edit, value);
      break;
    case GENGA_OP_INPUT:
    case GENGA_OP_ACTIVATION:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
    case GENGA_OP_CONCAT:
    case GENGA_OP_PIXEL_SHUFFLE:
    case GENGA_OP_PIXEL_UNSHUFFLE:
    case GENGA_OP_RESIZE:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_REAL_FFT:
    case GENGA_OP_REAL_IFFT:
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_WINDOW_ATTENTION:
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_DYSAMPLE:
    case GENGA_OP_PAD:
    case GENGA_OP_CROP:
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_LIST:
    case GENGA_OP_MATMUL:
    case GENGA_OP_SOFTMAX:
    case GENGA_OP_SORTED_ATTENTION:
    default:
      break;
    }
}

GengaGraph *
genga_graph_simplify (GengaGraph *graph)
{
  GengaGraphEdit edit;

  genga_graph_edit_init (&edit, graph);
  do
    {
      genga_graph_edit_start_sweep (&edit);
      for (guint i = 1; i < edit.ops->len; i++)
        if (genga_graph_edit_visit (&edit, i))
          simplify_op (&edit, i);
    }
  while (edit.has_changed);
  return genga_graph_edit_finish (&edit);
}
