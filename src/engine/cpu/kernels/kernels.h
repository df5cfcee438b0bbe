/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel sets: the layers of a network on a few rows at a time, for each kind of CPU.
 *
 * Activations are rows of pixels, all channels of a pixel together ("NHWC"), as f32 or f16. A
 * caller owns all of them, in whatever rings or planes it likes: a kernel is given one pointer per
 * row, to channel 0 of column 0. In a tensor
 *   - pixels are a stride apart, in samples: at least the channels rounded up to 16. A stride
 * larger than that makes a tensor part of a wider one: concatenation and slices cost nothing where
 * they are cut at multiples of 16;
 *   - the channels between the real ones and the next multiple of 16 are zero: kernels read them,
 * and write them as zero. A tensor of at most 4 channels needs no more than its channels where only
 *     layers read it;
 *   - columns left of 0 and right of the frame that a layer reads exist and are zero: margin_left
 * of them, and margin_right behind the width rounded up to 4. A layer writes no columns outside
 *     [x0, min (x1, width)), so one clearing of a ring lasts;
 *   - rows above and below the frame are pointers to any row of zeros.
 * No alignment is asked for; rows and pixels on 64 bytes are faster.
 *
 * The grid: a call makes the rows [y, y + n_rows) of the output, where y is a multiple of
 * GENGA_KERNEL_GRID and n_rows is that constant, or less in the frame's last rows; x0 is a multiple
 * of it, and so is x1, or it is the width. A result depends on nothing but its own block of that
 * grid and on what the layer reads around it. So the same bytes come for any split of a row, any
 * order and number of threads, and for a crop whose origin lies on the grid and whose edge is
 * further away than the layers read, each layer's reach rounded up to whole blocks.
 *
 * Nothing here allocates but what is called new; nothing keeps state between calls.
 * Thread rule: a GengaConv is constant; any thread, each with scratch of its own.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_KERNEL_GRID 4 /* pixels, in both directions */

typedef struct _GengaKernelSet GengaKernelSet;
typedef struct _GengaConv GengaConv;

typedef enum
{
  GENGA_STORE_F32,
  GENGA_STORE_F16, /* IEEE half; beyond 65504 infinite, never clipped */
} GengaStore;

/* How a layer is summed. */
typedef enum
{
  GENGA_SUM_F32,  /* products and sums in f32 */
  GENGA_SUM_FAST, /* the set's fastest that keeps whole networks above 60 dB: 16-bit integers with a
                     scale of each block's own where that pays, else f32. NaN or infinity in an
                     input makes NaN of all that its block reaches */
} GengaSum;

typedef enum
{
  GENGA_EPILOGUE_NONE,
  GENGA_EPILOGUE_RELU,
  GENGA_EPILOGUE_LEAKY, /* alpha below 0 */
  GENGA_EPILOGUE_PRELU, /* `slopes` below 0 */
  GENGA_EPILOGUE_SILU,
  GENGA_EPILOGUE_MISH,
  GENGA_EPILOGUE_GELU,      /* with erf */
  GENGA_EPILOGUE_GELU_TANH, /* its approximation with tanh */
  GENGA_EPILOGUE_SIGMOID,
  GENGA_EPILOGUE_TANH,
  GENGA_EPILOGUE_CLIP, /* to [alpha, beta] */
  GENGA_EPILOGUE_ELU,  /* alpha */
  GENGA_EPILOGUE_SOFTPLUS,
  GENGA_EPILOGUE_HARDSIGMOID, /* alpha x + beta, clipped to [0, 1] */
  GENGA_EPILOGUE_SPAN_GATE,   /* (x + sides[0]) (sigmoid (x) - 1/2): SPAN's attention */
} GengaEpilogueFunction;

/*
 * What becomes of a sum x before it is stored, in this order:
 *   x + bias, the activation, times the gate, times `scale`, plus side_scales[i] * sides[i].
 * Gate and sides are tensors of the output's size. The SPAN gate takes sides[0] for itself, which
 * is then not added.
 */
typedef struct
{
  GengaEpilogueFunction activation;
  const float *bias;   /* out_channels, or NULL */
  const float *slopes; /* out_channels, for PRELU */
  float alpha, beta;
  float scale; /* 1 where nothing else is wanted */
  gboolean has_gate;
  guint n_sides; /* 0 to 2 */
  float side_scales[2];
} GengaEpilogue;

/*
 * A layer: output (y, x) is the sum over taps (i, j) and channels of
 *   weights[o][c][i][j] * input (stride y - margin_top + dilation i, stride x - margin_left +
 * dilation j) with margin_top = dilation * ((kernel_height - 1) / 2), margin_left likewise: the
 * output of an odd kernel has the input's size. Another padding is the same layer with its input
 * rows and columns moved. A deconvolution is a convolution with a pixel shuffle behind it.
 */
