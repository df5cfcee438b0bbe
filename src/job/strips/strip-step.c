/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/strips/strip-step.h"
#include "core/error.h"
#include "core/options-text.h"
#include "job/plan/plan-network.h"
#include "job/strips/strip-place.h"
#include "steps/alpha.h"
#include "steps/filters.h"
#include "steps/resize.h"
#include "steps/upscale.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GengaStep parent;
  const GengaPlan *plan;
  GArray *places; /* of GengaStripPlace */
  GengaProgress *progress;
  gboolean has_ground;
  guint n_skipped;
  GengaStep *upscale;    /* or NULL */
  GengaStep *composite;  /* where transparency is given up; or NULL */
  GengaStep *enhance;    /* or NULL */
  GengaStep *join;       /* where transparency is kept; or NULL */
  GengaVisible *visible; /* of a picture with transparency */
  GengaFrame *ground;    /* that colours are put on for the network; or NULL */
  gboolean has_begun;
} StripStep;

/* ---- what there is to do ---- */

static guint64
get_pixels (const GengaRect *rect)
{
  return (guint64)rect->width * rect->height;
}

static void
count_work (StripStep *self)
{
  const GengaFrameInfo *source = &self->plan->source;

  for (guint i = self->n_skipped; i < self->places->len; i++)
    {
      const GengaRect *wanted = &g_array_index (self->places, GengaStripPlace, i).filtered;

      if (self->upscale != NULL)
        genga_upscale_step_count_rows (self->upscale, source->width, source->height, wanted,
                                       self->join != NULL);
      else
        genga_progress_add_total (self->progress, get_pixels (wanted));
    }
}

static gboolean
begin (StripStep *self, GError **error)
{
  self->has_begun = TRUE;
  count_work (self);
  if (self->visible == NULL || self->join == NULL || !self->has_ground)
    return TRUE;
  self->ground = genga_visible_new_ground (self->visible, error);
  return self->ground != NULL;
}

/* ---- one strip ---- */

static gboolean
replace (GengaFrame **place, GengaFrame *take_frame)
{
  if (take_frame == NULL)
    return FALSE;
  genga_frame_unref (*place);
  *place = take_frame;
  return TRUE;
}

/* Only `wanted` of a frame that has the rows from `top` on. */
static void
keep_rows (GengaFrame **frame, int top, const GengaRect *wanted)
{
  const GengaRect rect = { 0, wanted->y - top, wanted->width, wanted->height };

  if (*frame != NULL && rect.height != (*frame)->info.height)
    replace (frame, genga_frame_share_part (*frame, &rect));
}

static gboolean
fill_hidden (StripStep *self, GengaItem *item, int top, GError **error)
{
  if (self->visible == NULL)
    return TRUE;
  item->frame = genga_frame_make_writable (item->frame, error);
  return item->frame != NULL && genga_visible_fill (self->visible, item->frame, top, error);
}

static gboolean
set_alpha_aside (StripStep *self, GengaItem **item, GError **error)
{
  if (self->join != NULL)
    return genga_split_alpha (*item, self->ground, error);
  if (self->composite != NULL)
    *item = self->composite->klass->process (self->composite, *item, error);
  return *item != NULL;
}

/* Tiles that became smaller on the way may need other rows. */
static gboolean
check_rows (StripStep *self, const GengaStripPlace *place, GError **error)
{
  const GengaFrameInfo *source = &self->plan->source;
  const GengaRect now = genga_upscale_step_get_source_rect (self->upscale, source->width,
                                                            source->height, &place->filtered);

  if (genga_rect_contains (&place->needed, &now))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
               _ ("Not enough memory for the tiles of a picture of %d × %d pixels; choose smaller "
                  "ones (--tile)."),
               source->width, source->height);
  return FALSE;
}

static gboolean
upscale (StripStep *self, GengaItem *item, const GengaStripPlace *place, GError **error)
{
  const GengaPlan *plan = self->plan;
  g_autoptr (GengaFrame) rows = NULL;

  if (self->upscale == NULL)
    {
      genga_progress_add_done (self->progress, get_pixels (&place->filtered));
      return genga_progress_check (self->progress, error);
    }
  if (!check_rows (self, place, error))
    return FALSE;
  rows = genga_frame_ref (item->frame);
  const GengaRegion region = { rows, 0, place->needed.y, plan->source.width, plan->source.height };
  return genga_upscale_step_run_rows (self->upscale, &region, item, &place->filtered, error);
}

static gboolean
enhance (StripStep *self, GengaItem **item, GError **error)
{
  if (self->enhance != NULL)
    *item = self->enhance->klass->process (self->enhance, *item, error);
  return *item != NULL;
}

static gboolean
join_alpha (StripStep *self, GengaItem **item, GError **error)
{
  if (self->join != NULL)
    *item = self->join->klass->process (self->join, *item, error);
  return *item != NULL;
}

