/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole frames, and parts of pictures. A part is made of cells of one fixed lattice, which the
 * store keeps: a run takes over those that a preview has made, and what is between them is run in
 * as few rectangles as possible, or row by row where it is to be kept, too.
 */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/whole/session-whole.h"
#include "engine/reuse/session-reuse.h"
#include "engine/session-state.h"
#include "engine/whole/exact-run.h"
#include "engine/whole/pixel-rows.h"

#include <string.h>

/* Input pixels along a side of a cell, about. */
#define CELL 256

static gsize
get_pixel_bytes (const GengaFrame *frame)
{
  return genga_layout_get_n_channels (frame->info.layout) *
         genga_sample_get_size (frame->info.sample);
}

static GengaRect
get_padded_rect (const GengaSession *self, int width, int height)
{
  int multiple = MAX (1, self->spec->multiple_of);

  return (GengaRect){ 0, 0, (width + multiple - 1) / multiple * multiple,
                      (height + multiple - 1) / multiple * multiple };
}

static GengaFrame *
new_frame (GengaFrame *like, int width, int height, GengaSample sample, GError **error)
{
  GengaFrameInfo info = like->info;
  GengaFrame *frame;

  info.width = width;
  info.height = height;
  info.sample = sample;
  frame = genga_frame_new_dense (&info, error);
  if (frame != NULL)
    genga_frame_copy_properties (frame, like);
  return frame;
}

/* ---- cells ---- */

static int
get_cell_side (const GengaSession *self)
{
  return (CELL + self->needs.unit - 1) / self->needs.unit * self->needs.unit;
}

/* The input pixels that a rectangle of the result is made of. */
static GengaRect
get_input_rect (const GengaSession *self, const GengaRect *wanted)
{
  int scale = self->needs.scale;
  int x = wanted->x / scale, y = wanted->y / scale;
  int right = (wanted->x + wanted->width + scale - 1) / scale;
  int bottom = (wanted->y + wanted->height + scale - 1) / scale;

  return (GengaRect){ x, y, right - x, bottom - y };
}

/* The cells that a rectangle of the input touches, in order: array of GengaRect. */
static GArray *
list_cells (const GengaSession *self, int width, int height, const GengaRect *rect)
{
  GArray *cells = g_array_new (FALSE, FALSE, sizeof (GengaRect));
  GengaRect padded = get_padded_rect (self, width, height);
  int side = get_cell_side (self);

  for (int y = rect->y / side * side; y < rect->y + rect->height; y += side)
    for (int x = rect->x / side * side; x < rect->x + rect->width; x += side)
      {
        GengaRect whole = { x, y, side, side };
        GengaRect cell = genga_rect_intersect (&whole, &padded);

        if (!genga_rect_is_empty (&cell))
          g_array_append_val (cells, cell);
      }
  return cells;
}

static GBytes *
look_up (GengaSession *self, const GengaRegion *source, const GengaRect *cell)
{
  const gsize n_channels = genga_layout_get_n_channels (source->frame->info.layout);
  const gsize size = (gsize)cell->width * cell->height * self->needs.scale * self->needs.scale *
                     n_channels * sizeof (float);

  return self->store != NULL
             ? genga_tile_store_look_up (self->store, source->width, source->height, cell, size)
             : NULL;
}

/* The pixels of a cell, packed floats. */
static GBytes *
get_cell (GengaSession *self, const GengaRegion *source, const GengaRect *cell, GError **error)
{
  GBytes *bytes = look_up (self, source, cell);
  gsize scale = self->needs.scale;
  GengaFrame *frame;

  self->count.n_pixels += (guint64)cell->width * cell->height;
  if (bytes != NULL)
    return bytes;
  frame =
      new_frame (source->frame, cell->width * scale, cell->height * scale, GENGA_SAMPLE_F32, error);
  if (frame == NULL)
    return NULL;
  bytes = g_bytes_new_with_free_func (frame->planes[0], frame->strides[0] * frame->info.height,
                                      (GDestroyNotify)genga_frame_unref, frame);
  if (!genga_session_run_exactly (self, source, cell, GENGA_SAMPLE_F32, frame->planes[0],
                                  frame->strides[0], error))
    {
      g_bytes_unref (bytes);
      return NULL;
    }
  self->count.n_pixels_computed += (guint64)cell->width * cell->height;
  if (self->store != NULL)
    genga_tile_store_insert (self->store, source->width, source->height, cell, bytes);
  return bytes;
}

