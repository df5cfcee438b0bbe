/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a family of networks makes its graph out of a state dict. For src/nets only.
 *
 * The spec has been detected from the same dict, so that every tensor is there in the shape that
 * the spec says: a missing one is a programmer's mistake and ends the program. Keys are given as
 * for printf(). Without weights all data are NULL, and shapes alone count.
 */
#pragma once

#include "nets/attention/graph-attention.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

typedef struct
{
  GengaGraphBuilder *graph;
  GengaStateDict *dict; /* NULL for networks without weights */
} GengaArchBuild;

gboolean genga_arch_build_has (const GengaArchBuild *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
const GengaTensor *genga_arch_build_get (const GengaArchBuild *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* A tensor's numbers in f64, row-major; free with g_free(). NULL without weights. */
double *genga_arch_build_dup_f64 (const GengaArchBuild *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* A tensor as it is stored, as a constant; as one of a single axis. */
guint genga_arch_build_constant (const GengaArchBuild *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
guint genga_arch_build_vector (const GengaArchBuild *self, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* n numbers, rounded to f32, as a constant of that shape; NULL without weights. */
guint genga_arch_build_f64_constant (const GengaArchBuild *self,
                                     guint rank,
                                     const int *shape,
                                     const double *data);

/*
 * A convolution of n_out x n_in / groups x kernel_y x kernel_x weights, `shape`, that were worked
 * out in f64, with its size kept. Biases for all output channels; NULL without weights.
 */
guint genga_arch_build_f64_conv (const GengaArchBuild *build,
                                 guint input,
                                 const int *shape,
                                 const double *weight,
                                 const double *bias);

/* x + offset with one number for all channels. */
guint genga_arch_build_shift (const GengaArchBuild *self, guint input, float offset);

/*
 * The layer "<prefix>.weight", "<prefix>.bias" (may be missing), with stride 1 and its size kept:
 * a convolution, or a linear layer as a 1x1 one.
 */
guint genga_arch_build_conv (const GengaArchBuild *self, guint input, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
guint genga_arch_build_depthwise (const GengaArchBuild *self, guint input, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* The same without padding, in steps of `stride`. */
guint genga_arch_build_valid_conv (const GengaArchBuild *self,
                                   guint input,
                                   int stride,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (4, 5);
/* A transposed convolution, which takes `pad` pixels off every side of its result. */
guint genga_arch_build_deconv (
    const GengaArchBuild *self, guint input, int stride, int pad, const char *format, ...)
    G_GNUC_PRINTF (5, 6);

/* A layer norm with "<prefix>.weight" and "<prefix>.bias". */
guint genga_arch_build_layer_norm (const GengaArchBuild *self,
                                   guint input,
                                   double epsilon,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