typedef struct
{
  guint kernel_height, kernel_width; /* 0 and 0: no sum, the epilogue on the input itself;
                                        in_channels are out_channels then */
  guint stride, dilation;            /* 1 at least */
  gboolean depthwise;                /* each channel on its own; in_channels are out_channels */
  guint in_channels, out_channels;
  const float *weights; /* [out][in][height][width], depthwise [out][height][width] */
  GengaEpilogue epilogue;
  GengaSum sum;
  GengaStore in_store, out_store;
  GengaStore side_store; /* of gate and sides */
} GengaConvSpec;

/* A call. Every list has one pointer per row, to channel 0 of column 0. */
typedef struct
{
  const void *const *in;   /* the layer's in_rows, the first at row stride y - margin_top, all of
                              them also where n_rows is less than the grid */
  void *const *out;        /* n_rows; memory that may be gate or sides too, but not in */
  const void *const *gate; /* n_rows */
  const void *const *sides[2];                               /* n_rows each */
  gsize in_stride, out_stride, gate_stride, side_strides[2]; /* samples from pixel to pixel */
  guint n_rows;                                              /* 1 to GENGA_KERNEL_GRID */
  guint x0, x1, width;                                       /* columns of the output */
  void *scratch; /* scratch_bytes, on 64 bytes, this thread's own */
} GengaConvRows;

/* A layer, its weights packed as its set wants them. Sets put what else they need behind it. */
struct _GengaConv
{
  const GengaKernelSet *set;
  const char *kernel; /* for people: "winograd 4x4 int16" */
  guint in_rows;      /* (GENGA_KERNEL_GRID - 1) stride + dilation (kernel_height - 1) + 1 */
  guint margin_top, margin_left;
  guint margin_right; /* columns behind stride * (the width rounded up to GENGA_KERNEL_GRID) */
  gsize scratch_bytes;
  gsize packed_bytes; /* what the weights take in memory */
  double flops;       /* of the direct convolution, for one output pixel */
  void (*run) (const GengaConv *self, const GengaConvRows *rows);
  void (*free) (GengaConv *self);
};

/*
 * A row whose pixels are normalised over their channels: (x - mean) / sqrt (variance + epsilon) *
 * weight + bias, or x / (sqrt (mean (x^2)) + epsilon) * weight + bias where `is_rms`. Pointers are
 * to channel 0 of column 0.
 */
typedef struct
{
  const void *in;
  void *out;
  gsize in_stride, out_stride;
  GengaStore in_store, out_store;
  guint n_channels;
  const float *weight, *bias; /* with zeros up to the next multiple of 16 */
  float epsilon;
  gboolean is_rms;
} GengaNormRow;

/*
 * Some queries that all attend to the same keys: in each head, softmax (q * k^T + bias) * v.
 * Queries are lanes of vectors: channel c of query i is at [c * n_lanes + i], of the result alike.
 * Each lane is computed by itself, whatever the others are. Channels of a head follow each other,
 * head_dim of queries and keys, value_dim of values and results.
 */
typedef struct
{
  guint n_heads, head_dim, value_dim;
  guint n_keys;
  guint n_lanes; /* a multiple of 16 */
  const float *queries;
  const float *keys, *values; /* n_keys pixels without gaps */
  /* Those of key k in head h begin at h * head_biases + key_biases[k], one for each lane. NULL:
   * there are none. */
  const float *biases;
  const gsize *key_biases;
  gsize head_biases;
  const float *masks; /* added to logits of each key as well, or NULL; biases are there then */
  gboolean is_linear; /* no softmax */
  float *out;
  float *scratch; /* GENGA_ATTEND_LANES * n_keys, on 64 bytes, this thread's own */
} GengaAttend;

#define GENGA_ATTEND_LANES 64 /* that are worked on at a time */

/*
 * A product of matrices: row t of `out` is the sum over k of a[t * a_row + k * a_step] times row k
 * of `b`. Each number by itself, in the order of k.
 */
typedef struct
{
  const float *a;
  gsize a_row, a_step;
  const float *b;
  gsize b_step;
  guint n; /* rows of `b` */
  guint n_rows;
  guint n_columns; /* a multiple of 16 */
  float *out;
  gsize out_row;
} GengaProduct;

/* What one kind of CPU runs. */
struct _GengaKernelSet
{
  const char *name; /* "avx512", "avx2", "plain" */
  gboolean (*is_supported) (void);
  /* The layer, or NULL where the set has no kernel for it. `spec` and what it points at are read
   * during the call only. */
  GengaConv *(*conv_new) (const GengaConvSpec *spec);
  /* Columns [x0, x1), each by itself. */
  void (*layer_norm) (const GengaNormRow *row, guint x0, guint x1);
  void (*attend) (const GengaAttend *self);
  void (*multiply) (const GengaProduct *self);
};

static inline void
genga_conv_run (const GengaConv *self, const GengaConvRows *rows)
{
  self->run (self, rows);
}

static inline void
genga_conv_free (GengaConv *self)
{
  if (self != NULL)
    self->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaConv, genga_conv_free)

G_END_DECLS
