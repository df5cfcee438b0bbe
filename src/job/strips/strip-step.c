/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/strips/strip-step.h"
#include "core/error.h"
#include "core/options-text.h"
#include "job/colour-step.h"
#include "job/plan/plan-network.h"
#include "job/strips/strip-place.h"
#include "steps/alpha-fill.h"
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
  GengaStep *join;       /* where transparency is kept; or NULL */
  GengaStep *restore;    /* of colours that were mapped; or NULL */
  GengaVisible *visible; /* of a picture with transparency */
  GengaEnhance filters;
  guint n_threads;
  gboolean is_outside; /* some colours are outside sRGB */
  double luma;         /* of all pixels so far, and the mean of all */
  double mean;
  gboolean is_mean_u8; /* in units of 1/255 */
  int n_measured;      /* rows */
  GengaFrame *ground;  /* that colours are put on for the network; or NULL */
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
begin_ground (StripStep *self, GError **error)
{
  if (self->ground != NULL || self->visible == NULL || self->join == NULL || !self->has_ground)
    return TRUE;
  self->ground = genga_visible_new_ground (self->visible, error);
  return self->ground != NULL;
}

static gboolean
begin (StripStep *self, GError **error)
{
  self->has_begun = TRUE;
  count_work (self);
  return begin_ground (self, error);
}

