/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tiles of the frame before: what has not changed is not computed again. A tile's result depends on
 * nothing but the pixels that it is gathered from, so what comes out is the same bit for bit.
 */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/session-private.h"

#include <string.h>

void
genga_last_frame_clear (GengaLastFrame *self)
{
  g_clear_pointer (&self->frame, genga_frame_unref);
  g_clear_pointer (&self->tiles, g_ptr_array_unref);
}

static void
unref_tile (gpointer pixels)
{
  if (pixels != NULL)
    g_bytes_unref (pixels);
}

static gboolean
is_same_axis (const GengaTileAxis *a, const GengaTileAxis *b)
{
  return a->length == b->length && a->size == b->size && a->n == b->n && a->grid == b->grid;
}

static gboolean
is_same_plan (const GengaTilePlan *a, const GengaTilePlan *b)
{
  return is_same_axis (&a->x, &b->x) && is_same_axis (&a->y, &b->y) && a->overlap == b->overlap;
}

GengaLastFrame *
genga_session_get_last_frame (GengaSession *self, GengaFrame *frame, const GengaTilePlan *plan)
{
  GengaLastFrame *last = NULL;

  if (!self->params.reuses_tiles)
    return NULL;
  for (guint i = 0; i < GENGA_MAX_LAST_FRAMES && last == NULL; i++)
    {
      const GengaFrame *before = self->last[i].frame;
      if (before == NULL ||
          (before->info.width == frame->info.width && before->info.height == frame->info.height))
        last = &self->last[i];
    }
  if (last == NULL)
    return NULL;

  if (last->frame != NULL &&
      (!is_same_plan (&last->plan, plan) || last->frame->info.layout != frame->info.layout ||
       last->frame->info.sample != frame->info.sample))
    genga_last_frame_clear (last);
  last->plan = *plan;
  if (last->tiles == NULL)
    {
      last->tiles = g_ptr_array_new_with_free_func (unref_tile);
      g_ptr_array_set_size (last->tiles, genga_tile_plan_get_n_tiles (plan));
    }
  return last;
}

static gboolean
is_same_part (const GengaFrame *a, const GengaFrame *b, const GengaRect *rect)
{
  gsize pixel_bytes =
      genga_layout_get_n_channels (a->info.layout) * genga_sample_get_size (a->info.sample);

  for (int y = rect->y; y < rect->y + rect->height; y++)
    if (memcmp ((const guint8 *)genga_frame_get_row (a, 0, y) + rect->x * pixel_bytes,
                (const guint8 *)genga_frame_get_row (b, 0, y) + rect->x * pixel_bytes,
                rect->width * pixel_bytes) != 0)
      return FALSE;
  return TRUE;
}

GBytes *
genga_last_frame_look_up (const GengaLastFrame *self,
                          const GengaFrame *frame,
                          guint index,
                          int grid)
{
  GengaRect picture = { 0, 0, frame->info.width, frame->info.height };
  GengaRect tile = genga_session_get_tile_rect (&self->plan, index);
  /* What lies beyond the border is reflected. */
  GengaRect needed = { tile.x - grid, tile.y - grid, tile.width + grid, tile.height + grid };
  GBytes *pixels = self->tiles->pdata[index];

  needed = genga_rect_intersect (&needed, &picture);
  if (self->frame == NULL || pixels == NULL || !is_same_part (self->frame, frame, &needed))
    return NULL;
  return g_bytes_ref (pixels);
}

void
genga_last_frame_insert (GengaLastFrame *self, guint index, GBytes *pixels)
{
  unref_tile (self->tiles->pdata[index]);
  self->tiles->pdata[index] = g_bytes_ref (pixels);
}

void
genga_last_frame_finish (GengaLastFrame *self, GengaFrame *frame)
{
  g_clear_pointer (&self->frame, genga_frame_unref);
  self->frame = genga_frame_ref (frame);
}
