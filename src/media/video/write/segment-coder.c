/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Segments: each has an encoder and a file of its own. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/segment-coder.h"
#include "core/error.h"
#include "media/video/origin.h"
#include "media/video/planes.h"
#include "media/video/write/codec.h"
#include "media/video/write/coding.h"
#include "media/video/write/mux.h"
#include "media/video/write/muxer-io.h"
#include "media/video/write/segment-file.h"

#include <glib/gi18n-lib.h>

struct _GengaSegmentCoder
{
  char *path; /* the result's */
  GengaVideoWrite params;
  GengaEncoding encoding;
  GengaEncoderSetup setup;
  gint64 convert_us; /* of encoders that have ended */
  GengaVideoMux *mux;
  AVPacket *packet;
  char *coding_line;
  gboolean is_checked; /* the muxer takes what the encoder makes */

  /* the segment under way */
  GengaSegmentWriter *segment;
  GengaVideoEncoder *encoder; /* opened with its first frame */
  guint64 first_frame;
  GArray *pts; /* of gint64, as durations */
  GArray *durations;
  GArray *packet_pts; /* in the order of the packets */
  AVCodecParameters *coding;
};

static void
notice_encoder (GengaSegmentCoder *self)
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

static void
set_up (GengaSegmentCoder *self, const GengaSourceInfo *info)
{
  const AVOutputFormat *format =
      av_guess_format (genga_container_get_muxer (self->params.container), NULL, NULL);

  self->setup = (GengaEncoderSetup){
    .params = &self->params,
    .encoding = &self->encoding,
    .sar = { info->sar_num, info->sar_den },
    .rate = { info->rate_num, info->rate_den },
    .time_base = { info->time_base_num, info->time_base_den },
    .has_global_header = format != NULL && (format->flags & AVFMT_GLOBALHEADER) != 0,
  };
  if (self->params.rate_num > 0)
    {
      self->setup.rate = (AVRational){ self->params.rate_num, self->params.rate_den };
      self->setup.time_base = av_inv_q (self->setup.rate);
    }
}

/* Colour, sizes and times are part of it: a source may tell them anew without changing else. */
static char *
make_coding_line (GengaSegmentCoder *self)
{
  const GengaEncoding *encoding = &self->encoding;
  const GengaEncoderSetup *setup = &self->setup;
  const GengaColour *colour = &encoding->colour;
  char *options = NULL;

  av_dict_get_string (encoding->dictionary, &options, '=', ':');
  char *line = g_strdup_printf (
      "%s %s %dx%d sar %d/%d rate %d/%d base %d/%d bits %" G_GINT64_FORMAT
      " header %d colour %d/%d/%d/%d/%d %s %s",
      encoding->codec->name, av_get_pix_fmt_name (encoding->format), self->params.width,
      self->params.height, setup->sar.num, setup->sar.den, setup->rate.num, setup->rate.den,
      setup->time_base.num, setup->time_base.den, encoding->bit_rate, setup->has_global_header,
      colour->primaries, colour->transfer, colour->matrix, colour->range, colour->chroma_location,
      options, av_version_info ());
  av_free (options);
  return line;
}

/* What the origin does not know is told by the information. */
static gboolean
open_mux (GengaSegmentCoder *self,
          const GengaSourceInfo *info,
          const GengaOrigin *origin,
          GError **error)
{
  const GengaAvOrigin *known = origin->first;
  g_autoptr (GengaAvOrigin) plain = known == NULL ? genga_av_origin_new_plain (info) : NULL;

  if (known == NULL)
    known = plain;
  if (known == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory to encode the video."));
      return FALSE;
    }
  if (!genga_encoding_init (&self->encoding, &self->params, known, error))
    return FALSE;
  set_up (self, info);
  if (!genga_encoding_check_rate (&self->params, self->setup.rate, error))
    return FALSE;
  self->coding_line = make_coding_line (self);
  genga_encoding_add_hdr (&self->encoding, known);
  self->mux = genga_video_mux_new (info, origin, known, self->path, &self->setup, error);
  return self->mux != NULL;
}

