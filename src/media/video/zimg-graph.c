/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/zimg-graph.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Bicubic as swscale has it. */
#define BICUBIC_B 0
#define BICUBIC_C 0.6

static gboolean
set_memory_error (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("Not enough memory for a frame of the video."));
  return FALSE;
}

static gboolean
is_grey (const AVPixFmtDescriptor *desc)
{
  return desc->nb_components <= 2 && !(desc->flags & AV_PIX_FMT_FLAG_PAL);
}

static gboolean
has_alpha (const AVPixFmtDescriptor *desc)
{
  return (desc->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
}

gboolean
genga_av_is_rgb (const AVPixFmtDescriptor *desc)
{
  return (desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

/* RGB and grey of old computers: two black-and-white formats, rgb555, rgb565 and the like. */
gboolean
genga_av_is_narrow (enum AVPixelFormat format)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  if (desc == NULL || (desc->flags & AV_PIX_FMT_FLAG_PAL) ||
      (desc->nb_components != 1 && !(desc->flags & AV_PIX_FMT_FLAG_RGB)))
    return FALSE;
  for (int i = 0; i < desc->nb_components; i++)
    if (desc->comp[i].depth >= 8)
      return FALSE;
  return TRUE;
}

int
genga_av_get_depth (enum AVPixelFormat format)
{
  const guint64 excluded = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  if (desc == NULL || (desc->flags & excluded) || strstr (desc->name, "xyz") != NULL)
    return 0;
  if ((desc->flags & AV_PIX_FMT_FLAG_PAL) || genga_av_is_narrow (format))
    return 8;
  if (desc->flags & AV_PIX_FMT_FLAG_BITSTREAM)
    return 0;
  for (int i = 0; i < desc->nb_components; i++)
    if (desc->comp[i].depth != desc->comp[0].depth)
      return 0;
  return desc->comp[0].depth >= 8 && desc->comp[0].depth <= 16 ? desc->comp[0].depth : 0;
}

static gboolean
is_plain (const AVPixFmtDescriptor *desc)
{
  if (desc->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE))
    return FALSE;
  for (int i = 0; i < desc->nb_components; i++)
    {
      const AVComponentDescriptor *c = &desc->comp[i];
      if (c->shift != 0 || c->offset != 0 || c->step != (c->depth > 8 ? 2 : 1))
        return FALSE;
    }
  return TRUE;
}

gboolean
genga_video_layout_init (GengaVideoLayout *self, enum AVPixelFormat format, int width, int height)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  *self = (GengaVideoLayout){ .desc = desc, .depth = genga_av_get_depth (format) };
  if (self->depth == 0)
    return FALSE;
  self->width = FFALIGN (width, 1 << desc->log2_chroma_w);
  self->height = FFALIGN (height, 1 << desc->log2_chroma_h);
  self->is_narrow = genga_av_is_narrow (format);
  self->is_plain = !self->is_narrow && is_plain (desc);
  self->is_deep = self->depth > 8 ||
                  !(self->is_plain || self->is_narrow || (desc->flags & AV_PIX_FMT_FLAG_PAL));
  self->is_grey = is_grey (desc);
  self->has_alpha = has_alpha (desc);
  return TRUE;
}

int
genga_video_layout_get_component (const GengaVideoLayout *self, int index)
{
  const AVPixFmtDescriptor *desc = self->desc;

  if (desc->flags & AV_PIX_FMT_FLAG_PAL)
    return index;
  if (self->is_grey)
    return index == 0 ? 0 : index == 3 && desc->nb_components == 2 ? 1 : -1;
  return index < 3 || desc->nb_components == 4 ? index : -1;
}

void
genga_video_layout_get_plane_size (
    const GengaVideoLayout *self, int index, int width, int height, int *out_width, int *out_height)
{
  gboolean is_chroma = index == 1 || index == 2;

  *out_width = is_chroma ? AV_CEIL_RSHIFT (width, self->desc->log2_chroma_w) : width;
  *out_height = is_chroma ? AV_CEIL_RSHIFT (height, self->desc->log2_chroma_h) : height;
}

static gboolean
allocate_plane (GengaVideoPlanes *planes, int index, int width, int height, gsize sample_bytes)
{
  gsize stride = ((gsize)width * sample_bytes + GENGA_VIDEO_ALIGNMENT - 1) / GENGA_VIDEO_ALIGNMENT *
                 GENGA_VIDEO_ALIGNMENT;

  planes->strides[index] = stride;
  planes->data[index] = aligned_alloc (GENGA_VIDEO_ALIGNMENT, stride * height);
  return planes->data[index] != NULL;
}

