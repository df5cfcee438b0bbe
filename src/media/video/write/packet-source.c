/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/packet-source.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/file-state.h"
#include "media/guard.h"
#include "media/video/av-compat.h"
#include "media/video/read/file-info.h"
#include "media/video/read/timeline.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Subtitles that began this many seconds before a part may still be shown in it. */
#define PART_LEAD 60
/* Streams of a file may lag this many seconds behind one another. */
#define PART_LAG 15

/* What is read before anything is decided: so many packets of each stream of sound or pictures, one
 * of each other, within so many bytes and packets in all. */
#define AHEAD_STEADY 8
#define AHEAD_BYTES ((gsize)16 << 20)
#define AHEAD_PACKETS 2000

/* No stream waits longer than this, in seconds and bytes, for one that may have ended. */
#define PATIENCE 10
#define MAX_BYTES ((gsize)64 << 20)

typedef struct
{
  gboolean is_wanted;
  gboolean is_steady; /* sound or pictures, whose packets follow one another */
  guint n_ahead;
} Stream;

struct _GengaPacketSource
{
  GengaGuard *guard; /* whose thread reads the input */
  int code;          /* of its last reading */
  GError *error;     /* of its opening */
  AVFormatContext *input;
  char *path;
  struct stat stat;
  int upscaled;
  Stream *streams;
  guint n_streams; /* that are known; more may be added to a file later */
  GengaTimeline *timeline;
  GengaPacketQueue *queue;
  AVPacket *packet;
  gsize n_bytes; /* that were read */
  gboolean has_ended;

  /* The part that is wanted, in seconds of the file. */
  double start;
  double stop;
};

/* ---- opening ---- */

static void
open_now (gpointer data)
{
  GengaPacketSource *self = data;

  genga_file_state_look (self->path, &self->stat);
  self->input = genga_av_open_file (self->path, &self->error);
}

/* The file once more: the same one, whatever happened to its name meanwhile. */
static gboolean
open_input (GengaPacketSource *self,
            const GengaOrigin *origin,
            GengaProgress *progress,
            GError **error)
{
  const struct stat *first = &origin->stat;
  g_autofree char *name = g_filename_display_basename (origin->stream_source);

  self->path = g_strdup (origin->stream_source);
  self->guard = genga_guard_new (GENGA_GUARD_SOURCE, name, progress);
  if (!genga_guard_run (self->guard, open_now, self, error))
    return FALSE;
  if (self->input == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  return !S_ISREG (first->st_mode) ||
         (first->st_dev == self->stat.st_dev && first->st_ino == self->stat.st_ino) ||
         genga_file_state_set_changed_error (name, error);
}

static gboolean
is_steady (const AVStream *stream)
{
  enum AVMediaType type = stream->codecpar->codec_type;

  return type == AVMEDIA_TYPE_AUDIO ||
         (type == AVMEDIA_TYPE_VIDEO && !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC));
}

/* Chapters are tracks in some files, which nobody reads. */
static gboolean
may_have_packets (const AVStream *stream)
{
  return stream->discard != AVDISCARD_ALL &&
         stream->codecpar->codec_type != AVMEDIA_TYPE_ATTACHMENT;
}

static void
look_at_streams (GengaPacketSource *self)
{
  self->upscaled = genga_av_find_picture (self->input);
  self->n_streams = self->input->nb_streams;
  self->streams = g_new0 (Stream, self->n_streams);
  for (guint i = 0; i < self->n_streams; i++)
    {
      const AVStream *stream = self->input->streams[i];

      self->streams[i].is_steady = is_steady (stream);
      self->streams[i].is_wanted = (int)i != self->upscaled && may_have_packets (stream);
    }
  self->timeline = genga_timeline_new (self->input);
  self->queue = genga_packet_queue_new (self->n_streams);
}

/* Near the part, where the file allows it. */
static void
seek_part (GengaPacketSource *self)
{
  if (self->upscaled < 0 || self->start <= PART_LEAD)
    return;
  double unit = av_q2d (self->input->streams[self->upscaled]->time_base);
  gint64 time = (gint64)((self->start - PART_LEAD) / unit);

  av_seek_frame (self->input, self->upscaled, time, AVSEEK_FLAG_BACKWARD);
}

/* ---- reading ---- */

static double
get_seconds (GengaPacketSource *self)
{
  const AVPacket *packet = self->packet;
  gint64 time = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;

  return time != AV_NOPTS_VALUE
             ? time * av_q2d (self->input->streams[packet->stream_index]->time_base) - self->start
             : genga_packet_queue_get_time (self->queue, packet->stream_index);
}

static void
read_now (gpointer data)
{
  GengaPacketSource *self = data;

  do
    {
      genga_fault ("stall-copy");
      av_packet_unref (self->packet);
      self->code = av_read_frame (self->input, self->packet);
      if (self->code >= 0)
        genga_timeline_move (self->timeline, self->packet);
      genga_guard_tick ();
    }
  while (self->code >= 0 && self->packet->stream_index >= (int)self->n_streams);
}

/* One packet into the queue. FALSE with an error, or at the end. */
static gboolean
read_one (GengaPacketSource *self, GError **error)
{
  if (!genga_guard_run (self->guard, read_now, self, error))
    return FALSE;
  if (self->code < 0)
    {
      /* That the file ends too early is the source's to say; else genga_packet_source_check(). */
      self->has_ended = TRUE;
      return FALSE;
    }
  double seconds = get_seconds (self);
  guint index = self->packet->stream_index;
  Stream *stream = &self->streams[index];

  stream->n_ahead++;
  self->n_bytes += self->packet->size;
  if (stream->is_steady && seconds > self->stop - self->start + PART_LAG)
    self->has_ended = TRUE;
  if (!stream->is_wanted)
    genga_packet_queue_note (self->queue, index, seconds);
  else if (!genga_packet_queue_push (self->queue, self->packet, seconds))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for the video's other streams."));
      return FALSE;
    }
  return !self->has_ended;
}

