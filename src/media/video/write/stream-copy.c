/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything of the source's file that is not upscaled: its other streams as packets with the times
 * they have, chapters, tags. The file is opened a second time for it, so that nothing has to wait
 * in memory for the frames that belong to it.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/stream-copy.h"
#include "core/error.h"
#include "core/fault.h"
#include "media/file-state.h"
#include "media/guard.h"
#include "media/video/read/file-info.h"
#include "media/video/read/timeline.h"
#include "media/video/write/muxer-io.h"
#include "media/video/write/subtitles.h"

#include <glib/gi18n-lib.h>
#include <libavutil/avstring.h>
#include <math.h>

struct _GengaStreamCopy
{
  GengaGuard *guard;      /* whose thread reads the input */
  int code;               /* of its last reading */
  GError *error;          /* of its opening */
  AVFormatContext *input; /* NULL: there is nothing to copy */
  char *path;             /* of the input */
  struct stat stat;
  AVFormatContext *output;    /* borrowed */
  AVStream *video;            /* borrowed */
  GengaSubtitles **subtitles; /* for those of the input's streams that are converted */
  int *map;                   /* the output's stream for each of the input's, or -1 */
  guint n_streams;            /* that these know */
  int n_copied;
  GengaKeptStreams kept;
  AVPacket *packet;
  gboolean has_packet;
  GengaTimeline *timeline; /* of the input */
  gboolean has_ended;

  /* The part that is copied, in seconds of the input. */
  gboolean is_trimmed;
  double start;
  double stop;
  gboolean *has_begun; /* of each of the input's streams: something of it was copied */
};

/* Subtitles that began this many seconds before a part may still be shown in it. */
#define PART_LEAD 60
/* Streams of a file may lag this many seconds behind one another. */
#define PART_LAG 15

/* Whether a muxer takes such a stream: it is asked, because its tables do not tell. */
static gboolean
can_hold (const char *muxer, const AVStream *stream)
{
  AVFormatContext *trial = NULL;
  guint8 *bytes;
  gboolean ok = FALSE;

  if (avformat_alloc_output_context2 (&trial, NULL, muxer, NULL) < 0)
    return FALSE;
  AVStream *copy = avformat_new_stream (trial, NULL);
  if (copy != NULL && avcodec_parameters_copy (copy->codecpar, stream->codecpar) >= 0 &&
      avio_open_dyn_buf (&trial->pb) >= 0)
    {
      copy->codecpar->codec_tag = 0;
      copy->time_base = stream->time_base;
      copy->disposition = stream->disposition;
      trial->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
      ok = avformat_write_header (trial, NULL) >= 0;
      avio_close_dyn_buf (trial->pb, &bytes);
      av_free (bytes);
      trial->pb = NULL;
    }
  avformat_free_context (trial);
  return ok;
}

/* ---- tags ---- */

/* Tags that describe a file or its coding and not what is in it. */
static gboolean
is_stale (const char *key, gboolean is_recoded)
{
  static const char *const brands[] = { "major_brand", "minor_version", "compatible_brands",
                                        "encoder", NULL };
  static const char *const coded[] = { "duration",        "bps",       "number_of_frames",
                                       "number_of_bytes", "vendor_id", NULL };
  g_autofree char *lower = g_ascii_strdown (key, -1);

  if (g_strv_contains (brands, lower))
    return TRUE;
  if (!is_recoded)
    return FALSE;
  for (guint i = 0; coded[i] != NULL; i++)
    if (g_str_equal (lower, coded[i]) ||
        (g_str_has_prefix (lower, coded[i]) && lower[strlen (coded[i])] == '-'))
      return TRUE;
  return g_str_has_prefix (lower, "_statistics_");
}

static void
copy_tags (AVDictionary **to, const AVDictionary *from, gboolean is_recoded)
{
  const AVDictionaryEntry *entry = NULL;

  while ((entry = av_dict_get (from, "", entry, AV_DICT_IGNORE_SUFFIX)) != NULL)
    if (!is_stale (entry->key, is_recoded))
      av_dict_set (to, entry->key, entry->value, 0);
}

/* A chapter's time in the output; those of a part begin with it. */
static gint64
move_time (const GengaStreamCopy *self, gint64 time, AVRational time_base)
{
  double unit = av_q2d (time_base);
  double seconds = CLAMP (time * unit, self->start, self->stop);

  return self->is_trimmed ? llround ((seconds - self->start) / unit) : time;
}

