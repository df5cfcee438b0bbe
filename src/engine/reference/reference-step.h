/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One operation of a graph at work, as the files of this folder share it. For them only.
 *
 * A map lies channels last: height x width x channels. A vector is a map of one pixel.
 */
#pragma once

#include "nets/graph-data.h"

G_BEGIN_DECLS

typedef struct
{
  int height;
  int width;
  int channels;
  float *data;
} GengaReferenceMap;

typedef struct
{
  const GengaOp *op;
  GengaReferenceMap in[GENGA_OP_MAX_INPUTS];
  const float *weight; /* NULL where the operation has none */
  const float *bias;
  GengaReferenceMap out; /* allocated, to be filled */
} GengaReferenceStep;

static inline float *
genga_reference_map_at (const GengaReferenceMap *self, int y, int x)
{
  return self->data + ((gsize)y * self->width + x) * self->channels;
}

static inline gsize
genga_reference_map_get_n_pixels (const GengaReferenceMap *self)
{
  return (gsize)self->height * self->width;
}

G_END_DECLS
