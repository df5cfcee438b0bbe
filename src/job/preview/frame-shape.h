/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a player shows a video's frame: mirrored, rotated, and with its pixels' aspect. Everything is
 * computed on frames as they are coded; only what is seen has this shape.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/preview/preview-patch.h"
#include "media/video.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_mirrored; /* left is right, before it is rotated */
  int rotation;         /* degrees clockwise: 0, 90, 180 or 270 */
  double stretch_x;     /* of pixels after rotation; at least 1, as stretch_y */
  double stretch_y;
} GengaFrameShape;

/* NULL: of pictures, which are as they are. */
GengaFrameShape genga_frame_shape_new (const GengaSourceInfo *info);

/* Where `rect` of a frame of width x height lies when it is mirrored and rotated. */
GengaRect genga_frame_shape_rotate_rect (const GengaFrameShape *self,
                                         const GengaRect *rect,
                                         int width,
                                         int height);

/* The part of the coded frame that is seen where `view` of the shown one is. */
GengaPreviewView genga_frame_shape_rotate_back (const GengaFrameShape *self,
                                                const GengaPreviewView *view);

G_END_DECLS
