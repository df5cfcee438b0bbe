/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is seen of a picture, and what a preview makes of it. Plain data. */
#pragma once

#include "core/frame.h"
#include "core/rect.h"
#include <glib-object.h>

G_BEGIN_DECLS

/* A piece of the result, which is result_width x result_height pixels as a whole. */
typedef struct
{
  GengaFrame *frame; /* U8: RGB, grey, or one of them with alpha */
  GObject *wrapped;  /* what the preview's function made of it, or NULL */
  GengaRect rect;
  int result_width;
  int result_height;
  gboolean is_first;       /* what came before belongs to other options */
  gboolean is_approximate; /* the network would see more of the picture than it was shown */
  gboolean is_partial;     /* only the middle of what is seen will be made: it is too much */
  /*
   * What the network took so far for a megapixel of the source, all passes together; 0: nothing was
   * computed, since it was there already or no network runs. Without opening the model, and without
   * the small piece that comes first.
   */
  double seconds_per_megapixel;
} GengaPreviewPatch;

/* A part of a picture, in fractions of its sides. */
typedef struct
{
  double left;
  double top;
  double right;
  double bottom;
} GengaPreviewView;

G_END_DECLS