/* In the units of a frame. */
static double
get_mean (StripStep *self, const GengaFrame *frame)
{
  const double unit = self->is_mean_u8 ? 255 : 1;
  const double own = frame->info.sample == GENGA_SAMPLE_U8 ? 255 : 1;

  return own == unit ? self->mean : self->mean / unit * own;
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

/* Rows as sRGB, as the picture's other rows are. */
static GengaFrame *
map_colours (StripStep *self, GengaFrame *rows, GError **error)
{
  const GengaMedia *media = self->plan->is_srgb_within ? genga_media_get (error) : NULL;

  if (!self->plan->is_srgb_within)
    return genga_frame_ref (rows);
  if (media == NULL)
    return NULL;
  return genga_colour_stays_srgb (self->plan->options)
             ? media->colours_to_srgb (rows, TRUE, error)
             : media->colours_rows_to_srgb (rows, self->is_outside, error);
}

/* Back to the picture's own. */
static gboolean
restore_colours (StripStep *self, GengaItem **item, GError **error)
{
  if (self->restore != NULL)
    *item = self->restore->klass->process (self->restore, *item, error);
  return *item != NULL;
}

static gboolean
resize_part (StripStep *self, const GengaResizePart *part, GengaItem *item, GError **error)
{
  GCancellable *cancellable = genga_progress_get_cancellable (self->progress);

  return replace (
      &item->frame,
      genga_layout_has_alpha (item->frame->info.layout)
          ? genga_alpha_resize_part (part, item->frame, self->n_threads, cancellable, error)
          : genga_resize_part (part, item->frame, self->n_threads, cancellable, error));
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
enhance (StripStep *self, GengaItem *item, GError **error)
{
  GCancellable *cancellable = genga_progress_get_cancellable (self->progress);

  item->frame =
      genga_enhance_apply_around (&self->filters, item->frame, get_mean (self, item->frame),
                                  self->n_threads, cancellable, error);
  return item->frame != NULL;
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

  return resize_part (self, &part, item, error);
}

/* From the source's rows to the colours that the network gets. */
static gboolean
prepare_colours (StripStep *self, GengaItem **item, const GengaStripPlace *place, GError **error)
{
  const GengaResizePart reduction = genga_strip_place_get_reduction (place, self->plan);

  if (!replace (&(*item)->frame, map_colours (self, (*item)->frame, error)) ||
      !fill_hidden (self, *item, place->source.y, error))
    return FALSE;
  keep_rows (&(*item)->frame, place->source.y, &place->reduced);
  return (!genga_plan_reduces (self->plan) || resize_part (self, &reduction, *item, error)) &&
         set_alpha_aside (self, item, error);
}

static gboolean
make_strip (StripStep *self, GengaItem **item, const GengaStripPlace *place, GError **error)
{
  if (!prepare_colours (self, item, place, error) || !upscale (self, *item, place, error) ||
      !enhance (self, *item, error))
    return FALSE;
  keep_rows (&(*item)->frame, place->filtered.y, &place->resized);
  keep_rows (&(*item)->alpha, place->filtered.y, &place->resized);
  return join_alpha (self, item, error) && resize (self, *item, place, error) &&
         restore_colours (self, item, error);
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

/* ---- what has to be known before ---- */

gboolean
genga_strip_step_wants (GengaStep *step, GengaStripLook look)
{
  StripStep *self = (StripStep *)step;

  switch (look)
    {
    case GENGA_STRIP_LOOK_GAMUT:
      return self->plan->is_srgb_within && !genga_colour_stays_srgb (self->plan->options);
    case GENGA_STRIP_LOOK_VISIBLE:
      return genga_layout_has_alpha (self->plan->frame.layout);
    case GENGA_STRIP_LOOK_MEAN:
    default:
      return self->filters.contrast != 1;
    }
}

static gboolean
look_at_gamut (StripStep *self, GengaFrame *rows, GError **error)
{
  const GengaMedia *media = genga_media_get (error);
  gboolean are_outside = FALSE;

  if (media == NULL ||
      (!self->is_outside && !media->colours_are_outside (rows, &are_outside, error)))
    return FALSE;
  self->is_outside |= are_outside;
  return TRUE;
}

static gboolean
look_at_visible (StripStep *self, GengaFrame *rows, GError **error)
{
  g_autoptr (GengaFrame) mapped = map_colours (self, rows, error);
  GengaFrameInfo info = self->plan->frame;

  if (mapped == NULL)
    return FALSE;
  info.sample = mapped->info.sample;
  if (self->visible == NULL)
    self->visible = genga_visible_new (&info, error);
  if (self->visible != NULL)
    genga_visible_add (self->visible, mapped);
  return self->visible != NULL;
}

/* Adds what was not there yet of a strip's colours, which has the rows from `top` on. */
static gboolean
add_luma (StripStep *self, GengaFrame *colours, int top, int end, GError **error)
{
  const GengaEnhance none = { .contrast = 1, .saturation = 1 };
  const GengaFrameInfo *info = &colours->info;
  g_autofree double *sums = g_new (double, info->height);

  if (!genga_enhance_sum_rows (self->upscale == NULL ? &self->filters : &none, colours, sums,
                               self->n_threads, genga_progress_get_cancellable (self->progress),
                               error))
    return FALSE;
  for (; self->n_measured < end; self->n_measured++)
    self->luma += sums[self->n_measured - top];
  self->mean = self->luma / ((double)info->width * self->n_measured);
  if (info->sample == GENGA_SAMPLE_U8)
    self->is_mean_u8 = TRUE;
  return TRUE;
}

/* Of a network's result, the source's mean has to do: nobody wants to wait for it twice. */
static gboolean
look_at_mean (StripStep *self, GengaFrame *rows, GError **error)
{
  const GengaStripPlace *place = &g_array_index (self->places, GengaStripPlace, rows->pts);
  const GengaRect *whole = self->upscale == NULL ? &place->resized : &place->needed;
  g_autoptr (GengaItem) item = genga_item_new (GENGA_ITEM_FRAME, NULL, genga_frame_ref (rows));

  return begin_ground (self, error) && prepare_colours (self, &item, place, error) &&
         add_luma (self, item->frame, place->needed.y, whole->y + whole->height, error);
}

gboolean
genga_strip_step_look (GengaStep *step, GengaStripLook look, GengaFrame *rows, GError **error)
{
  StripStep *self = (StripStep *)step;

  switch (look)
    {
    case GENGA_STRIP_LOOK_GAMUT:
      return look_at_gamut (self, rows, error);
    case GENGA_STRIP_LOOK_VISIBLE:
      return look_at_visible (self, rows, error);
    case GENGA_STRIP_LOOK_MEAN:
    default:
      return look_at_mean (self, rows, error);
    }
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
  g_clear_pointer (&self->join, genga_step_free);
  g_clear_pointer (&self->restore, genga_step_free);
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
  float background[3] = { 1, 1, 1 };

  genga_options_parse_colour (genga_options_get_string (options, GENGA_OPTION_BACKGROUND),
                              background);
  self->filters = genga_plan_get_enhance (options);
  self->n_threads = genga_options_get_int (options, GENGA_OPTION_THREADS);
  if (self->plan->is_srgb_within)
    self->restore = genga_from_srgb_step_new (genga_colour_stays_srgb (options));
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
genga_strip_step_skip (GengaStep *step, guint n)
{
  ((StripStep *)step)->n_skipped = n;
}

GArray *
genga_strip_step_get_places (GengaStep *step)
{
  return ((StripStep *)step)->places;
}
