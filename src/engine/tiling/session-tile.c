/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/tiling/session-tile.h"
#include "core/error.h"
#include "engine/sample.h"
#include "engine/session-state.h"
#include "engine/whole/pixel-rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
ensure_scratch (float **buffer, gsize *length, gsize wanted, GError **error)
{
  if (*length >= wanted)
    return TRUE;

  g_free (*buffer);
  *length = 0;
  *buffer = g_try_malloc_n (wanted, sizeof (float));
  if (*buffer == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a tile."));
      return FALSE;
    }
  *length = wanted;
  return TRUE;
}

gboolean
genga_session_ensure_input (GengaSession *self, gsize n, GError **error)
{
  return ensure_scratch (&self->input, &self->input_length, n, error);
}

gboolean
genga_session_ensure_output (GengaSession *self, gsize n, GError **error)
{
  return ensure_scratch (&self->output, &self->output_length, n, error);
}

/* One call of the network: a rectangle of a picture, and which of its channels. */
typedef struct
{
  const GengaRegion *source;
  int x, y, width, height; /* in the picture */
  int channel;             /* the one to run alone, or -1 */
} Rect;

/*
 * The picture's row or column that the i-th of a padded rectangle is: the rectangle is padded to
 * what the network needs, and may itself lie partly beyond the picture.
 */
static int
get_picture_source (int i, int rect_start, int rect_length, int picture_length)
{
  return genga_pad_get_source (rect_start + genga_pad_get_source (i, rect_length), picture_length);
}

/* Writes the padded rectangle as the network wants it. */
static void
gather (GengaSession *self, const Rect *rect, int padded_width, int padded_height)
{
  const GengaRegion *source = rect->source;
  const GengaFrameInfo *info = &source->frame->info;
  int n_source = genga_layout_get_n_channels (info->layout);
  int n_target = self->spec->in_channels;
  float *out = self->input;

  for (int y = 0; y < padded_height; y++)
    {
      int line = get_picture_source (y, rect->y, rect->height, source->height);
      const guint8 *row = genga_frame_get_row (source->frame, 0, line - source->y);
      for (int x = 0; x < padded_width; x++)
        {
          int column = get_picture_source (x, rect->x, rect->width, source->width);
          gsize pixel = (gsize)(column - source->x) * n_source;
          for (int c = 0; c < n_target; c++)
            {
              int from = rect->channel >= 0 ? rect->channel : MIN (c, n_source - 1);
              *out++ = genga_sample_read (row, pixel + from, info->sample);
            }
        }
    }
}

static gboolean
is_finite (const float *values, gsize n)
{
  guint32 found = 0;

  for (gsize i = 0; i < n; i++)
    {
      union
      {
        float value;
        guint32 bits;
      } u = { values[i] };
      found |= (u.bits & 0x7f800000u) == 0x7f800000u;
    }
  return found == 0;
}

void
genga_session_notice_nan (GengaSession *self, GengaModel *safer)
{
  if (!self->notified_of_nan)
    genga_progress_notice (
        self->params.progress,
        _ ("The model's output is not valid in the chosen precision; tiles are computed again "
           "in %s."),
        genga_choice_get_nick (GENGA_TYPE_PRECISION, genga_model_get_precision (safer)));
  self->notified_of_nan = TRUE;
}

/*
 * Runs the network on the gathered input. Values that are no numbers are computed again in the
 * next safer precision, never written.
 */
static gboolean
run_network (GengaSession *self, int height, int width, GError **error)
{
  int scale = self->needs.scale;
  gsize n = (gsize)height * width * scale * scale * self->spec->out_channels;
  GengaView input = genga_view_of_floats (self->input, self->spec->in_channels, width, height);
  GengaView output =
      genga_view_of_floats (self->output, self->spec->out_channels, width * scale, height * scale);
  GengaModel *model = self->model;

  for (;;)
    {
      if (!genga_model_run (model, &input, &output, genga_session_get_cancellable (self), error))
        return FALSE;
      if (is_finite (self->output, n))
        return TRUE;

      model = genga_model_get_safer (model, error);
      if (model == NULL)
        return FALSE;
      genga_session_notice_nan (self, model);
    }
}

/* Crops, clamps and writes the network's output into a tile of `n_channels` channels. */
static void
scatter (GengaSession *self, const Rect *rect, int padded_width, int n_channels, float *tile)
{
  int scale = self->needs.scale;
  GengaView from =
      genga_view_of_floats (self->output, self->spec->out_channels, padded_width * scale, 0);
  GengaView to = genga_view_of_floats (tile, n_channels, rect->width * scale, rect->height * scale);

  genga_rows_translate (&from, &to, rect->channel);
}

