/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "core/cpu.h"
#include "core/error.h"
#include "engine/session-private.h"

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
  g_queue_init (&self->submitted);
  return self;
}

void
genga_session_free (GengaSession *self)
{
  if (self == NULL)
    return;
  genga_session_drain (self);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  genga_model_unref (self->model);
  g_free (self->input);
  g_free (self->output);
  g_free (self);
}

/* A network that sees the whole frame runs it whole where the peak leaves half the memory. */
static gboolean
fits_whole (GengaSession *self, int width, int height)
{
  const GengaDeviceInfo *device = genga_engine_get_device (genga_model_get_engine (self->model));
  guint64 available = device->is_cpu ? genga_memory_get_available () : device->free_bytes;

  return self->needs.bytes_per_pixel * width * height <= available / 2.0;
}

static void
choose_tile (GengaSession *self, int width, int height, int *tile, int *overlap)
{
  const GengaDeviceInfo *device = genga_engine_get_device (genga_model_get_engine (self->model));
  int max_tile = genga_model_get_max_tile (self->model);

  genga_tile_recommend (device->is_cpu ? 0 : device->total_bytes, self->needs.scale, tile, overlap);
  if (self->params.tile > 0)
    *tile = self->params.tile;
  else if (self->needs.is_global && max_tile == 0 && fits_whole (self, width, height))
    *tile = 0;

  if (max_tile > 0 && (*tile == 0 || *tile > max_tile))
    *tile = max_tile;
  if (self->params.overlap >= 0)
    *overlap = self->params.overlap;
  if (*tile > 0)
    *overlap = MIN (*overlap, (*tile - 1) / 2);
}

/*
 * Plans for the frame as the network sees it: padded to its grid, on which tiles start. What a
 * tile has beyond the frame is padding, as it would be for the frame as a whole.
 */
static void
make_plan (GengaSession *self, int width, int height, GengaTilePlan *plan)
{
  int grid = MAX (1, self->spec->multiple_of);
  int tile, overlap;

  choose_tile (self, width, height, &tile, &overlap);
  overlap = tile > 0 ? MIN (overlap + grid - 1, (tile - 1) / 2) : overlap;
  width = (width + grid - 1) / grid * grid;
  height = (height + grid - 1) / grid * grid;
  genga_tile_plan_init (plan, width, height, tile, overlap, self->needs.alignment,
                        self->needs.minimum);
  genga_tile_plan_set_grid (plan, grid);
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
dup_compute_order (GengaSession *self, guint n)
{
  guint *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    order[i] = i;
  if (self->params.shuffle_seed != 0)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (self->params.shuffle_seed);
      for (guint i = n; i > 1; i--)
        {
          guint j = g_rand_int_range (rand, 0, i);
          guint swap = order[i - 1];
          order[i - 1] = order[j];
          order[j] = swap;
        }
    }
  return order;
}

/*
 * Computes all tiles and adds them to `target` in the plan's order, whatever order they are
 * computed in: sums of floats depend on it. Tiles that are early wait.
 */
static gboolean
run_tiles (GengaSession *self,
           GengaFrame *frame,
           const GengaTilePlan *plan,
           GengaFrame *target,
           GError **error)
{
  guint n = genga_tile_plan_get_n_tiles (plan);
  g_autofree guint *order = dup_compute_order (self, n);
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_full (n, g_free);
  guint next = 0;

  g_ptr_array_set_size (waiting, n);
  for (guint i = 0; i < n; i++)
    {
      if (!genga_progress_check (self->params.progress, error))
        return FALSE;

      g_autofree float *tile = genga_session_compute_tile (self, frame, plan, order[i], error);
      if (tile == NULL)
        return FALSE;
      waiting->pdata[order[i]] = g_steal_pointer (&tile);

      for (; next < n && waiting->pdata[next] != NULL; next++)
        {
          genga_session_blend_tile (self, plan, next, waiting->pdata[next], target);
          g_clear_pointer (&waiting->pdata[next], g_free);
        }
      genga_progress_add_tiles (self->params.progress, 0, 1);
      genga_progress_add_done (self->params.progress, (guint64)plan->x.size * plan->y.size);
    }
  return TRUE;
}

/* Nobody asked for these tiles, and the result differs a little from that of the whole frame. */
static void
notice_tiles (GengaSession *self, const GengaTilePlan *plan)
{
  if (!self->needs.is_global || self->params.tile > 0 || self->told_about_tiles ||
      genga_tile_plan_get_n_tiles (plan) == 1)
    return;
  self->told_about_tiles = TRUE;
  genga_progress_notice (self->params.progress,
                         _ ("The model looks at the picture as a whole, for which there is not "
                            "enough memory; it works on tiles of %d pixels."),
                         MAX (plan->x.size, plan->y.size));
}

static GengaFrame *
run_frame (GengaSession *self, GengaFrame *frame, GError **error)
{
  GengaTilePlan plan;
  GengaFrameInfo info = frame->info;

  make_plan (self, info.width, info.height, &plan);
  notice_tiles (self, &plan);
  info.width *= self->needs.scale;
  info.height *= self->needs.scale;
  info.sample = GENGA_SAMPLE_F32;

  g_autoptr (GengaFrame) target = genga_frame_new_dense (&info, error);
  if (target == NULL)
    return NULL;
  memset (target->planes[0], 0, target->strides[0] * info.height);
  genga_frame_copy_properties (target, frame);
  return run_tiles (self, frame, &plan, target, error) ? g_steal_pointer (&target) : NULL;
}

gboolean
genga_session_submit (GengaSession *self, GengaFrame *frame, GError **error)
{
  GengaLayout layout = frame->info.layout;

  if ((layout != GENGA_LAYOUT_RGB && layout != GENGA_LAYOUT_GREY) ||
      frame->info.sample == GENGA_SAMPLE_F16 || frame->info.memory != GENGA_MEMORY_HOST)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                           "a session takes RGB or grey frames of u8, u16 or f32 in host memory");
      return FALSE;
    }
  g_queue_push_tail (&self->submitted, genga_frame_ref (frame));
  return TRUE;
}

GengaFrame *
genga_session_collect (GengaSession *self, GError **error)
{
  g_autoptr (GengaFrame) frame = g_queue_pop_head (&self->submitted);

  return frame != NULL ? run_frame (self, frame, error) : NULL;
}

void
genga_session_drain (GengaSession *self)
{
  g_queue_clear_full (&self->submitted, (GDestroyNotify)genga_frame_unref);
}

GengaFrame *
genga_session_run (GengaSession *self, GengaFrame *frame, GError **error)
{
  if (!genga_session_submit (self, frame, error))
    return NULL;
  return genga_session_collect (self, error);
}
