/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting out what a value is for a picture of a certain size, where it depends on nothing else:
 * masks, for example, which files make with lists of indices of every pixel. For src/nets/onnx
 * only.
 */
#pragma once

#include "nets/onnx/onnx-import.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 height, width; /* of the picture */
} GengaOnnxPicture;

/*
 * Pictures that stand for all others, from which = 0 on until FALSE: of several windows each way,
 * and other ones along both axes; in a file of one size that size alone.
 */
gboolean genga_onnx_choose_picture (GengaOnnxImport *self, guint which, GengaOnnxPicture *picture);

/* FALSE where that is no whole number from 0 on. */
gboolean
genga_onnx_count_size (const GengaOnnxSize *size, const GengaOnnxPicture *picture, gint64 *number);

/*
 * The numbers of `value` for that picture: `*counted` is cleared with genga_onnx_numbers_clear().
 * FALSE with an error where they depend on the picture itself, or take too long.
 */
gboolean genga_onnx_count_value (GengaOnnxImport *self,
                                 guint value,
                                 const GengaOnnxPicture *picture,
                                 GengaOnnxValue *counted);

/*
 * Reshapes `view` as the numbers of `shape` say, which have to be counted: axes are put together,
 * none is cut. FALSE with an error.
 */
gboolean genga_onnx_count_reshape (GengaOnnxImport *self, GengaOnnxValue *view, guint shape);

G_END_DECLS
