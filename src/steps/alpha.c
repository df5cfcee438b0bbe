/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/alpha.h"
#include "steps/pixels.h"

#include <string.h>

/* Below this, a colour that was weighed by alpha is mostly rounding. */
#define FAINT (1 / 64.f)

static int
get_n_channels (const GengaFrame *frame)
{
  return genga_layout_get_n_channels (frame->info.layout);
}

/* ---- within what is around ---- */

/* Pixels of the source around pixel `at` of an axis of `n_out`: [*first, *last]. */
static void
get_window (int n_in, int n_out, int at, int *first, int *last)
{
  *first = *last = at;
  if (n_in == n_out)
    return;
  *first = MAX (0, (gint64)at * n_in / n_out - 1);
  *last = MIN (n_in - 1, ((gint64)(at + 1) * n_in + n_out - 1) / n_out);
}

/* The least and the most of each column of `source` in its rows from `first` to `last`. */
static void
measure_columns (
    const GengaFrame *source, int first, int last, float *row, float *least, float *most)
{
  const int width = source->info.width;
  const int n = get_n_channels (source);

  for (int y = first; y <= last; y++)
    {
      genga_pixels_load_row (source, y, row);
      for (int x = 0; x < width; x++)
        {
          const float alpha = row[x * n + n - 1];

          least[x] = y == first ? alpha : MIN (least[x], alpha);
          most[x] = y == first ? alpha : MAX (most[x], alpha);
        }
    }
}

/* What lies around the pixels of a part of an enlargement, row by row. */
typedef struct
{
  const GengaResizePart *part;
  const GengaFrame *source;
  int x, y; /* of the source's first pixel */
  float *row;
  float *columns[2]; /* least, most */
  float *low;        /* of each pixel of the part's row */
  float *high;
} Around;

static void
around_init (Around *self, const GengaResizePart *part, const GengaFrame *source, int x, int y)
{
  const int width = source->info.width;

  *self = (Around){ .part = part, .source = source, .x = x, .y = y };
  self->row = g_new (float, (gsize)width *get_n_channels (source));
  for (int i = 0; i < 2; i++)
    self->columns[i] = g_new (float, width);
  self->low = g_new (float, part->wanted.width);
  self->high = g_new (float, part->wanted.width);
}

static void
around_clear (Around *self)
{
  g_free (self->row);
  g_free (self->columns[0]);
  g_free (self->columns[1]);
  g_free (self->low);
  g_free (self->high);
}

static void
around_measure (Around *self, int j)
{
  const GengaResizePart *part = self->part;
  const float *least = self->columns[0], *most = self->columns[1];
  int top, bottom, left, right;

  get_window (part->height, part->target_height, part->wanted.y + j, &top, &bottom);
  measure_columns (self->source, top - self->y, bottom - self->y, self->row, self->columns[0],
                   self->columns[1]);
  for (int i = 0; i < part->wanted.width; i++)
    {
      get_window (part->width, part->target_width, part->wanted.x + i, &left, &right);
      self->low[i] = least[left - self->x];
      self->high[i] = most[left - self->x];
      for (int at = left + 1; at <= right; at++)
        {
          self->low[i] = MIN (self->low[i], least[at - self->x]);
          self->high[i] = MAX (self->high[i], most[at - self->x]);
        }
    }
}

void
genga_alpha_limit (
    GengaFrame *frame, const GengaResizePart *part, const GengaFrame *source, int x, int y)
{
  const int n = get_n_channels (frame);
  Around around;

  g_return_if_fail (frame->info.sample == GENGA_SAMPLE_F32);
  around_init (&around, part, source, x, y);
  for (int j = 0; j < part->wanted.height; j++)
    {
      float *alpha = (float *)genga_frame_get_row (frame, 0, j) + n - 1;

      around_measure (&around, j);
      for (int i = 0; i < part->wanted.width; i++, alpha += n)
        *alpha = *alpha > around.low[i] ? MIN (*alpha, around.high[i]) : around.low[i];
    }
  around_clear (&around);
}

void
genga_alpha_trust_black (GengaFrame *white,
                         const GengaFrame *black,
                         const GengaResizePart *part,
                         const GengaFrame *source,
                         int x,
                         int y)
{
  const int n = get_n_channels (white);
  Around around;

  around_init (&around, part, source, x, y);
  for (int j = 0; j < part->wanted.height; j++)
    {
      const float *dark = genga_frame_get_row (black, 0, j);
      float *light = genga_frame_get_row (white, 0, j);

      around_measure (&around, j);
      for (int i = 0; i < part->wanted.width * n; i++)
        if (around.low[i / n] == around.high[i / n])
          light[i] = dark[i] + 1 - around.low[i / n];
    }
  around_clear (&around);
}

gboolean
genga_alpha_is_even (const GengaFrame *alpha, const GengaRect *rect, float *share)
{
  const GengaRect whole = { 0, 0, alpha->info.width, alpha->info.height };
  const GengaRect wider = { rect->x - 1, rect->y - 1, rect->width + 2, rect->height + 2 };
  const GengaRect area = genga_rect_intersect (&wider, &whole);
  const gsize size = genga_sample_get_size (alpha->info.sample);
  const guint8 *first = genga_frame_get_row (alpha, 0, area.y);
  g_autofree float *values = g_new (float, whole.width);

  for (int y = area.y; y < area.y + area.height; y++)
    {
      const guint8 *row = genga_frame_get_row (alpha, 0, y);

      for (int x = area.x; x < area.x + area.width; x++)
        if (memcmp (row + x * size, first + area.x * size, size) != 0)
          return FALSE;
    }
  genga_pixels_load_row (alpha, area.y, values);
  *share = values[area.x];
  return TRUE;
}

/* ---- enlarged without a network ---- */

