/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-engine"

#include "engine/whole/exact-run.h"
#include "core/error.h"
#include "engine/sample.h"
#include "engine/session-state.h"
#include "engine/tiling/session-tile.h"
#include "engine/whole/pixel-rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Pieces are no smaller than this when memory is short. */
#define SMALLEST_PIECE 64

/* ---- geometry ---- */

static int
align_up (int length, int unit)
{
  return (length + unit - 1) / unit * unit;
}

/* The picture as the network sees it. */
static GengaRect
get_padded (const GengaSession *self, int width, int height)
{
  int multiple = MAX (1, self->spec->multiple_of);

  return (GengaRect){ 0, 0, align_up (MAX (width, self->needs.minimum), multiple),
                      align_up (MAX (height, self->needs.minimum), multiple) };
}

static GengaRect
align_within (const GengaSession *self, const GengaRect *rect, const GengaRect *padded)
{
  int x = MAX (0, rect->x) / self->needs.unit * self->needs.unit;
  int y = MAX (0, rect->y) / self->needs.unit * self->needs.unit;
  int right = align_up (MAX (0, rect->x + rect->width), self->needs.unit);
  int bottom = align_up (MAX (0, rect->y + rect->height), self->needs.unit);

  return (GengaRect){ x, y, MIN (right, padded->width) - x, MIN (bottom, padded->height) - y };
}

GengaRect
genga_session_align_rect (const GengaSession *self, const GengaRect *rect, int width, int height)
{
  GengaRect padded = get_padded (self, width, height);

  return align_within (self, rect, &padded);
}

/* A side of a view that is too short for the network, from `*start` on. */
static void
lengthen (int *start, int *length, int minimum, int padded, int unit)
{
  int end = *start + *length;

  if (*length >= minimum)
    return;
  end = MIN (padded, *start + align_up (minimum, unit));
  *start = MAX (0, end - minimum) / unit * unit;
  *length = end - *start;
}

/* What the network has to see of the padded picture for a rectangle of it. */
static GengaRect
get_seen (const GengaSession *self, const GengaRect *rect, const GengaRect *padded)
{
  GengaRect wide = { rect->x - self->reach, rect->y - self->reach, rect->width + 2 * self->reach,
                     rect->height + 2 * self->reach };
  GengaRect seen = align_within (self, &wide, padded);

  lengthen (&seen.x, &seen.width, self->needs.minimum, padded->width, self->needs.unit);
  lengthen (&seen.y, &seen.height, self->needs.minimum, padded->height, self->needs.unit);
  return seen;
}

GengaRect
genga_session_get_seen_rect (const GengaSession *self, const GengaRect *rect, int width, int height)
{
  GengaRect padded = get_padded (self, width, height);
  GengaRect aligned = align_within (self, rect, &padded);
  GengaRect seen = get_seen (self, &aligned, &padded);
  int multiple = MAX (1, self->spec->multiple_of);
  GengaRect picture = { 0, 0, width, height };

  /* What lies beyond the border is reflected. */
  seen =
      (GengaRect){ seen.x - multiple - self->needs.minimum, seen.y - multiple - self->needs.minimum,
                   seen.width + multiple + self->needs.minimum,
                   seen.height + multiple + self->needs.minimum };
  return genga_rect_intersect (&seen, &picture);
}

/* ---- what goes in ---- */

/* One run of the network: what it sees, and what of it is wanted. */
typedef struct
{
  const GengaRegion *source;
  GengaRect seen; /* of the padded picture */
  int channel;    /* the one to run alone, or -1 */
  GengaView input;
} Run;

static gboolean
reads (const GengaSession *self, GengaSample sample)
{
  const GengaDeviceInfo *device = genga_engine_get_device (genga_model_get_engine (self->model));

  return (device->caps.samples_in & 1u << sample) != 0;
}

/* The frame's own pixels, where they are as the network wants them. */
static gboolean
see_directly (GengaSession *self, Run *run)
{
  const GengaRegion *source = run->source;
  GengaFrame *frame = source->frame;
  gsize n_channels = genga_layout_get_n_channels (frame->info.layout);
  GengaRect there = { source->x, source->y, frame->info.width, frame->info.height };

  if (n_channels != (gsize)self->spec->in_channels || !reads (self, frame->info.sample) ||
      !genga_rect_contains (&there, &run->seen))
    return FALSE;
  run->input = (GengaView){
    .data = (guint8 *)genga_frame_get_row (frame, 0, run->seen.y - source->y) +
            (run->seen.x - source->x) * n_channels * genga_sample_get_size (frame->info.sample),
    .row_stride = frame->strides[0],
    .sample = frame->info.sample,
    .channels = n_channels,
    .width = run->seen.width,
    .height = run->seen.height,
  };
  return TRUE;
}

