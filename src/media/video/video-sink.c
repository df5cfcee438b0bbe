/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "core/cpu.h"
#include "core/error.h"
#include "media/output-file.h"
#include "media/video/video-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <unistd.h>

#define IO_BUFFER (256 << 10)

struct _GengaVideoSink
{
  char *name; /* for messages */
  GengaVideoWrite params;
  GengaEncoding encoding;
  GengaOutputFile *file;
  AVFormatContext *output;
  GengaStreamCopy *copy;
  AVStream *stream; /* of `output` */

  AVRational time_base;
  AVRational rate;
  AVRational sar;
  AVCodecContext *encoder; /* opened with the first frame */
  GengaVideoWriter *writer;
  AVPacket *packet;
  GHashTable *durations; /* pts -> duration of the frames inside the encoder */
  gboolean has_header;
  guint64 n_frames;
  gint64 told_bytes; /* of the file, to the progress */
};

const char *
genga_container_get_muxer (GengaContainer container)
{
  switch (container)
    {
    case GENGA_CONTAINER_MP4:
      return "mp4";
    case GENGA_CONTAINER_MOV:
      return "mov";
    case GENGA_CONTAINER_WEBM:
      return "webm";
    case GENGA_CONTAINER_GIF:
      return "gif";
    case GENGA_CONTAINER_APNG:
      return "apng";
    case GENGA_CONTAINER_WEBP:
      return "webp";
    case GENGA_CONTAINER_AUTO:
    case GENGA_CONTAINER_MKV:
    default:
      return "matroska";
    }
}

/* ---- errors ---- */

/* What the file says comes before what the library makes of it. */
static gboolean
set_output_error (GengaVideoSink *self, int code, GError **error)
{
  g_autofree char *reason = genga_av_dup_error (code);

  if (!genga_output_file_get_error (self->file, error))
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("“%s” cannot be written: %s."),
                 self->name, reason);
  return FALSE;
}

static gboolean
set_encoder_error (GengaVideoSink *self, int code, GError **error)
{
  g_autofree char *reason = genga_av_dup_error (code);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT, _ ("The encoder (%s) failed: %s."),
               self->encoding.codec->name, reason);
  return FALSE;
}

/* ---- the file ---- */

static int
write_bytes (void *opaque, uint8_t *data, int size)
{
  return genga_output_file_write (opaque, data, size) ? size : AVERROR (EIO);
}

static int64_t
seek_bytes (void *opaque, int64_t offset, int whence)
{
  if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
    return AVERROR (ENOSYS);
  return genga_output_file_seek (opaque, offset, whence);
}

static gboolean
open_file (GengaVideoSink *self, const char *path, GError **error)
{
  guint8 *buffer;

  self->file = genga_output_file_new (path, self->params.overwrite, error);
  if (self->file == NULL)
    return FALSE;
  buffer = av_malloc (IO_BUFFER);
  self->output->pb = buffer != NULL ? avio_alloc_context (buffer, IO_BUFFER, 1, self->file, NULL,
                                                          write_bytes, seek_bytes)
                                    : NULL;
  if (self->output->pb == NULL)
    return set_output_error (self, AVERROR (ENOMEM), error);
  self->output->flags |= AVFMT_FLAG_CUSTOM_IO;
  return TRUE;
}

/* ---- what the stream says of itself ---- */

static gboolean
add_side_data (AVStream *stream, enum AVPacketSideDataType type, gconstpointer data, gsize size)
{
  guint8 *bytes = data != NULL ? av_stream_new_side_data (stream, type, size) : NULL;

  if (bytes != NULL)
    memcpy (bytes, data, size);
  return data == NULL || bytes != NULL;
}

