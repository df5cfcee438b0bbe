/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The graphs of SwinIR and of what was built on it: what lies around the blocks, and what blocks
 * have in common. For src/nets only.
 */
#pragma once

#include "nets/arch-build.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

/* A layer of the network, its residual connection included. */
typedef guint (*GengaSwinLayerFunc) (const GengaArchBuild *build,
                                     const GengaSwinSpec *net,
                                     int layer,
                                     guint input);

/* The whole network, and what the sides of a picture have to be. */
void genga_swin_build_network (const GengaArchBuild *build,
                               const GengaNetSpec *spec,
                               GengaSwinLayerFunc build_layer);

/* A block of a layer. */
typedef guint (*GengaSwinBlockFunc) (
    const GengaArchBuild *build, const GengaSwinSpec *net, int layer, int block, guint input);

/* The blocks of a layer and the convolution behind them, without the layer's residual connection.
 */
guint genga_swin_build_blocks (const GengaArchBuild *build,
                               const GengaSwinSpec *net,
                               int layer,
                               guint input,
                               GengaSwinBlockFunc build_block);

guint genga_swin_build_residual (const GengaArchBuild *build,
                                 GengaResidual residual,
                                 guint input,
                                 const char *prefix);
/* fc2 (GELU (fc1 (input))) */
guint genga_swin_build_mlp (const GengaArchBuild *build, guint input, const char *prefix);
guint genga_swin_build_norm (const GengaArchBuild *build, guint input, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/*
 * t = "<prefix>.2" (GELU ("<prefix>.0" (input))), times a factor for each channel: sigmoid (conv
 * (ReLU (conv (mean of t)))), with "<prefix>.3.attention.1" and ".3".
 */
guint genga_swin_build_cab (const GengaArchBuild *build, guint input, const char *prefix);

/* ---- attention ---- */

typedef struct
{
  int n_heads;
  int window;
  int shift;
  guint positions; /* biases by relative position */
  gboolean cosine;
  guint factors; /* of heads, where it is cosine attention */
} GengaSwinAttention;

/*
 * Attention in windows of window x window pixels, with queries, keys and values after each other
 * in `qkv`, and "<prefix>.proj".
 */
guint genga_swin_build_windows (const GengaArchBuild *build,
                                const GengaSwinAttention *attention,
                                guint qkv,
                                const char *prefix);
/* The same of what "<prefix>.qkv" makes of the input, with "<prefix>.relative_position_bias_table".
 */
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
