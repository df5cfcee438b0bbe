/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/session.h"
#include "core/cpu.h"
#include "core/error.h"
#include "core/fault.h"
#include "engine/reuse/session-reuse.h"
#include "engine/session-state.h"
#include "engine/tiling/session-tile.h"
#include "engine/tiling/tile-choice.h"
#include "engine/whole/session-whole.h"

#include <glib/gi18n-lib.h>
#include <string.h>

GengaSession *
genga_session_new (GengaModel *model, const GengaSessionParams *params)
{
  GengaSession *self = g_new0 (GengaSession, 1);

  self->model = genga_model_ref (model);
  self->params = *params;
  if (params->progress != NULL)
    self->params.progress = genga_progress_ref (params->progress);
  self->spec = genga_model_get_spec (model);
  genga_model_get_needs (model, &self->needs);
  self->reach = genga_model_get_reach (model);
  self->needs.takes_whole &= self->reach >= 0;
  self->untiled = g_array_new (FALSE, FALSE, sizeof (GengaUntiled));
  return self;
}

void
genga_session_free (GengaSession *self)
{
  if (self == NULL)
    return;
  genga_session_forget (self);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_clear_pointer (&self->store, genga_tile_store_unref);
  genga_model_unref (self->model);
  g_array_unref (self->untiled);
  g_free (self->input);
  g_free (self->output);
  g_free (self);
}

void
genga_session_set_store (GengaSession *self, GengaTileStore *store, gboolean keeps)
{
  if (store != NULL)
    genga_tile_store_ref (store);
  g_clear_pointer (&self->store, genga_tile_store_unref);
  self->store = store;
  self->keeps_cells = keeps;
}

/* ---- networks that see the whole frame ---- */

static GengaTileChoice
get_choice (GengaSession *self)
{
  return (GengaTileChoice){
    .spec = self->spec,
    .needs = &self->needs,
    .device = genga_engine_get_device (genga_model_get_engine (self->model)),
    .tile = self->params.tile,
    .overlap = self->params.overlap,
    .max_tile = genga_model_get_max_tile (self->model),
  };
}

static GengaUntiled *
find_untiled (GengaSession *self, int width, int height)
{
  for (guint i = 0; i < self->untiled->len; i++)
    {
      GengaUntiled *untiled = &g_array_index (self->untiled, GengaUntiled, i);

      if (untiled->width == width && untiled->height == height)
        return untiled;
    }
  return NULL;
}

void
genga_session_set_untiled (GengaSession *self, int width, int height, gboolean is_untiled)
{
  GengaUntiled *known = find_untiled (self, width, height);
  GengaUntiled decided = { width, height, is_untiled };

  if (known != NULL)
    *known = decided;
  else
    g_array_append_val (self->untiled, decided);
}

gboolean
genga_session_is_untiled (GengaSession *self, int width, int height)
{
  const GengaUntiled *known;
  GengaTileChoice choice;

  if (!self->needs.is_global || self->params.tile > 0)
    return FALSE;
  known = find_untiled (self, width, height);
  if (known != NULL)
    return known->is_untiled;
  choice = get_choice (self);
  genga_session_set_untiled (
      self, width, height,
      genga_tile_choice_is_untiled (&choice, genga_memory_get_available (), width, height));
  return genga_session_is_untiled (self, width, height);
}

/* ---- tiles of a frame ---- */

static void
make_plan (GengaSession *self, int width, int height, GengaTilePlan *plan)
{
  GengaTileChoice choice = get_choice (self);

  genga_tile_choice_make_plan (&choice, genga_session_is_untiled (self, width, height), width,
                               height, plan);
}

/* The numbers of the tiles that are seen in `wanted` of the result, in order. */
static GArray *
list_tiles (GengaSession *self, const GengaTilePlan *plan, const GengaRect *wanted)
{
  GArray *tiles = g_array_new (FALSE, FALSE, sizeof (guint));
  int begin, end;

  for (int row = 0; row < plan->y.n; row++)
    {
      genga_session_get_support (self, &plan->y, row, plan->overlap, &begin, &end);
      if (end <= wanted->y || begin >= wanted->y + wanted->height)
        continue;
      for (int column = 0; column < plan->x.n; column++)
        {
          guint index = row * plan->x.n + column;
          genga_session_get_support (self, &plan->x, column, plan->overlap, &begin, &end);
          if (end > wanted->x && begin < wanted->x + wanted->width)
            g_array_append_val (tiles, index);
        }
    }
  return tiles;
}

