/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network as a graph: operations on feature maps, in the order in which they run. Plain data.
 *
 * Operation i makes value i, from values with lower numbers (SSA). Value 0 is the picture, the last
 * one the result. A value is a map of `channels` x height x width, or a vector (`is_vector`): one
 * number for each channel and nothing else, or a list of `length` such vectors, which is a map of
 * one column whose height no picture changes. A map's sides follow from those of what it is made
 * of, see genga_op_get_side(). In the large they are the picture's times `size.num` / `size.den`,
 * give or take a constant; the result's are exactly that. Operations of several maps get maps of
 * one size for every picture whose sides are at least GengaGraph.minimum and multiples of
 * GengaGraph.multiple_of (graph-sides.h makes sure of it).
 *
 * Sums, means and coordinates are computed in f32 at least. A map that is stored in less is
 * stored rounded to nearest even; a value marked `is_f32` is computed and stored in f32 whatever
 * the precision of the model is.
 *
 * This header includes GLib only, so that engine modules may read a graph without linking
 * anything of Genga's. graph.h makes graphs.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_OP_MAX_INPUTS 16
#define GENGA_CONSTANT_MAX_RANK 4
/* No constant, no value. */
#define GENGA_NONE G_MAXUINT

typedef enum
{
  GENGA_OP_INPUT,

  /*
   * Convolution and its transpose. `weight` is out x in / groups x kernel_y x kernel_x for the
   * first, in x out / groups x kernel_y x kernel_x for the second; `bias` may be missing. Beyond
   * the map's borders there are `pad_y`, `pad_x` zeros; pixels at the end that do not fill a stride
   * are left out. The transpose takes `pad_y`, `pad_x` pixels off every side of its result. A
   * convolution of a single pixel takes a vector as well.
   */
  GENGA_OP_CONV2D,
  GENGA_OP_DECONV2D,

  /* One function of each value; GENGA_ACTIVATION_PRELU has a slope for each channel in `weight`. */
  GENGA_OP_ACTIVATION,

  /* x * weight + bias for each channel; either may be missing. */
  GENGA_OP_AFFINE,

  /*
   * Two values of one size. One of them may be a vector, and one may have a single channel, which
   * then stands for all.
   */
  GENGA_OP_ADD,
  GENGA_OP_SUB,
  GENGA_OP_MUL,
  GENGA_OP_DIV,
  GENGA_OP_MIN,
  GENGA_OP_MAX,

  /* Channels: of all inputs after each other; `slice.n` from `slice.first` on. */
  GENGA_OP_CONCAT,
  GENGA_OP_SLICE,

  /*
   * Pixel shuffle: channel c * f^2 + i * f + j goes to channel c, row f * y + i, column f * x + j,
   * f = shuffle.factor. The second is its inverse.
   */
  GENGA_OP_PIXEL_SHUFFLE,
  GENGA_OP_PIXEL_UNSHUFFLE,

  /*
   * Enlarges by resize.num / resize.den; what does not fill a pixel is left out. Pixel centres lie
   * at halves: x goes to (x + 0.5) * den / num - 0.5 of the source, whose border pixels go on
   * beyond it. Nearest takes floor (x * den / num). With a second input, whose numbers do not
   * count, to the size of that map: along each axis its side and the source's stand for num and
   * den.
   */
  GENGA_OP_RESIZE,

  /*
   * (x - mean) / sqrt (variance + norm.epsilon) * weight + bias; the variance is divided by n.
   * Layer norm: over the channels of each pixel. Group norm: over all pixels of `norm.n_groups`
   * groups of channels that follow each other.
   */
  GENGA_OP_LAYER_NORM,
  GENGA_OP_GROUP_NORM,

  /* The mean of each channel over the map: a vector. */
  GENGA_OP_GLOBAL_MEAN,

  /*
   * Attention inside windows. Inputs: queries, keys, values, of equal channels; keys and values
   * are of one size, which need not be the queries'.
   *
   * The queries' map is filled with zeros at the right and the bottom until its sides are
   * multiples of attention.multiple, then rolled by (-shift_y, -shift_x) where there is a shift,
   * and cut into windows of window_y x window_x pixels. The other maps are treated alike, with
   * key_shift and windows of key_window, so that there are as many windows: their map's sides are
   * to the queries' as key_window - 2 * key_margin to window. Each of their windows begins
   * key_margin pixels further up and left and reaches as many over the next one; beyond the map
   * there are zeros.
   *
   * A key is a pixel of its window, or all channels of the key_block x key_block pixels of a
   * block, row by row: keys and values have 1 / key_block^2 of the queries' channels then.
   *
   * Channels fall into n_heads heads. In a window, with N queries, M keys and D channels of a
   * head: softmax (logits + weight[head] + mask) * v, where `weight` is n_heads x N x M. Logits
   * are q * k^T / sqrt (D); or, where there is a `bias`, q * k^T * bias[head] with q and k divided
   * by their L2 norms over the D channels (at least 1e-12). The mask, where there is a shift, is
   * -100 between a query and a key that the roll has brought together from different ends of the
   * map: the axis after the roll is labelled 0, 1 from length - window on, 2 from length - shift
   * on, and those with different labels along either axis are masked. Keys have labels by their
   * own length, window and shift, each divided by key_block, rounding up. Where
   * attention.is_unmasked, there is no mask. Where attention.is_linear, there is no softmax.
   *
   * With attention.is_relative, `weight` is n_heads x R x C, by relative position: weight[head] of
   * query (y, x) and key (i, j) is in row y / key_block - i + K - 1, y / key_block rounded down and
   * K the keys along that side of a window, and in a column alike; R and C are just large enough,
   * and key_block divides the window.
   *
   * The result is rolled back and cropped; it has the queries' size and channels.
   */
  GENGA_OP_WINDOW_ATTENTION,

  /*
   * Attention between channels, inside windows of window_y x window_x pixels that divide the map;
   * 0 x 0: the map is one window. Inputs: queries, keys, values, of equal channels, which fall
   * into n_heads heads. Queries and keys are divided by their L2 norm over the window's pixels (at
   * least 1e-12). In a head: softmax over the last axis of (q * k^T * weight[head]), D x D, times
   * v. Where attention.is_linear, nothing is normalised, neither norms nor softmax. Where
   * attention.is_strided, a window is what lies window_y and window_x pixels apart instead: all
   * pixels of the map that share a place in windows of that size.
   */
  GENGA_OP_CHANNEL_ATTENTION,

  /*
   * DySample: input 0 is sampled at points that input 1 names. Input 1 has
   * 2 * n_groups * factor^2 channels: offsets in pixels of input 0, all of x, then all of y; in
   * each, by group, then by row and column of the sub-pixel. Sub-pixel (i, j) of pixel (x, y)
   * reads group g of the channels at (x + offset_x, y + offset_y), bilinearly, clamped to the map:
   * the sub-pixel's own place is part of the offsets.
   */
  GENGA_OP_DYSAMPLE,

  /*
   * More pixels around a map: `pad` says how many, and what they are. Then more of them at the
   * bottom and at the right until both sides are multiples of pad.multiple.
   */
  GENGA_OP_PAD,
  /*
   * Fewer: `crop` says how many go at the top and at the left; at the bottom and at the right the
   * same, or, with crop.to_picture, so many that the sides are the picture's times `size`.
   */
  GENGA_OP_CROP,

  /*
   * The largest number, or the mean, of pool.kernel_y x pool.kernel_x pixels, each channel by
   * itself. Beyond the borders there are pool.pad_y, pool.pad_x pixels that are never the largest;
   * in a mean they are zeros where pool.counts_pad, else they do not count. Strides as those of
   * convolutions.
   */
  GENGA_OP_MAX_POOL,
  GENGA_OP_MEAN_POOL,

  /*
   * Moves pixels that lie in a grid over the whole map into windows of f x f pixels, which divide
   * the map: row i * height / f + y, column j * width / f + x goes to row f * y + i, column
   * f * x + j, f = shuffle.factor. The second is its inverse.
   */
  GENGA_OP_GRID_TO_WINDOWS,
  GENGA_OP_WINDOWS_TO_GRID,

  /*
   * Attention from each pixel of a map to all pixels of another one. Inputs: queries, keys and
   * values; keys and values are of one size, which need not be the queries', and queries and keys
   * of equal channels. All fall into n_heads heads. In a head, with D channels of queries:
   * softmax (q * k^T / sqrt (D)) * v.
   */
  GENGA_OP_CROSS_ATTENTION,

  /*
   * RMS norm, over the channels of each pixel: x / (sqrt (mean (x^2)) + norm.epsilon) * weight +
   * bias.
   */
  GENGA_OP_RMS_NORM,

  /*
   * The two-dimensional discrete Fourier transform of each channel over the whole map, whose width
   * is even, divided by sqrt (height * width); of its columns 0 ... width / 2, the others being
   * their conjugates. First the real parts of all channels, then the imaginary parts. `size` stays
   * that of the map, though there are only width / 2 + 1 columns.
   *
   * The second is its inverse, to a width of 2 * (columns - 1): along the columns first, after
   * which the imaginary parts of column 0 and of the last one do not count.
   */
  GENGA_OP_REAL_FFT,
  GENGA_OP_REAL_IFFT,

  /* The list `weight`, length x channels: what it has learnt. No inputs. */
  GENGA_OP_LIST,

  /*
   * The product of two matrices: a row for each pixel, a column for each channel. Input 1 is a
   * list: a * b, or a * b^T with matmul.transposes_b, a map of input 0's size. With
   * matmul.transposes_a both are maps of one size: a^T * b, a list of as many vectors as input 0
   * has channels.
   */
  GENGA_OP_MATMUL,

  /* Over the channels of each pixel, or over the pixels of each channel. */
  GENGA_OP_SOFTMAX,

  /*
   * Attention among pixels of a kind. Inputs: queries, keys and values of equal channels, which
   * fall into n_heads heads, and a map of whose channels the largest, the first of equals, is a
   * pixel's kind. Pixels in the order of their kinds, those of one kind row by row, are cut into
   * groups of attention.group pixels, or of all if there are less; the last group is filled up
   * with the last pixels again, backwards. In a group: softmax (q * k^T * weight[head]) * v.
   */
  GENGA_OP_SORTED_ATTENTION,

  GENGA_OP_LAST = GENGA_OP_SORTED_ATTENTION
} GengaOpKind;

