/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/timeline.h"

#include <math.h>

/* How far the times of a stream may go back without a new recording beginning, in seconds. */
#define TOLERANCE 0.1

/* What follows a place in the file, and by how many seconds it is moved. */
typedef struct
{
  gint64 position;
  double offset;
} Recording;

struct _GengaTimeline
{
  const AVFormatContext *format;
  GArray *recordings; /* of Recording, in the order of the file */
  GArray *times;      /* of double: each stream's last decoding time, moved, in seconds */
  double end;         /* where the latest packet ended */
  gint64 position;    /* of the packet that was last seen, in bytes */
};

GengaTimeline *
genga_timeline_new (const AVFormatContext *format)
{
  GengaTimeline *self = g_new0 (GengaTimeline, 1);
  Recording first = { G_MININT64, 0 };

  self->format = format;
  self->recordings = g_array_new (FALSE, TRUE, sizeof (Recording));
  self->times = g_array_new (FALSE, TRUE, sizeof (double));
  g_array_append_val (self->recordings, first);
  self->end = -G_MAXDOUBLE;
  return self;
}

void
genga_timeline_free (GengaTimeline *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->recordings);
  g_array_unref (self->times);
  g_free (self);
}

void
genga_timeline_jump (GengaTimeline *self)
{
  g_array_set_size (self->times, 0);
}

static double *
get_last_time (GengaTimeline *self, guint stream)
{
  double none = -G_MAXDOUBLE;

  while (self->times->len <= stream)
    g_array_append_val (self->times, none);
  return &g_array_index (self->times, double, stream);
}

static Recording *
get_recording (GengaTimeline *self, guint i)
{
  return &g_array_index (self->recordings, Recording, i);
}

static guint
find_recording (GengaTimeline *self)
{
  guint i = self->recordings->len - 1;

  while (self->position < get_recording (self, i)->position)
    i--;
  return i;
}

/*
 * The recording after number `i`, of which this packet is. The last packets of the one before may
 * be read after the first of the next, so streams pass over each by itself, and all by the same
 * time.
 */
static guint
pass_over (GengaTimeline *self, guint i, double seconds)
{
  Recording next = { self->position, self->end - seconds };

  if (i + 1 < self->recordings->len)
    get_recording (self, i + 1)->position = self->position;
  else
    g_array_append_val (self->recordings, next);
  return i + 1;
}

gboolean
genga_timeline_move (GengaTimeline *self, AVPacket *packet)
{
  double unit = av_q2d (self->format->streams[packet->stream_index]->time_base);
  double *last = get_last_time (self, packet->stream_index);
  guint n_before = self->recordings->len;

  if ((self->format->iformat->flags & AVFMT_TS_DISCONT) == 0)
    return FALSE;
  self->position = packet->pos >= 0 ? packet->pos : self->position;
  guint i = find_recording (self);
  if (packet->dts != AV_NOPTS_VALUE)
    {
      double seconds = packet->dts * unit;

      if (seconds + get_recording (self, i)->offset < *last - TOLERANCE)
        i = pass_over (self, i, seconds);
      *last = seconds + get_recording (self, i)->offset;
      self->end = MAX (self->end, *last + packet->duration * unit);
    }
  gint64 shift = llround (get_recording (self, i)->offset / unit);
  if (packet->pts != AV_NOPTS_VALUE)
    packet->pts += shift;
  if (packet->dts != AV_NOPTS_VALUE)
    packet->dts += shift;
  return self->recordings->len > n_before;
}