void
genga_session_get_reuse_count (GengaSession *self, GengaReuseCount *count)
{
  *count = self->count;
}

void
genga_session_get_origin (GengaSession *self, GengaReuseOrigin *origin)
{
  *origin = self->origin;
}

guint64
genga_session_estimate_work (GengaSession *self, int width, int height, guint *n_tiles)
{
  GengaTilePlan plan;
  guint n;

  make_plan (self, width, height, &plan);
  n = genga_tile_plan_get_n_tiles (&plan);
  if (n_tiles != NULL)
    *n_tiles = n;
  return (guint64)n * plan.x.size * plan.y.size;
}

guint64
genga_session_estimate_region (
    GengaSession *self, int width, int height, const GengaRect *wanted, guint *n_tiles)
{
  GengaTilePlan plan;

  if (self->needs.takes_whole)
    {
      *n_tiles = 1;
      return genga_session_estimate_whole (self, width, height, wanted);
    }
  make_plan (self, width, height, &plan);
  g_autoptr (GArray) tiles = list_tiles (self, &plan, wanted);
  *n_tiles = tiles->len;
  return (guint64)tiles->len * plan.x.size * plan.y.size;
}

void
genga_session_get_tile (
    GengaSession *self, int width, int height, int *tile_width, int *tile_height, int *overlap)
{
  GengaTilePlan plan;

  make_plan (self, width, height, &plan);
  *tile_width = plan.x.size;
  *tile_height = plan.y.size;
  *overlap = plan.overlap;
}

/* The order in which tiles are computed; never the order in which they are added up. */
static guint *
dup_compute_order (guint n)
{
  guint *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    order[i] = i;
  if (genga_fault ("shuffle-tiles"))
    {
      for (guint i = n; i > 1; i--)
        {
          guint j = g_random_int_range (0, i);
          guint swap = order[i - 1];
          order[i - 1] = order[j];
          order[j] = swap;
        }
    }
  return order;
}

/*
 * A tile's pixels, from the store where they are there. What was put together from pieces after a
 * retreat is not kept: who starts with smaller tiles gets it otherwise.
 */
static GBytes *
get_tile (GengaSession *self,
          const GengaRegion *source,
          const GengaTilePlan *plan,
          GengaTileHistory *history,
          guint index,
          GError **error)
{
  GengaTileStore *store = self->store;
  GengaRect rect = genga_session_get_tile_rect (plan, index);
  const gsize size = (gsize)rect.width * rect.height * self->needs.scale * self->needs.scale *
                     sizeof (float) * genga_layout_get_n_channels (source->frame->info.layout);
  GError *local_error = NULL;
  GBytes *pixels = NULL;

  self->count.n_tiles++;
  self->count.n_pixels += (guint64)rect.width * rect.height;
  if (history != NULL)
    pixels = genga_session_reuse_tile (self, history, source, index, &local_error);
  else if (store != NULL)
    pixels = genga_tile_store_look_up (store, source->width, source->height, &rect, size);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  if (pixels != NULL || local_error != NULL)
    return pixels;

  float *tile = genga_session_compute_tile (self, source, plan, index, error);
  if (tile == NULL)
    return NULL;
  self->count.n_pixels_computed += (guint64)rect.width * rect.height;
  pixels = g_bytes_new_take (tile, size);
  if (store != NULL && genga_model_get_max_tile (self->model) == 0)
    genga_tile_store_insert (store, source->width, source->height, &rect, pixels);
  if (history != NULL &&
      !genga_session_keep_tile (self, history, source->frame, index, pixels, error))
    g_clear_pointer (&pixels, g_bytes_unref);
  return pixels;
}

/*
 * Computes the tiles whose numbers are in `tiles`, which rise, and adds them in that order to
 * `target`, which shows the result from (x, y) on, whatever order they are computed in: sums of
 * floats depend on it. Tiles that are early wait.
 */
