/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From packed float RGB to an encoder's frames. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/write/rgb-to-planes.h"
#include "core/error.h"
#include "media/video/zimg-graph.h"

#include <libavutil/imgutils.h>
#include <string.h>

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

static void
write_planes (GengaVideoWriter *self, AVFrame *frame)
{
  for (int i = 0; i < GENGA_VIDEO_PLANES; i++)
    {
      int component = genga_video_layout_get_component (&self->layout, i);
      int width, height;

      if (component < 0)
        continue;
      const AVComponentDescriptor *c = &self->layout.desc->comp[component];
      genga_video_layout_get_plane_size (&self->layout, i, self->width, self->height, &width,
                                         &height);
      for (int y = 0; y < height; y++)
        {
          const guint8 *row =
              (const guint8 *)self->graph.out.data[i] + y * self->graph.out.strides[i];
          if (self->layout.is_plain)
            memcpy (frame->data[c->plane] + (gssize)y * frame->linesize[c->plane], row,
                    (gsize)width * (self->layout.is_deep ? 2 : 1));
          else
            av_write_image_line2 (row, frame->data, frame->linesize, self->layout.desc, 0, y,
                                  component, width, 2);
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
  if (!genga_video_graph_run (&self->graph, error))
    return FALSE;
  if (!self->layout.is_plain)
    for (int y = 0; y < frame->height; y++)
      memset (frame->data[0] + (gssize)y * frame->linesize[0], 0, frame->linesize[0]);
  write_planes (self, frame);
  return TRUE;
}
