/* SPDX-License-Identifier: GPL-3.0-or-later */
/* More and fewer pixels around a map. For src/nets/onnx only. */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

gboolean genga_onnx_pad (GengaOnnxImport *self);

/*
 * Rows and columns of a view from first to before last, which both follow from the picture, as
 * node's output 0. Where a file filled the picture up to a multiple and takes the rest off again,
 * that is what happens for pictures of every size.
 */
typedef struct
{
  gboolean is_cut;
  GengaOnnxSize first, last;
} GengaOnnxCut;

gboolean genga_onnx_set_cut (GengaOnnxImport *self,
                             const GengaOnnxValue *view,
                             const GengaOnnxCut *rows,
                             const GengaOnnxCut *columns);

/* The map with exactly the picture's sides times its scale; GENGA_NONE with an error. */
guint genga_onnx_finish_map (GengaOnnxImport *self, guint map);

G_END_DECLS