static gboolean
run_tiles (GengaSession *self,
           const GengaRegion *source,
           const GengaTilePlan *plan,
           const GArray *tiles,
           GengaFrame *target,
           int x,
           int y,
           GError **error)
{
  g_autofree guint *order = dup_compute_order (tiles->len);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_full (tiles->len, (GDestroyNotify)g_bytes_unref);
  guint next = 0;
  gboolean is_whole = tiles->len == (guint)genga_tile_plan_get_n_tiles (plan) &&
                      source->frame->info.width == source->width &&
                      source->frame->info.height == source->height;
  GengaTileHistory *history =
      is_whole ? genga_session_start_history (self, source->frame, plan) : NULL;

  g_ptr_array_set_size (waiting, tiles->len);
  for (guint i = 0; i < tiles->len; i++)
    {
      guint index = g_array_index (tiles, guint, order[i]);

      if (genga_progress_check (self->params.progress, error))
        waiting->pdata[order[i]] = get_tile (self, source, plan, history, index, error);
      if (waiting->pdata[order[i]] == NULL)
        return FALSE;

      for (; next < tiles->len && waiting->pdata[next] != NULL; next++)
        {
          genga_session_blend_tile (self, plan, g_array_index (tiles, guint, next),
                                    g_bytes_get_data (waiting->pdata[next], NULL), target, x, y);
          g_clear_pointer ((GBytes **)&waiting->pdata[next], g_bytes_unref);
        }
      genga_progress_add_tiles (self->params.progress, 0, 1);
      genga_progress_add_done (self->params.progress, (guint64)plan->x.size * plan->y.size);
    }
  if (history != NULL)
    genga_session_finish_history (self, history);
  return TRUE;
}

/* Nobody asked for these tiles, and the result differs a little from that of the whole frame. */
static void
notice_tiles (GengaSession *self, const GengaTilePlan *plan)
{
  if (!self->needs.is_global || self->params.tile > 0 || self->notified_of_tiles ||
      genga_tile_plan_get_n_tiles (plan) == 1)
    return;
  self->notified_of_tiles = TRUE;
  genga_progress_notice (self->params.progress,
                         _ ("Not enough memory for this model to see the picture as a whole; it "
                            "runs on tiles of %d pixels."),
                         MAX (plan->x.size, plan->y.size));
}

GengaFrame *
genga_session_run_region (GengaSession *self,
                          const GengaRegion *source,
                          const GengaRect *wanted,
                          GengaSample sample,
                          GError **error)
{
  GengaTilePlan plan;
  GengaFrameInfo info = source->frame->info;

  g_return_val_if_fail (genga_session_makes (self, sample), NULL);
  if (self->needs.takes_whole)
    return genga_session_run_whole (self, source, wanted, sample, error);
  make_plan (self, source->width, source->height, &plan);
  info.width = wanted->width;
  info.height = wanted->height;
  info.sample = GENGA_SAMPLE_F32;

  g_autoptr (GengaFrame) target = genga_frame_new_dense (&info, error);
  if (target == NULL)
    return NULL;
  memset (target->planes[0], 0, target->strides[0] * info.height);
  genga_frame_copy_properties (target, source->frame);

  g_autoptr (GArray) tiles = list_tiles (self, &plan, wanted);
  return run_tiles (self, source, &plan, tiles, target, wanted->x, wanted->y, error)
             ? g_steal_pointer (&target)
             : NULL;
}

GengaRect
genga_session_get_source_rect (GengaSession *self, int width, int height, const GengaRect *wanted)
{
  GengaTilePlan plan;
  GengaRect picture = { 0, 0, width, height };
  GengaRect source = { 0 };
  int grid = MAX (1, self->spec->multiple_of);

  if (self->needs.takes_whole)
    return genga_session_get_whole_source_rect (self, width, height, wanted);
  make_plan (self, width, height, &plan);
  g_autoptr (GArray) tiles = list_tiles (self, &plan, wanted);
  for (guint i = 0; i < tiles->len; i++)
    {
      GengaRect tile = genga_session_get_tile_rect (&plan, g_array_index (tiles, guint, i));
      /* What lies beyond the border is reflected. */
      GengaRect needed = { tile.x - grid, tile.y - grid, tile.width + grid, tile.height + grid };
      source = genga_rect_unite (&source, &needed);
    }
  return genga_rect_intersect (&source, &picture);
}

