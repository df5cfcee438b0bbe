/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decoder has to know of a stream, as bytes that outlive the process. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/coding.h"

#include <string.h>

/* All numbers of AVCodecParameters that a video has, in this order. */
#define N_NUMBERS 18
#define TYPE "(axay)"

GBytes *
genga_av_pack_coding (const AVCodecParameters *coding)
{
  const gint64 numbers[N_NUMBERS] = {
    coding->codec_id,
    coding->codec_tag,
    coding->format,
    coding->bit_rate,
    coding->bits_per_coded_sample,
    coding->bits_per_raw_sample,
    coding->profile,
    coding->level,
    coding->width,
    coding->height,
    coding->sample_aspect_ratio.num,
    coding->sample_aspect_ratio.den,
    coding->field_order | (gint64)coding->color_range << 16,
    coding->color_primaries,
    coding->color_trc,
    coding->color_space,
    coding->chroma_location,
    coding->video_delay,
  };
  g_autoptr (GVariant) packed = g_variant_ref_sink (g_variant_new (
      "(@ax@ay)",
      g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, numbers, N_NUMBERS, sizeof (gint64)),
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, coding->extradata, coding->extradata_size,
                                 1)));

  return g_variant_get_data_as_bytes (packed);
}

static gboolean
set_extradata (AVCodecParameters *coding, gconstpointer data, gsize size)
{
  if (size == 0)
    return TRUE;
  coding->extradata = av_mallocz (size + AV_INPUT_BUFFER_PADDING_SIZE);
  if (coding->extradata == NULL)
    return FALSE;
  memcpy (coding->extradata, data, size);
  coding->extradata_size = size;
  return TRUE;
}

AVCodecParameters *
genga_av_unpack_coding (GBytes *bytes)
{
  g_autoptr (GVariant) packed =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE));
  g_autoptr (GVariant) numbers = g_variant_get_child_value (packed, 0);
  g_autoptr (GVariant) extradata = g_variant_get_child_value (packed, 1);
  AVCodecParameters *coding = avcodec_parameters_alloc ();
  gsize n, size;
  const gint64 *v = g_variant_get_fixed_array (numbers, &n, sizeof (gint64));
  gconstpointer data = g_variant_get_fixed_array (extradata, &size, 1);

  if (coding == NULL || n != N_NUMBERS || !set_extradata (coding, data, size))
    {
      avcodec_parameters_free (&coding);
      return NULL;
    }
  coding->codec_type = AVMEDIA_TYPE_VIDEO;
  coding->codec_id = v[0];
  coding->codec_tag = v[1];
  coding->format = v[2];
  coding->bit_rate = v[3];
  coding->bits_per_coded_sample = v[4];
  coding->bits_per_raw_sample = v[5];
  coding->profile = v[6];
  coding->level = v[7];
  coding->width = v[8];
  coding->height = v[9];
  coding->sample_aspect_ratio = (AVRational){ v[10], v[11] };
  coding->field_order = v[12] & 0xffff;
  coding->color_range = v[12] >> 16;
  coding->color_primaries = v[13];
  coding->color_trc = v[14];
  coding->color_space = v[15];
  coding->chroma_location = v[16];
  coding->video_delay = v[17];
  return coding;
}
