/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/colour-tags.h"
#include "media/video/zimg-graph.h"

/* PAL; anything higher is HD. */
#define SD_HEIGHT 576

#define UNSPECIFIED 2

void
genga_av_get_colour (const AVFrame *frame, GengaColour *colour)
{
  *colour = (GengaColour){
    .primaries = frame->color_primaries,
    .transfer = frame->color_trc,
    .matrix = frame->colorspace,
    .chroma_location = frame->chroma_location == AVCHROMA_LOC_UNSPECIFIED
                           ? 255
                           : frame->chroma_location - AVCHROMA_LOC_LEFT,
    .range = frame->color_range == AVCOL_RANGE_JPEG   ? GENGA_RANGE_FULL
             : frame->color_range == AVCOL_RANGE_MPEG ? GENGA_RANGE_LIMITED
                                                      : GENGA_RANGE_UNSPECIFIED,
  };
}

/* The formats that FFmpeg once used for full range. */
static gboolean
is_full_range_format (const AVPixFmtDescriptor *desc)
{
  return g_str_has_prefix (desc->name, "yuvj");
}

void
genga_av_complete_colour (GengaColour *colour, const AVPixFmtDescriptor *desc, int height)
{
  if (genga_av_is_rgb (desc))
    {
      colour->matrix = AVCOL_SPC_RGB;
      colour->range = GENGA_RANGE_FULL;
      return;
    }
  if (colour->matrix == UNSPECIFIED || colour->matrix == AVCOL_SPC_RGB)
    colour->matrix = height <= SD_HEIGHT ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
  if (colour->range == GENGA_RANGE_UNSPECIFIED)
    colour->range = is_full_range_format (desc) ? GENGA_RANGE_FULL : GENGA_RANGE_LIMITED;
}
