/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of an ncnn model while it is read. For src/weights/ncnn only. */
#pragma once

#include "weights/ncnn/ncnn-model.h"

G_BEGIN_DECLS

/* More of any of these is in no network. */
#define GENGA_NCNN_MAX_LAYERS 10000
#define GENGA_NCNN_MAX_BLOBS_OF_LAYER 1000
#define GENGA_NCNN_MAX_PARAMS 64
#define GENGA_NCNN_MAX_ID 63

struct _GengaNcnnModel
{
  GStringChunk *texts;
  GArray *layers;        /* of GengaNcnnLayer */
  GPtrArray *blob_names; /* in `texts` */
  GPtrArray *arrays;     /* what layers point into */
};

GengaNcnnModel *genga_ncnn_model_new (void);
void genga_ncnn_model_free (GengaNcnnModel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaNcnnModel, genga_ncnn_model_free)

G_END_DECLS
