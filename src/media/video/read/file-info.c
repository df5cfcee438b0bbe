/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/file-info.h"
#include "core/error.h"
#include "media/file-state.h"
#include "media/video/colour-tags.h"
#include "media/video/zimg-graph.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/mastering_display_metadata.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Demuxers of files that hold their own content, and never the name of another. */
#define FORMATS                                                                                    \
  "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,mpegts,mpeg,asf,ogg,nut,yuv4mpegpipe,mxf,gxf,"    \
  "mpegvideo,h264,hevc,gif,apng,rm,wtv,dv,ivf,obu,av1,swf,m4v,h261,h263,mjpeg,vc1,vc1test,dirac,"  \
  "flic,smk,bink,film_cpk,roq,ea,4xm,thp,pva,nsv,nuv,psxstr,vmd,vivo,rpl,mlv,ty,cdxl,dxa,idcin,"   \
  "ipmovie,wc3movie,xmv,yop,cavsvideo,lxf,dhav,ifv,ivr,mv,mvi,mtv,moflex,mods,cine,c93,"           \
  "bfi,"                                                                                           \
  "bethsoftvid,anm,avs,bmv,dfa,dsicin,gdv,hnm,jv,lmlm4,lvf,mm,msnwctcp,nc,paf,pmp,rl2,siff,sga,"   \
  "smush,tiertexseq,tmv,vividas,wsvqa,ipu,dnxhd"

/* What raw streams of pictures reach; chance seldom does. */
#define MIN_SCORE AVPROBE_SCORE_RETRY

#define INPUT_ERROR(...) g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT, __VA_ARGS__)

/* FFmpeg looks for an animation in the first 2 KiB of a PNG, which a colour profile may fill. */
static const AVInputFormat *
get_known_format (int fd)
{
  static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  guint8 start[sizeof png];

  return pread (fd, start, sizeof start, 0) == sizeof start && memcmp (start, png, sizeof png) == 0
             ? av_find_input_format ("apng")
             : NULL;
}

/* A FIFO or a device is refused without waiting for it. */
static gboolean
check_is_file (const char *path, const char *name, const AVInputFormat **known, GError **error)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info;
  gboolean is_file;

  if (fd < 0)
    {
      INPUT_ERROR (_ ("Can't open “%s”: %s."), name, g_strerror (errno));
      return FALSE;
    }
  is_file = fstat (fd, &info) == 0 && S_ISREG (info.st_mode);
  *known = is_file ? get_known_format (fd) : NULL;
  close (fd);
  if (!is_file)
    INPUT_ERROR (_ ("“%s” is not a file."), name);
  return is_file;
}

/* One that has no name any more is looked at through its descriptor. */
gboolean
genga_av_file_has_changed (AVFormatContext *format, const char *path, const struct stat *before)
{
  gint64 size = format->pb != NULL ? avio_size (format->pb) : -1;

  return (size >= 0 && size != before->st_size) || genga_file_state_has_changed (path, before);
}

const char *
genga_av_sniff_file (const char *path)
{
  g_autofree char *url = g_strconcat ("file:", path, NULL);
  const AVInputFormat *format = NULL;
  AVIOContext *io = NULL;
  int score;

  if (avio_open (&io, url, AVIO_FLAG_READ) < 0)
    return NULL;
  score = av_probe_input_buffer2 (io, &format, path, NULL, 0, 0);
  avio_closep (&io);
  if (score < MIN_SCORE || format == NULL || !av_match_list (format->name, FORMATS, ','))
    return NULL;
  g_debug ("%s: %s (%d)", path, format->name, score);
  return format->name;
}

AVFormatContext *
genga_av_open_file (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *url = g_strconcat ("file:", path, NULL);
  AVFormatContext *format = NULL;
  AVDictionary *options = NULL;
  const AVInputFormat *known;
  int code;

  if (!check_is_file (path, name, &known, error))
    return NULL;
  av_dict_set (&options, "protocol_whitelist", "file", 0);
  av_dict_set (&options, "format_whitelist", FORMATS, 0);
  code = avformat_open_input (&format, url, known, &options);
  av_dict_free (&options);
  if (code >= 0)
    code = avformat_find_stream_info (format, NULL);
  if (code < 0)
    {
      g_autofree char *reason = genga_av_dup_error (code);
      g_debug ("%s: %s", path, reason);
      avformat_close_input (&format);
      INPUT_ERROR (_ ("Can't read “%s” as a video: it is damaged, truncated or in an unknown "
                      "format."),
                   name);
      return NULL;
    }
  return format;
}

#undef INPUT_ERROR

static void
count_streams (GengaSourceInfo *info, AVFormatContext *format)
{
  for (guint i = 0; i < format->nb_streams; i++)
    {
      enum AVMediaType type = format->streams[i]->codecpar->codec_type;

      info->n_audio += type == AVMEDIA_TYPE_AUDIO;
      info->n_subtitles += type == AVMEDIA_TYPE_SUBTITLE;
      info->n_attachments += type == AVMEDIA_TYPE_ATTACHMENT;
      info->n_data += type == AVMEDIA_TYPE_DATA;
    }
  info->n_chapters = format->nb_chapters;
}

