/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the program around a network does with a picture, which no ncnn file says: how much is added
 * on every side before, and what is added to the result. For src/nets/ncnn only.
 */
#pragma once

#include "nets/graph-data.h"
#include "weights/ncnn/ncnn-model.h"

G_BEGIN_DECLS

typedef struct
{
  const char *network; /* as people know it; static, NULL: not known */
  GengaPadKind kind;
  int border;        /* pixels on every side; 0: nothing is added */
  int multiple;      /* of which both sides are made by more at the right and the bottom */
  int first;         /* rows and columns of the result that the picture's begin behind */
  gboolean residual; /* the picture, enlarged by repetition, is added to the result */
} GengaNcnnFrame;

/*
 * By the layers alone, Real-CUGAN and waifu2x's CUNet: both lose pixels at every border, and see
 * different ones beyond it. FALSE, and a frame that adds nothing, for any other network.
 *
 * The numbers are those of nihui's programs and of Real-CUGAN's own code; upconv_7 and vgg_7 of
 * waifu2x need none, because they follow from what is lost.
 */
gboolean genga_ncnn_frame_recognise (const GengaNcnnModel *model, GengaNcnnFrame *frame);

G_END_DECLS
