/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rectangle of whole pixels: columns [x, x + width), rows [y, y + height). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int x;
  int y;
  int width;
  int height;
} GengaRect;

static inline gboolean
genga_rect_is_empty (const GengaRect *self)
{
  return self->width <= 0 || self->height <= 0;
}

static inline gboolean
genga_rect_contains (const GengaRect *self, const GengaRect *other)
{
  return other->x >= self->x && other->y >= self->y &&
         other->x + other->width <= self->x + self->width &&
         other->y + other->height <= self->y + self->height;
}

/* What both have in common; empty where that is nothing. */
static inline GengaRect
genga_rect_intersect (const GengaRect *a, const GengaRect *b)
{
  GengaRect both;

  both.x = MAX (a->x, b->x);
  both.y = MAX (a->y, b->y);
  both.width = MAX (0, MIN (a->x + a->width, b->x + b->width) - both.x);
  both.height = MAX (0, MIN (a->y + a->height, b->y + b->height) - both.y);
  return both;
}

/* The smallest rectangle that holds both; an empty one adds nothing. */
static inline GengaRect
genga_rect_unite (const GengaRect *a, const GengaRect *b)
{
  GengaRect all;

  if (genga_rect_is_empty (a))
    return *b;
  if (genga_rect_is_empty (b))
    return *a;
  all.x = MIN (a->x, b->x);
  all.y = MIN (a->y, b->y);
  all.width = MAX (a->x + a->width, b->x + b->width) - all.x;
  all.height = MAX (a->y + a->height, b->y + b->height) - all.y;
  return all;
}

G_END_DECLS
