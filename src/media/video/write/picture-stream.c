/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/picture-stream.h"
#include "core/error.h"
#include "media/video/write/codec.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A header's rate is not believed where the times of so many frames are off by this part. */
#define MIN_MEASURED 8
#define MAX_WRONG 0.02
/* How near a usual rate is. */
#define NEAR 0.002

void
genga_picture_stream_copy_side_data (AVStream *to,
                                     const GengaOrigin *origin,
                                     const GengaAvOrigin *known)
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
  AVStream *stream = known->stream;
  const AVFrame *first = known->first;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      /* Frames that were rotated are not to be rotated again; Matroska holds it from FFmpeg 7 on.
       */
      if (types[i].packet == AV_PKT_DATA_DISPLAYMATRIX && origin->is_rotated)
        continue;

      const AVFrameSideData *of_frame = av_frame_get_side_data (first, types[i].frame);
      gsize size = 0;
      gconstpointer data = genga_av_stream_get_side_data (stream, types[i].packet, &size);

      if (data == NULL && of_frame != NULL)
        {
          data = of_frame->data;
          size = of_frame->size;
        }
      if (data != NULL)
        genga_av_stream_set_side_data (to, types[i].packet, data, size);
    }
}

void
genga_picture_stream_notice_losses (const GengaAvOrigin *known,
                                    const GengaEncoding *encoding,
                                    GengaProgress *progress)
{
  const AVStream *stream = known->stream;
  const AVFrame *first = known->first;

  const char *kept = first->color_trc == AVCOL_TRC_SMPTE2084      ? "HDR10"
                     : first->color_trc == AVCOL_TRC_ARIB_STD_B67 ? "HLG"
                                                                  : "SDR";

  if (av_frame_get_side_data (first, AV_FRAME_DATA_A53_CC) != NULL &&
      !genga_encoding_takes_captions (encoding))
    genga_progress_notice (progress,
                           _ ("Closed captions (CEA-608 and CEA-708) are not kept: %s has "
                              "no place for them, libx264 has."),
                           encoding->codec->name);
  if (genga_av_stream_get_side_data (stream, AV_PKT_DATA_DOVI_CONF, NULL) != NULL)
    genga_progress_notice (progress,
                           _ ("Dolby Vision is not kept, the picture beneath it (%s) is."), kept);
  if (av_frame_get_side_data (first, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != NULL)
    genga_progress_notice (progress, _ ("HDR10+ is not kept, %s is."), kept);
}

gboolean
genga_picture_stream_check_rotation (const GengaSourceInfo *info,
                                     GengaContainer container,
                                     GError **error)
{
  if ((info->rotation == 0 && !info->is_mirrored) || container == GENGA_CONTAINER_MP4 ||
      container == GENGA_CONTAINER_MOV)
    return TRUE;
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
               _ ("The video is rotated by %d°, which a file of type %s can't store; choose mp4 or "
                  "mov."),
               info->rotation, genga_container_get_suffix (container) + 1);
  return FALSE;
}

/* Rates that are meant where times come near. */
static const AVRational usual_rates[] = {
  { 24000, 1001 }, { 24, 1 },       { 25, 1 }, { 30000, 1001 }, { 30, 1 },
  { 50, 1 },       { 60000, 1001 }, { 60, 1 }, { 15, 1 },       { 12, 1 },
};

/* In films with repeated fields players count fields. */
AVRational
genga_picture_stream_measure_rate (AVRational said, const GengaJoinTimes *times, AVRational unit)
{
  double seconds = genga_join_times_get_duration (times) * av_q2d (unit);
  double rate;

  if (times->n_frames < MIN_MEASURED || seconds <= 0)
    return said;
  rate = times->n_frames / seconds;
  if (said.num > 0 && fabs (rate / av_q2d (said) - 1) < MAX_WRONG)
    return said;
  for (gsize i = 0; i < G_N_ELEMENTS (usual_rates); i++)
    if (fabs (rate / av_q2d (usual_rates[i]) - 1) < NEAR)
      return usual_rates[i];
  return av_d2q (rate, 100000);
}
