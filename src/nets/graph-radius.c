/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the result back to the picture: the interval of each value's pixels, along one axis, that
 * the result's pixels of one input pixel are made of. It depends on where the input pixel lies in
 * the grid of the coarsest value, so all places in there are tried. Borders play no part: what is
 * padded is taken for more picture.
 */
#define G_LOG_DOMAIN "genga-nets"

#include "nets/graph-radius.h"

#include "nets/graph-sides.h"
#include "nets/spec-data.h"

/* Of pixels, along one axis; none where low > high. */
typedef struct
{
  gint64 low;
  gint64 high;
} Span;

static gint64
divide_down (gint64 a, gint64 b)
{
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static gint64
divide_up (gint64 a, gint64 b)
{
  return -divide_down (-a, b);
}

static Span
reach_conv (const GengaOp *op, GengaAxis axis, Span span)
{
  int kernel = axis == GENGA_AXIS_Y ? op->conv.kernel_y : op->conv.kernel_x;
  int pad = axis == GENGA_AXIS_Y ? op->conv.pad_y : op->conv.pad_x;
  int extent = (kernel - 1) * op->conv.dilation;

  if (op->kind == GENGA_OP_CONV2D)
    return (Span){ span.low * op->conv.stride - pad, span.high * op->conv.stride - pad + extent };
  return (Span){ divide_up (span.low + pad - extent, op->conv.stride),
                 divide_down (span.high + pad, op->conv.stride) };
}

static Span
reach_pool (const GengaOp *op, GengaAxis axis, Span span)
{
  int kernel = axis == GENGA_AXIS_Y ? op->pool.kernel_y : op->pool.kernel_x;
  int pad = axis == GENGA_AXIS_Y ? op->pool.pad_y : op->pool.pad_x;

  return (Span){ span.low * op->pool.stride - pad, span.high * op->pool.stride - pad + kernel - 1 };
}

/* The map's own pixels lie further down and to the right in the result, or further up. */
static Span
reach_moved (const GengaOp *op, GengaAxis axis, Span span)
{
  int n = op->kind == GENGA_OP_PAD ? -(axis == GENGA_AXIS_Y ? op->pad.top : op->pad.left)
                                   : (axis == GENGA_AXIS_Y ? op->crop.top : op->crop.left);

  return (Span){ span.low + n, span.high + n };
}

/* What one pixel of an enlarged map is made of. */
static Span
reach_resized_pixel (const GengaOp *op, gint64 position)
{
  gint64 num = op->resize.num;
  gint64 den = op->resize.den;
  gint64 centre = (2 * position + 1) * den - num; /* in pixels of the source, times 2 num */
  gint64 before = divide_down (centre, 2 * num);

  if (op->resize.kind == GENGA_RESIZE_NEAREST)
    before = divide_down (position * den, num);
  if (op->resize.kind == GENGA_RESIZE_NEAREST || centre == before * 2 * num)
    return (Span){ before, before };
  if (op->resize.kind == GENGA_RESIZE_BILINEAR)
    return (Span){ before, before + 1 };
  return (Span){ before - 1, before + 2 };
}

/* The pixels at an end need not reach furthest: one between two of the source needs more. */
static Span
reach_resize (const GengaOp *op, Span span)
{
  Span reach = { G_MAXINT64, G_MININT64 };

  for (gint64 i = 0; i < op->resize.num && span.low + i <= span.high; i++)
    {
      reach.low = MIN (reach.low, reach_resized_pixel (op, span.low + i).low);
      reach.high = MAX (reach.high, reach_resized_pixel (op, span.high - i).high);
    }
  return reach;
}

/* FALSE: everything. */
static gboolean
reach_inputs (const GengaOp *op, GengaAxis axis, Span span, Span *reach)
{
  int factor = op->shuffle.factor;

  *reach = span;
  switch (op->kind)
    {
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
      *reach = reach_conv (op, axis, span);
      return TRUE;
    case GENGA_OP_PIXEL_SHUFFLE:
      *reach = (Span){ divide_down (span.low, factor), divide_down (span.high, factor) };
      return TRUE;
    case GENGA_OP_PIXEL_UNSHUFFLE:
      *reach = (Span){ span.low * factor, span.high * factor + factor - 1 };
      return TRUE;
    case GENGA_OP_RESIZE:
      /* Where sizes decide, no place is like another. */
      if (op->n_inputs > 1 || op->resize.kind == GENGA_RESIZE_BILINEAR_CORNERS)
        return FALSE;
      *reach = reach_resize (op, span);
      return TRUE;
    case GENGA_OP_PAD:
    case GENGA_OP_CROP:
      *reach = reach_moved (op, axis, span);
      return TRUE;
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
      *reach = reach_pool (op, axis, span);
      return TRUE;
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_WINDOW_ATTENTION:
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_REAL_FFT:
    case GENGA_OP_REAL_IFFT:
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_SORTED_ATTENTION:
    case GENGA_OP_MATMUL:
    case GENGA_OP_SOFTMAX:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
    case GENGA_OP_DYSAMPLE:
      return FALSE;
    case GENGA_OP_INPUT:
    case GENGA_OP_ACTIVATION:
    case GENGA_OP_AFFINE:
    case GENGA_OP_ADD:
    case GENGA_OP_SUB:
    case GENGA_OP_MUL:
    case GENGA_OP_DIV:
    case GENGA_OP_MIN:
    case GENGA_OP_MAX:
    case GENGA_OP_CONCAT:
    case GENGA_OP_SLICE:
    case GENGA_OP_LAYER_NORM:
    case GENGA_OP_RMS_NORM:
    case GENGA_OP_LIST:
    default:
      return TRUE;
    }
}

/* What the result's pixels in `span` are made of: pixels of the picture. FALSE: all. */
static gboolean
reach_picture (const GengaGraph *graph, GengaAxis axis, Span span, Span *picture)
{
  g_autofree Span *spans = g_new (Span, graph->n_ops);

  for (guint i = 0; i < graph->n_ops; i++)
    spans[i] = (Span){ G_MAXINT64, G_MININT64 };
  spans[graph->n_ops - 1] = span;
  for (guint i = graph->n_ops - 1; i > 0; i--)
    {
      Span reach;

      if (spans[i].low > spans[i].high)
        continue;
      if (!reach_inputs (&graph->ops[i], axis, spans[i], &reach))
        return FALSE;
      for (guint k = 0; k < graph->ops[i].n_inputs && reach.low <= reach.high; k++)
        {
          Span *input = &spans[graph->ops[i].inputs[k]];

          input->low = MIN (input->low, reach.low);
          input->high = MAX (input->high, reach.high);
        }
    }
  *picture = spans[0];
  return TRUE;
}

int
genga_graph_get_radius (const GengaGraph *graph)
{
  GengaSizeRatio scale = genga_graph_get_result (graph)->size;
  gint64 period = genga_ops_get_period (graph->ops, graph->n_ops);
  gint64 radius = 0;

  for (gint64 pixel = 0; pixel < period; pixel++)
    {
      const Span result = { divide_down (pixel * scale.num, scale.den),
                            divide_up ((pixel + 1) * scale.num, scale.den) - 1 };

      for (GengaAxis axis = GENGA_AXIS_Y; axis <= GENGA_AXIS_X; axis++)
        {
          Span picture;

          if (!reach_picture (graph, axis, result, &picture))
            return GENGA_RADIUS_GLOBAL;
          if (picture.low <= picture.high)
            radius = MAX (radius, MAX (pixel - picture.low, picture.high - pixel));
        }
    }
  return (int)radius;
}