/* The part of a tile's result that no other tile takes part in, result pixels. */
static void
get_own_part (
    GengaSession *self, const GengaTileAxis *axis, int index, int overlap, int *begin, int *end)
{
  int unused, before, after;

  genga_session_get_support (self, axis, index, overlap, begin, end);
  if (index > 0)
    {
      genga_session_get_support (self, axis, index - 1, overlap, &unused, &before);
      *begin = MAX (*begin, before);
    }
  if (index < axis->n - 1)
    {
      genga_session_get_support (self, axis, index + 1, overlap, &after, &unused);
      *end = MIN (*end, after);
    }
}

GArray *
genga_session_list_parts (GengaSession *self, int width, int height, const GengaRect *wanted)
{
  GengaTilePlan plan;
  GArray *parts;

  if (self->needs.takes_whole)
    return genga_session_list_whole_parts (self, width, height, wanted);
  parts = g_array_new (FALSE, FALSE, sizeof (GengaRect));
  make_plan (self, width, height, &plan);
  g_autoptr (GArray) tiles = list_tiles (self, &plan, wanted);
  for (guint i = 0; i < tiles->len; i++)
    {
      guint index = g_array_index (tiles, guint, i);
      int left, right, top, bottom;

      get_own_part (self, &plan.x, index % plan.x.n, plan.overlap, &left, &right);
      get_own_part (self, &plan.y, index / plan.x.n, plan.overlap, &top, &bottom);
      GengaRect own = { left, top, right - left, bottom - top };
      GengaRect part = genga_rect_intersect (&own, wanted);
      if (!genga_rect_is_empty (&part))
        g_array_append_val (parts, part);
    }
  return parts;
}

gboolean
genga_session_makes (GengaSession *self, GengaSample sample)
{
  const GengaDeviceInfo *device = genga_engine_get_device (genga_model_get_engine (self->model));

  return sample == GENGA_SAMPLE_F32 || (self->params.reuse == GENGA_REUSE_OFF &&
                                        genga_model_needs_writes (&self->needs, device, sample));
}

GengaFrame *
genga_session_run (GengaSession *self, GengaFrame *frame, GengaSample sample, GError **error)
{
  GengaTilePlan plan;
  GengaLayout layout = frame->info.layout;
  int width = frame->info.width, height = frame->info.height;
  GengaRegion source = { frame, 0, 0, width, height };
  GengaRect whole = { 0, 0, width * self->needs.scale, height * self->needs.scale };

  if ((layout != GENGA_LAYOUT_RGB && layout != GENGA_LAYOUT_GREY) ||
      frame->info.sample == GENGA_SAMPLE_F16 || frame->info.memory != GENGA_MEMORY_HOST)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                           "a session takes RGB or grey frames of u8, u16 or f32 in host memory");
      return NULL;
    }
  g_return_val_if_fail (genga_session_makes (self, sample), NULL);
  if (self->needs.takes_whole)
    return genga_session_run_whole_frame (self, frame, sample, error);
  make_plan (self, width, height, &plan);
  notice_tiles (self, &plan);
  return genga_session_run_region (self, &source, &whole, GENGA_SAMPLE_F32, error);
}

void
genga_session_repeat (GengaSession *self, int width, int height, guint64 frames_back)
{
  guint n_tiles;
  guint64 n_pixels = genga_session_estimate_work (self, width, height, &n_tiles);

  self->n_reused_before = self->count.n_tiles_reused + self->count.n_tiles_partly;
  self->count.n_tiles += n_tiles;
  self->count.n_tiles_reused += n_tiles;
  self->count.n_pixels += n_pixels;
  for (guint i = 0; i < GENGA_MAX_HISTORIES; i++)
    {
      GengaTileHistory *history = &self->histories[i];

      if (history->info.width != width || history->info.height != height || history->n_frames == 0)
        continue;
      if (frames_back == 0)
        genga_session_finish_history (self, history);
      else
        genga_tile_history_pass (history, frames_back);
    }
  if (frames_back > 0)
    self->origin = (GengaReuseOrigin){ .frames_back = frames_back };
  genga_progress_add_tiles (self->params.progress, 0, n_tiles);
  genga_progress_add_done (self->params.progress, n_pixels);
}

void
genga_session_forget (GengaSession *self)
{
  for (guint i = 0; i < GENGA_MAX_HISTORIES; i++)
    genga_tile_history_clear (&self->histories[i]);
  g_clear_pointer (&self->unique, genga_frame_unref);
}
