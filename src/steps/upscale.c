/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/upscale.h"
#include "core/error.h"
#include "engine/session.h"
#include "steps/alpha-fill.h"
#include "steps/alpha.h"
#include "steps/luma.h"
#include "steps/strength.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaStep parent;
  GengaModel *model;
  GengaSessionParams params;
  GengaSession *session;
  GengaSession *alpha_session; /* of transparency, which has a past of its own; or NULL */
  GengaAlpha alpha;
  guint n_threads;
  GengaProgress *progress;
  int native_scale;
  int n_passes;
  GengaSample sample; /* of the result */
  double strength;    /* of the network, 0 to 1 */
  gint64 network_us;
  GengaUpscaleReuse reuse;
  GArray *origins; /* of GengaReuseOrigin; NULL: not kept */

  gboolean is_luma;  /* the network has one channel */
  GengaFrame *split; /* the colour picture whose luma is there; NULL: none */
  GengaFrame *luma;

  GengaFrame *dark; /* the picture on black that is on white there; NULL: none */
  GengaFrame *white;
} Upscale;

static gboolean
upscale_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  Upscale *self = (Upscale *)step;

  if (!genga_upscale_describe (self->native_scale, self->n_passes, info, error))
    return FALSE;
  info->sample = self->sample;
  return TRUE;
}

/* All passes at once, so that the fraction done never goes back. */
static void
count_work (Upscale *self, GengaSession *session, int width, int height)
{
  for (int i = 0; i < self->n_passes; i++)
    {
      guint n_tiles;
      guint64 work = genga_session_estimate_work (session, width, height, &n_tiles);
      genga_progress_add_total (self->progress, work);
      genga_progress_add_tiles (self->progress, n_tiles, 0);
      width *= self->native_scale;
      height *= self->native_scale;
    }
}

static void
count_frame (Upscale *self)
{
  GengaReuseOrigin origin;

  genga_session_get_origin (self->session, &origin);
  self->reuse.n_frames++;
  self->reuse.n_frames_copied += origin.frames_back > 0;
  self->reuse.n_frames_partly += origin.is_partly;
  if (self->origins != NULL)
    g_array_append_val (self->origins, origin);
}

static int
get_factor (Upscale *self)
{
  int factor = 1;

  for (int i = 0; i < self->n_passes; i++)
    factor *= self->native_scale;
  return factor;
}

/* All passes, to a result of `sample`; `is_counted` where the frame's reuse is. */
static GengaFrame *
run_passes (Upscale *self,
            GengaSession *session,
            GengaFrame *frame,
            gboolean is_counted,
            GengaSample sample,
            GError **error)
{
  g_autoptr (GengaFrame) current = genga_frame_ref (frame);

  for (int i = 0; i < self->n_passes; i++)
    {
      const gboolean is_last = i == self->n_passes - 1;
      GengaFrame *result =
          genga_session_run (session, current, is_last ? sample : GENGA_SAMPLE_F32, error);

      if (result == NULL)
        return NULL;
      if (i == 0 && is_counted)
        count_frame (self);
      genga_frame_unref (current);
      current = result;
    }
  return g_steal_pointer (&current);
}

/* `wanted` of the result of pass number `pass`, the first being 1, `factor` times the source. */
static GengaFrame *
run_region (Upscale *self,
            GengaSession *session,
            int pass,
            const GengaRegion *region,
            int factor,
            const GengaRect *wanted,
            GengaSample sample,
            GError **error)
{
  GengaRegion source = *region;
  g_autoptr (GengaFrame) before = NULL;

  if (pass > 1)
    {
      int inner = factor / self->native_scale;

      source.width *= inner;
      source.height *= inner;
      GengaRect needed =
          genga_session_get_source_rect (session, source.width, source.height, wanted);
      before =
          run_region (self, session, pass - 1, region, inner, &needed, GENGA_SAMPLE_F32, error);
      if (before == NULL)
        return NULL;
      source.frame = before;
      source.x = needed.x;
      source.y = needed.y;
    }
  return genga_session_run_region (session, &source, wanted, sample, error);
}

/* The source's pixels that a rectangle of the result of `n_passes` is made from. */
static GengaRect
get_source_rect (
    Upscale *self, GengaSession *session, int width, int height, const GengaRect *wanted)
{
  GengaRect rect = *wanted;

  for (int inner = get_factor (self) / self->native_scale; inner > 0; inner /= self->native_scale)
    {
      rect = genga_session_get_source_rect (session, width * inner, height * inner, &rect);
      if (self->native_scale == 1)
        break;
    }
  return rect;
}

