/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/item.h"

GengaItem *
genga_item_new (GengaItemKind kind, gpointer owner, GengaFrame *take_frame)
{
  GengaItem *self = g_new0 (GengaItem, 1);

  self->kind = kind;
  self->owner = owner;
  self->frame = take_frame;
  return self;
}

void
genga_item_free (GengaItem *self)
{
  g_clear_pointer (&self->frame, genga_frame_unref);
  g_clear_pointer (&self->alpha, genga_frame_unref);
  g_clear_pointer (&self->ground, genga_frame_unref);
  g_free (self);
}

gsize
genga_item_get_size (const GengaItem *self)
{
  gsize size = 0;

  if (self->frame != NULL)
    size += genga_frame_info_get_size (&self->frame->info);
  if (self->alpha != NULL)
    size += genga_frame_info_get_size (&self->alpha->info);
  return size;
}
