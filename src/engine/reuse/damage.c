/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reuse/damage.h"
#include "engine/sample.h"

#include <math.h>
#include <string.h>

#define CELL GENGA_DAMAGE_CELL

void
genga_damage_init (GengaDamage *self, int width, int height)
{
  *self = (GengaDamage){
    .width = width,
    .height = height,
    .n_x = (width + CELL - 1) / CELL,
    .n_y = (height + CELL - 1) / CELL,
  };
  self->cells = g_new0 (guint8, (gsize)self->n_x * self->n_y);
}

void
genga_damage_clear (GengaDamage *self)
{
  g_clear_pointer (&self->cells, g_free);
}

/* ---- comparing ---- */

/* Two pictures that are compared: how. */
typedef struct
{
  const GengaDamageSource *before;
  const GengaDamageSource *now;
  GengaSample sample;
  gsize n_channels;
  gsize pixel_bytes;
  float tolerance;
} Comparison;

static gboolean
differs (const Comparison *self, const guint8 *a, const guint8 *b, gsize n_pixels)
{
  if (memcmp (a, b, n_pixels * self->pixel_bytes) == 0)
    return FALSE;
  if (self->tolerance == 0)
    return TRUE;
  for (gsize i = 0; i < n_pixels * self->n_channels; i++)
    if (!(fabsf (genga_sample_read (a, i, self->sample) - genga_sample_read (b, i, self->sample)) <=
          self->tolerance))
      return TRUE;
  return FALSE;
}

static const guint8 *
get_pixel (const Comparison *self, const GengaDamageSource *source, int x, int y)
{
  return (const guint8 *)genga_frame_get_row (source->frame, 0, y - source->y) +
         (gsize)(x - source->x) * self->pixel_bytes;
}

static gboolean
differs_at (const Comparison *self, int x, int y, gsize n_pixels)
{
  return differs (self, get_pixel (self, self->before, x, y), get_pixel (self, self->now, x, y),
                  n_pixels);
}

static int
reflect (int i, int length)
{
  return i < length ? i : MAX (0, 2 * length - 2 - i);
}

/* Row `line` of the picture, where the tile's first cell begins at `x`. */
static gboolean
compare_row (const Comparison *self, guint8 *cells, int x, int line, int width, int picture_width)
{
  int inside = MIN (width, picture_width - x);
  gboolean is_any = FALSE;

  if (differs_at (self, x, line, inside))
    for (int begin = 0; begin < inside; begin += CELL)
      if (!cells[begin / CELL])
        {
          cells[begin / CELL] = differs_at (self, x + begin, line, MIN (CELL, inside - begin));
          is_any |= cells[begin / CELL];
        }
  for (int i = inside; i < width; i++)
    if (!cells[i / CELL] && differs_at (self, reflect (x + i, picture_width), line, 1))
      is_any = cells[i / CELL] = TRUE;
  return is_any;
}

void
genga_damage_compare (GengaDamage *self,
                      const GengaDamageSource *before,
                      const GengaDamageSource *now,
                      int x,
                      int y,
                      int picture_width,
                      int picture_height,
                      float tolerance)
{
  const GengaFrameInfo *info = &now->frame->info;
  Comparison comparison = {
    .before = before,
    .now = now,
    .sample = info->sample,
    .n_channels = genga_layout_get_n_channels (info->layout),
    .tolerance = tolerance,
  };

  comparison.pixel_bytes = comparison.n_channels * genga_sample_get_size (info->sample);
  memset (self->cells, 0, (gsize)self->n_x * self->n_y);
  self->is_any = FALSE;
  for (int i = 0; i < self->height; i++)
    if (compare_row (&comparison, self->cells + (gsize)(i / CELL) * self->n_x, x,
                     reflect (y + i, picture_height), self->width, picture_width))
      self->is_any = TRUE;
}

/* ---- covering ---- */

static gboolean
is_column_clean (const GengaDamage *self, int x, int top, int bottom)
{
  for (int y = top; y < bottom; y++)
    if (self->cells[(gsize)y * self->n_x + x])
      return FALSE;
  return TRUE;
}

static gboolean
is_row_clean (const GengaDamage *self, int y, int left, int right)
{
  return memchr (self->cells + (gsize)y * self->n_x + left, 1, right - left) == NULL;
}