static GengaRegion
as_region (GengaFrame *frame)
{
  return (GengaRegion){ frame, 0, 0, frame->info.width, frame->info.height };
}

static void
forget_luma (Upscale *self)
{
  g_clear_pointer (&self->split, genga_frame_unref);
  g_clear_pointer (&self->luma, genga_frame_unref);
}

static void
forget_white (Upscale *self)
{
  g_clear_pointer (&self->dark, genga_frame_unref);
  g_clear_pointer (&self->white, genga_frame_unref);
}

/*
 * What the network gets of a frame: its luma, where it is a colour picture and the network has one
 * channel, else the frame. Parts of one picture are asked for one after the other, so the luma
 * stays. Borrowed.
 */
static GengaFrame *
get_network_frame (Upscale *self, GengaFrame *frame, GError **error)
{
  if (!self->is_luma || frame->info.layout != GENGA_LAYOUT_RGB)
    return frame;
  if (frame != self->split)
    {
      forget_luma (self);
      self->luma = genga_luma_new (frame, error);
      if (self->luma == NULL)
        return NULL;
      self->split = genga_frame_ref (frame);
    }
  return self->luma;
}

/* Takes what the network made of all passes, `wanted` of the result; adds colours. */
static GengaFrame *
add_colours (Upscale *self,
             const GengaRegion *source,
             GengaFrame *made,
             const GengaRect *wanted,
             GError **error)
{
  const int factor = get_factor (self);
  const int width = source->width, height = source->height;
  const GengaResizePart part = { width, height, width * factor, height * factor, *wanted };
  GCancellable *cancellable =
      self->progress != NULL ? genga_progress_get_cancellable (self->progress) : NULL;
  g_autoptr (GengaFrame) luma = made;

  if (luma == NULL || source->frame != self->split)
    return g_steal_pointer (&luma);
  return genga_luma_colour (&part, source->frame, source->x, source->y, luma, cancellable, error);
}

/* A whole frame through all passes. */
static GengaFrame *
run_frame (Upscale *self, GengaFrame *frame, GError **error)
{
  const int factor = get_factor (self);
  const GengaRect whole = { 0, 0, frame->info.width * factor, frame->info.height * factor };
  GengaFrame *first = get_network_frame (self, frame, error);
  const GengaSample sample = first == frame ? self->sample : GENGA_SAMPLE_F32;
  GengaFrame *made =
      first != NULL ? run_passes (self, self->session, first, TRUE, sample, error) : NULL;

  const GengaRegion source = as_region (frame);

  return add_colours (self, &source, made, &whole, error);
}

/* `wanted` of the result for a part of a picture, of `sample` where no luma is in the way. */
static GengaFrame *
run_part (Upscale *self,
          GengaSession *session,
          const GengaRegion *source,
          const GengaRect *wanted,
          GengaSample sample,
          GError **error)
{
  GengaRegion first = *source;
  GengaFrame *made;

  first.frame = get_network_frame (self, source->frame, error);
  if (first.frame == NULL)
    return NULL;
  made = run_region (self, session, self->n_passes, &first, get_factor (self), wanted,
                     first.frame == source->frame ? sample : GENGA_SAMPLE_F32, error);
  return add_colours (self, source, made, wanted, error);
}

/* An item, or the rows of a picture that it has: `region` has its frame and place. */
typedef struct
{
  const GengaItem *item;
  GengaRegion region;
} Source;

/* Whether the network has to look at a part of transparency: what is even stays so. */
static gboolean
needs_network (Upscale *self, const Source *source, const GengaRect *wanted)
{
  const int factor = get_factor (self);
  const int x = wanted->x / factor, y = wanted->y / factor;
  const GengaRect part = { x - source->region.x, y - source->region.y,
                           (wanted->x + wanted->width + factor - 1) / factor - x,
                           (wanted->y + wanted->height + factor - 1) / factor - y };
  float share;

  if (self->alpha_session == NULL || factor == 1)
    return FALSE;
  if (!genga_alpha_is_even (source->item->alpha, &part, &share))
    return TRUE;
  /* On black alone, colours are known only where nothing or all of the ground is seen. */
  return source->item->ground != NULL && share > 0 && share < 1;
}