static gboolean
resize (StripStep *self, GengaItem *item, const GengaStripPlace *place, GError **error)
{
  const GengaPlan *plan = self->plan;
  const GengaResizePart part = {
    plan->source.width * plan->factor,
    plan->source.height * plan->factor,
    plan->result.width,
    plan->result.height,
    place->result,
  };
  const guint n_threads = genga_options_get_int (plan->options, GENGA_OPTION_THREADS);
  GCancellable *cancellable = genga_progress_get_cancellable (self->progress);

  return replace (&item->frame,
                  genga_layout_has_alpha (item->frame->info.layout)
                      ? genga_alpha_resize_part (&part, item->frame, n_threads, cancellable, error)
                      : genga_resize_part (&part, item->frame, n_threads, cancellable, error));
}

static gboolean
make_strip (StripStep *self, GengaItem **item, const GengaStripPlace *place, GError **error)
{
  if (!fill_hidden (self, *item, place->source.y, error))
    return FALSE;
  keep_rows (&(*item)->frame, place->source.y, &place->needed);
  if (!set_alpha_aside (self, item, error) || !upscale (self, *item, place, error) ||
      !enhance (self, item, error))
    return FALSE;
  keep_rows (&(*item)->frame, place->filtered.y, &place->resized);
  keep_rows (&(*item)->alpha, place->filtered.y, &place->resized);
  return join_alpha (self, item, error) && resize (self, *item, place, error);
}

static GengaItem *
strip_process (GengaStep *step, GengaItem *item, GError **error)
{
  StripStep *self = (StripStep *)step;
  const gint64 n = item->frame->pts;

  if ((!self->has_begun && !begin (self, error)) ||
      !make_strip (self, &item, &g_array_index (self->places, GengaStripPlace, n), error))
    {
      g_clear_pointer (&item, genga_item_free);
      return NULL;
    }
  item->frame->pts = n;
  return item;
}

/* ---- the border ---- */

static gboolean
strip_describe (GengaStep *step, GengaFrameInfo *info, GError **error)
{
  const GengaPlan *plan = ((StripStep *)step)->plan;

  info->width = plan->result.width;
  info->height = plan->result.height;
  info->layout = plan->result.layout;
  return TRUE;
}

static void
strip_free (GengaStep *step)
{
  StripStep *self = (StripStep *)step;

  g_clear_pointer (&self->upscale, genga_step_free);
  g_clear_pointer (&self->composite, genga_step_free);
  g_clear_pointer (&self->enhance, genga_step_free);
  g_clear_pointer (&self->join, genga_step_free);
  genga_visible_free (self->visible);
  g_array_unref (self->places);
  g_clear_pointer (&self->ground, genga_frame_unref);
  g_clear_pointer (&self->progress, genga_progress_unref);
  g_free (self);
}

static void
add_steps (StripStep *self)
{
  GengaOptions *options = self->plan->options;
  const GengaEnhance filters = genga_plan_get_enhance (options);
  float background[3] = { 1, 1, 1 };

  genga_options_parse_colour (genga_options_get_string (options, GENGA_OPTION_BACKGROUND),
                              background);
  if (!genga_enhance_is_neutral (&filters))
    self->enhance =
        genga_enhance_step_new (&filters, genga_options_get_int (options, GENGA_OPTION_THREADS),
                                genga_progress_get_cancellable (self->progress));
  if (!genga_layout_has_alpha (self->plan->frame.layout))
    return;
  if (genga_layout_has_alpha (self->plan->result.layout))
    self->join = genga_join_alpha_step_new ();
  else
    self->composite = genga_composite_step_new (background);
}

GengaStep *
genga_strip_step_new (const GengaPlan *plan,
                      GengaStep *take_upscale,
                      gboolean has_ground,
                      GengaProgress *progress)
{
  static const GengaStepClass klass = {
    .name = "strip",
    .describe = strip_describe,
    .process = strip_process,
    .free = strip_free,
  };
  StripStep *self = g_new0 (StripStep, 1);

  self->parent.klass = &klass;
  self->plan = plan;
  self->upscale = take_upscale;
  self->has_ground = has_ground;
  self->places = genga_strip_places_new (plan, take_upscale);
  self->progress = genga_progress_ref (progress);
  add_steps (self);
  return &self->parent;
}

void
genga_strip_step_take_visible (GengaStep *step, GengaVisible *take_visible)
{
  StripStep *self = (StripStep *)step;

  genga_visible_free (self->visible);
  self->visible = take_visible;
}

void
genga_strip_step_skip (GengaStep *step, guint n)
{
  ((StripStep *)step)->n_skipped = n;
}

GArray *
genga_strip_step_get_places (GengaStep *step)
{
  return ((StripStep *)step)->places;
}
