/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/video-file.h"
#include "core/error.h"
#include "media/animation/animation.h"
#include "media/file-state.h"
#include "media/video/colour-tags.h"
#include "media/video/origin.h"
#include "media/video/plane-converter.h"
#include "media/video/planes.h"
#include "media/video/read/decode.h"
#include "media/video/read/file-info.h"
#include "media/video/read/fit-size.h"
#include "media/video/read/planes-to-rgb.h"
#include "media/video/read/seek.h"
#include "media/video/samples.h"
#include "media/video/zimg-graph.h"

#include <glib/gi18n-lib.h>
#include <libavutil/dovi_meta.h>
#include <math.h>

/* A file may end this much before its header says, besides one frame: audio is cut in blocks. */
#define SLACK_SECONDS 0.1

/* So many frames may come of a file that is changed meanwhile. */
#define CHECK_FRAMES 32

/* So many changes of the picture's size are told one by one. */
#define MAX_TOLD 5

typedef struct
{
  GengaSource base;
  GengaDecoder decoder;
  GengaAvOrigin *origin;
  GengaVideoReader *reader;
  AVFrame *last;              /* that was converted, which may come again; empty: none */
  GengaFrame *last_result;    /* made of it */
  GengaVideoResizer *resizer; /* while frames have another size than the first one */
  gint64 convert_us;
  gboolean gives_planes;
  GengaPlaneForm form;            /* of the first frame */
  GengaPlaneConverter *converter; /* while frames have another one than the first one */
  guint n_sizes;
  GengaAnimation animation; /* what the structure of an animated picture says; else no kind */
} VideoFile;

/* ---- frames ---- */

static void
take_captions (GengaFrame *frame, const AVFrame *from)
{
  const AVFrameSideData *data = av_frame_get_side_data (from, AV_FRAME_DATA_A53_CC);

  if (data != NULL && data->size > 0)
    frame->captions = g_bytes_new (data->data, data->size);
}

/* What is known of a frame besides its pixels. */
static void
describe_frame (VideoFile *self, GengaFrame *result)
{
  const AVFrame *frame = self->decoder.frame;

  take_captions (result, frame);
  result->pts = frame->pts;
  result->duration = genga_av_frame_get_duration (frame);
  result->time_base_num = self->decoder.stream->time_base.num;
  result->time_base_den = self->decoder.stream->time_base.den;
}

/* Still pictures come again and again, and are converted once. */
static GengaFrame *
repeat_last (VideoFile *self)
{
  GengaFrame *result;

  if (self->last_result == NULL || !genga_video_samples_are_equal (self->last, self->decoder.frame))
    return NULL;
  result = genga_frame_share (self->last_result);
  genga_frame_set_captions (result, NULL);
  describe_frame (self, result);
  return result;
}

static void
keep_last (VideoFile *self, GengaFrame *result)
{
  av_frame_unref (self->last);
  g_clear_pointer (&self->last_result, genga_frame_unref);
  if (result != NULL && av_frame_ref (self->last, self->decoder.frame) >= 0)
    self->last_result = genga_frame_ref (result);
}

static GengaFrame *
convert (VideoFile *self, GError **error)
{
  const AVFrame *frame = self->decoder.frame;
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (frame->format);
  GengaColour tags, colour;

  genga_av_get_colour (frame, &tags);
  colour = tags;
  genga_av_complete_colour (&colour, desc, frame->height);
  if (self->reader == NULL || !genga_video_reader_matches (self->reader, frame->format,
                                                           frame->width, frame->height, &colour))
    {
      g_clear_pointer (&self->reader, genga_video_reader_free);
      self->reader = genga_video_reader_new (frame->format, frame->width, frame->height, &colour,
                                             self->decoder.name, error);
    }
  if (self->reader == NULL)
    return NULL;

  GengaFrame *result = genga_video_reader_run (self->reader, frame, self->base.info.layout, error);
  if (result != NULL)
    {
      result->colour = tags;
      describe_frame (self, result);
    }
  return result;
}

static void
notice_size (VideoFile *self, gint64 pts, int width, int height)
{
  const AVFrame *first = self->origin->first;
  double seconds = (pts - first->pts) * av_q2d (self->decoder.stream->time_base);

  if (self->n_sizes++ < MAX_TOLD)
    genga_progress_notice (self->decoder.progress,
                           _ ("From second %.3f on, the frames of “%s” have %d × %d pixels; they "
                              "are resized to %d × %d, the size of the first one."),
                           seconds, self->decoder.name, width, height, first->width, first->height);
}