/* A matrix that mirrors is one that mirrors left and right, and then one that only rotates. */
static void
read_matrix (AVStream *stream, GengaSourceInfo *info)
{
  gsize size = 0;
  const guint8 *data = genga_av_stream_get_side_data (stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  int32_t matrix[9];
  double angle;

  if (data == NULL || size < sizeof matrix)
    return;
  memcpy (matrix, data, sizeof matrix);
  info->is_mirrored = (double)matrix[0] * matrix[4] - (double)matrix[1] * matrix[3] < 0;
  if (info->is_mirrored)
    {
      matrix[0] = -matrix[0];
      matrix[1] = -matrix[1];
    }
  angle = -av_display_rotation_get (matrix);
  info->rotation = isnan (angle) ? 0 : ((int)lround (angle) % 360 + 360) % 360;
}

static double
get_seconds (AVFormatContext *format, AVStream *stream)
{
  if (stream->duration != AV_NOPTS_VALUE && stream->duration > 0)
    return stream->duration * av_q2d (stream->time_base);
  return format->duration != AV_NOPTS_VALUE && format->duration > 0
             ? format->duration / (double)AV_TIME_BASE
             : 0;
}

/* A palette has a column for transparency, which few use; entries that nobody uses say nothing. */
static gboolean
has_transparency (const AVPixFmtDescriptor *desc, const AVFrame *frame)
{
  const guint32 *palette = (const guint32 *)(gconstpointer)frame->data[1];

  if ((desc->flags & AV_PIX_FMT_FLAG_PAL) == 0)
    return (desc->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
  for (int y = 0; y < frame->height; y++)
    for (int x = 0; x < frame->width; x++)
      if (palette[frame->data[0][(gssize)y * frame->linesize[0] + x]] >> 24 != 255)
        return TRUE;
  return FALSE;
}

/* HDR10 data, which the stream has or else its first frame. */
static gconstpointer
find_hdr (AVStream *stream,
          const AVFrame *first,
          enum AVPacketSideDataType of_stream,
          enum AVFrameSideDataType of_frame)
{
  const AVFrameSideData *data = av_frame_get_side_data (first, of_frame);

  return data != NULL ? data->data : genga_av_stream_get_side_data (stream, of_stream, NULL);
}

static void
read_hdr (AVStream *stream, const AVFrame *first, GengaSourceInfo *info)
{
  const AVMasteringDisplayMetadata *m =
      find_hdr (stream, first, AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
  const AVContentLightMetadata *l =
      find_hdr (stream, first, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);

  info->has_mastering = m != NULL && m->has_primaries && m->has_luminance;
  info->has_light_level = l != NULL;
  if (info->has_mastering)
    {
      for (int i = 0; i < 6; i++)
        info->mastering.primaries[i / 2][i % 2] =
            CLAMP (lround (av_q2d (m->display_primaries[i / 2][i % 2]) * 50000), 0, 65535);
      for (int i = 0; i < 2; i++)
        info->mastering.white[i] = CLAMP (lround (av_q2d (m->white_point[i]) * 50000), 0, 65535);
      info->mastering.max_luminance = CLAMP (av_q2d (m->max_luminance) * 10000, 0, G_MAXINT);
      info->mastering.min_luminance = CLAMP (av_q2d (m->min_luminance) * 10000, 0, G_MAXINT);
    }
  if (info->has_light_level)
    info->light_level =
        (GengaLightLevel){ .max_cll = MIN (l->MaxCLL, 65535), .max_fall = MIN (l->MaxFALL, 65535) };
}

void
genga_av_fill_info (GengaSourceInfo *info,
                    AVFormatContext *format,
                    AVStream *stream,
                    const AVFrame *first)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (first->format);
  AVRational rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
  AVRational sar = av_guess_sample_aspect_ratio (format, stream, (AVFrame *)first);
  gboolean has_alpha = has_transparency (desc, first);

  *info = (GengaSourceInfo){
    .width = first->width,
    .height = first->height,
    .bits = genga_av_get_depth (first->format),
    .sample = GENGA_SAMPLE_F32,
    .layout = has_alpha ? GENGA_LAYOUT_RGBA : GENGA_LAYOUT_RGB,
    .rate_num = MAX (0, rate.num),
    .rate_den = rate.den,
    .sar_num = sar.num,
    .sar_den = sar.den,
    .seconds = get_seconds (format, stream),
    .n_frames = stream->nb_frames,
    .start_pts = first->pts,
    .time_base_num = stream->time_base.num,
    .time_base_den = stream->time_base.den,
    .is_interlaced = genga_av_frame_is_interlaced (first),
  };
  g_strlcpy (info->container, format->iformat->name, sizeof info->container);
  g_strlcpy (info->codec, avcodec_get_name (stream->codecpar->codec_id), sizeof info->codec);
  g_strlcpy (info->pixel_format, desc->name, sizeof info->pixel_format);
  read_matrix (stream, info);
  read_hdr (stream, first, info);
  genga_av_get_colour (first, &info->colour);
  if (info->n_frames <= 0 && info->seconds > 0 && info->rate_num > 0)
    info->n_frames = lround (info->seconds * info->rate_num / info->rate_den);
  count_streams (info, format);
}