static void
copy_chapters (GengaStreamCopy *self)
{
  AVFormatContext *output = self->output;
  const AVFormatContext *input = self->input;

  if (input->nb_chapters == 0)
    return;
  output->chapters = av_calloc (input->nb_chapters, sizeof *output->chapters);
  for (guint i = 0; output->chapters != NULL && i < input->nb_chapters; i++)
    {
      const AVChapter *from = input->chapters[i];
      gint64 start = move_time (self, from->start, from->time_base);
      gint64 end = move_time (self, from->end, from->time_base);
      AVChapter *to;

      if (self->is_trimmed && start >= end)
        continue;
      to = av_mallocz (sizeof *to);
      if (to == NULL)
        return;
      to->id = from->id;
      to->time_base = from->time_base;
      to->start = start;
      to->end = end;
      av_dict_copy (&to->metadata, from->metadata, 0);
      output->chapters[output->nb_chapters++] = to;
    }
}

/* ---- streams ---- */

static gboolean
copy_side_data (AVStream *to, const AVStream *from)
{
  for (int i = 0; i < from->nb_side_data; i++)
    {
      const AVPacketSideData *data = &from->side_data[i];
      guint8 *bytes = av_stream_new_side_data (to, data->type, data->size);

      if (bytes == NULL)
        return FALSE;
      memcpy (bytes, data->data, data->size);
    }
  return TRUE;
}

static AVStream *
add_stream (GengaStreamCopy *self, AVStream *from)
{
  AVStream *stream = avformat_new_stream (self->output, NULL);

  if (stream == NULL || avcodec_parameters_copy (stream->codecpar, from->codecpar) < 0 ||
      !copy_side_data (stream, from))
    return NULL;
  stream->codecpar->codec_tag = 0;
  stream->time_base = from->time_base;
  stream->disposition = from->disposition;
  stream->sample_aspect_ratio = from->sample_aspect_ratio;
  stream->avg_frame_rate = from->avg_frame_rate;
  stream->r_frame_rate = from->r_frame_rate;
  copy_tags (&stream->metadata, from->metadata, self->is_trimmed);
  return stream;
}

/* Matroska keeps covers as attached files. */
static AVStream *
add_cover (GengaStreamCopy *self, AVStream *from)
{
  gboolean is_png = from->codecpar->codec_id == AV_CODEC_ID_PNG;
  AVStream *stream = avformat_new_stream (self->output, NULL);
  AVCodecParameters *parameters = stream != NULL ? stream->codecpar : NULL;

  if (parameters == NULL)
    return NULL;
  parameters->codec_type = AVMEDIA_TYPE_ATTACHMENT;
  parameters->codec_id = from->codecpar->codec_id;
  parameters->extradata = av_mallocz (from->attached_pic.size + AV_INPUT_BUFFER_PADDING_SIZE);
  if (parameters->extradata == NULL)
    return NULL;
  memcpy (parameters->extradata, from->attached_pic.data, from->attached_pic.size);
  parameters->extradata_size = from->attached_pic.size;
  copy_tags (&stream->metadata, from->metadata, FALSE);
  av_dict_set (&stream->metadata, "filename", is_png ? "cover.png" : "cover.jpg",
               AV_DICT_DONT_OVERWRITE);
  av_dict_set (&stream->metadata, "mimetype", is_png ? "image/png" : "image/jpeg",
               AV_DICT_DONT_OVERWRITE);
  return stream;
}

