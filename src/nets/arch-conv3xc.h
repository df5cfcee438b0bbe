/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conv3XC, the re-parameterised 3x3 convolution of SPAN and its descendants: 1x1, 3x3 and 1x1
 * convolutions in a row beside a 1x1 one, all linear, so one 3x3 convolution. The training pads the
 * map before the first one: the border is the same. For src/nets only.
 *
 * In a state dict it is "<prefix>.conv.0", ".conv.1", ".conv.2" and ".sk". A "<prefix>.eval_conv"
 * beside them is what they once came to, and stale in many files; a slim file has nothing else.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/arch-reader.h"

G_BEGIN_DECLS

/* The length of the folded kernel, out x in x 3 x 3, along axis 0 or 1. */
int genga_arch_get_conv3xc_dim (GengaArchReader *reader, const char *prefix, guint axis);

/* Names all tensors of one, full or slim. */
void genga_arch_expect_conv3xc (
    GengaArchReader *reader, const char *prefix, int out, int in, gboolean has_bias);

/* The convolutions in f64, row-major; NULL without weights. A bias may be missing: NULL. */
typedef struct
{
  int in;
  int wide_in;
  int wide_out;
  int out;
  double *weight[3]; /* wide_in x in, wide_out x wide_in x 3 x 3, out x wide_out */
  double *bias[3];
  double *beside_weight; /* out x in */
  double *beside_bias;
} GengaConv3xc;

/* The parts of a full one. */
void genga_conv3xc_load (GengaConv3xc *self, const GengaArchBuild *build, const char *prefix);
void genga_conv3xc_clear (GengaConv3xc *self);

/* Adds the one convolution, with its size kept. */
guint genga_conv3xc_build (const GengaConv3xc *self, const GengaArchBuild *build, guint input);

/* The one convolution: `weight` is out x in x 3 x 3, `bias` out. */
void genga_conv3xc_fold (const GengaConv3xc *self, double *weight, double *bias);

/* Adds the folded convolution, with its size kept. */
guint genga_arch_build_conv3xc (const GengaArchBuild *build, guint input, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