/* Runs one rectangle through the network as a whole; channel by channel where it has only one. */
static gboolean
run_rect (GengaSession *self, Rect rect, float *tile, GError **error)
{
  int n_channels = genga_layout_get_n_channels (rect.source->frame->info.layout);
  int multiple = MAX (1, self->spec->multiple_of);
  int width = (MAX (rect.width, self->needs.minimum) + multiple - 1) / multiple * multiple;
  int height = (MAX (rect.height, self->needs.minimum) + multiple - 1) / multiple * multiple;
  gsize pixels = (gsize)width * height;
  gboolean one_by_one = self->spec->in_channels == 1 && n_channels > 1;

  if (!genga_session_ensure_input (self, pixels * self->spec->in_channels, error) ||
      !genga_session_ensure_output (
          self, pixels * self->needs.scale * self->needs.scale * self->spec->out_channels, error))
    return FALSE;

  for (int c = 0; c < (one_by_one ? n_channels : 1); c++)
    {
      rect.channel = one_by_one ? c : -1;
      gather (self, &rect, width, height);
      if (!run_network (self, height, width, error))
        return FALSE;
      scatter (self, &rect, width, n_channels, tile);
    }
  return TRUE;
}

gboolean
genga_session_run_rect (GengaSession *self,
                        const GengaRegion *source,
                        const GengaRect *rect,
                        float *pixels,
                        GError **error)
{
  const Rect run = { source, rect->x, rect->y, rect->width, rect->height, -1 };

  return run_rect (self, run, pixels, error);
}

/* The same in pieces of at most `side` pixels, put together as a picture's tiles are. */
static gboolean
run_in_pieces (
    GengaSession *self, const Rect *rect, int side, int overlap, float *tile, GError **error)
{
  GengaTilePlan plan;
  GengaFrame target = *rect->source->frame;
  int n_channels = genga_layout_get_n_channels (target.info.layout);

  genga_tile_plan_init (&plan, rect->width, rect->height, side, MIN (overlap, (side - 1) / 2),
                        self->needs.alignment, self->needs.minimum);
  genga_tile_plan_set_grid (&plan, MAX (1, self->spec->grid));
  /* Long and thin: no more pixels than a tile that fits. */
  if (genga_tile_plan_get_n_tiles (&plan) == 1)
    return run_rect (self, *rect, tile, error);

  /* The rectangle as a picture of its own. */
  const GengaRegion window = {
    .frame = rect->source->frame,
    .x = rect->source->x - rect->x,
    .y = rect->source->y - rect->y,
    .width = MIN (rect->width, rect->source->width - rect->x),
    .height = MIN (rect->height, rect->source->height - rect->y),
  };
  target.info.width = rect->width * self->needs.scale;
  target.info.height = rect->height * self->needs.scale;
  target.info.sample = GENGA_SAMPLE_F32;
  target.planes[0] = (guint8 *)tile;
  target.strides[0] = target.info.width * n_channels * sizeof (float);
  memset (tile, 0, target.strides[0] * target.info.height);

  for (guint i = 0; i < (guint)genga_tile_plan_get_n_tiles (&plan); i++)
    {
      if (!genga_progress_check (self->params.progress, error))
        return FALSE;
      g_autofree float *piece = genga_session_compute_tile (self, &window, &plan, i, error);
      if (piece == NULL)
        return FALSE;
      genga_session_blend_tile (self, &plan, i, piece, &target, 0, 0);
    }
  return TRUE;
}

/* After out-of-memory at `side`: the next smaller size, for this model from now on. */
static gboolean
retreat (GengaSession *self, int side, GError **error)
{
  const GengaEngine *engine = genga_model_get_engine (self->model);
  int smaller = genga_tile_get_next_smaller (side);

  genga_engine_get_backend ((GengaEngine *)engine)->trim ();
  if (smaller == 0 || smaller < self->needs.minimum)
    return FALSE;

  g_clear_error (error);
  genga_model_set_max_tile (self->model, smaller);
  return TRUE;
}

void
genga_session_notice_retreat (GengaSession *self)
{
  int max_tile = genga_model_get_max_tile (self->model);

  if (max_tile == self->notified_max_tile)
    return;
  self->notified_max_tile = max_tile;
  genga_progress_notice (self->params.progress, _ ("Not enough memory; tiles are now %d pixels."),
                         max_tile);
}

GengaRect
genga_session_get_tile_rect (const GengaTilePlan *plan, guint index)
{
  return (GengaRect){
    .x = genga_tile_axis_get_start (&plan->x, index % plan->x.n),
    .y = genga_tile_axis_get_start (&plan->y, index / plan->x.n),
    .width = plan->x.size,
    .height = plan->y.size,
  };
}