/* What transparency is told by: a grey picture, or the colours on white. Borrowed. */
static GengaFrame *
get_alpha_frame (Upscale *self, const GengaItem *source, GError **error)
{
  if (source->ground == NULL)
    return source->alpha;
  if (source->frame != self->dark)
    {
      forget_white (self);
      self->white = genga_alpha_new_on_white (source->frame, source->alpha, error);
      if (self->white == NULL)
        return NULL;
      self->dark = genga_frame_ref (source->frame);
    }
  return self->white;
}

static GengaFrame *
run_alpha (Upscale *self, const Source *source, const GengaRect *wanted, GError **error)
{
  const int factor = get_factor (self);
  const GengaFrameInfo *info = &source->item->alpha->info;
  const gboolean is_whole =
      wanted->width == info->width * factor && wanted->height == info->height * factor;
  GengaRegion region = source->region;
  GengaFrame *first;

  region.frame = get_alpha_frame (self, source->item, error);
  if (region.frame == NULL)
    return NULL;
  if (!is_whole)
    return run_part (self, self->alpha_session, &region, wanted, GENGA_SAMPLE_F32, error);
  first = get_network_frame (self, region.frame, error);
  if (first == NULL)
    return NULL;
  GengaFrame *made = run_passes (self, self->alpha_session, first, FALSE, GENGA_SAMPLE_F32, error);
  return first != region.frame ? add_colours (self, &region, made, wanted, error) : made;
}

/* Transparency of `part`, which is what the network has to look at or not. */
static GengaFrame *
enlarge_alpha (Upscale *self,
               const Source *source,
               const GengaResizePart *part,
               const GengaFrame *black,
               GengaFrame **white,
               GError **error)
{
  GengaFrame *opacity = source->item->alpha;
  const int x = source->region.x, y = source->region.y;
  g_autoptr (GengaFrame) alpha = NULL;

  if (!needs_network (self, source, &part->wanted))
    return genga_alpha_enlarge_part (
        self->alpha == GENGA_ALPHA_NETWORK ? GENGA_ALPHA_NEAREST : self->alpha, opacity, x, y, part,
        self->n_threads, genga_progress_get_cancellable (self->progress), error);
  alpha = run_alpha (self, source, &part->wanted, error);
  if (alpha != NULL)
    alpha = genga_frame_make_writable (g_steal_pointer (&alpha), error);
  if (alpha != NULL && source->item->ground != NULL)
    {
      *white = g_steal_pointer (&alpha);
      genga_alpha_trust_black (*white, black, part, opacity, x, y);
      alpha = genga_alpha_solve (black, *white, error);
    }
  if (alpha != NULL)
    genga_alpha_limit (alpha, part, opacity, x, y);
  return g_steal_pointer (&alpha);
}

/* `place` is that of `wanted` in the picture that has the ground. */
static GengaFrame *
make_alpha (Upscale *self,
            const Source *source,
            const GengaRect *wanted,
            const GengaRect *place,
            GengaFrame **colour,
            GError **error)
{
  const int factor = get_factor (self);
  const int width = source->region.width, height = source->region.height;
  const GengaResizePart part = { width, height, width * factor, height * factor, *wanted };
  g_autoptr (GengaFrame) white = NULL;
  g_autoptr (GengaFrame) alpha = enlarge_alpha (self, source, &part, *colour, &white, error);

  if (alpha == NULL || source->item->ground == NULL)
    return g_steal_pointer (&alpha);
  *colour = genga_frame_make_writable (*colour, error);
  if (*colour == NULL)
    return NULL;
  genga_alpha_solve_colours (*colour, white, alpha, source->item->ground, factor, place);
  return g_steal_pointer (&alpha);
}

GengaFrame *
genga_upscale_step_run_alpha_region (GengaStep *step,
                                     const GengaItem *source,
                                     int x,
                                     int y,
                                     const GengaRect *wanted,
                                     GengaFrame **colour,
                                     GError **error)
{
  Upscale *self = (Upscale *)step;
  const int factor = get_factor (self);
  const GengaFrameInfo *info = &source->alpha->info;
  const Source whole = { source, { source->frame, 0, 0, info->width, info->height } };
  const GengaRect place = { x * factor + wanted->x, y * factor + wanted->y, wanted->width,
                            wanted->height };

  return make_alpha (self, &whole, wanted, &place, colour, error);
}

static gboolean
replace_frame (GengaFrame **place, GengaFrame *take_frame)
{
  if (take_frame == NULL)
    return FALSE;
  genga_frame_unref (*place);
  *place = take_frame;
  return TRUE;
}

