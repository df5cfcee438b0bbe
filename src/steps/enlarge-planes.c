/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/enlarge-planes.h"
#include "steps/chroma-filter.h"
#include "steps/plane-rows.h"

#include <string.h>

/* Sides of the blocks that encoders read. */
#define BLOCK 64

typedef struct
{
  GengaStep parent;
  int factor;

  /* For frames of one size and colour; NULL where pixels share no samples that
   * way. */
  GengaFrameInfo info;
  GengaColour colour;
  GengaChromaFilter *columns;
  GengaChromaFilter *rows;
  float *line;  /* a row of the source, and what filtering it takes */
  float **ring; /* filtered rows: as many as a row of the result is made of */

  /* Frames that results have their pixels in, all of one size. One that nobody
   * else holds is taken again: to get new memory for each takes longer than to
   * fill it. */
  GPtrArray *pixels;
} EnlargePlanes;

/* ---- what a size needs ---- */

static void
forget (EnlargePlanes *self)
{
  for (int i = 0; self->ring != NULL && i < self->rows->n_taps; i++)
    g_free (self->ring[i]);
  g_clear_pointer (&self->ring, g_free);
  g_clear_pointer (&self->columns, genga_chroma_filter_free);
  g_clear_pointer (&self->rows, genga_chroma_filter_free);
  g_clear_pointer (&self->line, g_free);
  g_ptr_array_set_size (self->pixels, 0);
}

static gboolean
matches (const EnlargePlanes *self, const GengaFrame *frame)
{
  return self->line != NULL && self->info.width == frame->info.width &&
         self->info.height == frame->info.height && self->info.layout == frame->info.layout &&
         self->info.sample == frame->info.sample && self->info.depth == frame->info.depth &&
         genga_colour_equal (&self->colour, &frame->colour);
}

static void
prepare (EnlargePlanes *self, const GengaFrame *frame)
{
  const GengaLayout layout = frame->info.layout;
  const gsize width = frame->info.width;

  if (matches (self, frame))
    return;
  forget (self);
  self->info = frame->info;
  self->colour = frame->colour;
  if (layout != GENGA_LAYOUT_YUV444P)
    self->columns = genga_chroma_filter_new (frame->info.width / 2, self->factor,
                                             genga_chroma_get_column_place (&frame->colour));
  if (layout == GENGA_LAYOUT_YUV420P)
    self->rows = genga_chroma_filter_new (frame->info.height / 2, self->factor,
                                          genga_chroma_get_row_place (&frame->colour));
  self->line = g_new (float, width *(self->factor + 2));
  if (self->rows == NULL)
    return;
  self->ring = g_new (float *, self->rows->n_taps);
  for (int i = 0; i < self->rows->n_taps; i++)
    self->ring[i] = g_new (float, width * self->factor / 2);
}

/* ---- planes ---- */

/* Rows of a plane, in the frame's sample type. */
typedef struct
{
  const GengaFrame *source;
  GengaFrame *target;
  int plane;
  int n_rows; /* of the source */
} Plane;

static void
repeat_row (const EnlargePlanes *self, const Plane *plane, int y)
{
  const gsize size = genga_sample_get_size (plane->target->info.sample);
  const gpointer first = genga_frame_get_row (plane->target, plane->plane, y);
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];

  genga_frame_info_get_planes (&plane->target->info, extents);
  for (int i = 1; i < self->factor; i++)
    memcpy (genga_frame_get_row (plane->target, plane->plane, y + i), first,
            extents[plane->plane].row_samples * size);
}

/* Each sample is a pixel's. */
static void
enlarge_pixels (EnlargePlanes *self, const Plane *plane)
{
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];

  genga_frame_info_get_planes (&plane->source->info, extents);
  for (int y = 0; y < plane->n_rows; y++)
    {
      genga_plane_row_repeat (genga_frame_get_row (plane->source, plane->plane, y),
                              extents[plane->plane].row_samples, self->factor,
                              plane->source->info.sample,
                              genga_frame_get_row (plane->target, plane->plane, y * self->factor));
      repeat_row (self, plane, y * self->factor);
    }
}

static int
get_maximum (const GengaFrameInfo *info)
{
  return info->sample == GENGA_SAMPLE_U8 ? 255 : (1 << (info->depth > 0 ? info->depth : 16)) - 1;
}

static void
filter_row (EnlargePlanes *self, const Plane *plane, int y, float *out)
{
  float *in = self->line;

  genga_plane_row_load (genga_frame_get_row (plane->source, plane->plane, y), self->columns->n_in,
                        plane->source->info.sample, in);
  genga_plane_row_filter (self->columns, in, in + self->columns->n_in, out);
}

