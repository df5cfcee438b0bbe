/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How SwinIR, and the networks that were built on it, are read out of a state dict: what all of
 * them have, around blocks that differ. For src/nets only.
 */
#pragma once

#include "nets/arch-reader.h"
#include "nets/attention/arch-tail.h"
#include "nets/spec-data.h"

G_BEGIN_DECLS

/* Pixels of a window's side: larger ones have more biases than any real network. */
#define GENGA_SWIN_MAX_WINDOW 64

/* dim and in_channels, unshuffle, residual; 1 or 255 for the range, which only the window tells. */
void genga_swin_read_trunk (GengaArchReader *reader, GengaNetSpec *spec);
/* The side of a window of n pixels, which `key` tells; checks that it is possible. */
int genga_swin_read_window (GengaArchReader *reader, const char *key, int n);
/* The number of layers "layers.i", and in each that of blocks, "layers.i.<blocks>.j". */
void genga_swin_read_depths (GengaArchReader *reader, GengaSwinSpec *net, const char *blocks);
/* The picture's side that a mask of n x N x N numbers was made for; 0 where there is no mask. */
int genga_swin_read_mask (GengaArchReader *reader, const char *key, int window);
/* Upsampler, scale, out_channels and range, with the tensors of the upsampler; after the window. */
void genga_swin_read_tail (GengaArchReader *reader, GengaNetSpec *spec);
GengaTail genga_swin_get_tail (const GengaNetSpec *spec);
/*
 * Fails where a layer's heads do not divide the channels, or where queries and keys of a window
 * make more pairs than fit into memory.
 */
void
genga_swin_check_heads (GengaArchReader *reader, int n_heads, int dim, int n_queries, int n_keys);

/* Tensors: around the layers. */
void genga_swin_expect_trunk (GengaArchReader *reader, const GengaNetSpec *spec);
void genga_swin_expect_residual (GengaArchReader *reader,
                                 GengaResidual residual,
                                 int dim,
                                 const char *prefix);
/*
 * Two convolutions, "<prefix>.0" and "<prefix>.2", with `narrow` channels between, and a gate for
 * each channel, "<prefix>.3.attention.1" and ".3".
 */
void genga_swin_expect_cab (GengaArchReader *reader, int dim, int narrow, const char *prefix);
/* Of a block: "<prefix>.fc1" and "<prefix>.fc2"; "<prefix>.qkv" and "<prefix>.proj". */
void genga_swin_expect_mlp (GengaArchReader *reader, int dim, int hidden, const char *prefix);
void
genga_swin_expect_attention (GengaArchReader *reader, int dim, gboolean bias, const char *prefix);

/* ---- what is told of them ---- */

/* Hyper-parameters in the order of the reference, for each family those that it has. */
void genga_swin_foreach_hyper (const GengaNetSpec *spec, GengaHyperFunc func, gpointer user_data);
/* "small" to "large", and what it was trained at; the channels, and the residual connection. */
void genga_swin_add_size_tags (const GengaNetSpec *spec, GPtrArray *tags);
void genga_swin_add_dim_tags (const GengaNetSpec *spec, GPtrArray *tags);
const char *genga_swin_get_residual_name (GengaResidual residual);

G_END_DECLS