/* The smallest rectangle of cells that holds all changed ones of `area`; empty: there are none. */
static GengaRect
shrink (const GengaDamage *self, const GengaRect *area)
{
  int left = area->x, right = area->x + area->width;
  int top = area->y, bottom = area->y + area->height;

  while (top < bottom && is_row_clean (self, top, left, right))
    top++;
  while (bottom > top && is_row_clean (self, bottom - 1, left, right))
    bottom--;
  while (left < right && is_column_clean (self, left, top, bottom))
    left++;
  while (right > left && is_column_clean (self, right - 1, top, bottom))
    right--;
  return (GengaRect){ left, top, right - left, bottom - top };
}

/* A part's range along one axis of `length` pixels. */
static void
widen (int *begin, int *end, int by, int length)
{
  *begin = MAX (0, *begin - by);
  *end = MIN (length, *end + by);
}

static void
grow_to_minimum (int *begin, int *end, int minimum, int length)
{
  if (*end - *begin >= minimum)
    return;
  *end = MIN (length, *begin + minimum);
  *begin = MAX (0, *end - minimum);
}

static GengaDamagePart
get_part (const GengaDamage *self, const GengaDamageNeeds *needs, const GengaRect *cells)
{
  int left = cells->x * CELL, right = (cells->x + cells->width) * CELL;
  int top = cells->y * CELL, bottom = (cells->y + cells->height) * CELL;
  GengaDamagePart part;

  widen (&left, &right, needs->halo, self->width);
  widen (&top, &bottom, needs->halo, self->height);
  part.result = (GengaRect){ left, top, right - left, bottom - top };
  widen (&left, &right, needs->halo, self->width);
  widen (&top, &bottom, needs->halo, self->height);
  grow_to_minimum (&left, &right, needs->minimum, self->width);
  grow_to_minimum (&top, &bottom, needs->minimum, self->height);
  part.window = (GengaRect){ left, top, right - left, bottom - top };
  return part;
}

static guint64
get_work (const GengaDamage *self, const GengaDamageNeeds *needs, const GengaRect *cells)
{
  GengaDamagePart part;

  if (genga_rect_is_empty (cells))
    return 0;
  part = get_part (self, needs, cells);
  return (guint64)part.window.width * part.window.height + needs->launch_cost;
}

/* Cuts `cells` in two where that saves most; FALSE where nothing does. */
static gboolean
cut (const GengaDamage *self, const GengaDamageNeeds *needs, const GengaRect *cells, GengaRect *two)
{
  guint64 least = get_work (self, needs, cells);
  gboolean is_cut = FALSE;

  for (int i = 1; i < cells->width + cells->height - 1; i++)
    {
      GengaRect first = *cells, second = *cells;
      if (i < cells->width)
        {
          first.width = i;
          second.x += i;
          second.width -= i;
        }
      else
        {
          first.height = i - cells->width + 1;
          second.y += first.height;
          second.height -= first.height;
        }
      first = shrink (self, &first);
      second = shrink (self, &second);

      guint64 work = get_work (self, needs, &first) + get_work (self, needs, &second);
      if (work >= least)
        continue;
      least = work;
      two[0] = first;
      two[1] = second;
      is_cut = TRUE;
    }
  return is_cut;
}

static void
cover (const GengaDamage *self,
       const GengaDamageNeeds *needs,
       const GengaRect *cells,
       GArray *parts,
       guint64 *work)
{
  GengaRect two[2];

  if (cut (self, needs, cells, two))
    {
      cover (self, needs, &two[0], parts, work);
      cover (self, needs, &two[1], parts, work);
      return;
    }
  GengaDamagePart part = get_part (self, needs, cells);
  g_array_append_val (parts, part);
  *work += get_work (self, needs, cells);
}

GArray *
genga_damage_cover (const GengaDamage *self, const GengaDamageNeeds *needs, guint64 *work)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (GengaDamagePart));
  GengaRect all = { 0, 0, self->n_x, self->n_y };
  GengaRect cells = shrink (self, &all);

  *work = 0;
  if (!genga_rect_is_empty (&cells))
    cover (self, needs, &cells, parts, work);
  return parts;
}
