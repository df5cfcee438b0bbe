/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources whose frames come from elsewhere than a video file. */
#define G_LOG_DOMAIN "genga-media"

#include "core/error.h"
#include "media/video/video-source-private.h"

#include <glib/gi18n-lib.h>

static void
feed_clear (const GengaVideoFeed *feed)
{
  g_free (feed->times);
  g_free (feed->companion);
  if (feed->free_data != NULL)
    feed->free_data (feed->data);
}

/* What a sink asks a file and its first frame for. */
static gboolean
make_stream (GengaVideoSource *self, const GengaVideoInfo *info)
{
  gboolean has_alpha = genga_layout_has_alpha (info->layout);

  self->format = avformat_alloc_context ();
  self->stream = self->format != NULL ? avformat_new_stream (self->format, NULL) : NULL;
  self->first = av_frame_alloc ();
  if (self->stream == NULL || self->first == NULL)
    return FALSE;
  self->stream->time_base = (AVRational){ info->time_base_num, info->time_base_den };
  self->stream->avg_frame_rate = (AVRational){ info->rate_num, info->rate_den };
  self->stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
  self->stream->codecpar->width = info->width;
  self->stream->codecpar->height = info->height;
  self->first->width = info->width;
  self->first->height = info->height;
  self->first->pts = self->feed->times[0];
  if (info->bits > 8)
    self->first->format = has_alpha ? AV_PIX_FMT_GBRAP16 : AV_PIX_FMT_GBRP16;
  else
    self->first->format = has_alpha ? AV_PIX_FMT_GBRAP : AV_PIX_FMT_GBRP;
  self->first->colorspace = AVCOL_SPC_RGB;
  self->first->color_range = AVCOL_RANGE_JPEG;
  self->first->color_primaries = AVCOL_PRI_BT709;
  self->first->color_trc = AVCOL_TRC_BT709;
  return TRUE;
}

static void
fill_info (GengaVideoSource *self)
{
  GengaVideoInfo *info = &self->info;
  const gint64 *times = self->feed->times;
  double unit;

  *info = self->feed->info;
  unit = (double)info->time_base_num / info->time_base_den;
  info->start_pts = times[0];
  info->seconds = (times[info->n_frames] - times[0]) * unit;
  info->colour = (GengaColour){ .primaries = AVCOL_PRI_BT709,
                                .transfer = AVCOL_TRC_BT709,
                                .matrix = AVCOL_SPC_RGB,
                                .chroma_location = 255,
                                .range = GENGA_RANGE_FULL };
}

gboolean
genga_video_source_set_feed (GengaVideoSource *self, const GengaVideoFeed *feed, GError **error)
{
  self->feed = g_memdup2 (feed, sizeof *feed);
  self->video_end = feed->times[0];
  if (!make_stream (self, &feed->info))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("There is not enough memory to decode the video."));
      return FALSE;
    }
  fill_info (self);
  return TRUE;
}

void
genga_video_source_free_feed (GengaVideoSource *self)
{
  if (self->feed != NULL)
    feed_clear (self->feed);
  g_clear_pointer (&self->feed, g_free);
}

void
genga_video_source_seek_feed (GengaVideoSource *self, gint64 pts)
{
  const gint64 *times = self->feed->times;
  guint first = 0;
  guint last = self->feed->info.n_frames;

  while (first < last)
    {
      guint middle = first + (last - first) / 2;

      if (times[middle] < pts)
        first = middle + 1;
      else
        last = middle;
    }
  self->next = first;
  self->count = (GengaVideoCount){ 0 };
}

GengaFrame *
genga_video_source_read_feed (GengaVideoSource *self, GError **error)
{
  const GengaVideoFeed *feed = self->feed;
  const gint64 *times = feed->times + self->next;
  GengaFrame *frame;

  if (self->next >= feed->info.n_frames || times[0] >= self->stop)
    {
      self->video_end = times[0];
      return NULL;
    }
  frame = feed->read (feed->data, self->next, error);
  if (frame == NULL)
    return NULL;
  frame->pts = times[0] - self->offset;
  frame->duration = MIN (times[1], self->stop) - times[0];
  frame->time_base_num = feed->info.time_base_num;
  frame->time_base_den = feed->info.time_base_den;
  frame->colour = self->info.colour;
  self->video_end = times[1];
  self->next++;
  self->count.n_frames++;
  return frame;
}