/* Copies what a frame that shows the result from (x, y) on has of a cell. */
static void
copy_cell (
    GengaSession *self, GengaFrame *frame, int x, int y, const GengaRect *cell, GBytes *bytes)
{
  gsize scale = self->needs.scale, pixel = get_pixel_bytes (frame);
  gsize n_channels = genga_layout_get_n_channels (frame->info.layout);
  gsize stride = cell->width * scale * n_channels;
  GengaRect shown = { x, y, frame->info.width, frame->info.height };
  GengaRect place = { cell->x * scale, cell->y * scale, cell->width * scale, cell->height * scale };
  GengaRect both = genga_rect_intersect (&shown, &place);
  const float *pixels = g_bytes_get_data (bytes, NULL);

  for (int row = both.y; row < both.y + both.height; row++)
    genga_rows_store (pixels + (row - place.y) * stride + (both.x - place.x) * n_channels,
                      both.width * n_channels, frame->info.sample,
                      (guint8 *)genga_frame_get_row (frame, 0, row - y) + (both.x - x) * pixel);
}

/* ---- parts ---- */

static GengaFrame *
run_part (GengaSession *self, const GengaRegion *source, const GengaRect *wanted, GError **error)
{
  GengaRect rect = get_input_rect (self, wanted);
  g_autoptr (GArray) cells = list_cells (self, source->width, source->height, &rect);
  g_autoptr (GengaFrame) frame =
      new_frame (source->frame, wanted->width, wanted->height, GENGA_SAMPLE_F32, error);

  if (frame == NULL)
    return NULL;
  self->count.n_tiles += cells->len;
  for (guint i = 0; i < cells->len; i++)
    {
      const GengaRect *cell = &g_array_index (cells, GengaRect, i);
      GBytes *bytes;

      self->n_left = (guint64)cell->width * cell->height;
      bytes = genga_progress_check (self->params.progress, error)
                  ? get_cell (self, source, cell, error)
                  : NULL;

      if (bytes == NULL)
        return NULL;
      copy_cell (self, frame, wanted->x, wanted->y, cell, bytes);
      g_bytes_unref (bytes);
      genga_progress_add_tiles (self->params.progress, 0, 1);
      genga_session_tell_done (self, G_MAXUINT64);
    }
  return g_steal_pointer (&frame);
}

/* What a rectangle of the result is made in: without a store nobody wants cells. */
static GengaRect
get_made_rect (const GengaSession *self, int width, int height, const GengaRect *wanted)
{
  GengaRect rect = get_input_rect (self, wanted);

  return genga_session_align_rect (self, &rect, width, height);
}

static GengaFrame *
run_at_once (GengaSession *self,
             const GengaRegion *source,
             const GengaRect *wanted,
             GengaSample sample,
             GError **error)
{
  GengaRect made = get_made_rect (self, source->width, source->height, wanted);
  int scale = self->needs.scale;
  g_autoptr (GengaFrame) frame =
      new_frame (source->frame, made.width * scale, made.height * scale, sample, error);

  if (frame == NULL || !genga_progress_check (self->params.progress, error))
    return NULL;
  self->count.n_tiles++;
  self->n_left = (guint64)made.width * made.height;
  self->count.n_pixels += self->n_left;
  if (!genga_session_run_exactly (self, source, &made, sample, frame->planes[0], frame->strides[0],
                                  error))
    return NULL;
  self->count.n_pixels_computed += (guint64)made.width * made.height;
  genga_progress_add_tiles (self->params.progress, 0, 1);
  genga_session_tell_done (self, G_MAXUINT64);
  const GengaRect inside = { wanted->x - made.x * scale, wanted->y - made.y * scale, wanted->width,
                             wanted->height };
  return genga_frame_share_part (frame, &inside);
}

guint64
genga_session_estimate_whole (const GengaSession *self,
                              int width,
                              int height,
                              const GengaRect *wanted)
{
  GengaRect made = get_made_rect (self, width, height, wanted);

  return (guint64)made.width * made.height;
}

GengaRect
genga_session_get_whole_source_rect (const GengaSession *self,
                                     int width,
                                     int height,
                                     const GengaRect *wanted)
{
  GengaRect rect = get_input_rect (self, wanted), source = { 0 };

  if (self->store == NULL)
    return genga_session_get_seen_rect (self, &rect, width, height);
  g_autoptr (GArray) cells = list_cells (self, width, height, &rect);

  for (guint i = 0; i < cells->len; i++)
    {
      GengaRect seen =
          genga_session_get_seen_rect (self, &g_array_index (cells, GengaRect, i), width, height);
      source = genga_rect_unite (&source, &seen);
    }
  return source;
}

GArray *
genga_session_list_whole_parts (const GengaSession *self,
                                int width,
                                int height,
                                const GengaRect *wanted)
{
  GengaRect rect = get_input_rect (self, wanted);
  GArray *parts = list_cells (self, width, height, &rect);
  int scale = self->needs.scale;

  for (guint i = 0; i < parts->len; i++)
    {
      GengaRect *part = &g_array_index (parts, GengaRect, i);
      GengaRect place = { part->x * scale, part->y * scale, part->width * scale,
                          part->height * scale };

      *part = genga_rect_intersect (&place, wanted);
    }
  return parts;
}