/* Sets the transparency of an item whose colours were made, and takes these from their ground. */
static gboolean
process_alpha (Upscale *self,
               GengaItem *item,
               GengaFrame *source_frame,
               const GengaRect *whole,
               GError **error)
{
  const GengaItem source = { .frame = source_frame, .alpha = item->alpha, .ground = item->ground };
  GengaFrame *alpha;

  if (item->alpha == NULL)
    return TRUE;
  alpha = genga_upscale_step_run_alpha_region (&self->parent, &source, 0, 0, whole, &item->frame,
                                               error);
  g_clear_pointer (&item->ground, genga_frame_unref);
  forget_white (self);
  return replace_frame (&item->alpha, alpha);
}

/* `item` is what the network made of `region`, `wanted` of it; `before` is what else it had. */
static gboolean
apply_strength (Upscale *self,
                const GengaRegion *region,
                const GengaItem *before,
                GengaItem *item,
                const GengaRect *wanted,
                GError **error)
{
  const gboolean is_alpha_made = item->alpha != NULL && self->alpha_session != NULL;

  if (self->strength >= 1)
    return TRUE;
  item->frame = genga_frame_make_writable (item->frame, error);
  if (item->frame != NULL && is_alpha_made)
    item->alpha = genga_frame_make_writable (item->alpha, error);
  return item->frame != NULL && (!is_alpha_made || item->alpha != NULL) &&
         genga_strength_apply (region, before, get_factor (self), self->strength, wanted,
                               item->frame, is_alpha_made ? item->alpha : NULL, self->n_threads,
                               genga_progress_get_cancellable (self->progress), error);
}

static GengaItem *
upscale_process (GengaStep *step, GengaItem *item, GError **error)
{
  Upscale *self = (Upscale *)step;
  const int width = item->frame->info.width, height = item->frame->info.height;
  const int factor = get_factor (self);
  const GengaRect whole = { 0, 0, width * factor, height * factor };
  const Source counted = { item, as_region (item->frame) };
  g_autoptr (GengaFrame) source = genga_frame_ref (item->frame);
  g_autoptr (GengaFrame) alpha = item->alpha != NULL ? genga_frame_ref (item->alpha) : NULL;
  g_autoptr (GengaFrame) ground = item->ground != NULL ? genga_frame_ref (item->ground) : NULL;
  gint64 start = g_get_monotonic_time ();

  count_work (self, self->session, width, height);
  if (item->alpha != NULL && needs_network (self, &counted, &whole))
    count_work (self, self->alpha_session, width, height);
  if (item->ground == NULL && self->strength >= 1)
    g_clear_pointer (&source, genga_frame_unref);

  const GengaItem origin = { .alpha = alpha, .ground = ground };
  const GengaRegion region = { source, 0, 0, width, height };
  if (!replace_frame (&item->frame, run_frame (self, item->frame, error)) ||
      !process_alpha (self, item, source, &whole, error) ||
      !apply_strength (self, &region, &origin, item, &whole, error))
    {
      genga_item_free (item);
      return NULL;
    }
  forget_luma (self);
  self->network_us += g_get_monotonic_time () - start;
  return item;
}

static void
upscale_free (GengaStep *step)
{
  Upscale *self = (Upscale *)step;

  genga_session_free (self->session);
  forget_luma (self);
  forget_white (self);
  g_clear_pointer (&self->alpha_session, genga_session_free);
  g_clear_pointer (&self->progress, genga_progress_unref);
  g_clear_pointer (&self->origins, g_array_unref);
  g_free (self);
}

static const GengaStepClass upscale_class = {
  .name = "upscale",
  .describe = upscale_describe,
  .process = upscale_process,
  .free = upscale_free,
};

GengaStep *
genga_upscale_step_new (GengaModel *model, int target, const GengaSessionParams *params)
{
  Upscale *self = g_new0 (Upscale, 1);

  self->parent.klass = &upscale_class;
  self->model = model;
  self->params = *params;
  self->session = genga_session_new (model, params);
  self->progress = params->progress != NULL ? genga_progress_ref (params->progress) : NULL;
  self->native_scale = genga_model_get_spec (model)->scale;
  self->n_passes = genga_upscale_get_n_passes (self->native_scale, target);
  self->is_luma = genga_model_get_spec (model)->in_channels == 1;
  self->sample = GENGA_SAMPLE_F32;
  self->strength = 1;
  return &self->parent;
}

