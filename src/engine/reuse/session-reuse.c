/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A session's tiles of earlier frames: what has not changed is not computed again. */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/reuse/near-duplicate.h"
#include "engine/reuse/session-reuse.h"
#include "engine/session-state.h"
#include "engine/tiling/session-tile.h"
#include "engine/whole/exact-run.h"

#include <math.h>
#include <string.h>

/* What one more call of the network costs besides its pixels, counted in pixels. */
#define LAUNCH_COST 1024

/* Of frames that look alike. */
#define USUAL_GRID 16

/* Tiles of a session that are computed both ways before the short one is believed. */
#define N_SELF_CHECKS 2

/* Whether a frame passes for the last one that was none of this kind. */
static gboolean
looks_like_last (GengaSession *self, GengaFrame *frame)
{
  const int grid = self->params.grid > 0 ? self->params.grid : USUAL_GRID;
  gint64 start = g_get_monotonic_time ();
  gboolean is_alike;

  if (self->params.reuse != GENGA_REUSE_PERCEPTUAL)
    return FALSE;
  is_alike = self->unique != NULL &&
             genga_frames_look_alike (self->unique, frame, grid, self->params.tolerance / 255.f);
  if (!is_alike)
    {
      g_clear_pointer (&self->unique, genga_frame_unref);
      self->unique = genga_frame_ref (frame);
    }
  self->count.compare_us += g_get_monotonic_time () - start;
  return is_alike;
}

GengaTileHistory *
genga_session_start_history (GengaSession *self, GengaFrame *frame, const GengaTilePlan *plan)
{
  GengaTileHistory *history = NULL;
  gsize tile_bytes = (gsize)plan->x.size * plan->y.size * self->needs.scale * self->needs.scale *
                     genga_layout_get_n_channels (frame->info.layout) * sizeof (float);

  if (self->params.reuse == GENGA_REUSE_OFF)
    return NULL;
  for (guint i = 0; i < GENGA_MAX_HISTORIES && history == NULL; i++)
    {
      const GengaFrameInfo *info = &self->histories[i].info;
      if (info->width == 0 ||
          (info->width == frame->info.width && info->height == frame->info.height))
        history = &self->histories[i];
    }
  if (history == NULL)
    return NULL;
  genga_tile_history_start (history, &frame->info, plan, tile_bytes);
  self->n_reused_before = self->count.n_tiles_reused + self->count.n_tiles_partly;
  self->looks_alike = history == &self->histories[0] && looks_like_last (self, frame);
  return history;
}

/* The part of the picture that a tile is gathered from; what lies beyond the border is reflected.
 */
static GengaRect
get_input_rect (GengaSession *self, const GengaTileHistory *history, guint index)
{
  int grid = MAX (1, self->spec->multiple_of);
  GengaRect picture = { 0, 0, history->info.width, history->info.height };
  GengaRect tile = genga_session_get_tile_rect (&history->plan, index);
  GengaRect needed = { tile.x - grid, tile.y - grid, tile.width + grid, tile.height + grid };

  return genga_rect_intersect (&needed, &picture);
}

/* Frames that a user lets pass as unchanged are those of the source only: passes add nothing. */
static float
get_tolerance (GengaSession *self, const GengaTileHistory *history)
{
  return self->params.reuse == GENGA_REUSE_TOLERANCE && history == &self->histories[0]
             ? self->params.tolerance / 255.f
             : 0;
}

static gboolean
can_patch (GengaSession *self, const GengaTilePlan *plan)
{
  int max_tile = genga_model_get_max_tile (self->model);

  /* In a safer precision the whole frame was something else. */
  if (self->needs.takes_whole)
    return !self->notified_of_nan;

  gboolean is_cpu = genga_engine_get_device (genga_model_get_engine (self->model))->is_cpu;

  /*
   * A part of a tile, computed with enough around it, is what the tile has there, bit for bit, on
   * CPUs for networks of plain convolutions, whose sums do not depend on the shape of the picture.
   * Tiles in pieces, or in a safer precision, are made of more than the network's one run.
   */
  return is_cpu && self->spec->is_convolutional && !self->parts_differ && !self->notified_of_nan &&
         !self->needs.is_global &&
         (max_tile == 0 || MAX (plan->x.size, plan->y.size) <= max_tile) &&
         MIN (plan->x.size, plan->y.size) >= self->needs.minimum;
}

static GengaDamageNeeds
get_damage_needs (GengaSession *self)
{
  int grid = self->needs.takes_whole ? self->needs.unit : MAX (1, self->spec->multiple_of);
  int radius = self->needs.takes_whole ? self->reach : self->spec->radius;

  return (GengaDamageNeeds){
    .halo = (radius + grid - 1) / grid * grid,
    .minimum = (self->needs.minimum + grid - 1) / grid * grid,
    .launch_cost = LAUNCH_COST,
  };
}