/* ---- a picture of which a preview has made some cells ---- */

/* Which of a picture's cells are still missing, row by row; NULL: all of them. */
typedef struct
{
  const GengaRect *cells;
  guint8 *missing;
  int n_x;
  int n_y;
} Missing;

/*
 * Takes the largest rectangle of missing cells that begins at the first one, of one row of them if
 * `is_row`. FALSE: there is none.
 */
static gboolean
take_rect (Missing *self, gboolean is_row, GengaRect *rect)
{
  int n = self->n_x * self->n_y, first = 0, right, bottom;

  while (first < n && !self->missing[first])
    first++;
  if (first == n)
    return FALSE;
  for (right = first % self->n_x; right < self->n_x; right++)
    if (!self->missing[first / self->n_x * self->n_x + right])
      break;
  *rect = self->cells[first];
  for (bottom = first / self->n_x; bottom < self->n_y; bottom++)
    {
      guint8 *row = self->missing + bottom * self->n_x;
      int x = first % self->n_x;

      if (memchr (row + x, 0, right - x) != NULL || (is_row && bottom > first / self->n_x))
        break;
      memset (row + x, 0, right - x);
      *rect = genga_rect_unite (rect, &self->cells[bottom * self->n_x + x]);
      *rect = genga_rect_unite (rect, &self->cells[bottom * self->n_x + right - 1]);
    }
  return TRUE;
}

static gboolean
run_missing (GengaSession *self,
             const GengaRegion *source,
             Missing *missing,
             GengaFrame *frame,
             GError **error)
{
  gsize scale = self->needs.scale;
  GengaRect rect;

  while (take_rect (missing, FALSE, &rect))
    {
      guint8 *pixels = (guint8 *)genga_frame_get_row (frame, 0, rect.y * scale) +
                       rect.x * scale * get_pixel_bytes (frame);

      if (!genga_session_run_exactly (self, source, &rect, frame->info.sample, pixels,
                                      frame->strides[0], error))
        return FALSE;
      self->count.n_pixels_computed += (guint64)rect.width * rect.height;
    }
  return TRUE;
}

/* A row of cells, which has been run, into the store and the frame. */
static gboolean
keep_cells (GengaSession *self,
            const GengaRegion *source,
            GengaFrame *row,
            const GengaRect *rect,
            GengaFrame *frame,
            GError **error)
{
  const int scale = self->needs.scale;
  g_autoptr (GArray) cells = list_cells (self, source->width, source->height, rect);

  for (guint i = 0; i < cells->len; i++)
    {
      const GengaRect *cell = &g_array_index (cells, GengaRect, i);
      const GengaRect place = { (cell->x - rect->x) * scale, 0, cell->width * scale,
                                cell->height * scale };
      GengaFrame *pixels = genga_frame_crop (row, &place, error);
      g_autoptr (GBytes) bytes = NULL;

      if (pixels == NULL)
        return FALSE;
      bytes =
          g_bytes_new_with_free_func (pixels->planes[0], pixels->strides[0] * pixels->info.height,
                                      (GDestroyNotify)genga_frame_unref, pixels);
      genga_tile_store_insert (self->store, source->width, source->height, cell, bytes);
      copy_cell (self, frame, 0, 0, cell, bytes);
    }
  return TRUE;
}

/* As run_missing(), for who will want the same cells again. */
static gboolean
run_and_keep_missing (GengaSession *self,
                      const GengaRegion *source,
                      Missing *missing,
                      GengaFrame *frame,
                      GError **error)
{
  const int scale = self->needs.scale;
  GengaRect rect;

  while (take_rect (missing, TRUE, &rect))
    {
      g_autoptr (GengaFrame) row = new_frame (source->frame, rect.width * scale,
                                              rect.height * scale, GENGA_SAMPLE_F32, error);

      if (row == NULL || !genga_session_run_exactly (self, source, &rect, GENGA_SAMPLE_F32,
                                                     row->planes[0], row->strides[0], error))
        return FALSE;
      self->count.n_pixels_computed += (guint64)rect.width * rect.height;
      if (!keep_cells (self, source, row, &rect, frame, error))
        return FALSE;
    }
  return TRUE;
}