/* What decisions are made with. */
static gboolean
is_enough (const GengaPacketSource *self)
{
  for (guint i = 0; i < self->n_streams; i++)
    {
      const Stream *stream = &self->streams[i];

      if (stream->is_wanted && stream->n_ahead < (stream->is_steady ? AHEAD_STEADY : 1))
        return FALSE;
    }
  return TRUE;
}

static gboolean
look_ahead (GengaPacketSource *self, GError **error)
{
  GError *reason = NULL;

  for (guint n = 0; n < AHEAD_PACKETS && !is_enough (self); n++)
    if (self->n_bytes >= AHEAD_BYTES || !read_one (self, &reason))
      break;
  if (reason != NULL)
    g_propagate_error (error, reason);
  return reason == NULL;
}

GengaPacketSource *
genga_packet_source_new (const GengaOrigin *origin, GengaProgress *progress, GError **error)
{
  g_autoptr (GengaPacketSource) self = g_new0 (GengaPacketSource, 1);

  self->packet = av_packet_alloc ();
  self->start = origin->is_trimmed ? origin->start : 0;
  self->stop = origin->is_trimmed ? origin->stop : INFINITY;
  if (!open_input (self, origin, progress, error))
    return NULL;
  look_at_streams (self);
  seek_part (self);
  return look_ahead (self, error) ? g_steal_pointer (&self) : NULL;
}

static void
destroy (gpointer data)
{
  GengaPacketSource *self = data;

  g_free (self->path);
  avformat_close_input (&self->input);
  av_packet_free (&self->packet);
  g_free (self->streams);
  g_clear_pointer (&self->timeline, genga_timeline_free);
  genga_packet_queue_free (self->queue);
  g_clear_error (&self->error);
  g_free (self);
}

void
genga_packet_source_free (GengaPacketSource *self)
{
  if (self != NULL)
    genga_guard_free (self->guard, destroy, self);
}

AVFormatContext *
genga_packet_source_get_format (const GengaPacketSource *self)
{
  return self->input;
}

int
genga_packet_source_get_upscaled (const GengaPacketSource *self)
{
  return self->upscaled;
}

const GengaPacketQueue *
genga_packet_source_get_queue (const GengaPacketSource *self)
{
  return self->queue;
}

gboolean
genga_packet_source_has_ended (const GengaPacketSource *self)
{
  return self->has_ended;
}

void
genga_packet_source_choose (GengaPacketSource *self, const gboolean *is_wanted)
{
  gboolean has_steady = FALSE;

  for (guint i = 0; i < self->n_streams; i++)
    {
      Stream *stream = &self->streams[i];

      stream->is_wanted = is_wanted[i];
      has_steady |= stream->is_wanted && stream->is_steady;
    }
  for (guint i = 0; i < self->n_streams; i++)
    {
      Stream *stream = &self->streams[i];
      gboolean is_clock = (int)i == self->upscaled && !has_steady;

      stream->is_steady &= stream->is_wanted || is_clock;
      /* Times of the picture tell where a recording begins, as they do when it is decoded; and how
       * far rare subtitles may be read. */
      if (!stream->is_wanted && !is_clock && (self->input->iformat->flags & AVFMT_TS_DISCONT) == 0)
        self->input->streams[i]->discard = AVDISCARD_ALL;
    }
}

/* ---- packets in order ---- */

static gboolean
needs_more (const GengaPacketSource *self, double until)
{
  double farthest = -INFINITY;
  gboolean all = TRUE;
  guint n = 0;

  if (self->has_ended || genga_packet_queue_get_size (self->queue) >= MAX_BYTES)
    return FALSE;
  for (guint i = 0; i < self->n_streams; i++)
    {
      double time = genga_packet_queue_get_time (self->queue, i);

      if (!self->streams[i].is_steady)
        continue;
      n++;
      all &= time > until;
      farthest = MAX (farthest, time);
    }
  return n == 0 || !(all || farthest > until + PATIENCE);
}

int
genga_packet_source_next (GengaPacketSource *self, double until, AVPacket *packet, GError **error)
{
  GError *reason = NULL;

  for (;;)
    {
      while (needs_more (self, until))
        if (!read_one (self, &reason))
          break;
      if (reason != NULL)
        {
          g_propagate_error (error, reason);
          return -1;
        }
      if (!genga_packet_queue_pop (self->queue, until, packet))
        return 0;
      if (self->streams[packet->stream_index].is_wanted)
        return 1;
      av_packet_unref (packet);
    }
}

gboolean
genga_packet_source_check (GengaPacketSource *self, GError **error)
{
  g_autofree char *name = g_filename_display_basename (self->path);

  if (genga_av_file_has_changed (self->input, self->path, &self->stat))
    return genga_file_state_set_changed_error (name, error);
  if (self->input->pb == NULL || self->input->pb->error >= 0)
    return TRUE;
  g_autofree char *reason = genga_av_dup_error (self->input->pb->error);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
               _ ("Can't read the other streams of “%s” to the end: %s."), name, reason);
  return FALSE;
}
