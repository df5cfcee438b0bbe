/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview-work.h"
#include "core/cpu.h"
#include "job/plan.h"
#include "job/target.h"
#include "job/tile-key.h"
#include "steps/filters.h"
#include "steps/pixels.h"
#include "steps/resize.h"
#include "steps/upscale.h"

#include <math.h>

/* The piece that comes first, source pixels. */
#define QUICK_WIDTH 240
#define QUICK_HEIGHT 136

/* Pixels of the network's result that are made for one view. */
#define MAX_PIXELS 24e6

#define MAX_SOURCE_BYTES ((guint64)2 << 30)
/* Of tiles that wait for a job: no more than this, nor than a quarter of the free memory. */
#define MAX_TILE_BYTES ((guint64)1 << 30)

struct _GengaPreviewWork
{
  /* The source, for `source_key`. */
  char *source_key;
  GengaPictureInfo info;
  GengaFrame *colour;
  GengaFrame *alpha; /* NULL: opaque, or on white */
  double mean;       /* luma, 0 to 1 */

  /* What the network made of it, for the key of `tiles`. */
  int factor;
  int target_scale;
  GengaFrame *network; /* the last view; NULL: none */
  GengaRect network_rect;

  char *shown_key; /* of the pieces that were emitted last */

  GMutex mutex;
  GengaTileStore *tiles; /* protected by mutex */
};

/* One request on its way. */
typedef struct
{
  GengaPreviewWork *work;
  const GengaPreviewRequest *request;
  GengaPreviewEmitFunc emit;
  gpointer user_data;
  gboolean is_first;
  GengaRect wanted; /* result pixels */
} Run;

GengaPreviewWork *
genga_preview_work_new (void)
{
  GengaPreviewWork *self = g_new0 (GengaPreviewWork, 1);

  g_mutex_init (&self->mutex);
  return self;
}