/* Into a frame of the padded picture's size. */
static gboolean
run_around (GengaSession *self, const GengaRegion *source, GengaFrame *frame, GError **error)
{
  GengaRect padded = get_padded_rect (self, source->width, source->height);
  int side = get_cell_side (self);
  g_autoptr (GArray) cells = list_cells (self, source->width, source->height, &padded);
  g_autofree guint8 *flags = g_new (guint8, cells->len);
  Missing missing = { .cells = &g_array_index (cells, GengaRect, 0),
                      .missing = flags,
                      .n_x = (padded.width + side - 1) / side,
                      .n_y = (padded.height + side - 1) / side };

  for (guint i = 0; i < cells->len; i++)
    {
      g_autoptr (GBytes) bytes = look_up (self, source, &missing.cells[i]);

      flags[i] = bytes == NULL;
      if (bytes != NULL)
        copy_cell (self, frame, 0, 0, &missing.cells[i], bytes);
    }
  return self->store != NULL && self->keeps_cells
             ? run_and_keep_missing (self, source, &missing, frame, error)
             : run_missing (self, source, &missing, frame, error);
}

/* ---- whole frames ---- */

static GengaFrame *
make_frame (GengaSession *self, const GengaRegion *source, GengaSample sample, GError **error)
{
  GengaRect padded = get_padded_rect (self, source->width, source->height);
  g_autoptr (GengaFrame) frame = new_frame (source->frame, padded.width * self->needs.scale,
                                            padded.height * self->needs.scale, sample, error);

  return frame != NULL && run_around (self, source, frame, error) ? g_steal_pointer (&frame) : NULL;
}

static GBytes *
make_bytes (GengaSession *self, const GengaRegion *source, GError **error)
{
  GengaFrame *frame = make_frame (self, source, GENGA_SAMPLE_F32, error);

  if (frame == NULL)
    return NULL;
  return g_bytes_new_with_free_func (frame->planes[0], frame->strides[0] * frame->info.height,
                                     (GDestroyNotify)genga_frame_unref, frame);
}

/* What of it is in earlier frames is taken from there. */
static GengaFrame *
run_reusing (GengaSession *self,
             const GengaRegion *source,
             GengaTileHistory *history,
             GError **error)
{
  GError *local_error = NULL;
  GengaFrameInfo info = source->frame->info;
  g_autoptr (GBytes) bytes = genga_session_reuse_tile (self, history, source, 0, &local_error);
  gsize stride = (gsize)history->plan.x.size * self->needs.scale *
                 genga_layout_get_n_channels (info.layout) * sizeof (float);

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return NULL;
    }
  if (bytes == NULL)
    {
      bytes = make_bytes (self, source, error);
      if (bytes == NULL || !genga_session_keep_tile (self, history, source->frame, 0, bytes, error))
        return NULL;
    }
  genga_session_finish_history (self, history);
  info.width *= self->needs.scale;
  info.height *= self->needs.scale;
  info.sample = GENGA_SAMPLE_F32;
  GengaFrame *frame = genga_frame_new_for_bytes (&info, bytes, stride);
  genga_frame_copy_properties (frame, source->frame);
  return frame;
}

static GengaFrame *
run_frame (GengaSession *self, const GengaRegion *source, GengaSample sample, GError **error)
{
  GengaRect padded = get_padded_rect (self, source->width, source->height);
  GengaTilePlan plan; /* one tile: all of it */
  GengaTileHistory *history;
  GengaFrame *frame;

  genga_tile_plan_init (&plan, padded.width, padded.height, 0, 0, self->needs.alignment,
                        self->needs.minimum);
  if (!genga_progress_check (self->params.progress, error))
    return NULL;
  self->count.n_tiles++;
  self->n_left = (guint64)plan.x.size * plan.y.size;
  self->count.n_pixels += self->n_left;
  history = genga_session_start_history (self, source->frame, &plan);
  if (history != NULL)
    frame = run_reusing (self, source, history, error);
  else
    frame = make_frame (self, source, sample, error);
  if (frame == NULL)
    return NULL;
  /* Without the padding. */
  frame->info.width = source->width * self->needs.scale;
  frame->info.height = source->height * self->needs.scale;
  genga_progress_add_tiles (self->params.progress, 0, 1);
  genga_session_tell_done (self, G_MAXUINT64);
  return frame;
}

GengaFrame *
genga_session_run_whole (GengaSession *self,
                         const GengaRegion *source,
                         const GengaRect *wanted,
                         GengaSample sample,
                         GError **error)
{
  gboolean is_frame = source->frame->info.width == source->width &&
                      source->frame->info.height == source->height &&
                      wanted->width == source->width * self->needs.scale &&
                      wanted->height == source->height * self->needs.scale;

  if (is_frame)
    return run_frame (self, source, sample, error);
  return self->store == NULL || sample != GENGA_SAMPLE_F32
             ? run_at_once (self, source, wanted, sample, error)
             : run_part (self, source, wanted, error);
}

GengaFrame *
genga_session_run_whole_frame (GengaSession *self,
                               GengaFrame *frame,
                               GengaSample sample,
                               GError **error)
{
  const GengaRegion source = { frame, 0, 0, frame->info.width, frame->info.height };

  return run_frame (self, &source, sample, error);
}