float *
genga_session_compute_tile (GengaSession *self,
                            const GengaRegion *source,
                            const GengaTilePlan *plan,
                            guint index,
                            GError **error)
{
  GengaRect place = genga_session_get_tile_rect (plan, index);
  Rect rect = { source, place.x, place.y, place.width, place.height, -1 };
  int side = MAX (rect.width, rect.height);
  gsize n = (gsize)rect.width * rect.height * self->needs.scale * self->needs.scale *
            genga_layout_get_n_channels (source->frame->info.layout);
  g_autofree float *tile = g_try_malloc_n (n, sizeof (float));

  if (tile == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a tile."));
      return NULL;
    }

  for (gboolean has_retreated = FALSE;; has_retreated = TRUE)
    {
      GError *local_error = NULL;
      int max_tile = genga_model_get_max_tile (self->model);
      gboolean done = max_tile > 0 && side > max_tile
                          ? run_in_pieces (self, &rect, max_tile, plan->overlap, tile, &local_error)
                          : run_rect (self, rect, tile, &local_error);

      if (done)
        {
          if (has_retreated)
            genga_session_notice_retreat (self);
          return g_steal_pointer (&tile);
        }
      if (!g_error_matches (local_error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY) ||
          !retreat (self, max_tile > 0 ? MIN (side, max_tile) : side, &local_error))
        {
          g_propagate_error (error, local_error);
          return NULL;
        }
    }
}

/*
 * A tile's ramp divided by the sum of all ramps, so that what is added up needs no division later
 * and a pixel of one tile alone is that tile's pixel exactly. Free with g_free().
 */
static float *
dup_normalised_ramp (GengaSession *self, const GengaTileAxis *axis, int index, int overlap)
{
  int scale = self->needs.scale;
  int length = axis->size * scale;
  int start = genga_tile_axis_get_start (axis, index) * scale;
  g_autofree float *ramp = g_new (float, length);
  g_autofree float *other = g_new (float, length);
  float *sum = g_new0 (float, length);

  for (int i = 0; i < axis->n; i++)
    {
      int shift = start - genga_tile_axis_get_start (axis, i) * scale;
      if (ABS (shift) >= length)
        continue;
      genga_tile_axis_get_ramp (axis, i, scale, overlap, self->params.blend, other);
      for (int k = MAX (0, -shift); k < MIN (length, length - shift); k++)
        sum[k] += other[k + shift];
    }

  genga_tile_axis_get_ramp (axis, index, scale, overlap, self->params.blend, ramp);
  for (int k = 0; k < length; k++)
    sum[k] = ramp[k] > 0 ? ramp[k] / sum[k] : 0;
  return sum;
}

void
genga_session_blend_tile (GengaSession *self,
                          const GengaTilePlan *plan,
                          guint index,
                          const float *tile,
                          GengaFrame *target,
                          int x,
                          int y)
{
  int scale = self->needs.scale;
  int n_channels = genga_layout_get_n_channels (target->info.layout);
  int column = index % plan->x.n;
  int line = index / plan->x.n;
  int x0 = genga_tile_axis_get_start (&plan->x, column) * scale - x;
  int y0 = genga_tile_axis_get_start (&plan->y, line) * scale - y;
  gsize stride = (gsize)plan->x.size * scale * n_channels;
  g_autofree float *ramp_x = dup_normalised_ramp (self, &plan->x, column, plan->overlap);
  g_autofree float *ramp_y = dup_normalised_ramp (self, &plan->y, line, plan->overlap);
  int last_row = MIN (plan->y.size * scale, target->info.height - y0);
  int begin, end;

  genga_tile_ramp_get_support (ramp_x, plan->x.size * scale, &begin, &end);
  begin = MAX (begin, -x0);
  end = MIN (end, target->info.width - x0);
  for (int row = MAX (0, -y0); row < last_row; row++)
    {
      const float *restrict in = tile + row * stride;
      float *restrict out = genga_frame_get_row (target, 0, y0 + row);
      if (ramp_y[row] == 0)
        continue;
      for (int i = begin; i < end; i++)
        for (int c = 0; c < n_channels; c++)
          out[(x0 + i) * n_channels + c] += ramp_x[i] * ramp_y[row] * in[i * n_channels + c];
    }
}

void
genga_session_get_support (
    GengaSession *self, const GengaTileAxis *axis, int index, int overlap, int *begin, int *end)
{
  int scale = self->needs.scale;
  int start = genga_tile_axis_get_start (axis, index) * scale;
  g_autofree float *ramp = g_new (float, axis->size *scale);

  genga_tile_axis_get_ramp (axis, index, scale, overlap, self->params.blend, ramp);
  genga_tile_ramp_get_support (ramp, axis->size * scale, begin, end);
  *begin += start;
  *end = MIN (*end + start, axis->length * scale);
}