/* HDR10 and the like: from the stream, else from its first frame. */
static void
copy_side_data (GengaVideoSink *self, GengaVideoSource *source)
{
  static const struct
  {
    enum AVPacketSideDataType packet;
    enum AVFrameSideDataType frame;
  } types[] = {
    { AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA },
    { AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL },
    { AV_PKT_DATA_DISPLAYMATRIX, AV_FRAME_DATA_DISPLAYMATRIX },
    { AV_PKT_DATA_STEREO3D, AV_FRAME_DATA_STEREO3D },
    { AV_PKT_DATA_SPHERICAL, AV_FRAME_DATA_SPHERICAL },
  };
  AVStream *stream = genga_video_source_get_stream (source);
  const AVFrame *first = genga_video_source_get_first_frame (source);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const AVFrameSideData *of_frame = av_frame_get_side_data (first, types[i].frame);
      gsize size = 0;
      gconstpointer data = av_stream_get_side_data (stream, types[i].packet, &size);

      if (data == NULL && of_frame != NULL)
        {
          data = of_frame->data;
          size = of_frame->size;
        }
      add_side_data (self->stream, types[i].packet, data, size);
    }
  if (av_stream_get_side_data (stream, AV_PKT_DATA_DOVI_CONF, NULL) != NULL ||
      av_frame_get_side_data (first, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != NULL)
    genga_progress_notice (self->params.progress,
                           _ ("Dolby Vision and HDR10+ are not kept, HDR10 is."));
}

static gboolean
check_rotation (GengaVideoSink *self, const GengaVideoInfo *info, GError **error)
{
  if (info->rotation == 0 || self->params.container == GENGA_CONTAINER_MP4 ||
      self->params.container == GENGA_CONTAINER_MOV)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("The video is marked to be turned by %d degrees, which a file of the kind %s "
                  "does not hold; choose mp4 or mov."),
               info->rotation, genga_container_get_suffix (self->params.container) + 1);
  return FALSE;
}

static void
notice_encoder (GengaVideoSink *self)
{
  const GengaEncoding *encoding = &self->encoding;
  const char *format = av_get_pix_fmt_name (encoding->format);

  if (encoding->crf >= 0)
    genga_progress_notice (self->params.progress, _ ("Encoder: %s, %s, CRF %d."),
                           encoding->codec->name, format, encoding->crf);
  else
    genga_progress_notice (self->params.progress, _ ("Encoder: %s, %s, %s."), encoding->codec->name,
                           format, encoding->profile);
}

/* ---- making ---- */

static gboolean
open_output (GengaVideoSink *self, GengaVideoSource *source, const char *path, GError **error)
{
  const GengaVideoInfo *info = genga_video_source_get_info (source);
  int code = avformat_alloc_output_context2 (
      &self->output, NULL, genga_container_get_muxer (self->params.container), NULL);

  if (code < 0)
    return set_output_error (self, code, error);
  /* FLAC in MP4 has a standard meanwhile; the muxer calls it an experiment. */
  self->output->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  self->copy = genga_stream_copy_new (source, self->output, &self->params, error);
  if (self->copy == NULL)
    return FALSE;
  self->stream = genga_stream_copy_get_video (self->copy);
  self->sar = (AVRational){ info->sar_num, info->sar_den };
  if (self->params.rate_num > 0)
    {
      self->rate = (AVRational){ self->params.rate_num, self->params.rate_den };
      self->time_base = av_inv_q (self->rate);
    }
  else
    {
      self->rate = (AVRational){ info->rate_num, info->rate_den };
      self->time_base = (AVRational){ info->time_base_num, info->time_base_den };
    }
  copy_side_data (self, source);
  if (self->encoding.format == AV_PIX_FMT_YUVA420P)
    av_dict_set (&self->stream->metadata, "alpha_mode", "1", 0);
  return check_rotation (self, info, error) && open_file (self, path, error);
}

GengaVideoSink *
genga_video_sink_new (GengaVideoSource *source,
                      const char *path,
                      const GengaVideoWrite *params,
                      GError **error)
{
  g_autoptr (GengaVideoSink) self = g_new0 (GengaVideoSink, 1);

  self->name = g_filename_display_basename (path);
  self->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  self->packet = av_packet_alloc ();
  self->durations = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  if (self->packet == NULL || !genga_encoding_init (&self->encoding, params, source, error))
    return NULL;
  genga_encoding_add_hdr (&self->encoding, source);
  if (!open_output (self, source, path, error))
    return NULL;
  notice_encoder (self);
  return g_steal_pointer (&self);
}

