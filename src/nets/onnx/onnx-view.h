/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Views of maps: how the axes of a tensor are made of a map's channels, rows and columns. For
 * src/nets/onnx only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

/* ---- maps of the graph ---- */

/* The size that a map has; notes what the file's own sizes are compared with. */
void genga_onnx_note_map (GengaOnnxImport *self,
                          guint map,
                          const GengaOnnxSize *height,
                          const GengaOnnxSize *width);
/* The same for a map that is of the size of another one. */
void genga_onnx_note_like (GengaOnnxImport *self, guint map, guint like);
const GengaOnnxSize *genga_onnx_get_height (GengaOnnxImport *self, guint map);
const GengaOnnxSize *genga_onnx_get_width (GengaOnnxImport *self, guint map);

/* ---- making views ---- */

/* 1 x channels x height x width of a map, or 1 x channels x 1 x 1 of a vector. */
void genga_onnx_view_init (GengaOnnxImport *self, GengaOnnxValue *view, guint map);
/* The same axes, of another map of the same size and channels. */
void genga_onnx_view_copy (GengaOnnxValue *view, const GengaOnnxValue *of, guint map);
/* genga_onnx_view_init() as the node's output `index`. */
gboolean genga_onnx_set_map (GengaOnnxImport *self, guint index, guint map);
gboolean
genga_onnx_set_view_like (GengaOnnxImport *self, guint index, const GengaOnnxValue *of, guint map);

/* ---- asking ---- */

/* The atoms of an axis. */
const GengaOnnxAtom *
genga_onnx_view_get_axis (const GengaOnnxValue *view, guint axis, guint *n_atoms);
/* Its length; FALSE where that can't be told. */
gboolean genga_onnx_view_get_length (const GengaOnnxValue *view, guint axis, GengaOnnxSize *length);

/* Whether an axis is all channels in order, all rows, or all columns, and nothing else. */
gboolean genga_onnx_view_is_whole (GengaOnnxImport *self,
                                   const GengaOnnxValue *view,
                                   guint axis,
                                   GengaOnnxDim dim);
/* Whether atoms read their maps in the same way. */
gboolean genga_onnx_atoms_are_like (const GengaOnnxAtom *a, const GengaOnnxAtom *b, guint n);

/*
 * Of the axes named in `is_in`, which dimensions of the map they hold: all of it, nothing, or a
 * part, which is refused.
 */
typedef struct
{
  gboolean channels, y, x;
} GengaOnnxHeld;

gboolean genga_onnx_view_find_held (GengaOnnxImport *self,
                                    const GengaOnnxValue *view,
                                    const gboolean *is_in,
                                    GengaOnnxHeld *held);

/* ---- changing ---- */

/* Each function changes the view in place. FALSE with an error where that is no view of a map. */
gboolean genga_onnx_view_reshape (GengaOnnxImport *self,
                                  GengaOnnxValue *view,
                                  const GengaOnnxSize *lengths,
                                  guint rank);
void genga_onnx_view_transpose (GengaOnnxValue *view, const guint *order);
/* `axis` is that often as long, one after the other. */
gboolean genga_onnx_view_repeat (GengaOnnxImport *self, GengaOnnxValue *view, guint axis, gint64 n);
/* New axes of length 1, in front, until there are `rank`. */
gboolean genga_onnx_view_raise_rank (GengaOnnxImport *self, GengaOnnxValue *view, guint rank);

G_END_DECLS
