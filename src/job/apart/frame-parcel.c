/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/apart/frame-parcel.h"
#include "core/error.h"
#include "job/apart/memory-file.h"

#include <glib/gi18n-lib.h>

GVariant *
genga_frame_parcel_new (const GengaFrame *frame, int *fd, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  const GengaColour *colour = &frame->colour;

  g_ptr_array_add (parts,
                   g_bytes_new_static (frame->planes[0], frame->strides[0] * frame->info.height));
  *fd = genga_memory_file_new (parts, error);
  if (*fd < 0)
    return NULL;
  g_variant_dict_insert (&dict, "size", "(ii)", frame->info.width, frame->info.height);
  g_variant_dict_insert (&dict, "pixels", "(uut)", frame->info.sample, frame->info.layout,
                         (guint64)frame->strides[0]);
  g_variant_dict_insert (&dict, "colour", "(yyyyu)", colour->primaries, colour->transfer,
                         colour->matrix, colour->chroma_location, colour->range);
  if (frame->icc != NULL)
    g_variant_dict_insert_value (
        &dict, "icc", g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, frame->icc, TRUE));
  return g_variant_dict_end (&dict);
}

static gboolean
read_info (GVariantDict *dict, GengaFrameInfo *info, guint64 *stride)
{
  guint32 sample, layout;

  if (!g_variant_dict_lookup (dict, "size", "(ii)", &info->width, &info->height) ||
      !g_variant_dict_lookup (dict, "pixels", "(uut)", &sample, &layout, stride) ||
      sample > GENGA_SAMPLE_F32 || layout > GENGA_LAYOUT_RGBA)
    return FALSE;
  info->sample = sample;
  info->layout = layout;
  info->memory = GENGA_MEMORY_HOST;
  return genga_frame_info_get_size (info) != G_MAXSIZE;
}

static gboolean
fits (const GengaFrameInfo *info, guint64 stride, gsize size)
{
  const guint64 row = (guint64)info->width * genga_layout_get_n_channels (info->layout) *
                      genga_sample_get_size (info->sample);

  return stride >= row && stride % genga_sample_get_size (info->sample) == 0 &&
         stride <= size / info->height;
}

static void
read_colour (GVariantDict *dict, GengaFrame *frame)
{
  GengaColour *colour = &frame->colour;
  g_autoptr (GVariant) icc = g_variant_dict_lookup_value (dict, "icc", G_VARIANT_TYPE_BYTESTRING);
  guint32 range;

  if (g_variant_dict_lookup (dict, "colour", "(yyyyu)", &colour->primaries, &colour->transfer,
                             &colour->matrix, &colour->chroma_location, &range))
    colour->range = MIN (range, GENGA_RANGE_FULL);
  g_clear_pointer (&frame->icc, g_bytes_unref);
  frame->icc = icc != NULL ? g_variant_get_data_as_bytes (icc) : NULL;
}

GengaFrame *
genga_frame_parcel_dup (GVariant *parcel, int fd, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (parcel);
  GengaFrameInfo info = { 0 };
  g_autoptr (GBytes) pixels = NULL;
  GengaFrame *frame;
  guint64 stride;
  const gboolean is_known = read_info (&dict, &info, &stride);

  if (is_known)
    pixels = genga_memory_file_map (fd, G_MAXINT64, error);
  if (is_known && pixels == NULL)
    return NULL;
  if (!is_known || !fits (&info, stride, g_bytes_get_size (pixels)))
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_INTERNAL,
                           _ ("A part of Genga sent what is no picture."));
      return NULL;
    }
  frame = genga_frame_new_for_bytes (&info, pixels, stride);
  read_colour (&dict, frame);
  return frame;
}
