/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/origin.h"

#include <libavutil/mastering_display_metadata.h>

static gboolean
copy_side_data (AVStream *to, const AVStream *from)
{
  static const enum AVPacketSideDataType types[] = {
    AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
    AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
    AV_PKT_DATA_DISPLAYMATRIX,
    AV_PKT_DATA_STEREO3D,
    AV_PKT_DATA_SPHERICAL,
    AV_PKT_DATA_DOVI_CONF,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      gsize size = 0;
      gconstpointer data = genga_av_stream_get_side_data (from, types[i], &size);

      if (data != NULL && !genga_av_stream_set_side_data (to, types[i], data, size))
        return FALSE;
    }
  return TRUE;
}

static gboolean
init (GengaAvOrigin *self)
{
  self->format = avformat_alloc_context ();
  self->stream = self->format != NULL ? avformat_new_stream (self->format, NULL) : NULL;
  self->first = av_frame_alloc ();
  return self->stream != NULL && self->first != NULL;
}

GengaAvOrigin *
genga_av_origin_new (const AVStream *stream, const AVFrame *first)
{
  g_autoptr (GengaAvOrigin) self = g_new0 (GengaAvOrigin, 1);

  if (!init (self) || av_frame_copy_props (self->first, first) < 0 ||
      !copy_side_data (self->stream, stream))
    return NULL;
  self->first->format = first->format;
  self->first->width = first->width;
  self->first->height = first->height;
  self->stream->time_base = stream->time_base;
  return g_steal_pointer (&self);
}

/* Of the video that the frames were, as a list tells: its matrix is the one to go back to. */
static void
set_colour (AVFrame *first, const GengaColour *colour)
{
  gboolean is_linear =
      colour->matrix == AVCOL_SPC_BT709 || colour->matrix == AVCOL_SPC_FCC ||
      colour->matrix == AVCOL_SPC_BT470BG || colour->matrix == AVCOL_SPC_SMPTE170M ||
      colour->matrix == AVCOL_SPC_SMPTE240M || colour->matrix == AVCOL_SPC_BT2020_NCL;

  first->color_primaries = colour->primaries;
  first->color_trc = colour->transfer;
  first->colorspace = is_linear ? colour->matrix : AVCOL_SPC_UNSPECIFIED;
  if (colour->range != GENGA_RANGE_UNSPECIFIED)
    first->color_range = colour->range == GENGA_RANGE_FULL ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
}

static gboolean
add_hdr (AVFrame *first, const GengaSourceInfo *info)
{
  AVMasteringDisplayMetadata *m =
      info->has_mastering ? av_mastering_display_metadata_create_side_data (first) : NULL;
  AVContentLightMetadata *l =
      info->has_light_level ? av_content_light_metadata_create_side_data (first) : NULL;

  if ((info->has_mastering && m == NULL) || (info->has_light_level && l == NULL))
    return FALSE;
  if (m != NULL)
    {
      const GengaMastering *from = &info->mastering;

      for (int i = 0; i < 6; i++)
        m->display_primaries[i / 2][i % 2] = (AVRational){ from->primaries[i / 2][i % 2], 50000 };
      for (int i = 0; i < 2; i++)
        m->white_point[i] = (AVRational){ from->white[i], 50000 };
      m->max_luminance = (AVRational){ from->max_luminance, 10000 };
      m->min_luminance = (AVRational){ from->min_luminance, 10000 };
      m->has_primaries = m->has_luminance = 1;
    }
  if (l != NULL)
    {
      l->MaxCLL = info->light_level.max_cll;
      l->MaxFALL = info->light_level.max_fall;
    }
  return TRUE;
}

GengaAvOrigin *
genga_av_origin_new_plain (const GengaSourceInfo *info)
{
  g_autoptr (GengaAvOrigin) self = g_new0 (GengaAvOrigin, 1);
  gboolean has_alpha = genga_layout_has_alpha (info->layout);

  if (!init (self))
    return NULL;
  self->stream->time_base = (AVRational){ info->time_base_num, info->time_base_den };
  self->first->width = info->width;
  self->first->height = info->height;
  self->first->pts = info->start_pts;
  if (info->bits > 8)
    self->first->format = has_alpha ? AV_PIX_FMT_GBRAP16 : AV_PIX_FMT_GBRP16;
  else
    self->first->format = has_alpha ? AV_PIX_FMT_GBRAP : AV_PIX_FMT_GBRP;
  self->first->colorspace = AVCOL_SPC_RGB;
  self->first->color_range = AVCOL_RANGE_JPEG;
  self->first->color_primaries = AVCOL_PRI_BT709;
  self->first->color_trc = AVCOL_TRC_BT709;
  if (info->colour.primaries > 0)
    set_colour (self->first, &info->colour);
  if (!add_hdr (self->first, info))
    return NULL;
  return g_steal_pointer (&self);
}

void
genga_av_origin_free (GengaAvOrigin *self)
{
  if (self == NULL)
    return;
  avformat_free_context (self->format);
  av_frame_free (&self->first);
  g_free (self);
}