typedef enum
{
  GENGA_ACTIVATION_PRELU,
  GENGA_ACTIVATION_LEAKY_RELU, /* x < 0: x * slope */
  GENGA_ACTIVATION_RELU,
  GENGA_ACTIVATION_SILU, /* x * sigmoid (x) */
  GENGA_ACTIVATION_MISH, /* x * tanh (log (1 + exp (x))) */
  GENGA_ACTIVATION_GELU, /* x * (1 + erf (x / sqrt (2))) / 2 */
  GENGA_ACTIVATION_SIGMOID,
  GENGA_ACTIVATION_TANH,
  GENGA_ACTIVATION_CLIP,     /* to low ... high */
  GENGA_ACTIVATION_ELU,      /* x < 0: (exp (x) - 1) * slope */
  GENGA_ACTIVATION_SOFTPLUS, /* log (1 + exp (x)) */
  GENGA_ACTIVATION_EXP,
  GENGA_ACTIVATION_LOG,
  GENGA_ACTIVATION_SQRT,
  GENGA_ACTIVATION_ABS,
  GENGA_ACTIVATION_ERF,
  GENGA_ACTIVATION_POW,   /* x to the power of exponent; NaN where C's pow() is */
  GENGA_ACTIVATION_ROUND, /* to the nearest whole number, halves away from zero */

  GENGA_ACTIVATION_LAST = GENGA_ACTIVATION_ROUND
} GengaActivation;

