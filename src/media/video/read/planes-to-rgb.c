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

/* A frame on its way. */
typedef struct
{
  GengaVideoReader *reader;
  GengaFrame *result;
} Packing;

static inline void
pack_pixels (const float *red,
             const float *green,
             const float *blue,
             int n,
             int n_channels,
             float *restrict out)
{
  for (int x = 0; x < n; x++)
    {
      out[x * n_channels] = red[x];
      out[x * n_channels + 1] = green[x];
      out[x * n_channels + 2] = blue[x];
    }
}

static void
pack_alpha (GengaVideoReader *self, int y, int left, int right, float *out)
{
  const guint8 *row = genga_video_planes_get_row (&self->graph.in, 3, y);
  const float maximum = (1 << self->layout.depth) - 1;

  for (int x = left; x < right; x++)
    {
      int value = self->layout.is_deep ? ((const guint16 *)(gconstpointer)row)[x] : row[x];
      out[(x - left) * 4 + 3] = value / maximum;
    }
}

/* What lies beyond the frame is left out. */
static void
pack_row (gpointer data, int y, int left, int right)
{
  Packing *packing = data;
  GengaVideoReader *self = packing->reader;
  const int n_channels = genga_layout_get_n_channels (packing->result->info.layout);
  const float *planes[3];
  float *out;

  right = MIN (right, self->width);
  if (y >= self->height || left >= right)
    return;
  out = (float *)genga_frame_get_row (packing->result, 0, y) + (gsize)left * n_channels;
  for (int c = 0; c < 3; c++)
    planes[c] = (const float *)genga_video_planes_get_row (&self->graph.out,
                                                           self->layout.is_grey ? 0 : c, y) +
                left;
  if (n_channels == 3)
    pack_pixels (planes[0], planes[1], planes[2], right - left, 3, out);
  else
    pack_pixels (planes[0], planes[1], planes[2], right - left, 4, out);
  if (n_channels == 4 && self->layout.has_alpha)
    pack_alpha (self, y, left, right, out);
  else if (n_channels == 4)
    for (int x = 0; x < right - left; x++)
      out[x * 4 + 3] = 1;
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
  g_autoptr (GengaFrame) result = genga_frame_new_dense (&info, error);
  Packing packing = { self, result };

  if (result == NULL)
    return NULL;
  genga_video_samples_read (&self->layout, self->width, self->height, frame, &self->graph.in);
  return genga_video_graph_run_rows (&self->graph, NULL, NULL, pack_row, &packing, error)
             ? g_steal_pointer (&result)
             : NULL;
}
