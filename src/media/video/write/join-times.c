/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/join-times.h"

#include <string.h>

void
genga_join_times_init (GengaJoinTimes *self, GengaVideoSegment *const *segments, guint n_segments)
{
  guint64 n = 0;

  for (guint i = 0; i < n_segments; i++)
    n += segments[i]->n_frames;
  *self = (GengaJoinTimes){ .pts = g_new (gint64, n + 1), .durations = g_new (gint64, n + 1) };
  for (guint i = 0; i < n_segments; i++)
    {
      gsize size = segments[i]->n_frames * sizeof (gint64);

      memcpy (self->pts + self->n_frames, segments[i]->pts, size);
      memcpy (self->durations + self->n_frames, segments[i]->durations, size);
      self->delay = MAX (self->delay, segments[i]->delay);
      self->n_frames += segments[i]->n_frames;
    }
}

void
genga_join_times_clear (GengaJoinTimes *self)
{
  g_free (self->pts);
  g_free (self->durations);
}

gint64
genga_join_times_find (const GengaJoinTimes *self, gint64 pts)
{
  guint64 low = 0, high = self->n_frames;

  while (low < high)
    {
      guint64 middle = low + (high - low) / 2;

      if (self->pts[middle] < pts)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n_frames && self->pts[low] == pts ? (gint64)low : -1;
}

/*
 * Packet i is decoded when frame i - delay is shown. Before the first frame there is as much time
 * as between the first ones, as x264 has it.
 */
gint64
genga_join_times_get_dts (const GengaJoinTimes *self, guint64 i)
{
  if (i >= self->delay)
    return self->pts[i - self->delay];
  return self->pts[i] - (self->pts[self->delay] - self->pts[0]);
}

gint64
genga_join_times_get_duration (const GengaJoinTimes *self)
{
  guint64 last = self->n_frames - 1;

  return self->n_frames > 0 ? self->pts[last] + self->durations[last] - self->pts[0] : 0;
}