void
genga_video_sink_free (GengaVideoSink *self)
{
  if (self == NULL)
    return;
  avcodec_free_context (&self->encoder);
  genga_video_writer_free (self->writer);
  genga_encoding_clear (&self->encoding);
  genga_stream_copy_free (self->copy);
  if (self->output != NULL && self->output->pb != NULL)
    {
      av_freep (&self->output->pb->buffer);
      avio_context_free (&self->output->pb);
    }
  avformat_free_context (self->output);
  g_clear_pointer (&self->file, genga_output_file_free);
  av_packet_free (&self->packet);
  g_hash_table_unref (self->durations);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_free (self->name);
  g_free (self);
}

/* ---- encoding ---- */

static void
set_colour (AVCodecContext *encoder, const GengaColour *colour)
{
  encoder->color_primaries = colour->primaries;
  encoder->color_trc = colour->transfer;
  encoder->colorspace = colour->matrix;
  encoder->color_range = colour->range == GENGA_RANGE_FULL ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  encoder->chroma_sample_location = colour->chroma_location == 255
                                        ? AVCHROMA_LOC_UNSPECIFIED
                                        : colour->chroma_location + AVCHROMA_LOC_LEFT;
}

static gboolean
open_encoder (GengaVideoSink *self, GError **error)
{
  const GengaVideoWrite *params = &self->params;
  AVDictionary *options = NULL;
  AVCodecContext *encoder = avcodec_alloc_context3 (self->encoding.codec);
  int code;

  if (encoder == NULL)
    return set_encoder_error (self, AVERROR (ENOMEM), error);
  self->encoder = encoder;
  encoder->width = params->width;
  encoder->height = params->height;
  encoder->pix_fmt = self->encoding.format;
  encoder->time_base = self->time_base;
  if (self->rate.num > 0)
    encoder->framerate = self->rate;
  encoder->sample_aspect_ratio = self->sar;
  encoder->bit_rate = self->encoding.bit_rate;
  encoder->thread_count = params->n_threads > 0 ? params->n_threads : genga_cpu_get_n_threads ();
  set_colour (encoder, &self->encoding.colour);
  if (self->output->oformat->flags & AVFMT_GLOBALHEADER)
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (params->codec == GENGA_CODEC_H265 && params->container != GENGA_CONTAINER_MKV)
    encoder->codec_tag = MKTAG ('h', 'v', 'c', '1');

  av_dict_copy (&options, self->encoding.dictionary, 0);
  code = avcodec_open2 (encoder, self->encoding.codec, &options);
  for (const AVDictionaryEntry *e = NULL;
       (e = av_dict_get (options, "", e, AV_DICT_IGNORE_SUFFIX));)
    g_debug ("%s does not know %s", self->encoding.codec->name, e->key);
  av_dict_free (&options);
  if (code < 0)
    {
      /* Some encoders wait for ever when they are closed before a frame. */
      avcodec_free_context (&self->encoder);
      return set_encoder_error (self, code, error);
    }
  self->writer = genga_video_writer_new (self->encoding.format, params->width, params->height,
                                         &self->encoding.colour, error);
  return self->writer != NULL;
}

static gboolean
write_header (GengaVideoSink *self, GError **error)
{
  AVCodecParameters *parameters = self->stream->codecpar;
  int code = avcodec_parameters_from_context (parameters, self->encoder);

  self->stream->time_base = self->encoder->time_base;
  self->stream->sample_aspect_ratio = self->sar;
  self->stream->avg_frame_rate = self->rate;
  if (code >= 0)
    code = avformat_write_header (self->output, NULL);
  self->has_header = code >= 0;
  return code >= 0 || set_output_error (self, code, error);
}

