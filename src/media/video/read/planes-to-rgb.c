/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a decoder's frames to packed float RGB. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/planes-to-rgb.h"
#include "core/error.h"
#include "media/video/samples.h"

#include <glib/gi18n-lib.h>

struct _GengaVideoReader
{
  enum AVPixelFormat format;
  int width, height; /* of the frames */
  GengaColour colour;
  GengaVideoLayout layout;
  GengaVideoGraph graph;
};

static gboolean
set_format_error (GError **error, const char *name, const char *what)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("Can't read the video in “%s”: unsupported encoding (%s)."), name, what);
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
  const char *format_name = av_get_pix_fmt_name (format);
  GError *local_error = NULL;
  const char *fault = NULL;

  self->format = format;
  self->width = width;
  self->height = height;
  self->colour = *colour;
  if (!genga_video_layout_init (&self->layout, format, width, height))
    fault = format_name != NULL ? format_name : "?";
  else if (!can_convert_matrix (colour->matrix))
    fault = av_color_space_name (colour->matrix);
  else if (!genga_video_graph_init_from (&self->graph, &self->layout, colour, &local_error))
    fault = format_name;
  if (fault == NULL)
    return g_steal_pointer (&self);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  else
    set_format_error (error, name, fault);
  return NULL;
}

void
genga_video_reader_free (GengaVideoReader *self)
{
  if (self == NULL)
    return;
  genga_video_graph_clear (&self->graph);
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
        (const float *)(gconstpointer)((const guint8 *)
                                           self->graph.out.data[self->layout.is_grey ? 0 : c] +
                                       y * self->graph.out.strides[0]);
  for (int x = 0; x < self->width; x++)
    for (int c = 0; c < 3; c++)
      out[x * n_channels + c] = planes[c][x];
}

static void
pack_alpha_row (GengaVideoReader *self, int y, float *out)
{
  const guint8 *row = (const guint8 *)self->graph.in.data[3] + y * self->graph.in.strides[3];
  const float maximum = (1 << self->layout.depth) - 1;

  for (int x = 0; x < self->width; x++)
    {
      int value = self->layout.is_deep ? ((const guint16 *)(gconstpointer)row)[x] : row[x];
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
  genga_video_samples_read (&self->layout, self->width, self->height, frame, &self->graph.in);
  if (!genga_video_graph_run (&self->graph, error))
    return NULL;
  for (int y = 0; y < self->height; y++)
    {
      float *row = genga_frame_get_row (result, 0, y);
      pack_colour_row (self, y, n_channels, row);
      for (int x = 0; n_channels == 4 && !self->layout.has_alpha && x < self->width; x++)
        row[x * 4 + 3] = 1;
      if (n_channels == 4 && self->layout.has_alpha)
        pack_alpha_row (self, y, row);
    }
  return g_steal_pointer (&result);
}