typedef enum
{
  GENGA_RESIZE_NEAREST,
  GENGA_RESIZE_BILINEAR,
  GENGA_RESIZE_BICUBIC, /* Catmull-Rom: R. Keys, "Cubic convolution interpolation", a = -1/2 */
  GENGA_RESIZE_BICUBIC_SHARP, /* the same with a = -3/4, as PyTorch and ONNX have it */
  /* Centres of the first and the last pixels lie on each other: x goes to
     x * (source's side - 1) / (side - 1), or to 0 where there is one pixel. */
  GENGA_RESIZE_BILINEAR_CORNERS,

  GENGA_RESIZE_LAST = GENGA_RESIZE_BILINEAR_CORNERS
} GengaResizeKind;

typedef enum
{
  GENGA_PAD_ZERO,
  /* Mirrored at the centre of the border's pixels; what is further away than the map has pixels is
     the last of those. */
  GENGA_PAD_REFLECT,
  GENGA_PAD_REPLICATE, /* the border's pixels */
  /* Mirrored at the centre of the border's pixels again and again: 1 2 3 | 2 1 2 3. */
  GENGA_PAD_REFLECT_ALL,
  /* Mirrored behind the border's pixels again and again: 1 2 3 | 3 2 1 1 2. */
  GENGA_PAD_SYMMETRIC,
  /* Mirrored where the map is larger along either axis than what is added at any of its ends,
     else zeros. */
  GENGA_PAD_REFLECT_OR_ZERO,

  GENGA_PAD_LAST = GENGA_PAD_REFLECT_OR_ZERO
} GengaPadKind;

