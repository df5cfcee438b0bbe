/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From packed float RGB to an encoder's frames. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/rgb-to-planes.h"
#include "core/error.h"
#include "media/video/samples.h"

struct _GengaVideoWriter
{
  int width, height;
  GengaVideoLayout layout;
  GengaVideoGraph graph;
};

GengaVideoWriter *
genga_video_writer_new (
    enum AVPixelFormat format, int width, int height, const GengaColour *colour, GError **error)
{
  g_autoptr (GengaVideoWriter) self = g_new0 (GengaVideoWriter, 1);
  GError *local_error = NULL;

  self->width = width;
  self->height = height;
  if (genga_video_layout_init (&self->layout, format, width, height) && !self->layout.is_grey &&
      genga_video_graph_init_to (&self->graph, &self->layout, colour, &local_error))
    return g_steal_pointer (&self);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  else
    g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "zimg: no way to %s",
                 av_get_pix_fmt_name (format));
  return NULL;
}

void
genga_video_writer_free (GengaVideoWriter *self)
{
  if (self == NULL)
    return;
  genga_video_graph_clear (&self->graph);
  g_free (self);
}

static void
unpack_row (GengaVideoWriter *self, const float *in, int n_channels, int y)
{
  float *planes[3];
  const int maximum = (1 << self->layout.depth) - 1;
  guint8 *alpha = self->layout.has_alpha
                      ? (guint8 *)self->graph.out.data[3] + y * self->graph.out.strides[3]
                      : NULL;

  for (int c = 0; c < 3; c++)
    planes[c] =
        (float *)(gpointer)((guint8 *)self->graph.in.data[c] + y * self->graph.in.strides[c]);
  for (int x = 0; x < self->width; x++)
    for (int c = 0; c < 3; c++)
      planes[c][x] = in[x * n_channels + c];
  for (int x = 0; alpha != NULL && x < self->width; x++)
    {
      float opacity = n_channels == 4 ? CLAMP (in[x * 4 + 3], 0, 1) : 1;
      int value = opacity * maximum + 0.5f;
      if (self->layout.is_deep)
        ((guint16 *)(gpointer)alpha)[x] = value;
      else
        alpha[x] = value;
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
  if (!genga_video_graph_run (&self->graph, error))
    return FALSE;
  genga_video_samples_write (&self->layout, self->width, self->height, &self->graph.out, frame);
  return TRUE;
}
