/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/output-like.h"
#include "media/video/write/stream-tags.h"

#include <math.h>

static int
add_like (AVFormatContext *self, const AVStream *like)
{
  AVStream *stream = avformat_new_stream (self, NULL);
  int code = stream != NULL ? avcodec_parameters_copy (stream->codecpar, like->codecpar)
                            : AVERROR (ENOMEM);

  if (code < 0)
    return code;
  stream->time_base = like->time_base;
  stream->disposition = like->disposition;
  stream->sample_aspect_ratio = like->sample_aspect_ratio;
  stream->avg_frame_rate = like->avg_frame_rate;
  av_dict_copy (&stream->metadata, like->metadata, 0);
  return genga_av_stream_copy_side_data (stream, like) ? 0 : AVERROR (ENOMEM);
}

int
genga_output_new_like (AVFormatContext **self, const AVFormatContext *like, int only)
{
  int code = avformat_alloc_output_context2 (self, like->oformat, NULL, NULL);

  if (code < 0)
    return code;
  (*self)->strict_std_compliance = like->strict_std_compliance;
  for (guint i = 0; i < like->nb_streams && code >= 0; i++)
    if (only < 0 || (int)i == only)
      code = add_like (*self, like->streams[i]);
  if (code < 0)
    {
      avformat_free_context (*self);
      *self = NULL;
      return code;
    }
  genga_av_copy_chapters (*self, like, NAN, INFINITY);
  av_dict_copy (&(*self)->metadata, like->metadata, 0);
  return 0;
}

int
genga_output_try_header (AVFormatContext *self)
{
  int code = avio_open_dyn_buf (&self->pb);
  guint8 *bytes;

  if (code < 0)
    return code;
  code = avformat_write_header (self, NULL);
  avio_close_dyn_buf (self->pb, &bytes);
  av_free (bytes);
  self->pb = NULL;
  return code;
}