typedef enum
{
  GENGA_AXIS_Y,
  GENGA_AXIS_X,
} GengaAxis;

typedef struct
{
  int num;
  int den;
} GengaSizeRatio;

typedef struct
{
  GengaOpKind kind;
  guint n_inputs;
  guint inputs[GENGA_OP_MAX_INPUTS]; /* values */
  guint weight;                      /* constants, or GENGA_NONE */
  guint bias;

  /* The value it makes. */
  int channels;
  GengaSizeRatio size; /* in lowest terms */
  gboolean is_vector;
  int length; /* of a list; 0: it is none */
  gboolean is_f32;

  union
  {
    struct
    {
      int kernel_y, kernel_x;
      int stride; /* along both axes */
      int pad_y, pad_x;
      int dilation;
      int groups;
    } conv;
    struct
    {
      GengaActivation function;
      float slope;
      float low, high;
      float exponent;
    } activation;
    struct
    {
      int first;
      int n;
    } slice;
    struct
    {
      int factor;
    } shuffle;
    struct
    {
      GengaResizeKind kind;
      int num;
      int den;
    } resize;
    struct
    {
      int n_groups;
      double epsilon;
    } norm;
    struct
    {
      int n_heads;
      int window_y, window_x;
      int shift_y, shift_x;
      int multiple;
      int key_window_y, key_window_x; /* with the margins, where there are some */
      int key_shift_y, key_shift_x;
      int key_margin;
      int key_block;
      gboolean is_linear;
      gboolean is_strided;
      gboolean is_unmasked;
      int group;
      gboolean is_relative;
    } attention;
    struct
    {
      int n_groups;
      int factor;
    } dysample;
    struct
    {
      gboolean transposes_a;
      gboolean transposes_b;
    } matmul;
    struct
    {
      gboolean is_over_pixels;
    } softmax;
    struct
    {
      GengaPadKind kind;
      int top, bottom, left, right;
      int multiple; /* 1: any */
    } pad;
    struct
    {
      int top, bottom, left, right;
      gboolean to_picture; /* `bottom` and `right` follow from the picture */
    } crop;
    struct
    {
      int kernel_y, kernel_x;
      int stride;
      int pad_y, pad_x; /* at most half the kernel's */
      gboolean counts_pad;
    } pool;
  };
} GengaOp;

/* A tensor of the network: f32, row-major. */
typedef struct
{
  guint rank;
  int shape[GENGA_CONSTANT_MAX_RANK];
  gsize n_elements;
  const float *data; /* NULL in a graph that was made without weights */
} GengaConstant;

typedef struct
{
  guint n_ops;
  const GengaOp *ops;
  guint n_constants;
  const GengaConstant *constants;
  /* What the sides of a picture are: at least, and multiples of. At least 1. */
  int minimum;
  int multiple_of;
} GengaGraph;