/* A frame in the size of the first one; takes it. */
static GengaFrame *
fit (VideoFile *self, GengaFrame *take_frame, GError **error)
{
  g_autoptr (GengaFrame) frame = take_frame;
  int width = self->origin->first->width, height = self->origin->first->height;

  if (frame->info.width == width && frame->info.height == height)
    {
      g_clear_pointer (&self->resizer, genga_video_resizer_free);
      return g_steal_pointer (&frame);
    }
  if (self->resizer == NULL || !genga_video_resizer_matches (self->resizer, &frame->info))
    {
      notice_size (self, frame->pts, frame->info.width, frame->info.height);
      g_clear_pointer (&self->resizer, genga_video_resizer_free);
      self->resizer = genga_video_resizer_new (&frame->info, width, height, error);
    }
  return self->resizer != NULL
             ? genga_video_resizer_run (self->resizer, g_steal_pointer (&frame), error)
             : NULL;
}

static GengaFrame *
read_rgb (VideoFile *self, GError **error)
{
  GengaFrame *result = repeat_last (self);

  if (result != NULL)
    return result;
  result = convert (self, error);
  if (result != NULL)
    result = fit (self, result, error);
  keep_last (self, result);
  return result;
}

/* ---- frames in their planes ---- */

static GengaPlaneForm
get_form (const AVFrame *frame)
{
  GengaPlaneForm form = {
    .format = frame->format,
    .width = frame->width,
    .height = frame->height,
  };

  genga_av_get_colour (frame, &form.colour);
  genga_av_complete_colour (&form.colour, av_pix_fmt_desc_get (frame->format), frame->height);
  return form;
}

/* The frame in the form of the first one; NULL: it has it. */
static AVFrame *
convert_form (VideoFile *self, const GengaPlaneForm *form, GError **error)
{
  const AVFrame *frame = self->decoder.frame;

  if (self->converter == NULL ||
      !genga_plane_form_equal (form, genga_plane_converter_get_from (self->converter)))
    {
      if (form->width != self->form.width || form->height != self->form.height)
        notice_size (self, frame->pts, form->width, form->height);
      g_clear_pointer (&self->converter, genga_plane_converter_free);
      self->converter = genga_plane_converter_new (form, &self->form, self->decoder.name, error);
    }
  return self->converter != NULL ? genga_plane_converter_run (self->converter, frame, error) : NULL;
}

static GengaFrame *
wrap_planes (VideoFile *self, GError **error)
{
  GengaPlaneForm form = get_form (self->decoder.frame);
  g_autoptr (GengaAvFrame) converted = NULL;
  GengaFrame *result;

  if (genga_plane_form_equal (&form, &self->form))
    g_clear_pointer (&self->converter, genga_plane_converter_free);
  else
    {
      converted = convert_form (self, &form, error);
      if (converted == NULL)
        return NULL;
    }
  result = genga_av_planes_wrap (converted != NULL ? converted : self->decoder.frame,
                                 &self->base.info.planes);
  if (result == NULL)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a frame of the video."));
      return NULL;
    }
  result->colour = self->form.colour;
  describe_frame (self, result);
  return result;
}

static gboolean
video_file_give_planes (GengaSource *source, GError **error)
{
  ((VideoFile *)source)->gives_planes = TRUE;
  return TRUE;
}

/* ---- reading ---- */

/* Looked at now and then, so that hours of work on something else are not begun. */
static gboolean
check_unchanged (VideoFile *self, GError **error)
{
  const GengaDecoder *decoder = &self->decoder;

  return decoder->count.n_frames % CHECK_FRAMES != 0 ||
         !genga_av_file_has_changed (decoder->format, decoder->path, &self->base.origin.stat) ||
         genga_file_state_set_changed_error (decoder->name, error);
}

static GengaFrame *
video_file_read (GengaSource *source, GError **error)
{
  VideoFile *self = (VideoFile *)source;
  GengaDecoder *decoder = &self->decoder;
  g_autoptr (GengaFrame) result = NULL;
  gint64 start;

  if (!check_unchanged (self, error))
    return NULL;
  do
    {
      if (!decoder->has_pending && genga_decoder_next (decoder, error) <= 0)
        return NULL;
      decoder->has_pending = FALSE;
    }
  while (decoder->frame->pts < decoder->skip_until);
  start = g_get_monotonic_time ();
  result = self->gives_planes ? wrap_planes (self, error) : read_rgb (self, error);
  av_frame_unref (decoder->frame);
  self->convert_us += g_get_monotonic_time () - start;
  return g_steal_pointer (&result);
}

