/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the planes of a decoder or an encoder and packed float RGB. zimg computes; what surrounds
 * it lays the samples out as it wants them: planes at aligned addresses, sides that are multiples
 * of the subsampling.
 */
#define G_LOG_DOMAIN "genga-media"

#include "core/error.h"
#include "media/video/video-private.h"

#include <glib/gi18n-lib.h>
#include <libavutil/imgutils.h>
#include <string.h>
#include <zimg.h>

#define ALIGNMENT 64
#define N_PLANES 4

/* Planes in memory: three of colour (one for grey), then transparency. */
typedef struct
{
  void *data[N_PLANES];
  gsize strides[N_PLANES];
} Planes;

struct _GengaVideoReader
{
  const AVPixFmtDescriptor *desc;
  enum AVPixelFormat format;
  int width, height;               /* of the frames */
  int padded_width, padded_height; /* as zimg gets them */
  int depth;
  gboolean is_deep; /* two bytes a sample */
  gboolean is_grey;
  gboolean has_alpha;
  gboolean is_plain; /* rows can be copied */
  GengaColour colour;
  zimg_filter_graph *graph;
  void *scratch;
  Planes in;
  Planes out; /* float */
};

struct _GengaVideoWriter
{
  const AVPixFmtDescriptor *desc;
  int width, height;
  int depth;
  gboolean is_deep;
  gboolean is_grey;
  gboolean has_alpha;
  gboolean is_plain;
  zimg_filter_graph *graph;
  void *scratch;
  Planes in; /* float */
  Planes out;
};

static gboolean
set_memory_error (GError **error)
{
  g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                       _ ("There is not enough memory for a frame of the video."));
  return FALSE;
}