static gboolean
allocate_samples (const GengaVideoLayout *layout, GengaVideoPlanes *samples)
{
  samples->mask = ZIMG_BUFFER_MAX;
  for (int i = 0; i < GENGA_VIDEO_PLANES; i++)
    {
      int width, height;

      if (i == 3 ? !layout->has_alpha : layout->is_grey && i > 0)
        continue;
      genga_video_layout_get_plane_size (layout, i, layout->width, layout->height, &width, &height);
      if (!allocate_plane (samples, i, width, height, layout->is_deep ? 2 : 1))
        return FALSE;
    }
  return TRUE;
}

/* `n_rows` that zimg asks for, or all of them where these are fewer. */
static gboolean
allocate_ring (const GengaVideoLayout *layout, guint n_rows, GengaVideoPlanes *rgb)
{
  guint mask = zimg_select_buffer_mask (n_rows);

  rgb->mask = mask < (guint)layout->height ? mask : ZIMG_BUFFER_MAX;
  for (int i = 0; i < (layout->is_grey ? 1 : 3); i++)
    if (!allocate_plane (rgb, i, layout->width,
                         rgb->mask == ZIMG_BUFFER_MAX ? layout->height : (int)mask + 1,
                         sizeof (float)))
      return FALSE;
  return TRUE;
}

static void
planes_clear (GengaVideoPlanes *planes)
{
  for (int i = 0; i < GENGA_VIDEO_PLANES; i++)
    g_clear_pointer (&planes->data[i], free);
}

static void
describe (zimg_image_format *format, const GengaVideoLayout *layout, const GengaColour *colour)
{
  zimg_image_format_default (format, ZIMG_API_VERSION);
  format->width = layout->width;
  format->height = layout->height;
  format->pixel_type = layout->is_deep ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
  format->depth = layout->depth;
  format->pixel_range = colour->range == GENGA_RANGE_FULL ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
  if (genga_av_is_rgb (layout->desc))
    {
      format->color_family = ZIMG_COLOR_RGB;
      format->matrix_coefficients = ZIMG_MATRIX_RGB;
      format->pixel_range = ZIMG_RANGE_FULL;
      return;
    }
  format->color_family = layout->is_grey ? ZIMG_COLOR_GREY : ZIMG_COLOR_YUV;
  format->matrix_coefficients =
      layout->is_grey ? ZIMG_MATRIX_UNSPECIFIED : (zimg_matrix_coefficients_e)colour->matrix;
  format->subsample_w = layout->is_grey ? 0 : layout->desc->log2_chroma_w;
  format->subsample_h = layout->is_grey ? 0 : layout->desc->log2_chroma_h;
  if (colour->chroma_location <= ZIMG_CHROMA_BOTTOM)
    format->chroma_location = (zimg_chroma_location_e)colour->chroma_location;
}

static void
describe_rgb (zimg_image_format *format, int width, int height, gboolean grey)
{
  zimg_image_format_default (format, ZIMG_API_VERSION);
  format->width = width;
  format->height = height;
  format->pixel_type = ZIMG_PIXEL_FLOAT;
  format->color_family = grey ? ZIMG_COLOR_GREY : ZIMG_COLOR_RGB;
  format->matrix_coefficients = grey ? ZIMG_MATRIX_UNSPECIFIED : ZIMG_MATRIX_RGB;
  format->pixel_range = ZIMG_RANGE_FULL;
}

/* Without an error where zimg knows no way, which is logged. */
static gboolean
build_with (GengaVideoGraph *self,
            const zimg_image_format *from,
            const zimg_image_format *to,
            const zimg_graph_builder_params *params,
            GError **error)
{
  char text[256];
  size_t size;

  self->graph = zimg_filter_graph_build (from, to, params);
  if (self->graph == NULL)
    {
      zimg_get_last_error (text, sizeof text);
      g_debug ("zimg: %s", text);
      return FALSE;
    }
  if (zimg_filter_graph_get_tmp_size (self->graph, &size) == 0)
    self->scratch =
        aligned_alloc (GENGA_VIDEO_ALIGNMENT, (size + GENGA_VIDEO_ALIGNMENT) /
                                                  GENGA_VIDEO_ALIGNMENT * GENGA_VIDEO_ALIGNMENT);
  return self->scratch != NULL || set_memory_error (error);
}

static gboolean
build (GengaVideoGraph *self,
       const zimg_image_format *from,
       const zimg_image_format *to,
       GError **error)
{
  zimg_graph_builder_params params;

  zimg_graph_builder_params_default (&params, ZIMG_API_VERSION);
  params.resample_filter = ZIMG_RESIZE_SPLINE36;
  params.resample_filter_uv = ZIMG_RESIZE_SPLINE36;
  return build_with (self, from, to, &params, error);
}