/* The value that is the result; the channels of the picture. */
static inline const GengaOp *
genga_graph_get_result (const GengaGraph *self)
{
  return &self->ops[self->n_ops - 1];
}

static inline int
genga_graph_get_in_channels (const GengaGraph *self)
{
  return self->ops[0].channels;
}

/* How often a kernel fits into a side, in steps of a stride; 0 where it does not. */
static inline gint64
genga_count_steps (gint64 side, gint64 extent, int stride)
{
  return side < extent ? 0 : (side - extent) / stride + 1;
}

/*
 * A side of the value that `op` makes, along one axis: `picture` is the picture's, and `sides` has
 * those of all values before. 1 for a vector. Less than 1 where a map has no pixels left.
 */
static inline gint64
genga_op_get_side (const GengaOp *op, GengaAxis axis, gint64 picture, const gint64 *sides)
{
  gboolean is_y = axis == GENGA_AXIS_Y;
  gint64 side = op->n_inputs > 0 ? sides[op->inputs[0]] : picture;

  if (op->is_vector)
    return 1;
  if (op->length > 0)
    return is_y ? op->length : 1;
  switch (op->kind)
    {
    case GENGA_OP_CONV2D:
    case GENGA_OP_DECONV2D:
      {
        gint64 pad = 2 * (gint64)(is_y ? op->conv.pad_y : op->conv.pad_x);
        gint64 last = (gint64)((is_y ? op->conv.kernel_y : op->conv.kernel_x) - 1);

        last *= op->conv.dilation;
        if (op->kind == GENGA_OP_DECONV2D)
          return (side - 1) * op->conv.stride + last + 1 - pad;
        return genga_count_steps (side + pad, last + 1, op->conv.stride);
      }
    case GENGA_OP_MAX_POOL:
    case GENGA_OP_MEAN_POOL:
      return genga_count_steps (side + 2 * (gint64)(is_y ? op->pool.pad_y : op->pool.pad_x),
                                is_y ? op->pool.kernel_y : op->pool.kernel_x, op->pool.stride);
    case GENGA_OP_PIXEL_SHUFFLE:
      return side * op->shuffle.factor;
    case GENGA_OP_PIXEL_UNSHUFFLE:
      return side / op->shuffle.factor;
    case GENGA_OP_RESIZE:
      return op->n_inputs > 1 ? sides[op->inputs[1]] : side * op->resize.num / op->resize.den;
    case GENGA_OP_DYSAMPLE:
      return side * op->dysample.factor;
    case GENGA_OP_REAL_FFT:
      return is_y ? side : side / 2 + 1;
    case GENGA_OP_REAL_IFFT:
      return is_y ? side : 2 * (side - 1);
    case GENGA_OP_WINDOW_ATTENTION:
    case GENGA_OP_CROSS_ATTENTION:
    case GENGA_OP_MATMUL:
      return side;
    case GENGA_OP_PAD:
      side += is_y ? op->pad.top : op->pad.left;
      side += is_y ? op->pad.bottom : op->pad.right;
      return (side + op->pad.multiple - 1) / op->pad.multiple * op->pad.multiple;
    case GENGA_OP_CROP:
      if (op->crop.to_picture)
        return picture * op->size.num / op->size.den;
      return side - (is_y ? op->crop.top : op->crop.left) -
             (is_y ? op->crop.bottom : op->crop.right);
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
    case GENGA_OP_GROUP_NORM:
    case GENGA_OP_GLOBAL_MEAN:
    case GENGA_OP_CHANNEL_ATTENTION:
    case GENGA_OP_GRID_TO_WINDOWS:
    case GENGA_OP_WINDOWS_TO_GRID:
    case GENGA_OP_LIST:
    case GENGA_OP_SOFTMAX:
    case GENGA_OP_SORTED_ATTENTION:
    default:
      /* Of two values one may be a vector. */
      return op->n_inputs > 1 ? MAX (side, sides[op->inputs[1]]) : side;
    }
}

G_END_DECLS
