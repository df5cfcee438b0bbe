/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The graphs of SwinIR and of what was built on it: what lies around the blocks, and what blocks
 * have in common. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

typedef struct
{
  guint picture; /* as the network sees it: without its mean, in its range, before any unshuffle */
  guint first;   /* what the first convolution makes */
} GengaSwinHead;

GengaSwinHead genga_swin_build_head (const GengaArchBuild *build, const GengaNetSpec *spec);
/* From the features to the result; `steps` is "upsample". */
void genga_swin_build_tail (const GengaArchBuild *build,
                            const GengaNetSpec *spec,
                            const GengaSwinHead *head,
                            guint features,
                            const char *steps);

/* The factor of a picture's range, and the mean colour: away from the picture, and back. */
guint genga_swin_normalise (const GengaArchBuild *build, guint picture, int range);
guint genga_swin_restore (const GengaArchBuild *build, guint picture, int range);

guint genga_swin_build_residual (const GengaArchBuild *build,
                                 GengaResidual residual,
                                 guint input,
                                 const char *prefix);
/* fc2 (GELU (fc1 (input))) */
guint genga_swin_build_mlp (const GengaArchBuild *build, guint input, const char *prefix);
guint genga_swin_build_norm (const GengaArchBuild *build, guint input, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/*
 * t * sigmoid (conv (ReLU (conv (mean of t)))), with "<prefix>.attention.1" and ".3": a factor for
 * each channel.
 */
guint genga_swin_build_gate (const GengaArchBuild *build, guint input, const char *prefix);

/* ---- attention ---- */

/*
 * Queries, keys and values from "<prefix>.qkv", attention in windows of window x window pixels
 * with the biases by relative position `positions`, and "<prefix>.proj".
 */
typedef struct
{
  int n_heads;
  int window;
  int shift;
  guint positions;
} GengaSwinAttention;

guint genga_swin_build_attention (const GengaArchBuild *build,
                                  const GengaSwinAttention *attention,
                                  guint input,
                                  const char *prefix);

/*
 * Biases as GENGA_OP_WINDOW_ATTENTION takes them by relative position: n_heads x height x width
 * out of height * width x n_heads, which may be NULL where there are no weights.
 */
guint genga_swin_build_positions (
    const GengaArchBuild *build, const double *table, int n_heads, int height, int width);

G_END_DECLS