static gboolean
write_packet (GengaVideoSink *self, GError **error)
{
  AVPacket *packet = self->packet;
  const gint64 *duration = g_hash_table_lookup (self->durations, &packet->pts);
  double seconds = packet->dts * av_q2d (self->encoder->time_base);
  int code;

  if (duration != NULL)
    packet->duration = *duration;
  g_hash_table_remove (self->durations, &packet->pts);
  code = genga_stream_copy_run (self->copy, seconds);
  if (code >= 0)
    {
      av_packet_rescale_ts (packet, self->encoder->time_base, self->stream->time_base);
      packet->stream_index = self->stream->index;
      code = av_interleaved_write_frame (self->output, packet);
    }
  return code >= 0 || set_output_error (self, code, error);
}

static void
tell_bytes (GengaVideoSink *self)
{
  gint64 bytes = avio_tell (self->output->pb);

  if (bytes > self->told_bytes)
    genga_progress_add_bytes (self->params.progress, bytes - self->told_bytes);
  self->told_bytes = MAX (bytes, self->told_bytes);
}

/* Everything that the encoder has ready. */
static gboolean
write_packets (GengaVideoSink *self, GError **error)
{
  int code;

  while ((code = avcodec_receive_packet (self->encoder, self->packet)) >= 0)
    if (!write_packet (self, error))
      return FALSE;
  tell_bytes (self);
  return code == AVERROR (EAGAIN) || code == AVERROR_EOF || set_encoder_error (self, code, error);
}

static void
remember_duration (GengaVideoSink *self, gint64 pts, gint64 duration)
{
  gint64 *key = g_new (gint64, 1);
  gint64 *value = g_new (gint64, 1);

  *key = pts;
  *value = duration;
  g_hash_table_replace (self->durations, key, value);
}

static AVFrame *
make_frame (GengaVideoSink *self, GengaFrame *source, GError **error)
{
  g_autoptr (GengaAvFrame) frame = av_frame_alloc ();

  if (frame == NULL)
    return NULL;
  frame->format = self->encoding.format;
  frame->width = self->params.width;
  frame->height = self->params.height;
  if (av_frame_get_buffer (frame, 0) < 0)
    {
      set_encoder_error (self, AVERROR (ENOMEM), error);
      return NULL;
    }
  if (!genga_video_writer_run (self->writer, source, frame, error))
    return NULL;
  frame->pts = self->params.rate_num > 0 ? (gint64)self->n_frames : source->pts;
  frame->sample_aspect_ratio = self->sar;
  frame->color_primaries = self->encoder->color_primaries;
  frame->color_trc = self->encoder->color_trc;
  frame->colorspace = self->encoder->colorspace;
  frame->color_range = self->encoder->color_range;
  frame->chroma_location = self->encoder->chroma_sample_location;
  remember_duration (self, frame->pts, self->params.rate_num > 0 ? 1 : MAX (1, source->duration));
  return g_steal_pointer (&frame);
}

gboolean
genga_video_sink_write (GengaVideoSink *self, GengaFrame *source, GError **error)
{
  int code;

  if (self->encoder == NULL && !open_encoder (self, error))
    return FALSE;
  g_autoptr (GengaAvFrame) frame = make_frame (self, source, error);
  if (frame == NULL)
    return FALSE;
  code = avcodec_send_frame (self->encoder, frame);
  if (code < 0)
    return set_encoder_error (self, code, error);
  self->n_frames++;
  return (self->has_header || write_header (self, error)) && write_packets (self, error);
}

gboolean
genga_video_sink_finish (GengaVideoSink *self, GError **error)
{
  int code;

  if (!self->has_header)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("“%s” was not written: there was no frame for it."), self->name);
      return FALSE;
    }
  code = avcodec_send_frame (self->encoder, NULL);
  if (code < 0 && code != AVERROR_EOF)
    return set_encoder_error (self, code, error);
  if (!write_packets (self, error))
    return FALSE;
  code = genga_stream_copy_run (self->copy, INFINITY);
  if (code >= 0)
    code = av_write_trailer (self->output);
  if (code >= 0)
    {
      avio_flush (self->output->pb);
      code = self->output->pb->error;
    }
  if (code < 0)
    return set_output_error (self, code, error);
  return genga_output_file_commit (self->file, error);
}