static gboolean
video_file_seek (GengaSource *source, gint64 pts, gboolean exact, GError **error)
{
  VideoFile *self = (VideoFile *)source;

  return genga_decoder_seek (&self->decoder, pts, self->origin->first->pts,
                             self->base.info.is_interlaced, exact, error) >= 0;
}

/* ---- the end ---- */

/* "00:01:02.345" as muxers leave it in a stream's tags; 0 where there is none. */
static double
get_tagged_seconds (AVStream *stream)
{
  const AVDictionaryEntry *entry = av_dict_get (stream->metadata, "DURATION", NULL, 0);
  guint hours, minutes;
  double seconds;

  if (entry == NULL)
    return 0;
  g_auto (GStrv) parts = g_strsplit (entry->value, ":", 3);
  if (g_strv_length (parts) != 3)
    return 0;
  hours = g_ascii_strtoull (parts[0], NULL, 10);
  minutes = g_ascii_strtoull (parts[1], NULL, 10);
  seconds = g_ascii_strtod (parts[2], NULL);
  return hours * 3600. + minutes * 60. + seconds;
}

/* When a duration ends: it counts from nought where a header has it, also in files that start
 * later, and from a start before nought. */
static double
get_end (const AVFormatContext *format, double duration)
{
  return format->start_time != AV_NOPTS_VALUE && format->start_time < 0
             ? duration + format->start_time / (double)AV_TIME_BASE
             : duration;
}

/* Kinds of files with a duration for each stream; others have one, which FFmpeg gives to all. */
static gboolean
has_own_duration (const AVFormatContext *format, const AVStream *stream)
{
  static const char *const kinds[] = { "mov,mp4,m4a,3gp,3g2,mj2", "avi", "mxf", "ogg", NULL };

  return stream->duration != AV_NOPTS_VALUE && stream->duration > 0 &&
         (format->nb_streams == 1 || g_strv_contains (kinds, format->iformat->name));
}

/* Seconds that are missing at the end, by what the file says of itself; <= 0: none. */
static double
get_missing_seconds (VideoFile *self)
{
  const AVFormatContext *format = self->decoder.format;
  double time_base = av_q2d (self->decoder.stream->time_base);
  double end = self->decoder.video_end * time_base;
  double frame = self->base.info.rate_num > 0
                     ? (double)self->base.info.rate_den / self->base.info.rate_num
                     : 0;
  double tagged = get_tagged_seconds (self->decoder.stream);
  double missing = -1;

  if (has_own_duration (format, self->decoder.stream))
    missing = get_end (format, self->decoder.stream->duration * time_base) - end;
  else if (tagged > 0)
    missing = tagged - end;
  if (format->duration != AV_NOPTS_VALUE && format->duration > 0)
    missing = MAX (missing, get_end (format, format->duration / (double)AV_TIME_BASE) -
                                MAX (self->decoder.file_end, end));
  return missing - frame - SLACK_SECONDS;
}

static gboolean
video_file_check_complete (GengaSource *source, gboolean to_its_end, GError **error)
{
  VideoFile *self = (VideoFile *)source;
  const GengaDecoder *decoder = &self->decoder;
  const AVIOContext *io = decoder->format->pb;
  gboolean is_cut_off =
      self->animation.kind == NULL ? get_missing_seconds (self) > 0 : !self->animation.is_whole;

  if (genga_av_file_has_changed (decoder->format, decoder->path, &self->base.origin.stat))
    return genga_file_state_set_changed_error (decoder->name, error);
  if (decoder->read_error == 0 && (io == NULL || io->error >= 0) && !(is_cut_off && to_its_end))
    return TRUE;
  return genga_file_state_set_cut_off_error (
      decoder->name, decoder->video_end * av_q2d (decoder->stream->time_base), error);
}

static void
video_file_get_count (GengaSource *source, GengaSourceCount *count)
{
  VideoFile *self = (VideoFile *)source;

  *count = self->decoder.count;
  count->convert_us = self->convert_us;
}

static void
video_file_free (GengaSource *source)
{
  VideoFile *self = (VideoFile *)source;

  genga_decoder_clear (&self->decoder);
  genga_av_origin_free (self->origin);
  genga_video_reader_free (self->reader);
  av_frame_free (&self->last);
  g_clear_pointer (&self->last_result, genga_frame_unref);
  genga_video_resizer_free (self->resizer);
  genga_plane_converter_free (self->converter);
  g_free (self);
}