gboolean
genga_upscale_step_set_sample (GengaStep *step, GengaSample sample)
{
  Upscale *self = (Upscale *)step;

  if (!genga_session_makes (self->session, sample))
    return FALSE;
  self->sample = sample;
  return TRUE;
}

void
genga_upscale_step_set_strength (GengaStep *step, double strength)
{
  ((Upscale *)step)->strength = strength;
}

void
genga_upscale_step_set_alpha (GengaStep *step, GengaAlpha alpha, guint n_threads)
{
  Upscale *self = (Upscale *)step;

  self->alpha = alpha;
  self->n_threads = n_threads;
  if (alpha == GENGA_ALPHA_NETWORK && self->alpha_session == NULL)
    self->alpha_session = genga_session_new (self->model, &self->params);
}

void
genga_upscale_step_set_tiles (GengaStep *step, GengaTileStore *tiles, gboolean keeps)
{
  genga_session_set_store (((Upscale *)step)->session, tiles, keeps);
}

double
genga_upscale_step_get_network_seconds (GengaStep *step)
{
  return ((Upscale *)step)->network_us / 1e6;
}

void
genga_upscale_step_get_reuse (GengaStep *step, GengaUpscaleReuse *reuse)
{
  Upscale *self = (Upscale *)step;

  *reuse = self->reuse;
  genga_session_get_reuse_count (self->session, &reuse->tiles);
}

void
genga_upscale_step_repeat (GengaStep *step, int width, int height, guint64 frames_back)
{
  Upscale *self = (Upscale *)step;

  count_work (self, self->session, width, height);
  for (int i = 0; i < self->n_passes; i++)
    {
      genga_session_repeat (self->session, width, height, frames_back);
      if (i == 0)
        count_frame (self);
      width *= self->native_scale;
      height *= self->native_scale;
    }
}

guint64
genga_upscale_step_get_frames_back (GengaStep *step)
{
  GengaReuseOrigin origin;

  genga_session_get_origin (((Upscale *)step)->session, &origin);
  return origin.frames_back;
}

void
genga_upscale_step_keep_origins (GengaStep *step)
{
  Upscale *self = (Upscale *)step;

  if (self->origins == NULL)
    self->origins = g_array_new (FALSE, FALSE, sizeof (GengaReuseOrigin));
}

const GArray *
genga_upscale_step_get_origins (GengaStep *step)
{
  return ((Upscale *)step)->origins;
}

void
genga_upscale_step_forget (GengaStep *step)
{
  Upscale *self = (Upscale *)step;

  genga_session_forget (self->session);
  if (self->alpha_session != NULL)
    genga_session_forget (self->alpha_session);
}

void
genga_upscale_step_get_tile (GengaStep *step, int width, int height, int *tile, int *overlap)
{
  GengaSession *session = ((Upscale *)step)->session;
  int tile_width, tile_height;
  guint n_tiles;

  genga_session_estimate_work (session, width, height, &n_tiles);
  genga_session_get_tile (session, width, height, &tile_width, &tile_height, overlap);
  *tile = n_tiles > 1 ? MAX (tile_width, tile_height) : 0;
}

void
genga_upscale_step_set_untiled (GengaStep *step, int width, int height, guint untiled)
{
  Upscale *self = (Upscale *)step;

  for (int i = 0; i < self->n_passes; i++)
    {
      genga_session_set_untiled (self->session, width, height, (untiled >> i & 1) != 0);
      if (self->alpha_session != NULL)
        genga_session_set_untiled (self->alpha_session, width, height, (untiled >> i & 1) != 0);
      width *= self->native_scale;
      height *= self->native_scale;
    }
}

GengaFrame *
genga_upscale_step_run_region (GengaStep *step,
                               GengaFrame *frame,
                               const GengaRect *wanted,
                               GError **error)
{
  Upscale *self = (Upscale *)step;
  const GengaRegion source = as_region (frame);

  return run_part (self, self->session, &source, wanted, GENGA_SAMPLE_F32, error);
}

/* ---- rows of a picture of which nobody has more than some ---- */

/* What limits transparency looks at two pixels around. */
#define ALPHA_MARGIN 2