/* The picture is reflected to its grid, and that again to what the network needs at least. */
static int
get_source (int i, int length, int multiple)
{
  return genga_pad_get_source (genga_pad_get_source (i, align_up (length, multiple)), length);
}

/* The same as floats, with what lies beyond the border. */
static gboolean
see_copy (GengaSession *self, Run *run, GError **error)
{
  const GengaRegion *source = run->source;
  const GengaFrameInfo *info = &source->frame->info;
  const GengaRect *seen = &run->seen;
  int n_source = genga_layout_get_n_channels (info->layout), n_target = self->spec->in_channels;
  int multiple = MAX (1, self->spec->multiple_of);
  float *out;

  if (!genga_session_ensure_input (self, (gsize)seen->width * seen->height * n_target, error))
    return FALSE;
  out = self->input;
  run->input = genga_view_of_floats (self->input, n_target, seen->width, seen->height);
  for (int y = seen->y; y < seen->y + seen->height; y++)
    {
      int line = get_source (y, source->height, multiple) - source->y;
      const guint8 *row = genga_frame_get_row (source->frame, 0, line);

      for (int x = seen->x; x < seen->x + seen->width; x++)
        {
          gsize pixel = (gsize)(get_source (x, source->width, multiple) - source->x) * n_source;

          for (int c = 0; c < n_target; c++)
            *out++ = genga_sample_read (
                row, pixel + (run->channel >= 0 ? run->channel : MIN (c, n_source - 1)),
                info->sample);
        }
    }
  return TRUE;
}

/* ---- the network ---- */

void
genga_session_tell_done (GengaSession *self, guint64 n_pixels)
{
  guint64 n = MIN (n_pixels, self->n_left);

  self->n_left -= n;
  genga_progress_add_done (self->params.progress, n);
}

/* One run of the back end that is watched. */
typedef struct
{
  GengaSession *session;
  double n_pixels;
  guint64 n_told;
} Watch;

/* Waits while the job is paused; what ends it, the back end sees by itself. */
static void
on_watch (double done, gpointer user_data)
{
  Watch *watch = user_data;
  guint64 n_done = done * watch->n_pixels;

  genga_session_tell_done (watch->session, n_done - watch->n_told);
  watch->n_told = n_done;
  genga_progress_check (watch->session->params.progress, NULL);
}

/* Values that are no numbers are computed again in the next safer precision, never handed on. */
static gboolean
run_network (GengaSession *self,
             const Run *run,
             const GengaRect *rect,
             const GengaView *output,
             GError **error)
{
  const GengaRect wanted = { rect->x - run->seen.x, rect->y - run->seen.y, rect->width,
                             rect->height };
  GengaModel *model = self->model;

  for (;;)
    {
      Watch watch = { .session = self, .n_pixels = (double)rect->width * rect->height };
      gboolean is_finite;

      if (!genga_model_run_part (model, &run->input, &wanted, output, &is_finite, on_watch, &watch,
                                 genga_session_get_cancellable (self), error))
        return FALSE;
      if (output->sample == GENGA_SAMPLE_F32)
        is_finite = genga_rows_clamp (output);
      if (is_finite)
        return TRUE;
      model = genga_model_get_safer (model, error);
      if (model == NULL)
        return FALSE;
      genga_session_notice_nan (self, model);
    }
}

/*
 * Through memory of our own, where the network has other channels than the frame, or the
 * rectangle's edges lie elsewhere than those that the back end makes.
 */
static gboolean
run_aside (GengaSession *self,
           const Run *run,
           const GengaRect *rect,
           const GengaRect *made,
           const GengaView *target,
           GError **error)
{
  gsize scale = self->needs.scale, n_out = self->spec->out_channels;
  GengaView output, part;

  if (!genga_session_ensure_output (self, made->width * scale * made->height * scale * n_out,
                                    error))
    return FALSE;
  output = genga_view_of_floats (self->output, n_out, made->width * scale, made->height * scale);
  if (!run_network (self, run, made, &output, error))
    return FALSE;
  part = output;
  part.data = (guint8 *)output.data + (rect->y - made->y) * scale * output.row_stride +
              (rect->x - made->x) * scale * n_out * sizeof (float);
  genga_rows_translate (&part, target, run->channel);
  return TRUE;
}

