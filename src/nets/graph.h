/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making graphs (graph-data.h). A family of networks calls these functions in the order in which
 * its layers run; each answers the number of the value that it makes.
 *
 * The shapes that they are given have been checked: a mistake is a programmer's and ends the
 * program (g_assert). What a model file says is checked before, by its family.
 *
 * A graph may be made without weights: it has all shapes, and its constants have no data. Planning
 * needs no more.
 *
 * Thread rule: one thread makes a graph; a finished one is immutable, and any thread may read it.
 */
#pragma once

#include "nets/graph-data.h"
#include "weights/tensor.h"

G_BEGIN_DECLS

typedef struct _GengaGraphBuilder GengaGraphBuilder;

GengaGraphBuilder *genga_graph_builder_new (int channels, gboolean with_weights);
void genga_graph_builder_free (GengaGraphBuilder *self);

gboolean genga_graph_builder_has_weights (GengaGraphBuilder *self);

/*
 * The sides of a picture: at least `minimum` and multiples of `multiple_of`; without a call 1
 * and 1. The graph asks for more where its maps do not fit each other otherwise.
 */
void genga_graph_require_sides (GengaGraphBuilder *self, int minimum, int multiple_of);

/* A value that was made, as it stands; good until the next one is made. */
const GengaOp *genga_graph_peek (GengaGraphBuilder *self, guint value);

/* ---- constants ---- */

/* Takes `data` (from g_malloc(), n_elements floats), NULL where the graph has no weights. */
guint
genga_graph_take_constant (GengaGraphBuilder *self, guint rank, const int *shape, float *data);
/* A copy of a model file's tensor of at most GENGA_CONSTANT_MAX_RANK axes. */
guint genga_graph_copy_tensor (GengaGraphBuilder *self, const GengaTensor *tensor);
/* Copies of numbers: a constant of one axis. */
guint genga_graph_copy_vector (GengaGraphBuilder *self, const float *values, int n);

/* ---- operations ---- */

/* Stride 1, size kept; kernel and channels are those of `weight`. `bias` may be GENGA_NONE. */
guint genga_graph_conv (GengaGraphBuilder *self, guint input, guint weight, guint bias, int groups);
/* Any other convolution: `op` says kind, inputs, weight, bias and conv. */
guint genga_graph_conv_full (GengaGraphBuilder *self, const GengaOp *op);

guint genga_graph_prelu (GengaGraphBuilder *self, guint input, guint slopes);
guint genga_graph_leaky_relu (GengaGraphBuilder *self, guint input, float slope);
guint genga_graph_elu (GengaGraphBuilder *self, guint input, float slope);
guint genga_graph_pow (GengaGraphBuilder *self, guint input, float exponent);
/* A function without parameters. */
guint genga_graph_activate (GengaGraphBuilder *self, guint input, GengaActivation function);
guint genga_graph_clip (GengaGraphBuilder *self, guint input, float low, float high);

/* `factor` and `offset` are vectors, or GENGA_NONE. */
guint genga_graph_affine (GengaGraphBuilder *self, guint input, guint factor, guint offset);
/* x * factor with one number for all channels. */
guint genga_graph_scale (GengaGraphBuilder *self, guint input, float factor);

/* GENGA_OP_ADD to GENGA_OP_MAX. */
guint genga_graph_combine (GengaGraphBuilder *self, GengaOpKind kind, guint a, guint b);

guint genga_graph_concat (GengaGraphBuilder *self, const guint *inputs, guint n);
guint genga_graph_slice (GengaGraphBuilder *self, guint input, int first, int n);
guint genga_graph_pixel_shuffle (GengaGraphBuilder *self, guint input, int factor);
guint genga_graph_pixel_unshuffle (GengaGraphBuilder *self, guint input, int factor);
guint
genga_graph_resize (GengaGraphBuilder *self, guint input, GengaResizeKind kind, int num, int den);
/* To the size of `like`. Where that is a fixed ratio, genga_graph_resize() tells more. */
guint
genga_graph_resize_like (GengaGraphBuilder *self, guint input, GengaResizeKind kind, guint like);

typedef struct
{
  GengaPadKind kind;
  int top, bottom, left, right; /* none is negative */
  int multiple;                 /* 0 and 1: any */
} GengaPad;

guint genga_graph_pad (GengaGraphBuilder *self, guint input, const GengaPad *pad);
/* n on every side. */
guint
genga_graph_pad_all (GengaGraphBuilder *self, guint input, GengaPadKind kind, int n, int multiple);
guint
genga_graph_crop (GengaGraphBuilder *self, guint input, int top, int bottom, int left, int right);
guint genga_graph_crop_all (GengaGraphBuilder *self, guint input, int n);
/* To the picture's size times the value's ratio, whatever was padded at the bottom and the right.
 */
guint genga_graph_crop_to_picture (GengaGraphBuilder *self, guint input, int top, int left);

typedef struct
{
  int kernel_y, kernel_x;
  int stride;
  int pad_y, pad_x; /* at most half the kernel's */
  gboolean counts_pad;
} GengaPool;

/* GENGA_OP_MAX_POOL or _MEAN_POOL. */
guint
genga_graph_pool (GengaGraphBuilder *self, guint input, GengaOpKind kind, const GengaPool *pool);

guint genga_graph_layer_norm (
    GengaGraphBuilder *self, guint input, guint weight, guint bias, double epsilon);
guint genga_graph_rms_norm (
    GengaGraphBuilder *self, guint input, guint weight, guint bias, double epsilon);
guint genga_graph_group_norm (
    GengaGraphBuilder *self, guint input, guint weight, guint bias, int n_groups, double epsilon);
/* The map's width is even for every picture. */
guint genga_graph_real_fft (GengaGraphBuilder *self, guint input);
guint genga_graph_real_ifft (GengaGraphBuilder *self, guint input);
guint genga_graph_global_mean (GengaGraphBuilder *self, guint input);

guint genga_graph_dysample (
    GengaGraphBuilder *self, guint input, guint offsets, int n_groups, int factor);

/* ---- the graph ---- */

/*
 * Whether all maps fit each other for some pictures, so that _finish() may be called. Families know
 * that; who makes a graph of a file's own operations asks. `*reason` (may be NULL) is a technical
 * line in English; free with g_free().
 */
gboolean genga_graph_builder_check (GengaGraphBuilder *self, char **reason);
/*
 * The graph whose result is the value made last. Marks which values are f32 (see
 * graph-data.h): what the first and the last convolutions make, and what is made of nothing but
 * such values. The builder is freed.
 */
GengaGraph *genga_graph_builder_finish (GengaGraphBuilder *self);
/*
 * The same of operations (GengaOp) and constants (GengaConstant, whose data are from g_malloc())
 * that are there. Takes the arrays and the data. For src/nets only.
 */
GengaGraph *genga_graph_new (GArray *ops, GArray *constants, int minimum, int multiple_of);
void genga_graph_free (GengaGraph *self);
GengaGraph *genga_graph_copy (const GengaGraph *self);

/* "conv2d", "pixel-shuffle": for messages to developers. */
const char *genga_op_kind_get_name (GengaOpKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaGraphBuilder, genga_graph_builder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaGraph, genga_graph_free)

G_END_DECLS