/* A sample is shared by two pixels of a row. */
static void
enlarge_columns (EnlargePlanes *self, const Plane *plane)
{
  float *out = self->line + 2 * (gsize)self->info.width;

  for (int y = 0; y < plane->n_rows; y++)
    {
      filter_row (self, plane, y, out);
      genga_plane_row_store (out, self->columns->n_out, plane->target->info.sample,
                             get_maximum (&plane->target->info),
                             genga_frame_get_row (plane->target, plane->plane, y * self->factor));
      repeat_row (self, plane, y * self->factor);
    }
}

/* And by two of a column. */
static void
enlarge_both (EnlargePlanes *self, const Plane *plane)
{
  const GengaChromaFilter *rows = self->rows;
  g_autofree const float **taps = g_new (const float *, rows->n_taps);
  int n_filtered = 0;

  for (int y = 0; y < rows->n_out; y++)
    {
      const int start = rows->starts[y];

      for (; n_filtered < start + rows->n_taps; n_filtered++)
        filter_row (self, plane, n_filtered, self->ring[n_filtered % rows->n_taps]);
      for (int t = 0; t < rows->n_taps; t++)
        taps[t] = self->ring[(start + t) % rows->n_taps];
      genga_plane_rows_sum (taps, rows->weights + (gsize)y * rows->n_taps, rows->n_taps,
                            self->columns->n_out, plane->target->info.sample,
                            get_maximum (&plane->target->info),
                            genga_frame_get_row (plane->target, plane->plane, y));
    }
}

/* ---- the step ---- */

static gboolean
enlarge_planes_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  EnlargePlanes *self = (EnlargePlanes *)step;

  info->width *= self->factor;
  info->height *= self->factor;
  return TRUE;
}

static GengaFrame *
find_pixels (EnlargePlanes *self, const GengaFrameInfo *info, GError **error)
{
  GengaFrame *frame;

  for (guint i = 0; i < self->pixels->len; i++)
    {
      frame = self->pixels->pdata[i];
      if (g_atomic_ref_count_compare (&frame->ref_count, 1))
        return frame;
    }
  frame = genga_frame_new (info, error);
  if (frame != NULL)
    g_ptr_array_add (self->pixels, frame);
  return frame;
}

static GengaFrame *
new_result (EnlargePlanes *self, const GengaFrame *source, GError **error)
{
  GengaFrameInfo info = source->info;
  const int width = info.width * self->factor, height = info.height * self->factor;
  GengaFrame *pixels, *frame;

  info.width = (width + BLOCK - 1) / BLOCK * BLOCK;
  info.height = (height + BLOCK - 1) / BLOCK * BLOCK;
  pixels = find_pixels (self, &info, error);
  if (pixels == NULL)
    return NULL;
  frame = genga_frame_share (pixels);
  frame->info.width = width;
  frame->info.height = height;
  genga_frame_copy_properties (frame, source);
  return frame;
}

static GengaItem *
enlarge_planes_process (GengaStep *step, GengaItem *item, GError **error)
{
  EnlargePlanes *self = (EnlargePlanes *)step;
  GengaPlaneExtent extents[GENGA_FRAME_MAX_PLANES];
  const int n_planes = genga_frame_info_get_planes (&item->frame->info, extents);
  GengaFrame *result;

  prepare (self, item->frame);
  result = new_result (self, item->frame, error);
  if (result == NULL)
    {
      genga_item_free (item);
      return NULL;
    }
  for (int i = 0; i < n_planes; i++)
    {
      const Plane plane = { item->frame, result, i, extents[i].n_rows };

      if (i == 0 || self->columns == NULL)
        enlarge_pixels (self, &plane);
      else if (self->rows == NULL)
        enlarge_columns (self, &plane);
      else
        enlarge_both (self, &plane);
    }
  genga_frame_unref (item->frame);
  item->frame = result;
  return item;
}

static void
enlarge_planes_free (GengaStep *step)
{
  forget ((EnlargePlanes *)step);
  g_ptr_array_unref (((EnlargePlanes *)step)->pixels);
  g_free (step);
}

GengaStep *
genga_enlarge_planes_step_new (int factor)
{
  static const GengaStepClass klass = {
    .name = "enlarge-planes",
    .describe = enlarge_planes_describe,
    .process = enlarge_planes_process,
    .free = enlarge_planes_free,
  };
  EnlargePlanes *self = g_new0 (EnlargePlanes, 1);

  self->parent.klass = &klass;
  self->factor = factor;
  self->pixels = g_ptr_array_new_with_free_func ((GDestroyNotify)genga_frame_unref);
  return &self->parent;
}