GengaSegmentCoder *
genga_segment_coder_new (const GengaSourceInfo *info,
                         const GengaOrigin *origin,
                         const char *path,
                         const GengaVideoWrite *params,
                         GError **error)
{
  g_autoptr (GengaSegmentCoder) self = g_new0 (GengaSegmentCoder, 1);

  self->path = g_strdup (path);
  self->params = *params;
  if (params->progress != NULL)
    genga_progress_ref (params->progress);
  self->packet = av_packet_alloc ();
  self->pts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->durations = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->packet_pts = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!open_mux (self, info, origin, error))
    return NULL;
  notice_encoder (self);
  return g_steal_pointer (&self);
}

static void
drop_segment (GengaSegmentCoder *self)
{
  self->convert_us = genga_segment_coder_get_convert_us (self);
  g_clear_pointer (&self->encoder, genga_video_encoder_free);
  g_clear_pointer (&self->segment, genga_segment_writer_free);
  avcodec_parameters_free (&self->coding);
  g_array_set_size (self->pts, 0);
  g_array_set_size (self->durations, 0);
  g_array_set_size (self->packet_pts, 0);
}

void
genga_segment_coder_free (GengaSegmentCoder *self)
{
  if (self == NULL)
    return;
  drop_segment (self);
  genga_encoding_clear (&self->encoding);
  g_clear_pointer (&self->mux, genga_video_mux_free);
  av_packet_free (&self->packet);
  g_clear_pointer (&self->params.progress, genga_progress_unref);
  g_array_unref (self->pts);
  g_array_unref (self->durations);
  g_array_unref (self->packet_pts);
  g_free (self->coding_line);
  g_free (self->path);
  g_free (self);
}

const char *
genga_segment_coder_get_coding (GengaSegmentCoder *self)
{
  return self->coding_line;
}

const GengaKeptStreams *
genga_segment_coder_get_kept (GengaSegmentCoder *self)
{
  return genga_video_mux_get_kept (self->mux);
}

const GengaTrack *
genga_segment_coder_get_tracks (GengaSegmentCoder *self, guint *n)
{
  return genga_video_mux_get_tracks (self->mux, n);
}

double
genga_segment_coder_get_bits_per_pixel (GengaSegmentCoder *self, gboolean *is_known)
{
  return genga_encoding_get_bits_per_pixel (&self->encoding, &self->params, is_known);
}

gint64
genga_segment_coder_get_convert_us (GengaSegmentCoder *self)
{
  return self->convert_us +
         (self->encoder != NULL ? genga_video_encoder_get_convert_us (self->encoder) : 0);
}

/*
 * Of any depth: more bits keep all that there is, and to fewer ones RGB on the way would have to be
 * rounded as well.
 */
gboolean
genga_segment_coder_takes_planes (GengaSegmentCoder *self,
                                  const GengaFrameInfo *planes,
                                  const GengaColour *colour)
{
  GengaFrameInfo info;

  return genga_av_planes_describe (self->encoding.format, self->params.width, self->params.height,
                                   &info) &&
         info.layout == planes->layout && genga_encoding_has_colour (&self->encoding, colour);
}

/* ---- a segment ---- */

gboolean
genga_segment_coder_begin (GengaSegmentCoder *self,
                           const char *path,
                           guint64 first_frame,
                           GError **error)
{
  drop_segment (self);
  self->first_frame = first_frame;
  self->segment = genga_segment_writer_new (path, self->path, &self->params, error);
  return self->segment != NULL;
}

/* What the encoder says of its stream is known with its first frame. */
static gboolean
keep_coding (GengaSegmentCoder *self, GError **error)
{
  self->coding = avcodec_parameters_alloc ();
  if (self->coding == NULL ||
      avcodec_parameters_from_context (self->coding,
                                       genga_video_encoder_get_context (self->encoder)) < 0)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory to encode the video."));
      return FALSE;
    }
  if (!self->is_checked && !genga_video_mux_check (self->mux, self->coding, error))
    return FALSE;
  self->is_checked = TRUE;
  return TRUE;
}

/* Everything that the encoder has ready. */
static gboolean
write_packets (GengaSegmentCoder *self, GError **error)
{
  int got;

  while ((got = genga_video_encoder_receive (self->encoder, self->packet, error)) > 0)
    {
      gboolean ok = genga_segment_writer_add (self->segment, self->packet, error);

      g_array_append_val (self->packet_pts, self->packet->pts);
      genga_progress_add_bytes (self->params.progress, self->packet->size);
      av_packet_unref (self->packet);
      if (!ok)
        return FALSE;
    }
  return got == 0;
}