/* ---- opening ---- */

/* Without a picture beneath it that others understand: its colours look green and purple. */
static gboolean
check_dolby_vision (GengaDecoder *decoder, GError **error)
{
  gsize size = 0;
  const AVDOVIDecoderConfigurationRecord *record =
      (gconstpointer)genga_av_stream_get_side_data (decoder->stream, AV_PKT_DATA_DOVI_CONF, &size);

  if (record == NULL || size < sizeof *record || record->dv_bl_signal_compatibility_id != 0 ||
      (record->dv_profile != 5 && record->dv_profile != 10))
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” is a Dolby Vision video (profile %u) without HDR10 or SDR beneath it; "
                  "its colours can't be read."),
               decoder->name, record->dv_profile);
  return FALSE;
}

static gboolean
check_first (GengaDecoder *decoder, int found, GError **error)
{
  const char *format;

  if (found == 0)
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, _ ("No frame of “%s” can be decoded."),
                 decoder->name);
  if (found <= 0)
    return FALSE;
  decoder->has_pending = TRUE;
  if (!check_dolby_vision (decoder, error))
    return FALSE;
  if (genga_av_get_depth (decoder->frame->format) != 0)
    return TRUE;
  format = av_get_pix_fmt_name (decoder->frame->format);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("Can't read the video in “%s”: unsupported encoding (%s)."), decoder->name,
               format != NULL ? format : "?");
  return FALSE;
}

static void
describe (VideoFile *self)
{
  GengaDecoder *decoder = &self->decoder;
  GengaSourceInfo *info = &self->base.info;

  genga_av_fill_info (info, decoder->format, decoder->stream, decoder->frame);
  info->kind = GENGA_SOURCE_VIDEO;
  self->form = get_form (decoder->frame);
  if (genga_av_planes_describe (self->form.format, self->form.width, self->form.height,
                                &info->planes))
    info->planes_colour = self->form.colour;
  else
    info->planes = (GengaFrameInfo){ 0 };
  info->is_interlaced |= decoder->deinterlacer != NULL;
  if (self->animation.kind != NULL)
    {
      info->kind = GENGA_SOURCE_ANIMATION;
      /* Later frames may be transparent where the first one is not. */
      if (decoder->frame->format == AV_PIX_FMT_PAL8)
        info->layout = GENGA_LAYOUT_RGBA;
      info->loop_count = self->animation.loop_count;
      info->n_frames = self->animation.n_frames;
    }
  else
    self->base.origin.stream_source = decoder->path;
  decoder->rate_num = info->rate_num;
  decoder->rate_den = info->rate_den;
}

static gboolean
open_file (VideoFile *self, const char *path, const GengaSourceParams *params, GError **error)
{
  GengaDecoder *decoder = &self->decoder;

  self->last = av_frame_alloc ();
  if (self->last == NULL || !genga_decoder_init (decoder, path, params) ||
      !genga_decoder_open (decoder, error))
    return FALSE;
  decoder->rate_num = MAX (0, decoder->stream->avg_frame_rate.num);
  decoder->rate_den = decoder->stream->avg_frame_rate.den;
  if (!check_first (decoder, genga_decoder_find_begin (decoder, error), error))
    return FALSE;
  self->origin = genga_av_origin_new (decoder->stream, decoder->frame);
  self->base.origin.first = self->origin;
  if (self->origin != NULL)
    describe (self);
  return self->origin != NULL;
}

GengaSource *
genga_video_file_open (const char *path, const GengaSourceParams *params, GError **error)
{
  static const GengaSourceClass klass = {
    .read = video_file_read,
    .seek = video_file_seek,
    .check_complete = video_file_check_complete,
    .get_count = video_file_get_count,
    .free = video_file_free,
    .give_planes = video_file_give_planes,
  };
  VideoFile *self = g_new0 (VideoFile, 1);
  GError *reason = NULL;

  self->base.klass = &klass;
  genga_file_state_look (path, &self->base.origin.stat);
  if (!genga_animation_look (path, &self->animation))
    self->animation.kind = NULL;
  if (open_file (self, path, params, &reason))
    return &self->base;
  if (reason == NULL)
    g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                         _ ("Not enough memory to decode the video."));
  g_propagate_error (error, reason);
  video_file_free (&self->base);
  return NULL;
}