void
genga_preview_work_free (GengaPreviewWork *self)
{
  g_free (self->source_key);
  g_free (self->shown_key);
  g_clear_pointer (&self->colour, genga_frame_unref);
  g_clear_pointer (&self->alpha, genga_frame_unref);
  g_clear_pointer (&self->network, genga_frame_unref);
  g_clear_pointer (&self->tiles, genga_tile_store_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

GengaTileStore *
genga_preview_work_dup_tiles (GengaPreviewWork *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->tiles != NULL ? genga_tile_store_ref (self->tiles) : NULL;
}

static GCancellable *
get_cancellable (Run *run)
{
  return genga_progress_get_cancellable (run->request->progress);
}

static guint
get_n_threads (Run *run)
{
  return genga_options_get_int (run->request->options, GENGA_OPTION_THREADS);
}

/* ---- the source ---- */

/* `key` begins with the source's file; transparency says what is done to its pixels. */
static char *
dup_source_key (const char *key, GengaOptions *options)
{
  const char *end = strchr (key, '\n');

  return g_strdup_printf ("%.*s %d", (int)(end - key), key,
                          genga_options_get_boolean (options, GENGA_OPTION_TRANSPARENCY));
}

static gboolean
load_source (Run *run, const char *key, GError **error)
{
  GengaPreviewWork *self = run->work;
  const char *path = run->request->source;
  gboolean keep = genga_options_get_boolean (run->request->options, GENGA_OPTION_TRANSPARENCY);
  GengaPictureLoad load = { .max_memory_bytes = MAX_SOURCE_BYTES, .output_factor = 1 };
  g_autofree char *source_key = dup_source_key (key, run->request->options);
  const GengaMedia *media = genga_media_get (error);
  GengaStep *split;

  if (g_strcmp0 (source_key, self->source_key) == 0)
    return TRUE;
  g_clear_pointer (&self->source_key, g_free);
  g_clear_pointer (&self->colour, genga_frame_unref);
  g_clear_pointer (&self->alpha, genga_frame_unref);
  if (media == NULL || !media->picture_probe (path, &self->info, error))
    return FALSE;

  GengaFrame *frame = media->picture_load (path, &load, get_cancellable (run), error);
  if (frame == NULL)
    return FALSE;
  split = genga_split_alpha_step_new (keep);
  g_autoptr (GengaItem) item =
      split->klass->process (split, genga_item_new (GENGA_ITEM_FRAME, NULL, frame), error);
  genga_step_free (split);
  if (item == NULL)
    return FALSE;
  self->colour = g_steal_pointer (&item->frame);
  self->alpha = g_steal_pointer (&item->alpha);
  self->mean = genga_enhance_measure_mean (self->colour);
  self->source_key = g_steal_pointer (&source_key);
  return TRUE;
}

/* ---- geometry ---- */

static GengaRect
get_network_picture (GengaPreviewWork *self)
{
  return (GengaRect){ 0, 0, self->colour->info.width * self->factor,
                      self->colour->info.height * self->factor };
}

static GengaResizePart
get_resize (GengaPreviewWork *self, const GengaRect *wanted)
{
  int width = self->colour->info.width, height = self->colour->info.height;

  return (GengaResizePart){
    width * self->factor,
    height * self->factor,
    width * self->target_scale,
    height * self->target_scale,
    *wanted,
  };
}

/* The network's pixels that `wanted` of the result is made from: a border to sharpen, too. */
static GengaRect
get_network_rect (GengaPreviewWork *self, const GengaRect *wanted)
{
  GengaResizePart resize = get_resize (self, wanted);
  GengaRect rect = genga_resize_part_get_source (&resize);
  GengaRect picture = get_network_picture (self);
  GengaRect wider = { rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2 };

  return genga_rect_intersect (&wider, &picture);
}

/* What is seen of the result; its middle, where that would be too much. */
static GengaRect
get_wanted (Run *run)
{
  GengaPreviewWork *self = run->work;
  const GengaPreviewView *view = &run->request->view;
  GengaRect result = { 0, 0, self->colour->info.width * self->target_scale,
                       self->colour->info.height * self->target_scale };
  double width = (view->right - view->left) * result.width;
  double height = (view->bottom - view->top) * result.height;
  double ratio = (double)self->factor / self->target_scale;
  double shrink = MIN (1, sqrt (MAX_PIXELS / MAX (1, width * height * ratio * ratio)));
  double x = (view->left + view->right) / 2 * result.width;
  double y = (view->top + view->bottom) / 2 * result.height;
  GengaRect wanted;

  width *= shrink;
  height *= shrink;
  wanted.x = floor (x - width / 2);
  wanted.y = floor (y - height / 2);
  wanted.width = ceil (x + width / 2) - wanted.x;
  wanted.height = ceil (y + height / 2) - wanted.y;
  return genga_rect_intersect (&wanted, &result);
}

/* The largest part of the result that can be made from `rect` of the network's pixels alone. */
static GengaRect
get_result_within (GengaPreviewWork *self, const GengaRect *rect)
{
  double ratio = (double)self->target_scale / self->factor;
  GengaRect picture = get_network_picture (self);
  /* What a result pixel reaches: Lanczos, and a pixel for the sharpening. */
  int reach = 1 + (self->factor == self->target_scale ? 0 : ceil (3 * MAX (1, 1 / ratio)) + 1);
  int left = rect->x == 0 ? 0 : rect->x + reach;
  int top = rect->y == 0 ? 0 : rect->y + reach;
  int right = rect->x + rect->width;
  int bottom = rect->y + rect->height;
  GengaRect result;

  right -= right == picture.width ? 0 : reach;
  bottom -= bottom == picture.height ? 0 : reach;
  result.x = ceil (left * ratio);
  result.y = ceil (top * ratio);
  result.width = floor (right * ratio) - result.x;
  result.height = floor (bottom * ratio) - result.y;
  return result;
}

/* ---- from the network's pixels to what is seen ---- */

static GengaFrame *
crop (const GengaFrame *frame, const GengaRect *place, const GengaRect *wanted, GError **error)
{
  GengaRect inside = { wanted->x - place->x, wanted->y - place->y, wanted->width, wanted->height };

  return genga_frame_crop (frame, &inside, error);
}

static GengaFrame *
convert (GengaFrame *frame, GError **error)
{
  GengaFrameInfo info = frame->info;
  GengaFrame *result;

  info.sample = GENGA_SAMPLE_U8;
  result = genga_frame_new_dense (&info, error);
  if (result != NULL)
    genga_pixels_convert (frame, result);
  return result;
}

static GengaFrame *
render_alpha (Run *run, const GengaRect *wanted, GError **error)
{
  GengaPreviewWork *self = run->work;
  GengaRect picture = { 0, 0, self->alpha->info.width, self->alpha->info.height };
  GengaResizePart resize = get_resize (self, wanted);

  resize.width = picture.width;
  resize.height = picture.height;
  GengaRect place = genga_resize_part_get_source (&resize);
  g_autoptr (GengaFrame) part = crop (self->alpha, &picture, &place, error);
  if (part == NULL)
    return NULL;
  g_autoptr (GengaFrame) resized =
      genga_resize_part (&resize, part, get_n_threads (run), get_cancellable (run), error);
  return resized != NULL ? convert (resized, error) : NULL;
}

static GengaFrame *
join_alpha (Run *run, GengaFrame *colour, const GengaRect *wanted, GError **error)
{
  GengaFrameInfo info = colour->info;
  g_autoptr (GengaFrame) alpha = render_alpha (run, wanted, error);

  info.layout = info.layout == GENGA_LAYOUT_GREY ? GENGA_LAYOUT_GREY_ALPHA : GENGA_LAYOUT_RGBA;
  g_autoptr (GengaFrame) result = alpha != NULL ? genga_frame_new_dense (&info, error) : NULL;
  if (result != NULL)
    genga_pixels_join_alpha (colour, alpha, result);
  return g_steal_pointer (&result);
}

/* Filters and the exact size: `wanted` of the result in 8 bits, without transparency. */
static GengaFrame *
render_colour (
    Run *run, GengaFrame *frame, const GengaRect *place, const GengaRect *wanted, GError **error)
{
  GengaPreviewWork *self = run->work;
  GengaEnhance filters = genga_plan_get_enhance (run->request->options);
  GengaResizePart resize = get_resize (self, wanted);
  GengaRect source = genga_resize_part_get_source (&resize);
  gboolean is_exact = self->factor == self->target_scale;
  g_autoptr (GengaFrame) enhanced =
      genga_enhance_apply_part (&filters, frame, is_exact ? GENGA_SAMPLE_U8 : frame->info.sample,
                                self->mean, get_n_threads (run), get_cancellable (run), error);
  g_autoptr (GengaFrame) part = enhanced != NULL ? crop (enhanced, place, &source, error) : NULL;

  if (part == NULL || is_exact)
    return g_steal_pointer (&part);
  g_autoptr (GengaFrame) resized =
      genga_resize_part (&resize, part, get_n_threads (run), get_cancellable (run), error);
  return resized != NULL ? convert (resized, error) : NULL;
}

/* `wanted` of the result, made from the network's pixels `frame`, which lie at `place`. */
static GengaFrame *
render (
    Run *run, GengaFrame *frame, const GengaRect *place, const GengaRect *wanted, GError **error)
{
  g_autoptr (GengaFrame) colour = render_colour (run, frame, place, wanted, error);

  if (colour == NULL || run->work->alpha == NULL)
    return g_steal_pointer (&colour);
  return join_alpha (run, colour, wanted, error);
}

static gboolean
emit (Run *run,
      GengaFrame *frame,
      const GengaRect *place,
      const GengaRect *wanted,
      gboolean is_approximate,
      GError **error)
{
  GengaPreviewWork *self = run->work;
  g_autoptr (GengaFrame) result = NULL;
  GengaPreviewPatch patch;

  if (genga_rect_is_empty (wanted))
    return TRUE;
  result = render (run, frame, place, wanted, error);
  if (result == NULL)
    return FALSE;
  patch = (GengaPreviewPatch){
    .frame = result,
    .rect = *wanted,
    .result_width = self->colour->info.width * self->target_scale,
    .result_height = self->colour->info.height * self->target_scale,
    .is_first = run->is_first,
    .is_approximate = is_approximate,
  };
  run->emit (&patch, run->user_data);
  run->is_first = FALSE;
  return TRUE;
}

/* ---- the network ---- */

/* The middle of what is wanted, as a small picture of its own. */
static gboolean
run_quick (Run *run, GengaPlan *plan, GError **error)
{
  GengaPreviewWork *self = run->work;
  GengaRect picture = { 0, 0, self->colour->info.width, self->colour->info.height };
  GengaRect wanted = get_network_rect (self, &run->wanted);
  GengaModelNeeds needs;
  int x = (wanted.x + wanted.width / 2) / self->factor;
  int y = (wanted.y + wanted.height / 2) / self->factor;

  genga_model_get_needs (plan->model, &needs);
  int margin = needs.overlap;
  GengaRect middle = { x - QUICK_WIDTH / 2 - margin, y - QUICK_HEIGHT / 2 - margin,
                       QUICK_WIDTH + 2 * margin, QUICK_HEIGHT + 2 * margin };
  middle = genga_rect_intersect (&middle, &picture);
  g_autoptr (GengaFrame) part = genga_frame_crop (self->colour, &middle, error);
  GengaSessionParams params = { .overlap = -1, .progress = run->request->progress };
  GengaStep *step = genga_upscale_step_new (plan->model, self->target_scale, &params);
  GengaRect whole = { 0, 0, middle.width * self->factor, middle.height * self->factor };
  g_autoptr (GengaFrame) result =
      part != NULL ? genga_upscale_step_run_region (step, part, &whole, error) : NULL;
  genga_step_free (step);
  if (result == NULL)
    return FALSE;

  /* The margin is not shown, but where the picture ends. */
  int scale = self->factor;
  int left = middle.x == 0 ? 0 : middle.x + margin;
  int top = middle.y == 0 ? 0 : middle.y + margin;
  int right = middle.x + middle.width, bottom = middle.y + middle.height;
  right -= right == picture.width ? 0 : margin;
  bottom -= bottom == picture.height ? 0 : margin;
  GengaRect place = { middle.x * scale, middle.y * scale, whole.width, whole.height };
  GengaRect good = { left * scale, top * scale, (right - left) * scale, (bottom - top) * scale };
  GengaRect seen = get_result_within (self, &good);
  seen = genga_rect_intersect (&seen, &run->wanted);
  return emit (run, result, &place, &seen, needs.is_global, error);
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

/* The tiles one after the other, the nearest to the middle first. */
static gboolean
run_parts (Run *run, GengaPlan *plan, const GengaRect *network_rect, GError **error)
{
  GengaPreviewWork *self = run->work;
  GengaFrame *colour = self->colour;
  g_autoptr (GArray) parts = genga_upscale_step_list_parts (plan->upscale, colour->info.width,
                                                            colour->info.height, network_rect);

  g_array_sort_with_data (parts, compare_distances, (gpointer)network_rect);
  for (guint i = 0; i < parts->len && parts->len > 1; i++)
    {
      GengaRect *part = &g_array_index (parts, GengaRect, i);
      GengaRect seen = get_result_within (self, part);
      g_autoptr (GengaFrame) frame = NULL;

      seen = genga_rect_intersect (&seen, &run->wanted);
      if (!genga_progress_check (run->request->progress, error))
        return FALSE;
      frame = genga_upscale_step_run_region (plan->upscale, colour, part, error);
      if (frame == NULL || !emit (run, frame, part, &seen, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether the first tile takes so long that something should be seen before. */
static gboolean
is_slow (GengaPreviewWork *self, GengaPlan *plan)
{
  int width, height, overlap;

  genga_upscale_step_get_tile (plan->upscale, self->colour->info.width, self->colour->info.height,
                               &width, &overlap);
  height = width;
  if (width == 0)
    {
      width = self->colour->info.width;
      height = self->colour->info.height;
    }
  return (double)width * height > 2 * QUICK_WIDTH * QUICK_HEIGHT;
}

static GengaFrame *
run_network (Run *run, GengaPlan *plan, const GengaRect *rect, GError **error)
{
  GengaRect picture = get_network_picture (run->work);

  if (plan->model == NULL)
    return crop (run->work->colour, &picture, rect, error);
  if ((is_slow (run->work, plan) && !run_quick (run, plan, error)) ||
      !run_parts (run, plan, rect, error))
    return NULL;
  return genga_upscale_step_run_region (plan->upscale, run->work->colour, rect, error);
}

/* A store for `key`, and the network's old result gone where it was for another. */
static void
set_key (GengaPreviewWork *self, const char *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (self->tiles != NULL && g_str_equal (genga_tile_store_get_key (self->tiles), key))
    return;
  g_clear_pointer (&self->tiles, genga_tile_store_unref);
  g_clear_pointer (&self->network, genga_frame_unref);
  self->tiles = genga_tile_store_new (key, MIN (MAX_TILE_BYTES, genga_memory_get_available () / 4));
}

static gboolean
make_plan (Run *run, GengaPlan *plan, GError **error)
{
  GengaPreviewWork *self = run->work;
  GengaOptions *options = run->request->options;

  plan->save.format = genga_target_choose_format (options, NULL, self->info.format);
  if (!genga_plan_init (plan, options, &self->info, self->tiles, run->request->progress, error))
    return FALSE;
  self->factor = plan->factor;
  self->target_scale = plan->target_scale;
  return TRUE;
}

static gboolean
run_plan (Run *run, GError **error)
{
  GengaPreviewWork *self = run->work;
  g_auto (GengaPlan) plan = { 0 };

  if (!make_plan (run, &plan, error))
    return FALSE;
  run->wanted = get_wanted (run);
  if (genga_rect_is_empty (&run->wanted))
    return TRUE;

  GengaRect rect = get_network_rect (self, &run->wanted);
  GengaFrame *network = run_network (run, &plan, &rect, error);
  if (network == NULL)
    return FALSE;
  g_clear_pointer (&self->network, genga_frame_unref);
  self->network = network;
  self->network_rect = rect;
  return emit (run, network, &rect, &run->wanted, FALSE, error);
}

/* All that the pieces to be seen depend on, but for where they lie. */
static char *
dup_shown_key (const char *key, GengaOptions *options)
{
  GengaEnhance filters = genga_plan_get_enhance (options);

  return g_strdup_printf ("%s%g %g %g", key, filters.sharpening, filters.contrast,
                          filters.saturation);
}

gboolean
genga_preview_work_run (GengaPreviewWork *self,
                        const GengaPreviewRequest *request,
                        GengaPreviewEmitFunc emit_func,
                        gpointer user_data,
                        GError **error)
{
  Run run = { .work = self, .request = request, .emit = emit_func, .user_data = user_data };
  g_autofree char *key = genga_tile_key_new (request->source, request->options);
  g_autofree char *shown_key = dup_shown_key (key, request->options);

  if (!genga_options_validate (request->options, error) || !load_source (&run, key, error))
    return FALSE;
  run.is_first = g_strcmp0 (shown_key, self->shown_key) != 0;
  g_free (self->shown_key);
  self->shown_key = NULL;
  set_key (self, key);

  gboolean done;
  run.wanted = self->network != NULL ? get_wanted (&run) : (GengaRect){ 0 };
  GengaRect rect = self->network != NULL ? get_network_rect (self, &run.wanted) : (GengaRect){ 0 };
  if (self->network != NULL && genga_rect_contains (&self->network_rect, &rect))
    done = emit (&run, self->network, &self->network_rect, &run.wanted, FALSE, error);
  else
    done = run_plan (&run, error);
  if (!run.is_first)
    self->shown_key = g_steal_pointer (&shown_key);
  return done;
}