gboolean
genga_segment_coder_write (GengaSegmentCoder *self, GengaFrame *source, GError **error)
{
  gboolean has_rate = self->params.rate_num > 0;
  gint64 pts = has_rate ? (gint64)(self->first_frame + self->pts->len) : source->pts;
  gint64 duration = has_rate ? 1 : MAX (1, source->duration);

  if (self->encoder == NULL)
    self->encoder = genga_video_encoder_new (&self->setup, error);
  if (self->encoder == NULL || !genga_video_encoder_send (self->encoder, source, pts, error))
    return FALSE;
  g_array_append_val (self->pts, pts);
  g_array_append_val (self->durations, duration);
  return (self->coding != NULL || keep_coding (self, error)) && write_packets (self, error);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}

/* FALSE where the packets are not those of the frames, one for one. */
static gboolean
measure_delay (GengaSegmentCoder *self, guint64 *delay)
{
  *delay = 0;
  if (self->packet_pts->len != self->pts->len)
    return FALSE;
  for (guint i = 0; i < self->packet_pts->len; i++)
    {
      const gint64 *pts = &g_array_index (self->packet_pts, gint64, i);
      guint place;

      if (!g_array_binary_search (self->pts, pts, compare_times, &place))
        return FALSE;
      if (place < i)
        *delay = MAX (*delay, i - place);
    }
  return TRUE;
}

static GengaVideoSegment *
make_segment (GengaSegmentCoder *self, guint64 delay)
{
  GengaVideoSegment *segment = g_new0 (GengaVideoSegment, 1);

  segment->n_frames = self->pts->len;
  segment->delay = delay;
  segment->pts = g_memdup2 (self->pts->data, segment->n_frames * sizeof (gint64));
  segment->durations = g_memdup2 (self->durations->data, segment->n_frames * sizeof (gint64));
  segment->coding = genga_av_pack_coding (self->coding);
  segment->size = genga_segment_writer_get_size (self->segment);
  return segment;
}

GengaVideoSegment *
genga_segment_coder_end (GengaSegmentCoder *self, GError **error)
{
  GengaVideoSegment *segment = NULL;
  guint64 delay;

  if (self->coding == NULL)
    {
      g_autofree char *name = g_filename_display_basename (self->path);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("“%s” was not written: there are no frames."), name);
      return NULL;
    }
  if (!genga_video_encoder_send (self->encoder, NULL, 0, error) || !write_packets (self, error))
    return NULL;
  if (!measure_delay (self, &delay))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("The encoder (%s) returned other frames than it was given."),
                   self->encoding.codec->name);
      return NULL;
    }
  if (genga_segment_writer_finish (self->segment, error))
    segment = make_segment (self, delay);
  drop_segment (self);
  return segment;
}

gboolean
genga_segment_coder_join (GengaSegmentCoder *self,
                          GengaVideoSegment *const *segments,
                          const char *const *paths,
                          guint n_segments,
                          const char *temporary,
                          int *damaged,
                          GError **error)
{
  AVCodecParameters *coding;
  gboolean ok;

  *damaged = -1;
  if (n_segments == 0)
    {
      g_autofree char *name = g_filename_display_basename (self->path);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("“%s” was not written: there are no frames."), name);
      return FALSE;
    }
  coding = genga_av_unpack_coding (segments[0]->coding);
  for (guint i = 1; coding != NULL && i < n_segments; i++)
    if (!g_bytes_equal (segments[0]->coding, segments[i]->coding))
      avcodec_parameters_free (&coding);
  if (coding == NULL)
    {
      g_set_error (
          error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
          _ ("The encoder (%s) changed its settings within the video, so its segments can't be "
             "joined."),
          self->encoding.codec->name);
      return FALSE;
    }
  ok = genga_video_mux_join (self->mux, coding, segments, paths, n_segments, temporary, damaged,
                             error);
  avcodec_parameters_free (&coding);
  return ok;
}

gboolean
genga_segment_coder_commit (GengaSegmentCoder *self, gboolean overwrite, GError **error)
{
  return genga_video_mux_commit (self->mux, overwrite, error);
}