GengaRect
genga_upscale_step_get_source_rect (GengaStep *step, int width, int height, const GengaRect *wanted)
{
  Upscale *self = (Upscale *)step;
  const int factor = get_factor (self);
  const GengaResizePart part = { width, height, width * factor, height * factor, *wanted };
  const GengaRect picture = { 0, 0, width, height };
  GengaRect rect = get_source_rect (self, self->session, width, height, wanted);
  GengaRect resized = genga_resize_part_get_source (&part);

  rect = genga_rect_unite (&rect, &resized);
  if (self->alpha_session != NULL)
    {
      resized = get_source_rect (self, self->alpha_session, width, height, wanted);
      rect = genga_rect_unite (&rect, &resized);
    }
  rect = (GengaRect){ rect.x - ALPHA_MARGIN, rect.y - ALPHA_MARGIN, rect.width + 2 * ALPHA_MARGIN,
                      rect.height + 2 * ALPHA_MARGIN };
  return genga_rect_intersect (&rect, &picture);
}

static guint64
get_work (Upscale *self,
          GengaSession *session,
          int width,
          int height,
          const GengaRect *wanted,
          guint *n_tiles)
{
  GengaRect rect = *wanted;
  int inner = get_factor (self) / self->native_scale;
  guint64 work = 0;

  *n_tiles = 0;
  for (int i = 0; i < self->n_passes; i++, inner /= self->native_scale)
    {
      guint n;

      work += genga_session_estimate_region (session, width * inner, height * inner, &rect, &n);
      *n_tiles += n;
      rect = genga_session_get_source_rect (session, width * inner, height * inner, &rect);
    }
  return work;
}

static void
count_region (Upscale *self, GengaSession *session, int width, int height, const GengaRect *wanted)
{
  guint n_tiles;

  genga_progress_add_total (self->progress,
                            get_work (self, session, width, height, wanted, &n_tiles));
  genga_progress_add_tiles (self->progress, n_tiles, 0);
}

void
genga_upscale_step_count_rows (
    GengaStep *step, int width, int height, const GengaRect *wanted, gboolean has_alpha)
{
  Upscale *self = (Upscale *)step;

  count_region (self, self->session, width, height, wanted);
  if (has_alpha && self->alpha_session != NULL)
    count_region (self, self->alpha_session, width, height, wanted);
}

/* Work that was counted and is not to be done. */
static void
skip_alpha (Upscale *self, const GengaRegion *source, const GengaRect *wanted)
{
  guint n_tiles;
  guint64 work =
      get_work (self, self->alpha_session, source->width, source->height, wanted, &n_tiles);

  genga_progress_add_done (self->progress, work);
  genga_progress_add_tiles (self->progress, 0, n_tiles);
}

/* Transparency of rows, and the colours taken from their ground. */
static gboolean
run_alpha_rows (Upscale *self,
                const GengaRegion *source,
                GengaItem *item,
                const GengaRect *wanted,
                GError **error)
{
  const GengaItem before = { .frame = source->frame, .alpha = item->alpha, .ground = item->ground };
  const Source rows = { &before, *source };
  GengaFrame *alpha;

  if (item->alpha == NULL)
    return TRUE;
  if (self->alpha_session != NULL && !needs_network (self, &rows, wanted))
    skip_alpha (self, source, wanted);
  alpha = make_alpha (self, &rows, wanted, wanted, &item->frame, error);
  g_clear_pointer (&item->ground, genga_frame_unref);
  forget_white (self);
  return replace_frame (&item->alpha, alpha);
}

gboolean
genga_upscale_step_run_rows (GengaStep *step,
                             const GengaRegion *source,
                             GengaItem *item,
                             const GengaRect *wanted,
                             GError **error)
{
  Upscale *self = (Upscale *)step;
  g_autoptr (GengaFrame) alpha = item->alpha != NULL ? genga_frame_ref (item->alpha) : NULL;
  g_autoptr (GengaFrame) ground = item->ground != NULL ? genga_frame_ref (item->ground) : NULL;
  const GengaItem origin = { .alpha = alpha, .ground = ground };
  gint64 start = g_get_monotonic_time ();
  gboolean ok;

  self->reuse.n_frames += wanted->y == 0;
  ok = replace_frame (&item->frame,
                      run_part (self, self->session, source, wanted, self->sample, error)) &&
       run_alpha_rows (self, source, item, wanted, error) &&
       apply_strength (self, source, &origin, item, wanted, error);
  forget_luma (self);
  self->network_us += g_get_monotonic_time () - start;
  return ok;
}

GArray *
genga_upscale_step_list_parts (GengaStep *step, int width, int height, const GengaRect *wanted)
{
  Upscale *self = (Upscale *)step;
  int inner = get_factor (self) / self->native_scale;

  return genga_session_list_parts (self->session, width * inner, height * inner, wanted);
}