/* What was found among a tile's versions. */
typedef struct
{
  guint place;
  gboolean is_whole; /* the version is the tile */
  GArray *parts;     /* of GengaDamagePart, that patch it; NULL: none is worth it */
  guint64 work;
} Find;

static void
find_clear (Find *self)
{
  g_clear_pointer (&self->parts, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Find, find_clear)

static void
find_version (
    GengaSession *self, GengaTileHistory *history, GengaFrame *frame, guint index, Find *find)
{
  const GengaTileVersion *versions = genga_tile_history_get_versions (history, index);
  GengaRect tile = genga_session_get_tile_rect (&history->plan, index);
  GengaRect needed = get_input_rect (self, history, index);
  GengaDamageSource now = { frame, 0, 0 };
  GengaDamageNeeds needs = get_damage_needs (self);
  gboolean patches = can_patch (self, &history->plan);
  g_auto (GengaDamage) damage = { 0 };

  *find = (Find){ .work = (guint64)tile.width * tile.height };
  genga_damage_init (&damage, tile.width, tile.height);
  for (guint i = 0; i < history->n_versions && versions[i].input != NULL && !find->is_whole; i++)
    {
      GengaDamageSource before = { versions[i].input, needed.x, needed.y };
      g_autoptr (GArray) parts = NULL;
      guint64 work = 0;

      genga_damage_compare (&damage, &before, &now, tile.x, tile.y, history->info.width,
                            history->info.height, get_tolerance (self, history));
      if (damage.is_any && patches)
        parts = genga_damage_cover (&damage, &needs, &work);
      if (damage.is_any && (!patches || work >= find->work))
        continue;
      find->is_whole = !damage.is_any;
      find->place = i;
      find->work = work;
      g_clear_pointer (&find->parts, g_array_unref);
      find->parts = g_steal_pointer (&parts);
    }
}

/* Copies a rectangle of one packed f32 picture to another; both in samples. */
static void
copy_rect (
    float *to, gsize to_stride, const float *from, gsize from_stride, gsize width, gsize height)
{
  for (gsize y = 0; y < height; y++)
    memcpy (to + y * to_stride, from + y * from_stride, width * sizeof (float));
}

/* The same where any rectangle is exact: straight into the pixels of the frame. */
static gboolean
patch_exactly (GengaSession *self,
               const GengaRegion *source,
               const GengaRect *tile,
               const GengaRect *result,
               float *pixels,
               GError **error)
{
  gsize scale = self->needs.scale;
  gsize n_channels = genga_layout_get_n_channels (source->frame->info.layout);
  gsize stride = tile->width * scale * n_channels;
  GengaRect wide = genga_session_align_rect (self, result, source->width, source->height);
  GengaRect rect = genga_rect_intersect (&wide, tile);

  self->count.n_pixels_computed += (guint64)rect.width * rect.height;
  return genga_session_run_exactly (self, source, &rect, GENGA_SAMPLE_F32,
                                    pixels + rect.y * scale * stride + rect.x * scale * n_channels,
                                    stride * sizeof (float), error);
}

/* Computes a part and writes it into the tile's pixels. */
static gboolean
patch_part (GengaSession *self,
            const GengaRegion *source,
            const GengaRect *tile,
            const GengaDamagePart *part,
            float *pixels,
            GError **error)
{
  const GengaRect *window = &part->window, *result = &part->result;

  if (self->needs.takes_whole)
    return patch_exactly (self, source, tile, result, pixels, error);

  gsize scale = self->needs.scale;
  gsize samples = scale * genga_layout_get_n_channels (source->frame->info.layout);
  gsize from_stride = window->width * samples, to_stride = tile->width * samples;
  GengaRect rect = { tile->x + window->x, tile->y + window->y, window->width, window->height };
  g_autofree float *piece = g_try_malloc_n (from_stride * window->height * scale, sizeof (float));

  if (piece == NULL || !genga_session_run_rect (self, source, &rect, piece, error))
    return FALSE;
  self->count.n_pixels_computed += (guint64)window->width * window->height;
  copy_rect (pixels + result->y * scale * to_stride + result->x * samples, to_stride,
             piece + (result->y - window->y) * scale * from_stride +
                 (result->x - window->x) * samples,
             from_stride, result->width * samples, result->height * scale);
  return TRUE;
}

/* The input that a patched version stands for: it stays what its result was computed from. */
static GengaFrame *
patch_input (GengaSession *self,
             const GengaTileHistory *history,
             const GengaTileVersion *version,
             GengaFrame *frame,
             guint index,
             const GArray *parts)
{
  GengaRect tile = genga_session_get_tile_rect (&history->plan, index);
  GengaRect needed = get_input_rect (self, history, index);
  gsize pixel =
      genga_layout_get_n_channels (frame->info.layout) * genga_sample_get_size (frame->info.sample);
  GengaFrame *input;

  if (get_tolerance (self, history) == 0)
    return genga_frame_crop (frame, &needed, NULL);
  input = genga_frame_make_writable (genga_frame_ref (version->input), NULL);
  for (guint i = 0; input != NULL && i < parts->len; i++)
    {
      GengaRect rect = g_array_index (parts, GengaDamagePart, i).result;
      rect.x += tile.x;
      rect.y += tile.y;
      rect = genga_rect_intersect (&rect, &needed);
      for (int y = rect.y; y < rect.y + rect.height; y++)
        memcpy (
            (guint8 *)genga_frame_get_row (input, 0, y - needed.y) + (rect.x - needed.x) * pixel,
            (const guint8 *)genga_frame_get_row (frame, 0, y) + rect.x * pixel, rect.width * pixel);
    }
  return input;
}

/* The first times, the whole tile is computed as well: no version of a library is trusted. */
static gboolean
self_check (GengaSession *self,
            const GengaTileHistory *history,
            const GengaRegion *source,
            guint index,
            const float *pixels,
            gsize n)
{
  GengaRect tile = genga_session_get_tile_rect (&history->plan, index);
  g_autofree float *whole = NULL;

  if (self->needs.takes_whole || self->n_self_checks >= N_SELF_CHECKS ||
      get_tolerance (self, history) > 0)
    return TRUE;
  whole = genga_session_compute_tile (self, source, &history->plan, index, NULL);
  self->count.n_pixels_computed += (guint64)tile.width * tile.height;
  self->n_self_checks++;
  if (whole == NULL || self->notified_of_nan)
    return FALSE;
  self->parts_differ = memcmp (whole, pixels, n * sizeof (float)) != 0;
  if (self->parts_differ)
    g_message ("%s: parts of tiles differ from the whole here; only whole tiles are reused",
               genga_net_spec_get_family_name (self->spec));
  return !self->parts_differ;
}

static GBytes *
patch_tile (GengaSession *self,
            GengaTileHistory *history,
            const GengaRegion *source,
            guint index,
            const Find *find,
            GError **error)
{
  const GengaTileVersion *version = &genga_tile_history_get_versions (history, index)[find->place];
  GengaRect tile = genga_session_get_tile_rect (&history->plan, index);
  gsize size;
  gconstpointer old = g_bytes_get_data (version->pixels, &size);
  g_autofree float *pixels = g_try_malloc (size);
  GengaFrame *input;

  if (pixels == NULL)
    return NULL;
  memcpy (pixels, old, size);
  for (guint i = 0; i < find->parts->len; i++)
    if (!genga_progress_check (self->params.progress, error) ||
        !patch_part (self, source, &tile, &g_array_index (find->parts, GengaDamagePart, i), pixels,
                     error))
      return NULL;
  if (self->notified_of_nan ||
      !self_check (self, history, source, index, pixels, size / sizeof (float)))
    return NULL;
  input = patch_input (self, history, version, source->frame, index, find->parts);
  if (input == NULL)
    return NULL;

  GBytes *bytes = g_bytes_new_take (g_steal_pointer (&pixels), size);
  genga_tile_history_add (history, index, input, bytes);
  return bytes;
}

GBytes *
genga_session_reuse_tile (GengaSession *self,
                          GengaTileHistory *history,
                          const GengaRegion *source,
                          guint index,
                          GError **error)
{
  gint64 start = g_get_monotonic_time ();
  GError *local_error = NULL;
  GBytes *pixels = NULL;
  g_auto (Find) find = { 0 };

  if (self->looks_alike && history == &self->histories[0])
    find.is_whole = genga_tile_history_get_versions (history, index)->input != NULL;
  else
    find_version (self, history, source->frame, index, &find);
  self->count.compare_us += g_get_monotonic_time () - start;
  if (find.is_whole)
    {
      genga_tile_history_use (history, index, find.place);
      self->count.n_tiles_reused++;
      return g_bytes_ref (genga_tile_history_get_versions (history, index)->pixels);
    }
  if (find.parts != NULL)
    pixels = patch_tile (self, history, source, index, &find, &local_error);
  self->count.n_tiles_partly += pixels != NULL;
  /* Whatever else it is: the whole tile has a way around it, or fails for good. */
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, local_error);
  else
    g_clear_error (&local_error);
  return pixels;
}

gboolean
genga_session_keep_tile (GengaSession *self,
                         GengaTileHistory *history,
                         GengaFrame *frame,
                         guint index,
                         GBytes *pixels,
                         GError **error)
{
  GengaRect needed = get_input_rect (self, history, index);
  GengaFrame *input = genga_frame_crop (frame, &needed, error);

  if (input != NULL)
    genga_tile_history_add (history, index, input, pixels);
  return input != NULL;
}

void
genga_session_finish_history (GengaSession *self, GengaTileHistory *history)
{
  guint64 number = history->n_frames;
  guint64 source = genga_tile_history_finish (history);
  gboolean is_copy = source != number;

  if (history != &self->histories[0])
    return;
  self->origin = (GengaReuseOrigin){
    .frames_back = number - source,
    .is_partly =
        !is_copy && self->count.n_tiles_reused + self->count.n_tiles_partly > self->n_reused_before,
  };
}
