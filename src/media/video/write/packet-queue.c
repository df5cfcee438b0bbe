/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/packet-queue.h"

#include <math.h>

typedef struct
{
  AVPacket *packet;
  double seconds;
} Entry;

typedef struct
{
  GQueue entries; /* of Entry */
  double read;    /* the latest time that was read */
} Stream;

struct _GengaPacketQueue
{
  Stream *streams;
  guint n_streams;
  gsize size;
};

GengaPacketQueue *
genga_packet_queue_new (guint n_streams)
{
  GengaPacketQueue *self = g_new0 (GengaPacketQueue, 1);

  self->streams = g_new0 (Stream, n_streams);
  self->n_streams = n_streams;
  for (guint i = 0; i < n_streams; i++)
    {
      g_queue_init (&self->streams[i].entries);
      self->streams[i].read = -INFINITY;
    }
  return self;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  av_packet_free (&entry->packet);
  g_free (entry);
}

void
genga_packet_queue_free (GengaPacketQueue *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_streams; i++)
    g_queue_clear_full (&self->streams[i].entries, entry_free);
  g_free (self->streams);
  g_free (self);
}

void
genga_packet_queue_note (GengaPacketQueue *self, guint stream, double seconds)
{
  self->streams[stream].read = MAX (self->streams[stream].read, seconds);
}

gboolean
genga_packet_queue_push (GengaPacketQueue *self, AVPacket *packet, double seconds)
{
  guint stream = packet->stream_index;
  AVPacket *own = av_packet_alloc ();
  Entry *entry;

  if (own == NULL)
    return FALSE;
  av_packet_move_ref (own, packet);
  entry = g_new (Entry, 1);
  *entry = (Entry){ .packet = own, .seconds = seconds };
  g_queue_push_tail (&self->streams[stream].entries, entry);
  genga_packet_queue_note (self, stream, seconds);
  self->size += own->size;
  return TRUE;
}

gboolean
genga_packet_queue_pop (GengaPacketQueue *self, double until, AVPacket *packet)
{
  Stream *best = NULL;
  double earliest = INFINITY;

  for (guint i = 0; i < self->n_streams; i++)
    {
      const Entry *entry = g_queue_peek_head (&self->streams[i].entries);

      if (entry == NULL || entry->seconds > until || (best != NULL && entry->seconds >= earliest))
        continue;
      best = &self->streams[i];
      earliest = entry->seconds;
    }
  if (best == NULL)
    return FALSE;
  Entry *entry = g_queue_pop_head (&best->entries);
  self->size -= entry->packet->size;
  av_packet_move_ref (packet, entry->packet);
  entry_free (entry);
  return TRUE;
}

const AVPacket *
genga_packet_queue_peek (const GengaPacketQueue *self, guint stream, guint index)
{
  const Entry *entry = g_queue_peek_nth (&self->streams[stream].entries, index);

  return entry != NULL ? entry->packet : NULL;
}

double
genga_packet_queue_get_time (const GengaPacketQueue *self, guint stream)
{
  return self->streams[stream].read;
}

gsize
genga_packet_queue_get_size (const GengaPacketQueue *self)
{
  return self->size;
}

gint64
genga_packet_raise (AVPacket *packet, gint64 *last, gboolean is_strict)
{
  gint64 earliest = *last != AV_NOPTS_VALUE ? *last + is_strict : G_MININT64;
  gint64 raised = 0;

  if (packet->dts == AV_NOPTS_VALUE)
    packet->dts = packet->pts != AV_NOPTS_VALUE ? packet->pts : *last;
  if (packet->dts == AV_NOPTS_VALUE)
    return 0;
  if (packet->dts < earliest)
    {
      raised = earliest - packet->dts;
      packet->dts = earliest;
    }
  if (packet->pts != AV_NOPTS_VALUE && packet->pts < packet->dts)
    {
      packet->duration = MAX (0, packet->duration - (packet->dts - packet->pts));
      packet->pts = packet->dts;
    }
  *last = packet->dts;
  return raised;
}
