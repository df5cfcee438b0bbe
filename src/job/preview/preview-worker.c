/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/preview-worker.h"
#include "core/cpu.h"
#include "job/colour-step.h"
#include "job/chain.h"
#include "job/plan/plan-network.h"
#include "job/plan/planner.h"
#include "job/preview/preview-render.h"
#include "job/preview/preview-source.h"
#include "job/reader/read-apart.h"
#include "job/tile-key.h"
#include "steps/upscale.h"
#include "core/options-text.h"

#include <math.h>

/* The piece that comes first, source pixels. */
#define QUICK_WIDTH 240
#define QUICK_HEIGHT 136

/* Pixels of the network's result that are made for one view. */
#define MAX_PIXELS 24e6

/* Of tiles that wait for a job: no more than this, nor than a quarter of the free memory. */
#define MAX_TILE_BYTES ((guint64)1 << 30)

/* Of the store, per pixel that is seen: three floats, and what tiles have beyond the view. */
#define BYTES_PER_PIXEL 20.

struct _GengaPreviewWorker
{
  char *source_key; /* of the picture; NULL: none */
  GengaSourceInfo info;
  GengaPreviewPicture picture;

  /* What the network made of it, for the key of `tiles`. */
  GengaFrame *network;       /* the last view; NULL: none */
  GengaFrame *network_alpha; /* of it; NULL: there is none */
  GengaRect network_rect;

  char *shown_key; /* of the pieces that were emitted last */

  GMutex mutex;
  GengaTileStore *tiles; /* protected by mutex */
};

/* One request on its way. */
typedef struct
{
  GengaPreviewWorker *work;
  const GengaPreviewRequest *request;
  GengaOptions *options; /* the request's */
  GengaPlan *plan;       /* until the chain has it */
  GengaChain chain;
  GengaPreviewEmitFunc emit;
  gpointer user_data;
  gboolean is_first;
  gboolean is_partial; /* more is seen than will be made */
  GengaRect wanted;    /* result pixels */
  gint64 network_us;   /* for parts of the result so far */
} Run;

GengaPreviewWorker *
genga_preview_worker_new (void)
{
  GengaPreviewWorker *self = g_new0 (GengaPreviewWorker, 1);

  g_mutex_init (&self->mutex);
  return self;
}

static void
clear_picture (GengaPreviewWorker *self)
{
  g_clear_pointer (&self->source_key, g_free);
  g_clear_pointer (&self->picture.colour, genga_frame_unref);
  g_clear_pointer (&self->picture.alpha, genga_frame_unref);
  g_clear_pointer (&self->picture.ground, genga_frame_unref);
}

/* A store for `key` (NULL: none), and the network's old result gone where it was for another. */
static void
set_key (GengaPreviewWorker *self, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (key != NULL && self->tiles != NULL && genga_tile_store_take_over (self->tiles, key))
    return;
  g_clear_pointer (&self->tiles, genga_tile_store_unref);
  g_clear_pointer (&self->network, genga_frame_unref);
  g_clear_pointer (&self->network_alpha, genga_frame_unref);
  if (key != NULL)
    self->tiles =
        genga_tile_store_new (key, MIN (MAX_TILE_BYTES, genga_memory_get_available () / 4));
}

void
genga_preview_worker_forget (GengaPreviewWorker *self)
{
  clear_picture (self);
  set_key (self, NULL);
  g_clear_pointer (&self->shown_key, g_free);
}