static GengaFrame *
to_floats (GengaFrame *frame, GError **error)
{
  GengaFrameInfo info = frame->info;
  GengaFrame *floats;

  info.sample = GENGA_SAMPLE_F32;
  floats = genga_frame_new (&info, error);
  if (floats != NULL)
    genga_pixels_convert (frame, floats);
  return floats;
}

static GengaFrame *
repeat_pixels (
    const GengaFrame *alpha, int left, int top, const GengaResizePart *part, GError **error)
{
  const GengaRect *wanted = &part->wanted;
  const GengaFrameInfo info = { .width = wanted->width,
                                .height = wanted->height,
                                .sample = GENGA_SAMPLE_F32,
                                .layout = GENGA_LAYOUT_GREY };
  GengaFrame *result = genga_frame_new (&info, error);
  g_autofree float *row = g_new (float, alpha->info.width);

  for (int y = 0; result != NULL && y < wanted->height; y++)
    {
      float *out = genga_frame_get_row (result, 0, y);

      genga_pixels_load_row (
          alpha, (gint64)(wanted->y + y) * part->height / part->target_height - top, row);
      for (int x = 0; x < wanted->width; x++)
        out[x] = row[(gint64)(wanted->x + x) * part->width / part->target_width - left];
    }
  return result;
}

GengaFrame *
genga_alpha_enlarge_part (GengaAlpha how,
                          GengaFrame *alpha,
                          int x,
                          int y,
                          const GengaResizePart *part,
                          guint n_threads,
                          GCancellable *cancellable,
                          GError **error)
{
  GengaRect source = genga_resize_part_get_source (part);
  g_autoptr (GengaFrame) piece = NULL;
  g_autoptr (GengaFrame) floats = NULL;
  g_autoptr (GengaFrame) result = NULL;

  if (how == GENGA_ALPHA_NEAREST)
    return repeat_pixels (alpha, x, y, part, error);
  source.x -= x;
  source.y -= y;
  piece = genga_frame_crop (alpha, &source, error);
  floats = piece != NULL ? to_floats (piece, error) : NULL;
  if (floats == NULL)
    return NULL;
  result = genga_resize_part (part, floats, n_threads, cancellable, error);
  if (result == NULL)
    return NULL;
  result = genga_frame_make_writable (g_steal_pointer (&result), error);
  if (result != NULL)
    genga_alpha_limit (result, part, alpha, x, y);
  return g_steal_pointer (&result);
}

/* ---- resized with its colours ---- */

static void
weigh (GengaFrame *frame)
{
  const int n = get_n_channels (frame);

  for (int y = 0; y < frame->info.height; y++)
    {
      float *pixel = genga_frame_get_row (frame, 0, y);

      for (int x = 0; x < frame->info.width; x++, pixel += n)
        for (int c = 0; c < n - 1; c++)
          pixel[c] *= pixel[n - 1];
    }
}

/* A weighed pixel as a straight one, gradually that of the source where it is faint. */
static void
straighten (float *pixel, const float *source, int n_colours)
{
  const float alpha = pixel[n_colours];
  const float share = CLAMP (alpha / FAINT, 0, 1);

  for (int c = 0; c < n_colours; c++)
    {
      const float colour = share > 0 ? CLAMP (pixel[c] / alpha, 0, 1) : 0;

      pixel[c] = share * colour + (1 - share) * source[c];
    }
}

/* The pixel of an axis's source that lies under the middle of pixel `at`. */
static int
get_middle (int n_in, int n_out, int at)
{
  return (2 * (gint64)at + 1) * n_in / (2 * (gint64)n_out);
}

static void
straighten_all (GengaFrame *frame, const GengaResizePart *part, const GengaFrame *source)
{
  const GengaRect *wanted = &part->wanted;
  const GengaRect place = genga_resize_part_get_source (part);
  const int n = get_n_channels (frame);
  g_autofree float *row = g_new (float, (gsize)source->info.width *n);

  for (int j = 0; j < wanted->height; j++)
    {
      float *pixel = genga_frame_get_row (frame, 0, j);

      genga_pixels_load_row (
          source, get_middle (part->height, part->target_height, wanted->y + j) - place.y, row);
      for (int i = 0; i < wanted->width; i++, pixel += n)
        straighten (pixel,
                    row +
                        (get_middle (part->width, part->target_width, wanted->x + i) - place.x) * n,
                    n - 1);
    }
}

GengaFrame *
genga_alpha_resize_part (const GengaResizePart *part,
                         GengaFrame *frame,
                         guint n_threads,
                         GCancellable *cancellable,
                         GError **error)
{
  const GengaRect place = genga_resize_part_get_source (part);
  g_autoptr (GengaFrame) weighed = NULL;
  g_autoptr (GengaFrame) floats = NULL;
  GengaFrame *result;

  g_return_val_if_fail (genga_layout_has_alpha (frame->info.layout), NULL);
  if (part->width == part->target_width && part->height == part->target_height)
    return genga_frame_ref (frame);
  weighed = to_floats (frame, error);
  if (weighed == NULL)
    return NULL;
  weigh (weighed);
  floats = genga_resize_part (part, weighed, n_threads, cancellable, error);
  if (floats == NULL)
    return NULL;
  straighten_all (floats, part, frame);
  genga_alpha_limit (floats, part, frame, place.x, place.y);
  genga_frame_copy_properties (floats, frame);
  if (frame->info.sample == GENGA_SAMPLE_F32)
    return g_steal_pointer (&floats);

  GengaFrameInfo info = floats->info;
  info.sample = frame->info.sample;
  result = genga_frame_new (&info, error);
  if (result != NULL)
    {
      genga_pixels_convert (floats, result);
      genga_frame_copy_properties (result, frame);
    }
  return result;
}
