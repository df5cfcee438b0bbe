/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What travels between stages: a frame with its transparency set aside, or the end of a job.
 * `owner` says whose it is; a stage forwards what it does not understand.
 */
#pragma once

#include "core/frame.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_ITEM_FRAME,
  GENGA_ITEM_END,
} GengaItemKind;

typedef struct
{
  GengaItemKind kind;
  gpointer owner;     /* borrowed; the job's ticket in a pipeline */
  GengaFrame *frame;  /* FRAME only */
  GengaFrame *alpha;  /* grey, of the frame's size; NULL: opaque */
  GengaFrame *ground; /* colours are on black (steps/alpha-fill.h); NULL: they are not */
} GengaItem;

GengaItem *genga_item_new (GengaItemKind kind, gpointer owner, GengaFrame *take_frame);
void genga_item_free (GengaItem *self);

/* Bytes of the pixels, for queues. */
gsize genga_item_get_size (const GengaItem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaItem, genga_item_free)

G_END_DECLS