void
genga_preview_worker_free (GengaPreviewWorker *self)
{
  genga_preview_worker_forget (self);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

GengaTileStore *
genga_preview_worker_dup_tiles (GengaPreviewWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->tiles != NULL ? genga_tile_store_ref (self->tiles) : NULL;
}

static GCancellable *
get_cancellable (Run *run)
{
  return genga_progress_get_cancellable (run->request->progress);
}

/* ---- the source ---- */

/* A fingerprint begins with the source's file; transparency says what is done to its pixels. */
static char *
dup_source_key (Run *run, const char *fingerprint)
{
  GengaGrabbedFrame *grabbed = run->request->grabbed;
  int length = strcspn (fingerprint, "\n");
  const char *background = genga_options_get_boolean (run->options, GENGA_OPTION_TRANSPARENCY)
                               ? genga_chain_needs_ground (run->options) ? "on ground" : "kept"
                               : genga_options_get_string (run->options, GENGA_OPTION_BACKGROUND);

  int reduced = genga_options_get_int (run->options, GENGA_OPTION_PRE_DOWNSCALE);

  if (grabbed == NULL)
    return g_strdup_printf ("%.*s %s %d%s", length, fingerprint, background, reduced,
                            genga_colour_stays_srgb (run->options)   ? " stays sRGB"
                            : genga_colour_wants_srgb (run->options) ? " sRGB"
                                                                     : "");
  return g_strdup_printf ("%.*s %s at %.6f, %d %d", length, fingerprint, background,
                          grabbed->seconds, reduced,
                          genga_options_get_int (run->options, GENGA_OPTION_DEINTERLACE));
}

/* The frame as the network gets it, and what its file says. */
static gboolean
read_source (Run *run, GengaPreviewSource *source, GError **error)
{
  const GengaPreviewRequest *request = run->request;
  GengaSourceInfo info;

  if (request->grabbed == NULL)
    return genga_read_apart_preview_source (request->source, run->options, get_cancellable (run),
                                            source, error);
  info = request->grabbed->info;
  info.sample = GENGA_SAMPLE_F32;
  return genga_preview_source_take (source, genga_frame_ref (request->grabbed->frame), &info,
                                    run->options, request->progress, error);
}

static gboolean
load_source (Run *run, const char *fingerprint, GError **error)
{
  GengaPreviewWorker *self = run->work;
  g_autofree char *source_key = dup_source_key (run, fingerprint);
  g_auto (GengaPreviewSource) source = { 0 };

  if (g_strcmp0 (source_key, self->source_key) == 0)
    return TRUE;
  clear_picture (self);
  if (!read_source (run, &source, error))
    return FALSE;
  self->info = source.info;
  self->picture.colour = g_steal_pointer (&source.colour);
  self->picture.alpha = g_steal_pointer (&source.alpha);
  self->picture.ground = g_steal_pointer (&source.ground);
  self->picture.mean = genga_enhance_measure_mean (self->picture.colour);
  self->source_key = g_steal_pointer (&source_key);
  return TRUE;
}

/* What is seen of the result; its middle, where that would be too much. */
static void
choose_wanted (Run *run)
{
  GengaPreviewWorker *self = run->work;
  const GengaPreviewView *view = &run->request->view;
  GengaRect result = genga_preview_picture_get_result (&self->picture);
  double width = (view->right - view->left) * result.width;
  double height = (view->bottom - view->top) * result.height;
  GengaRect network = genga_preview_picture_get_network (&self->picture);
  double ratio = (double)network.width / result.width;
  double limit = MIN (MAX_PIXELS, genga_tile_store_get_max_bytes (self->tiles) / BYTES_PER_PIXEL);
  double shrink = MIN (1, sqrt (limit / MAX (1, width * height * ratio * ratio)));
  double x = (view->left + view->right) / 2 * result.width;
  double y = (view->top + view->bottom) / 2 * result.height;
  GengaRect wanted;

  width *= shrink;
  height *= shrink;
  wanted.x = floor (x - width / 2);
  wanted.y = floor (y - height / 2);
  wanted.width = ceil (x + width / 2) - wanted.x;
  wanted.height = ceil (y + height / 2) - wanted.y;
  run->wanted = genga_rect_intersect (&wanted, &result);
  run->is_partial = shrink < 1;
}

/* The passes of a pixel of the source are more than one pixel of the network's. */
static double
measure_seconds_per_megapixel (Run *run)
{
  const GengaPlan *plan = run->chain.plan;
  const GengaFrameInfo *source = &run->work->picture.colour->info;
  GengaUpscaleReuse reuse;

  if (run->chain.upscale == NULL)
    return 0;
  genga_upscale_step_get_reuse (run->chain.upscale, &reuse);
  if (reuse.tiles.n_pixels_computed == 0)
    return 0;
  return run->network_us / (double)reuse.tiles.n_pixels_computed * plan->network_pixels /
         ((double)source->width * source->height);
}

static gboolean
emit (Run *run,
      GengaFrame *frame,
      GengaFrame *alpha,
      const GengaRect *place,
      const GengaRect *wanted,
      gboolean is_approximate,
      GError **error)
{
  GengaPreviewPicture *picture = &run->work->picture;
  GengaOptions *options = run->options;
  GengaEnhance filters = genga_plan_get_enhance (options);
  GengaRect whole = genga_preview_picture_get_result (picture);
  g_autoptr (GengaFrame) result = NULL;
  GengaPreviewPatch patch;

  if (genga_rect_is_empty (wanted))
    return TRUE;
  result = genga_preview_picture_render (picture, &filters, frame, alpha, place, wanted,
                                         genga_options_get_int (options, GENGA_OPTION_THREADS),
                                         get_cancellable (run), error);
  if (result == NULL)
    return FALSE;
  patch = (GengaPreviewPatch){
    .frame = result,
    .rect = *wanted,
    .result_width = whole.width,
    .result_height = whole.height,
    .is_first = run->is_first,
    .is_approximate = is_approximate,
    .is_partial = run->is_partial,
    .seconds_per_megapixel = measure_seconds_per_megapixel (run),
  };
  run->emit (&patch, run->user_data);
  run->is_first = FALSE;
  return TRUE;
}

/* ---- the network ---- */

/*
 * What the quick piece has around it: what the network reaches, on the source's grid; later passes
 * reach less and less of the source, all of them together not twice as far. `*is_enough` where that
 * is all that the result depends on.
 */
static int
get_margin (const GengaPlan *plan, const GengaModelNeeds *needs, gboolean *is_enough)
{
  *is_enough = !needs->is_global && needs->overlap >= plan->spec.radius;
  return plan->factor > needs->scale ? 2 * needs->overlap : needs->overlap;
}

/* Transparency of a part of the source as a small picture of its own; there may be none. */
static gboolean
add_quick_alpha (Run *run,
                 GengaStep *step,
                 const GengaRect *part,
                 GengaFrame *piece,
                 GengaFrame **colour,
                 GengaFrame **alpha,
                 GError **error)
{
  GengaPreviewPicture *picture = &run->work->picture;
  const int scale = picture->factor;
  const GengaRect whole = { 0, 0, part->width * scale, part->height * scale };
  g_autoptr (GengaFrame) opacity = NULL;

  if (picture->alpha == NULL)
    return TRUE;
  genga_upscale_step_set_alpha (step, genga_options_get_int (run->options, GENGA_OPTION_ALPHA),
                                genga_options_get_int (run->options, GENGA_OPTION_THREADS));
  opacity = genga_frame_crop (picture->alpha, part, error);
  if (opacity == NULL)
    return FALSE;

  const GengaItem source = { .frame = piece, .alpha = opacity, .ground = picture->ground };
  *alpha =
      genga_upscale_step_run_alpha_region (step, &source, part->x, part->y, &whole, colour, error);
  return *alpha != NULL;
}

/* Transparency of `rect` of the network's result `*colour`; there may be none. */
static gboolean
add_alpha (Run *run, const GengaRect *rect, GengaFrame **colour, GengaFrame **alpha, GError **error)
{
  GengaPreviewPicture *picture = &run->work->picture;
  const GengaRect whole = genga_preview_picture_get_network (picture);
  const GengaItem source = { .frame = picture->colour,
                             .alpha = picture->alpha,
                             .ground = picture->ground };

  if (picture->alpha == NULL)
    return TRUE;
  *alpha = run->chain.upscale != NULL ? genga_upscale_step_run_alpha_region (
                                            run->chain.upscale, &source, 0, 0, rect, colour, error)
                                      : genga_preview_crop (picture->alpha, &whole, rect, error);
  return *alpha != NULL;
}

/* The middle of what is wanted, as a small picture of its own. */
static gboolean
run_quick (Run *run, GError **error)
{
  GengaPreviewPicture *picture = &run->work->picture;
  int scale = picture->factor;
  GengaRect source = { 0, 0, picture->colour->info.width, picture->colour->info.height };
  GengaRect wanted = genga_preview_picture_get_source (picture, &run->wanted);
  GengaSessionParams params = { .overlap = -1, .progress = run->request->progress };
  GengaModelNeeds needs;
  gboolean is_enough;

  genga_model_get_needs (run->chain.model, &needs);
  int margin = get_margin (run->chain.plan, &needs, &is_enough);
  GengaRect middle = { (wanted.x + wanted.width / 2) / scale - QUICK_WIDTH / 2 - margin,
                       (wanted.y + wanted.height / 2) / scale - QUICK_HEIGHT / 2 - margin,
                       QUICK_WIDTH + 2 * margin, QUICK_HEIGHT + 2 * margin };
  middle = genga_rect_intersect (&middle, &source);
  GengaRect whole = { 0, 0, middle.width * scale, middle.height * scale };
  g_autoptr (GengaFrame) part = genga_frame_crop (picture->colour, &middle, error);
  GengaStep *step =
      genga_upscale_step_new (run->chain.model, run->chain.plan->target_scale, &params);
  g_autoptr (GengaFrame) result =
      part != NULL ? genga_upscale_step_run_region (step, part, &whole, error) : NULL;
  g_autoptr (GengaFrame) alpha = NULL;
  gboolean ok =
      result != NULL && add_quick_alpha (run, step, &middle, part, &result, &alpha, error);
  genga_step_free (step);
  if (!ok)
    return FALSE;

  /* The margin is not shown, but where the picture ends. */
  int left = middle.x == 0 ? 0 : middle.x + margin;
  int top = middle.y == 0 ? 0 : middle.y + margin;
  int right = middle.x + middle.width, bottom = middle.y + middle.height;
  right -= right == source.width ? 0 : margin;
  bottom -= bottom == source.height ? 0 : margin;
  GengaRect place = { middle.x * scale, middle.y * scale, whole.width, whole.height };
  GengaRect good = { left * scale, top * scale, (right - left) * scale, (bottom - top) * scale };
  GengaRect seen = genga_preview_picture_get_within (picture, &good);
  seen = genga_rect_intersect (&seen, &run->wanted);
  return emit (run, result, alpha, &place, &seen, !is_enough, error);
}

static int
compare_distances (gconstpointer a, gconstpointer b, gpointer data)
{
  const GengaRect *left = a, *right = b, *wanted = data;
  double x = wanted->x + wanted->width / 2., y = wanted->y + wanted->height / 2.;
  double l = hypot (left->x + left->width / 2. - x, left->y + left->height / 2. - y);
  double r = hypot (right->x + right->width / 2. - x, right->y + right->height / 2. - y);

  return (l > r) - (l < r);
}

static GengaFrame *
run_region (Run *run, const GengaRect *rect, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  GengaFrame *frame =
      genga_upscale_step_run_region (run->chain.upscale, run->work->picture.colour, rect, error);

  run->network_us += g_get_monotonic_time () - start;
  return frame;
}

/* The tiles one after the other, the nearest to the middle first. */
static gboolean
run_parts (Run *run, const GengaRect *network_rect, GError **error)
{
  GengaPreviewPicture *picture = &run->work->picture;
  GengaStep *step = run->chain.upscale;
  GengaFrame *colour = picture->colour;
  g_autoptr (GArray) parts =
      genga_upscale_step_list_parts (step, colour->info.width, colour->info.height, network_rect);

  g_array_sort_with_data (parts, compare_distances, (gpointer)network_rect);
  for (guint i = 0; i < parts->len && parts->len > 1; i++)
    {
      GengaRect *part = &g_array_index (parts, GengaRect, i);
      GengaRect seen = genga_preview_picture_get_within (picture, part);
      g_autoptr (GengaFrame) frame = NULL;
      g_autoptr (GengaFrame) alpha = NULL;

      seen = genga_rect_intersect (&seen, &run->wanted);
      if (!genga_progress_check (run->request->progress, error))
        return FALSE;
      frame = run_region (run, part, error);
      if (frame == NULL || !add_alpha (run, part, &frame, &alpha, error) ||
          !emit (run, frame, alpha, part, &seen, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether the first tile takes so long that something should be seen before. */
static gboolean
is_slow (Run *run)
{
  const GengaFrameInfo *info = &run->work->picture.colour->info;
  int tile, overlap;

  genga_upscale_step_get_tile (run->chain.upscale, info->width, info->height, &tile, &overlap);
  double pixels = tile > 0 ? (double)tile * tile : (double)info->width * info->height;
  return pixels > 2 * QUICK_WIDTH * QUICK_HEIGHT;
}

static GengaFrame *
run_network (Run *run, const GengaRect *rect, GError **error)
{
  GengaPreviewPicture *picture = &run->work->picture;
  GengaRect whole = genga_preview_picture_get_network (picture);

  if (run->chain.model == NULL)
    return genga_preview_crop (picture->colour, &whole, rect, error);
  if ((is_slow (run) && !run_quick (run, error)) || !run_parts (run, rect, error))
    return NULL;
  return run_region (run, rect, error);
}

/* What is wanted from the network's result that is there, else with its help. */
static gboolean
run_plan (Run *run, GError **error)
{
  GengaPreviewWorker *self = run->work;

  choose_wanted (run);
  if (genga_rect_is_empty (&run->wanted))
    return TRUE;

  GengaRect rect = genga_preview_picture_get_source (&self->picture, &run->wanted);
  if (self->network == NULL || !genga_rect_contains (&self->network_rect, &rect))
    {
      g_autoptr (GengaFrame) network = run_network (run, &rect, error);
      GengaFrame *alpha = NULL;
      if (network == NULL || !add_alpha (run, &rect, &network, &alpha, error))
        return FALSE;
      g_clear_pointer (&self->network, genga_frame_unref);
      g_clear_pointer (&self->network_alpha, genga_frame_unref);
      self->network = g_steal_pointer (&network);
      self->network_alpha = alpha;
      self->network_rect = rect;
    }
  return emit (run, self->network, self->network_alpha, &self->network_rect, &run->wanted, FALSE,
               error);
}

static GengaPlanRequest
make_request (Run *run)
{
  const GengaPreviewRequest *request = run->request;

  GengaPlanRequest wanted = genga_plan_request_new (
      request->source, request->grabbed != NULL ? &request->grabbed->info : &run->work->info,
      request->options, NULL);

  wanted.is_coded = TRUE;
  return wanted;
}

/*
 * The files as they are before anything of them is read. For a video the plan says which model's
 * it is; for a picture, whose header was not looked at yet, the options do.
 */
static char *
dup_fingerprint (Run *run, GError **error)
{
  GengaPlanRequest wanted = make_request (run);

  if (run->request->grabbed == NULL)
    return genga_tile_key_dup_fingerprint (wanted.source, wanted.options);
  run->plan = genga_plan_new (&wanted, error);
  return run->plan != NULL ? genga_tile_key_dup_fingerprint (wanted.source, run->plan->options)
                           : NULL;
}

static gboolean
open_chain (Run *run, GError **error)
{
  GengaPlanRequest wanted = make_request (run);
  GengaPlan *plan =
      run->plan != NULL ? g_steal_pointer (&run->plan) : genga_plan_new (&wanted, error);

  return plan != NULL &&
         genga_chain_open (&run->chain, plan, &wanted, run->request->progress, error);
}

/* The chain's key knows nothing of which frame it is. */
static char *
dup_key (Run *run, const char *fingerprint)
{
  g_autofree char *key = genga_tile_key_new (fingerprint, &run->chain);

  return g_strdup_printf ("%s%s\n", key, run->work->source_key);
}

static gboolean
make_plan (Run *run, const char *fingerprint, GError **error)
{
  GengaPreviewWorker *self = run->work;
  GengaChain *chain = &run->chain;
  const GengaPlan *plan;
  g_autofree char *key = NULL;

  if (!open_chain (run, error))
    return FALSE;
  plan = chain->plan;
  key = run->request->grabbed != NULL ? dup_key (run, fingerprint)
                                      : genga_tile_key_new (fingerprint, chain);
  set_key (self, key);
  self->picture.factor = plan->factor;
  self->picture.strength = genga_plan_get_strength (plan);
  self->picture.is_alpha_made =
      genga_options_get_int (run->options, GENGA_OPTION_ALPHA) == GENGA_ALPHA_NETWORK;
  self->picture.result_width = plan->result.width;
  self->picture.result_height = plan->result.height;
  if (chain->upscale != NULL)
    genga_upscale_step_set_tiles (chain->upscale, self->tiles, TRUE);

  /* All that the pieces to be seen depend on, but for where they lie. */
  GengaEnhance filters = genga_plan_get_enhance (run->options);
  char *shown_key = g_strdup_printf ("%s%d %d %g %g %g %g", key, plan->result.width,
                                     plan->result.height, self->picture.strength,
                                     filters.sharpening, filters.contrast, filters.saturation);
  run->is_first = g_strcmp0 (shown_key, self->shown_key) != 0;
  g_free (self->shown_key);
  self->shown_key = shown_key;
  return TRUE;
}

/* What the model “match” goes by is found out elsewhere, so that the plan reads no file. */
static gboolean
look_for_match (Run *run, GError **error)
{
  return !g_str_equal (genga_options_get_string (run->options, GENGA_OPTION_MODEL),
                       GENGA_MODEL_MATCH) ||
         genga_read_apart_look (run->request->source, run->options, get_cancellable (run), error);
}

gboolean
genga_preview_worker_run (GengaPreviewWorker *self,
                          const GengaPreviewRequest *request,
                          GengaPreviewEmitFunc emit_func,
                          gpointer user_data,
                          GError **error)
{
  Run run = {
    .work = self,
    .request = request,
    .options = request->options,
    .emit = emit_func,
    .user_data = user_data,
  };

  if (!genga_options_validate (request->options, error) || !look_for_match (&run, error))
    return FALSE;
  g_autofree char *fingerprint = dup_fingerprint (&run, error);
  gboolean done = fingerprint != NULL && load_source (&run, fingerprint, error) &&
                  make_plan (&run, fingerprint, error) && run_plan (&run, error);

  if (run.is_first) /* nothing of it was seen */
    g_clear_pointer (&self->shown_key, g_free);
  genga_plan_free (run.plan);
  genga_chain_clear (&run.chain);
  return done;
}