static gboolean
is_cover (const AVStream *stream)
{
  return (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

/* "audio 2 (eng, flac)": which one is meant. */
static char *
dup_stream_name (const AVStream *stream)
{
  const AVDictionaryEntry *language = av_dict_get (stream->metadata, "language", NULL, 0);
  const char *codec = avcodec_get_name (stream->codecpar->codec_id);

  return language != NULL ? g_strdup_printf ("%d: %s, %s", stream->index, codec, language->value)
                          : g_strdup_printf ("%d: %s", stream->index, codec);
}

static gboolean
refuse_audio (const AVStream *stream, const GengaVideoWrite *params, GError **error)
{
  g_autofree char *which = dup_stream_name (stream);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("A file of type %s can't hold the audio of the source (stream %s); choose mkv, "
                  "or leave out the audio with --audio no."),
               genga_container_get_suffix (params->container) + 1, which);
  return FALSE;
}

static void
notice_dropped (const AVStream *stream, const GengaVideoWrite *params)
{
  g_autofree char *which = dup_stream_name (stream);
  const char *container = genga_container_get_suffix (params->container) + 1;

  switch (stream->codecpar->codec_type)
    {
    case AVMEDIA_TYPE_SUBTITLE:
      genga_progress_notice (params->progress,
                             _ ("Subtitles are left out (stream %s): a file of type %s can't hold "
                                "them, mkv can."),
                             which, container);
      break;
    case AVMEDIA_TYPE_ATTACHMENT:
      genga_progress_notice (params->progress,
                             _ ("An attachment is left out (stream %s): a file of type %s can't "
                                "hold it, mkv can."),
                             which, container);
      break;
    case AVMEDIA_TYPE_UNKNOWN:
    case AVMEDIA_TYPE_VIDEO:
    case AVMEDIA_TYPE_AUDIO:
    case AVMEDIA_TYPE_DATA:
    case AVMEDIA_TYPE_NB:
    default:
      genga_progress_notice (params->progress,
                             _ ("A data stream is left out (stream %s): a file of type %s can't "
                                "hold it."),
                             which, container);
      break;
    }
}

static void
count_kept (GengaStreamCopy *self, enum AVMediaType type)
{
  self->kept.n_audio += type == AVMEDIA_TYPE_AUDIO;
  self->kept.n_subtitles += type == AVMEDIA_TYPE_SUBTITLE;
  self->kept.n_attachments += type == AVMEDIA_TYPE_ATTACHMENT;
  self->kept.n_data += type == AVMEDIA_TYPE_DATA;
}

/* Text subtitles in the container's own form; FALSE where that is not possible. */
static gboolean
convert_subtitles (GengaStreamCopy *self, AVStream *from, const GengaVideoWrite *params)
{
  enum AVCodecID codec = genga_subtitles_choose (params->container, from->codecpar->codec_id);
  g_autoptr (GengaSubtitles) subtitles =
      codec != AV_CODEC_ID_NONE ? genga_subtitles_new (from, codec) : NULL;
  AVStream *to = subtitles != NULL ? avformat_new_stream (self->output, NULL) : NULL;
  g_autofree char *which = dup_stream_name (from);

  if (to == NULL || !genga_subtitles_describe (subtitles, to))
    return FALSE;
  to->disposition = from->disposition;
  copy_tags (&to->metadata, from->metadata, TRUE);
  self->subtitles[from->index] = g_steal_pointer (&subtitles);
  self->map[from->index] = to->index;
  self->n_copied++;
  self->kept.n_converted++;
  count_kept (self, AVMEDIA_TYPE_SUBTITLE);
  genga_progress_notice (params->progress,
                         _ ("Subtitles are converted to %s (stream %s) for a file of type %s; "
                            "fonts and positions may be lost."),
                         avcodec_get_name (codec), which,
                         genga_container_get_suffix (params->container) + 1);
  return TRUE;
}

/* Decides about one stream. FALSE only with an error. */
static gboolean
map_stream (GengaStreamCopy *self, AVStream *from, const GengaVideoWrite *params, GError **error)
{
  const char *muxer = genga_container_get_muxer (params->container);
  gboolean is_matroska = params->container == GENGA_CONTAINER_MKV;
  enum AVMediaType type = from->codecpar->codec_type;
  AVStream *to = NULL;

  /* Chapters are tracks in some files; they are copied as chapters. */
  if (from->discard == AVDISCARD_ALL)
    {
      count_kept (self, type);
      return TRUE;
    }
  if (type == AVMEDIA_TYPE_AUDIO && !params->keep_audio)
    return TRUE;

  if (is_cover (from) && is_matroska)
    {
      to = add_cover (self, from);
      return to != NULL;
    }
  if (type == AVMEDIA_TYPE_ATTACHMENT ? is_matroska : can_hold (muxer, from))
    {
      to = add_stream (self, from);
      if (to == NULL)
        return FALSE;
      self->map[from->index] = to->index;
      count_kept (self, type);
      self->n_copied += type != AVMEDIA_TYPE_ATTACHMENT;
      return TRUE;
    }
  if (type == AVMEDIA_TYPE_AUDIO)
    return refuse_audio (from, params, error);
  if (type == AVMEDIA_TYPE_SUBTITLE && convert_subtitles (self, from, params))
    return TRUE;
  notice_dropped (from, params);
  return TRUE;
}

static void
open_now (gpointer data)
{
  GengaStreamCopy *self = data;

  genga_file_state_look (self->path, &self->stat);
  self->input = genga_av_open_file (self->path, &self->error);
}

/* The file once more: the same one, whatever happened to its name meanwhile. */
static gboolean
open_input (GengaStreamCopy *self,
            const GengaOrigin *origin,
            GengaProgress *progress,
            GError **error)
{
  const struct stat *first = &origin->stat;
  g_autofree char *name = g_filename_display_basename (origin->stream_source);

  self->path = g_strdup (origin->stream_source);
  self->guard = genga_guard_new (name, progress);
  if (!genga_guard_run (self->guard, open_now, self, error))
    return FALSE;
  if (self->input == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return FALSE;
    }
  self->timeline = genga_timeline_new (self->input);
  return !S_ISREG (first->st_mode) ||
         (first->st_dev == self->stat.st_dev && first->st_ino == self->stat.st_ino) ||
         genga_file_state_set_changed_error (name, error);
}

/* Near the part, where the file allows it. */
static void
seek_part (GengaStreamCopy *self, int video)
{
  double unit = av_q2d (self->input->streams[video]->time_base);
  gint64 time = (gint64)((self->start - PART_LEAD) / unit);

  if (self->start > PART_LEAD)
    av_seek_frame (self->input, video, time, AVSEEK_FLAG_BACKWARD);
}

GengaStreamCopy *
genga_stream_copy_new (const GengaOrigin *origin,
                       AVFormatContext *output,
                       const GengaVideoWrite *params,
                       GError **error)
{
  g_autoptr (GengaStreamCopy) self = g_new0 (GengaStreamCopy, 1);
  int upscaled;

  self->output = output;
  self->packet = av_packet_alloc ();
  if (origin->stream_source == NULL)
    {
      self->video = avformat_new_stream (output, NULL);
      return self->video != NULL ? g_steal_pointer (&self) : NULL;
    }
  if (!open_input (self, origin, params->progress, error))
    return NULL;
  upscaled = av_find_best_stream (self->input, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  self->is_trimmed = origin->is_trimmed;
  self->start = origin->start;
  self->stop = origin->stop;
  self->n_streams = self->input->nb_streams;
  self->map = g_new (int, self->n_streams);
  self->has_begun = g_new0 (gboolean, self->n_streams);
  self->subtitles = g_new0 (GengaSubtitles *, self->n_streams);
  for (guint i = 0; i < self->n_streams; i++)
    {
      AVStream *from = self->input->streams[i];
      GError *reason = NULL;

      self->map[i] = -1;
      if ((int)i == upscaled)
        {
          self->video = avformat_new_stream (output, NULL);
          if (self->video == NULL)
            return NULL;
          self->video->disposition = from->disposition;
          copy_tags (&self->video->metadata, from->metadata, TRUE);
        }
      else if (!map_stream (self, from, params, &reason))
        {
          if (reason == NULL)
            g_set_error_literal (&reason, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                                 _ ("Not enough memory for the video's other streams."));
          g_propagate_error (error, reason);
          return NULL;
        }
      /* Times of the picture tell where a recording begins, as they do when it is decoded. */
      if (self->map[i] < 0 && (self->input->iformat->flags & AVFMT_TS_DISCONT) == 0)
        from->discard = AVDISCARD_ALL;
    }
  copy_chapters (self);
  self->kept.n_chapters = output->nb_chapters;
  copy_tags (&output->metadata, self->input->metadata, FALSE);
  if (self->is_trimmed && upscaled >= 0)
    seek_part (self, upscaled);
  return g_steal_pointer (&self);
}

static void
destroy (gpointer data)
{
  GengaStreamCopy *self = data;

  for (guint i = 0; i < self->n_streams; i++)
    genga_subtitles_free (self->subtitles[i]);
  g_free (self->subtitles);
  g_free (self->path);
  avformat_close_input (&self->input);
  av_packet_free (&self->packet);
  g_free (self->map);
  g_free (self->has_begun);
  g_clear_pointer (&self->timeline, genga_timeline_free);
  g_clear_error (&self->error);
  g_free (self);
}

void
genga_stream_copy_free (GengaStreamCopy *self)
{
  if (self != NULL)
    genga_guard_free (self->guard, destroy, self);
}

AVStream *
genga_stream_copy_get_video (GengaStreamCopy *self)
{
  return self->video;
}

const GengaKeptStreams *
genga_stream_copy_get_kept (GengaStreamCopy *self)
{
  return &self->kept;
}

/* ---- packets ---- */

static double
get_seconds (GengaStreamCopy *self)
{
  const AVPacket *packet = self->packet;
  gint64 time = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;

  return time != AV_NOPTS_VALUE
             ? time * av_q2d (self->input->streams[packet->stream_index]->time_base) -
                   (self->is_trimmed ? self->start : 0)
             : -INFINITY;
}

/* A subtitle is shown as long as the part lets it be. */
static gboolean
cut_subtitle (AVPacket *packet, gint64 stop)
{
  gint64 end = packet->pts + packet->duration;

  if (end <= 0 && packet->pts < 0)
    return FALSE;
  packet->pts = MAX (0, packet->pts);
  packet->dts = packet->pts;
  if (packet->duration > 0)
    packet->duration = MIN (end, stop) - packet->pts;
  return TRUE;
}

/*
 * Moves a packet to its time in the part. FALSE: it is not in it. Sound is cut between packets, as
 * nothing of it is coded anew; further videos begin with a key frame.
 */
static gboolean
fit_packet (GengaStreamCopy *self)
{
  AVPacket *packet = self->packet;
  const AVStream *stream = self->input->streams[packet->stream_index];
  double unit = av_q2d (stream->time_base);
  gint64 shift = llround (self->start / unit);
  gint64 stop = isinf (self->stop) ? G_MAXINT64 : llround ((self->stop - self->start) / unit);
  gboolean *has_begun = &self->has_begun[packet->stream_index];
  gint64 time;

  packet->pts -= packet->pts != AV_NOPTS_VALUE ? shift : 0;
  packet->dts -= packet->dts != AV_NOPTS_VALUE ? shift : 0;
  time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
  if (time == AV_NOPTS_VALUE)
    return *has_begun;
  if (time >= stop)
    return FALSE;
  if (stream->codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE)
    return cut_subtitle (packet, stop);
  if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !*has_begun &&
      (packet->flags & AV_PKT_FLAG_KEY) == 0)
    return FALSE;
  if (time < 0)
    return FALSE;
  *has_begun = TRUE;
  return TRUE;
}

static int
write_packet (GengaStreamCopy *self, int index)
{
  AVPacket *packet = self->packet;
  AVRational time_base = self->input->streams[packet->stream_index]->time_base;

  if (self->is_trimmed && !fit_packet (self))
    return 0;
  if (self->subtitles[packet->stream_index] == NULL)
    av_packet_rescale_ts (packet, time_base, self->output->streams[index]->time_base);
  else if (!genga_subtitles_convert (self->subtitles[packet->stream_index], packet,
                                     self->output->streams[index]->time_base))
    return 0;
  packet->stream_index = index;
  packet->pos = -1;
  return av_interleaved_write_frame (self->output, packet);
}

/* The output's stream for the packet, or -1; streams may be added to a file later. */
static int
get_target (GengaStreamCopy *self)
{
  guint index = self->packet->stream_index;

  return index < self->n_streams ? self->map[index] : -1;
}

/* The next packet of a stream that is copied. */
static void
read_now (gpointer data)
{
  GengaStreamCopy *self = data;

  do
    {
      genga_fault ("stall-copy");
      av_packet_unref (self->packet);
      self->code = av_read_frame (self->input, self->packet);
      if (self->code >= 0)
        genga_timeline_move (self->timeline, self->packet);
      genga_guard_tick ();
    }
  while (self->code >= 0 && get_target (self) < 0);
}

int
genga_stream_copy_run (GengaStreamCopy *self, double until, GError **error)
{
  while (self->n_copied > 0 && !self->has_ended)
    {
      int code;

      if (!self->has_packet && !genga_guard_run (self->guard, read_now, self, error))
        return AVERROR_EXIT;
      if (!self->has_packet && self->code < 0)
        {
          /* That the file ends too early is the source's to say; else genga_stream_copy_check(). */
          self->has_ended = TRUE;
          break;
        }
      self->has_packet = TRUE;
      double seconds = get_seconds (self);
      if (seconds > until)
        break;
      if (self->is_trimmed && seconds > self->stop - self->start + PART_LAG)
        self->has_ended = TRUE;
      code = write_packet (self, get_target (self));
      if (code < 0)
        return code;
      av_packet_unref (self->packet);
      self->has_packet = FALSE;
    }
  return 0;
}

gboolean
genga_stream_copy_check (GengaStreamCopy *self, GError **error)
{
  g_autofree char *name = NULL;

  if (self->input == NULL || self->n_copied == 0)
    return TRUE;
  name = g_filename_display_basename (self->path);
  if (genga_av_file_has_changed (self->input, self->path, &self->stat))
    return genga_file_state_set_changed_error (name, error);
  if (self->input->pb == NULL || self->input->pb->error >= 0)
    return TRUE;
  g_autofree char *reason = genga_av_dup_error (self->input->pb->error);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INCOMPLETE,
               _ ("Can't read the other streams of “%s” to the end: %s."), name, reason);
  return FALSE;
}