gboolean
genga_video_graph_init_from (GengaVideoGraph *self,
                             const GengaVideoLayout *from,
                             const GengaColour *colour,
                             GError **error)
{
  zimg_image_format samples, rgb;
  unsigned n_rows = ZIMG_BUFFER_MAX;

  describe (&samples, from, colour);
  describe_rgb (&rgb, from->width, from->height, from->is_grey);
  if (!build (self, &samples, &rgb, error))
    return FALSE;
  zimg_filter_graph_get_output_buffering (self->graph, &n_rows);
  return (allocate_samples (from, &self->in) && allocate_ring (from, n_rows, &self->out)) ||
         set_memory_error (error);
}

gboolean
genga_video_graph_init_to (GengaVideoGraph *self,
                           const GengaVideoLayout *to,
                           const GengaColour *colour,
                           GError **error)
{
  zimg_image_format samples, rgb;
  unsigned n_rows = ZIMG_BUFFER_MAX;

  describe_rgb (&rgb, to->width, to->height, to->is_grey);
  describe (&samples, to, colour);
  if (!build (self, &rgb, &samples, error))
    return FALSE;
  zimg_filter_graph_get_input_buffering (self->graph, &n_rows);
  return (allocate_samples (to, &self->out) && allocate_ring (to, n_rows, &self->in)) ||
         set_memory_error (error);
}

gboolean
genga_video_graph_init_between (GengaVideoGraph *self,
                                const GengaVideoLayout *from,
                                const GengaColour *from_colour,
                                const GengaVideoLayout *to,
                                const GengaColour *to_colour,
                                GError **error)
{
  zimg_image_format before, after;

  describe (&before, from, from_colour);
  describe (&after, to, to_colour);
  if (!allocate_samples (from, &self->in) || !allocate_samples (to, &self->out))
    return set_memory_error (error);
  return build (self, &before, &after, error);
}

gboolean
genga_video_graph_init_resize (GengaVideoGraph *self,
                               const GengaFrameInfo *from,
                               const GengaFrameInfo *to,
                               gboolean grey,
                               GError **error)
{
  zimg_graph_builder_params params;
  zimg_image_format before, after;

  self->in.mask = self->out.mask = ZIMG_BUFFER_MAX;
  for (int i = 0; i < (grey ? 1 : 3); i++)
    if (!allocate_plane (&self->in, i, from->width, from->height, sizeof (float)) ||
        !allocate_plane (&self->out, i, to->width, to->height, sizeof (float)))
      return set_memory_error (error);
  describe_rgb (&before, from->width, from->height, grey);
  describe_rgb (&after, to->width, to->height, grey);
  zimg_graph_builder_params_default (&params, ZIMG_API_VERSION);
  params.resample_filter = ZIMG_RESIZE_BICUBIC;
  params.filter_param_a = BICUBIC_B;
  params.filter_param_b = BICUBIC_C;
  return build_with (self, &before, &after, &params, error);
}

gboolean
genga_video_graph_run (GengaVideoGraph *self, GError **error)
{
  return genga_video_graph_run_rows (self, NULL, NULL, NULL, NULL, error);
}

typedef struct
{
  GengaVideoRowFunc func;
  gpointer data;
} Rows;

static int
call_row (void *user, unsigned y, unsigned left, unsigned right)
{
  const Rows *rows = user;

  rows->func (rows->data, (int)y, (int)left, (int)right);
  return 0;
}

gboolean
genga_video_graph_run_rows (GengaVideoGraph *self,
                            const GengaVideoPlanes *out,
                            GengaVideoRowFunc load,
                            GengaVideoRowFunc store,
                            gpointer data,
                            GError **error)
{
  const GengaVideoPlanes *target = out != NULL ? out : &self->out;
  zimg_image_buffer_const from = { ZIMG_API_VERSION };
  zimg_image_buffer to = { ZIMG_API_VERSION };
  Rows loading = { load, data }, storing = { store, data };

  for (int i = 0; i < 3; i++)
    {
      from.plane[i].data = self->in.data[i];
      from.plane[i].stride = self->in.strides[i];
      from.plane[i].mask = self->in.mask;
      to.plane[i].data = target->data[i];
      to.plane[i].stride = target->strides[i];
      to.plane[i].mask = target->mask;
    }
  if (zimg_filter_graph_process (self->graph, &from, &to, self->scratch,
                                 load != NULL ? call_row : NULL, &loading,
                                 store != NULL ? call_row : NULL, &storing) == 0)
    return TRUE;

  char text[256];
  zimg_get_last_error (text, sizeof text);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "zimg: %s", text);
  return FALSE;
}

void
genga_video_graph_clear (GengaVideoGraph *self)
{
  g_clear_pointer (&self->graph, zimg_filter_graph_free);
  g_clear_pointer (&self->scratch, free);
  planes_clear (&self->in);
  planes_clear (&self->out);
}