static gboolean
allocate_plane (Planes *planes, int index, int width, int height, gsize sample_bytes)
{
  gsize stride = ((gsize)width * sample_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

  planes->strides[index] = stride;
  planes->data[index] = aligned_alloc (ALIGNMENT, stride * height);
  return planes->data[index] != NULL;
}

static void
planes_clear (Planes *planes)
{
  for (int i = 0; i < N_PLANES; i++)
    g_clear_pointer (&planes->data[i], free);
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

int
genga_av_get_depth (enum AVPixelFormat format)
{
  const guint64 excluded = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT |
                           AV_PIX_FMT_FLAG_BITSTREAM;
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  if (desc == NULL || (desc->flags & excluded) || strstr (desc->name, "xyz") != NULL)
    return 0;
  if (desc->flags & AV_PIX_FMT_FLAG_PAL)
    return 8;
  for (int i = 0; i < desc->nb_components; i++)
    if (desc->comp[i].depth != desc->comp[0].depth)
      return 0;
  return desc->comp[0].depth >= 8 && desc->comp[0].depth <= 16 ? desc->comp[0].depth : 0;
}

/* One component a plane, samples side by side in the machine's order. */
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

/* The component that fills plane `index` of Planes, or -1. */
static int
get_component (const AVPixFmtDescriptor *desc, int index)
{
  if (is_grey (desc))
    return index == 0 ? 0 : index == 3 && desc->nb_components == 2 ? 1 : -1;
  return index < 3 || desc->nb_components == 4 ? index : -1;
}

static void
get_plane_size (const AVPixFmtDescriptor *desc,
                int index,
                int width,
                int height,
                int *out_width,
                int *out_height)
{
  gboolean is_chroma = index == 1 || index == 2;

  *out_width = is_chroma ? AV_CEIL_RSHIFT (width, desc->log2_chroma_w) : width;
  *out_height = is_chroma ? AV_CEIL_RSHIFT (height, desc->log2_chroma_h) : height;
}

/* ---- zimg ---- */

static void
describe (zimg_image_format *format,
          const AVPixFmtDescriptor *desc,
          int width,
          int height,
          int depth,
          gboolean is_deep,
          const GengaColour *colour)
{
  zimg_image_format_default (format, ZIMG_API_VERSION);
  format->width = width;
  format->height = height;
  format->pixel_type = is_deep ? ZIMG_PIXEL_WORD : ZIMG_PIXEL_BYTE;
  format->depth = depth;
  format->pixel_range = colour->range == GENGA_RANGE_FULL ? ZIMG_RANGE_FULL : ZIMG_RANGE_LIMITED;
  if (desc->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL))
    {
      format->color_family = ZIMG_COLOR_RGB;
      format->matrix_coefficients = ZIMG_MATRIX_RGB;
      format->pixel_range = ZIMG_RANGE_FULL;
      return;
    }
  format->color_family = is_grey (desc) ? ZIMG_COLOR_GREY : ZIMG_COLOR_YUV;
  format->matrix_coefficients =
      is_grey (desc) ? ZIMG_MATRIX_UNSPECIFIED : (zimg_matrix_coefficients_e)colour->matrix;
  format->subsample_w = is_grey (desc) ? 0 : desc->log2_chroma_w;
  format->subsample_h = is_grey (desc) ? 0 : desc->log2_chroma_h;
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

/* NULL where zimg knows no way, which is logged. */
static zimg_filter_graph *
build_graph (const zimg_image_format *from, const zimg_image_format *to, void **scratch)
{
  zimg_graph_builder_params params;
  zimg_filter_graph *graph;
  char text[256];
  size_t size;

  zimg_graph_builder_params_default (&params, ZIMG_API_VERSION);
  params.resample_filter = ZIMG_RESIZE_SPLINE36;
  params.resample_filter_uv = ZIMG_RESIZE_SPLINE36;
  graph = zimg_filter_graph_build (from, to, &params);
  if (graph == NULL)
    {
      zimg_get_last_error (text, sizeof text);
      g_debug ("zimg: %s", text);
      return NULL;
    }
  if (zimg_filter_graph_get_tmp_size (graph, &size) == 0)
    *scratch = aligned_alloc (ALIGNMENT, (size + ALIGNMENT) / ALIGNMENT * ALIGNMENT);
  if (*scratch == NULL)
    g_clear_pointer (&graph, zimg_filter_graph_free);
  return graph;
}

static gboolean
run_graph (
    zimg_filter_graph *graph, const Planes *in, const Planes *out, void *scratch, GError **error)
{
  zimg_image_buffer_const from = { ZIMG_API_VERSION };
  zimg_image_buffer to = { ZIMG_API_VERSION };

  for (int i = 0; i < 3; i++)
    {
      from.plane[i].data = in->data[i];
      from.plane[i].stride = in->strides[i];
      from.plane[i].mask = ZIMG_BUFFER_MAX;
      to.plane[i].data = out->data[i];
      to.plane[i].stride = out->strides[i];
      to.plane[i].mask = ZIMG_BUFFER_MAX;
    }
  if (zimg_filter_graph_process (graph, &from, &to, scratch, NULL, NULL, NULL, NULL) == 0)
    return TRUE;

  char text[256];
  zimg_get_last_error (text, sizeof text);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "zimg: %s", text);
  return FALSE;
}

/* ---- reading ---- */

static void
read_palette_row (const AVFrame *frame, int y, int component, int width, guint8 *out)
{
  static const int shifts[] = { 16, 8, 0, 24 };
  const guint8 *row = frame->data[0] + (gssize)y * frame->linesize[0];
  const guint32 *palette = (const guint32 *)(gconstpointer)frame->data[1];

  for (int x = 0; x < width; x++)
    out[x] = palette[row[x]] >> shifts[component];
}

/* One row of a component, in the machine's order. */
static void
read_row (GengaVideoReader *self, const AVFrame *frame, int component, int y, int width, void *out)
{
  const AVComponentDescriptor *c = &self->desc->comp[component];

  if (self->desc->flags & AV_PIX_FMT_FLAG_PAL)
    read_palette_row (frame, y, component, width, out);
  else if (self->is_plain)
    memcpy (out, frame->data[c->plane] + (gssize)y * frame->linesize[c->plane],
            (gsize)width * (self->is_deep ? 2 : 1));
  else
    av_read_image_line2 (out, (const uint8_t **)frame->data, frame->linesize, self->desc, 0, y,
                         component, width, 0, 2);
}

static void
repeat_last (void *row, int width, int padded_width, gboolean is_deep)
{
  for (int x = width; x < padded_width; x++)
    {
      if (is_deep)
        ((guint16 *)row)[x] = ((guint16 *)row)[width - 1];
      else
        ((guint8 *)row)[x] = ((guint8 *)row)[width - 1];
    }
}

static void
read_planes (GengaVideoReader *self, const AVFrame *frame)
{
  for (int i = 0; i < N_PLANES; i++)
    {
      int component = (self->desc->flags & AV_PIX_FMT_FLAG_PAL) ? i : get_component (self->desc, i);
      int width, height, padded_width, padded_height;

      if (component < 0 || self->in.data[i] == NULL)
        continue;
      get_plane_size (self->desc, i, self->width, self->height, &width, &height);
      get_plane_size (self->desc, i, self->padded_width, self->padded_height, &padded_width,
                      &padded_height);
      for (int y = 0; y < padded_height; y++)
        {
          guint8 *row = (guint8 *)self->in.data[i] + y * self->in.strides[i];
          read_row (self, frame, component, MIN (y, height - 1), width, row);
          repeat_last (row, width, padded_width, self->is_deep);
        }
    }
}

static gboolean
allocate_reader (GengaVideoReader *self)
{
  gsize sample_bytes = self->is_deep ? 2 : 1;

  for (int i = 0; i < N_PLANES; i++)
    {
      int width, height;

      if (i == 3 ? !self->has_alpha : self->is_grey && i > 0)
        continue;
      get_plane_size (self->desc, i, self->padded_width, self->padded_height, &width, &height);
      if (!allocate_plane (&self->in, i, width, height, sample_bytes) ||
          (i < 3 && !allocate_plane (&self->out, i, self->padded_width, self->padded_height,
                                     sizeof (float))))
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_format_error (GError **error, const char *name, const char *what)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("The video in “%s” is coded in a way that cannot be read (%s)."), name, what);
  return FALSE;
}

static gboolean
can_convert_matrix (int matrix)
{
  /* Those with constant luminance are not linear in their numbers. */
  return matrix != AVCOL_SPC_BT2020_CL && matrix != AVCOL_SPC_CHROMA_DERIVED_CL &&
         matrix != AVCOL_SPC_ICTCP && matrix != AVCOL_SPC_SMPTE2085 &&
         matrix <= AVCOL_SPC_CHROMA_DERIVED_NCL;
}

GengaVideoReader *
genga_video_reader_new (enum AVPixelFormat format,
                        int width,
                        int height,
                        const GengaColour *colour,
                        const char *name,
                        GError **error)
{
  g_autoptr (GengaVideoReader) self = g_new0 (GengaVideoReader, 1);
  zimg_image_format from, to;

  self->format = format;
  self->desc = av_pix_fmt_desc_get (format);
  self->depth = genga_av_get_depth (format);
  self->colour = *colour;
  if (self->depth == 0)
    {
      set_format_error (error, name, self->desc != NULL ? self->desc->name : "?");
      return NULL;
    }
  if (!can_convert_matrix (colour->matrix))
    {
      set_format_error (error, name, av_color_space_name (colour->matrix));
      return NULL;
    }
  self->width = width;
  self->height = height;
  self->padded_width = FFALIGN (width, 1 << self->desc->log2_chroma_w);
  self->padded_height = FFALIGN (height, 1 << self->desc->log2_chroma_h);
  self->is_plain = is_plain (self->desc);
  self->is_deep = self->depth > 8 || !(self->is_plain || (self->desc->flags & AV_PIX_FMT_FLAG_PAL));
  self->is_grey = is_grey (self->desc);
  self->has_alpha = has_alpha (self->desc);

  describe (&from, self->desc, self->padded_width, self->padded_height, self->depth, self->is_deep,
            colour);
  describe_rgb (&to, self->padded_width, self->padded_height, self->is_grey);
  if (!allocate_reader (self))
    {
      set_memory_error (error);
      return NULL;
    }
  self->graph = build_graph (&from, &to, &self->scratch);
  if (self->graph == NULL)
    {
      set_format_error (error, name, self->desc->name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
genga_video_reader_free (GengaVideoReader *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->graph, zimg_filter_graph_free);
  free (self->scratch);
  planes_clear (&self->in);
  planes_clear (&self->out);
  g_free (self);
}

gboolean
genga_video_reader_matches (GengaVideoReader *self,
                            enum AVPixelFormat format,
                            int width,
                            int height,
                            const GengaColour *colour)
{
  return self->format == format && self->width == width && self->height == height &&
         genga_colour_equal (&self->colour, colour);
}

static void
pack_colour_row (GengaVideoReader *self, int y, int n_channels, float *out)
{
  const float *planes[3];

  for (int c = 0; c < 3; c++)
    planes[c] =
        (const float *)(gconstpointer)((const guint8 *)self->out.data[self->is_grey ? 0 : c] +
                                       y * self->out.strides[0]);
  for (int x = 0; x < self->width; x++)
    for (int c = 0; c < 3; c++)
      out[x * n_channels + c] = planes[c][x];
}

static void
pack_alpha_row (GengaVideoReader *self, int y, float *out)
{
  const guint8 *row = (const guint8 *)self->in.data[3] + y * self->in.strides[3];
  const float maximum = (1 << self->depth) - 1;

  for (int x = 0; x < self->width; x++)
    {
      int value = self->is_deep ? ((const guint16 *)(gconstpointer)row)[x] : row[x];
      out[x * 4 + 3] = value / maximum;
    }
}

GengaFrame *
genga_video_reader_run (GengaVideoReader *self,
                        const AVFrame *frame,
                        GengaLayout layout,
                        GError **error)
{
  GengaFrameInfo info = {
    .width = self->width,
    .height = self->height,
    .sample = GENGA_SAMPLE_F32,
    .layout = layout,
  };
  int n_channels = genga_layout_get_n_channels (layout);
  g_autoptr (GengaFrame) result = genga_frame_new_dense (&info, error);

  if (result == NULL)
    return NULL;
  read_planes (self, frame);
  if (!run_graph (self->graph, &self->in, &self->out, self->scratch, error))
    return NULL;
  for (int y = 0; y < self->height; y++)
    {
      float *row = genga_frame_get_row (result, 0, y);
      pack_colour_row (self, y, n_channels, row);
      for (int x = 0; n_channels == 4 && !self->has_alpha && x < self->width; x++)
        row[x * 4 + 3] = 1;
      if (n_channels == 4 && self->has_alpha)
        pack_alpha_row (self, y, row);
    }
  return g_steal_pointer (&result);
}

/* ---- writing ---- */

static gboolean
allocate_writer (GengaVideoWriter *self)
{
  for (int i = 0; i < N_PLANES; i++)
    {
      int width, height;

      if (get_component (self->desc, i) < 0)
        continue;
      get_plane_size (self->desc, i, self->width, self->height, &width, &height);
      if (!allocate_plane (&self->out, i, width, height, self->is_deep ? 2 : 1) ||
          (i < 3 && !allocate_plane (&self->in, i, self->width, self->height, sizeof (float))))
        return FALSE;
    }
  return TRUE;
}

GengaVideoWriter *
genga_video_writer_new (
    enum AVPixelFormat format, int width, int height, const GengaColour *colour, GError **error)
{
  g_autoptr (GengaVideoWriter) self = g_new0 (GengaVideoWriter, 1);
  zimg_image_format from, to;

  self->desc = av_pix_fmt_desc_get (format);
  self->width = width;
  self->height = height;
  self->depth = genga_av_get_depth (format);
  self->is_plain = is_plain (self->desc);
  self->is_deep = self->depth > 8 || !self->is_plain;
  self->has_alpha = has_alpha (self->desc);

  describe_rgb (&from, width, height, FALSE);
  describe (&to, self->desc, width, height, self->depth, self->is_deep, colour);
  if (self->depth == 0 || is_grey (self->desc) || !allocate_writer (self) ||
      (self->graph = build_graph (&from, &to, &self->scratch)) == NULL)
    {
      set_memory_error (error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
genga_video_writer_free (GengaVideoWriter *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->graph, zimg_filter_graph_free);
  free (self->scratch);
  planes_clear (&self->in);
  planes_clear (&self->out);
  g_free (self);
}

static void
unpack_row (GengaVideoWriter *self, const float *in, int n_channels, int y)
{
  float *planes[3];
  const int maximum = (1 << self->depth) - 1;
  guint8 *alpha = self->has_alpha ? (guint8 *)self->out.data[3] + y * self->out.strides[3] : NULL;

  for (int c = 0; c < 3; c++)
    planes[c] = (float *)(gpointer)((guint8 *)self->in.data[c] + y * self->in.strides[c]);
  for (int x = 0; x < self->width; x++)
    for (int c = 0; c < 3; c++)
      planes[c][x] = in[x * n_channels + c];
  for (int x = 0; alpha != NULL && x < self->width; x++)
    {
      float opacity = n_channels == 4 ? CLAMP (in[x * 4 + 3], 0, 1) : 1;
      int value = opacity * maximum + 0.5f;
      if (self->is_deep)
        ((guint16 *)(gpointer)alpha)[x] = value;
      else
        alpha[x] = value;
    }
}

static void
write_planes (GengaVideoWriter *self, AVFrame *frame)
{
  for (int i = 0; i < N_PLANES; i++)
    {
      int component = get_component (self->desc, i);
      int width, height;

      if (component < 0)
        continue;
      const AVComponentDescriptor *c = &self->desc->comp[component];
      get_plane_size (self->desc, i, self->width, self->height, &width, &height);
      for (int y = 0; y < height; y++)
        {
          const guint8 *row = (const guint8 *)self->out.data[i] + y * self->out.strides[i];
          if (self->is_plain)
            memcpy (frame->data[c->plane] + (gssize)y * frame->linesize[c->plane], row,
                    (gsize)width * (self->is_deep ? 2 : 1));
          else
            av_write_image_line2 (row, frame->data, frame->linesize, self->desc, 0, y, component,
                                  width, 2);
        }
    }
}

gboolean
genga_video_writer_run (GengaVideoWriter *self,
                        const GengaFrame *source,
                        AVFrame *frame,
                        GError **error)
{
  int n_channels = genga_layout_get_n_channels (source->info.layout);

  for (int y = 0; y < self->height; y++)
    unpack_row (self, genga_frame_get_row (source, 0, y), n_channels, y);
  if (!run_graph (self->graph, &self->in, &self->out, self->scratch, error))
    return FALSE;
  if (!self->is_plain)
    for (int y = 0; y < frame->height; y++)
      memset (frame->data[0] + (gssize)y * frame->linesize[0], 0, frame->linesize[0]);
  write_planes (self, frame);
  return TRUE;
}
