/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The encoder (FFmpeg 5.1 to 7.0) loses colours between two slices where four pixels share one
 * sample (findings/ shows it): the last row or column, if a side is 5 to 7 more than a multiple of
 * 8. A single slice it has for small frames only, or in its first version, which has no check sums.
 * Four it refuses where one of them would be too large (ffv1enc.c of 5.1 to 7.1): that is
 * beyond 19.9 million pixels of these formats, which have three planes of 8 bits.
 */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/ffv1-slices.h"

#define MAX_WIDTH 352
#define MAX_HEIGHT 288
#define MAX_SLICE (8 << 24) /* of width * height * (bits + 1) * planes */

static gboolean
loses (int log2_shared, int side)
{
  return log2_shared > 1 && side % 8 > 4;
}

/* Whether the encoder takes two slices by two. */
static gboolean
has_four (const AVPixFmtDescriptor *desc, int width, int height)
{
  gint64 slice = (width + 1LL) / 2 * ((height + 1LL) / 2);

  return slice * (desc->comp[0].depth + 1) * desc->nb_components <= MAX_SLICE;
}

void
genga_ffv1_slices_choose (AVDictionary **options, enum AVPixelFormat format, int width, int height)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  if (desc->log2_chroma_w <= 1 && desc->log2_chroma_h <= 1)
    return;
  if (width <= MAX_WIDTH && height <= MAX_HEIGHT)
    av_dict_set_int (options, "slices", 1, 0);
  else if (!loses (desc->log2_chroma_w, width) && !loses (desc->log2_chroma_h, height) &&
           has_four (desc, width, height))
    av_dict_set_int (options, "slices", 4, 0);
  else
    {
      av_dict_set_int (options, "level", 1, 0);
      av_dict_set_int (options, "slicecrc", 0, 0);
    }
}