static gboolean
run_once (GengaSession *self,
          const GengaRegion *source,
          const GengaRect *rect,
          const GengaView *target,
          GError **error)
{
  GengaRect padded = get_padded (self, source->width, source->height);
  GengaRect made = align_within (self, rect, &padded);
  Run run = { .source = source, .seen = get_seen (self, &made, &padded), .channel = -1 };
  gboolean is_direct = self->spec->out_channels == target->channels && made.x == rect->x &&
                       made.y == rect->y && made.width == rect->width &&
                       made.height == rect->height;
  gboolean one_by_one = self->spec->in_channels == 1 && target->channels > 1;

  for (int c = 0; c < (one_by_one ? target->channels : 1); c++)
    {
      run.channel = one_by_one ? c : -1;
      if (!see_directly (self, &run) && !see_copy (self, &run, error))
        return FALSE;
      if (!(is_direct ? run_network (self, &run, rect, target, error)
                      : run_aside (self, &run, rect, &made, target, error)))
        return FALSE;
    }
  return TRUE;
}

/* ---- pieces ---- */

/* The part of `target` that a part of `rect` makes. */
static GengaView
get_part (const GengaSession *self,
          const GengaView *target,
          const GengaRect *rect,
          const GengaRect *part)
{
  GengaView view = *target;
  gsize scale = self->needs.scale;

  view.data =
      (guint8 *)target->data + (part->y - rect->y) * scale * target->row_stride +
      (part->x - rect->x) * scale * target->channels * genga_sample_get_size (target->sample);
  view.width = part->width * scale;
  view.height = part->height * scale;
  return view;
}

static gboolean run_pieces (GengaSession *self,
                            const GengaRegion *source,
                            const GengaRect *rect,
                            const GengaView *target,
                            int side,
                            GError **error);

/* The longest side of a piece; 0: no limit. */
static int
get_limit (GengaSession *self)
{
  int max_tile = genga_model_get_max_tile (self->model);
  int tile = MAX (0, self->params.tile);
  int limit = tile > 0 && max_tile > 0 ? MIN (tile, max_tile) : MAX (tile, max_tile);

  return limit > 0 ? MAX (self->needs.unit, limit / self->needs.unit * self->needs.unit) : 0;
}

/* As a whole if there is memory for it, else in pieces. */
static gboolean
run_rect (GengaSession *self,
          const GengaRegion *source,
          const GengaRect *rect,
          const GengaView *target,
          GError **error)
{
  int side = MAX (rect->width, rect->height), limit = get_limit (self);
  GError *local_error = NULL;

  if (limit > 0 && side > limit)
    return run_pieces (self, source, rect, target, limit, error);
  if (run_once (self, source, rect, target, &local_error))
    return TRUE;
  if (g_error_matches (local_error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY) &&
      side > MAX (self->needs.unit, SMALLEST_PIECE))
    {
      g_error_free (local_error);
      genga_engine_get_backend (genga_model_get_engine (self->model))->trim ();
      genga_model_set_max_tile (self->model, MAX (SMALLEST_PIECE, side / 2));
      genga_session_notice_retreat (self);
      return run_rect (self, source, rect, target, error);
    }
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
run_pieces (GengaSession *self,
            const GengaRegion *source,
            const GengaRect *rect,
            const GengaView *target,
            int side,
            GError **error)
{
  for (int y = rect->y; y < rect->y + rect->height; y += side)
    for (int x = rect->x; x < rect->x + rect->width; x += side)
      {
        GengaRect part = { x, y, MIN (side, rect->x + rect->width - x),
                           MIN (side, rect->y + rect->height - y) };
        GengaView view = get_part (self, target, rect, &part);

        if (!genga_progress_check (self->params.progress, error) ||
            !run_rect (self, source, &part, &view, error))
          return FALSE;
      }
  return TRUE;
}

gboolean
genga_session_run_exactly (GengaSession *self,
                           const GengaRegion *source,
                           const GengaRect *rect,
                           GengaSample sample,
                           void *pixels,
                           gsize stride,
                           GError **error)
{
  const GengaView target = {
    .data = pixels,
    .row_stride = stride,
    .sample = sample,
    .channels = genga_layout_get_n_channels (source->frame->info.layout),
    .width = rect->width * self->needs.scale,
    .height = rect->height * self->needs.scale,
  };

  return run_rect (self, source, rect, &target, error);
}
