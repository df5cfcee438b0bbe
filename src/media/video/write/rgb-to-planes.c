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

/* A frame on its way. */
typedef struct
{
  GengaVideoWriter *writer;
  const GengaFrame *source;
} Unpacking;

static inline void
unpack_pixels (const float *in,
               int n,
               int n_channels,
               float *restrict red,
               float *restrict green,
               float *restrict blue)
{
  for (int x = 0; x < n; x++)
    {
      red[x] = in[x * n_channels];
      green[x] = in[x * n_channels + 1];
      blue[x] = in[x * n_channels + 2];
    }
}

/* A sample of colour for 4 x 4 pixels may be for some that lie beyond the picture's end. */
static void
unpack_row (gpointer data, int y, int left, int right)
{
  Unpacking *unpacking = data;
  GengaVideoWriter *self = unpacking->writer;
  const int n_channels = genga_layout_get_n_channels (unpacking->source->info.layout);
  const float *row =
      (const float *)genga_frame_get_row (unpacking->source, 0, MIN (y, self->height - 1));
  const float *in = row + (gsize)left * n_channels;
  const float *last = row + (gsize)(self->width - 1) * n_channels;
  const int n_left = MIN (right, self->width) - left;
  float *planes[3];

  for (int c = 0; c < 3; c++)
    planes[c] = (float *)genga_video_planes_get_row (&self->graph.in, c, y) + left;
  if (n_channels == 3)
    unpack_pixels (in, n_left, 3, planes[0], planes[1], planes[2]);
  else
    unpack_pixels (in, n_left, 4, planes[0], planes[1], planes[2]);
  right = MIN (right, self->layout.width);
  for (int x = MAX (n_left, 0); x < right - left; x++)
    for (int c = 0; c < 3; c++)
      planes[c][x] = last[c];
}

static void
unpack_alpha (GengaVideoWriter *self, const GengaFrame *source)
{
  const int n_channels = genga_layout_get_n_channels (source->info.layout);
  const int maximum = (1 << self->layout.depth) - 1;

  for (int y = 0; y < self->height; y++)
    {
      const float *in = genga_frame_get_row (source, 0, y);
      guint8 *out = genga_video_planes_get_row (&self->graph.out, 3, y);

      for (int x = 0; x < self->width; x++)
        {
          float opacity = n_channels == 4 ? CLAMP (in[x * 4 + 3], 0, 1) : 1;
          int value = opacity * maximum + 0.5f;

          if (self->layout.is_deep)
            ((guint16 *)(gpointer)out)[x] = value;
          else
            out[x] = value;
        }
    }
}

/* Whether zimg may write into the frame itself. */
static gboolean
find_planes (GengaVideoWriter *self, AVFrame *frame, GengaVideoPlanes *planes)
{
  const GengaVideoLayout *layout = &self->layout;

  *planes = (GengaVideoPlanes){ .mask = self->graph.out.mask };
  if (!layout->is_plain || layout->has_alpha)
    return FALSE;
  for (int i = 0; i < 3; i++)
    {
      const int plane = layout->desc->comp[i].plane;

      planes->data[i] = frame->data[plane];
      planes->strides[i] = frame->linesize[plane];
      if (frame->linesize[plane] <= 0 || frame->linesize[plane] % GENGA_VIDEO_ALIGNMENT != 0 ||
          (guintptr)frame->data[plane] % GENGA_VIDEO_ALIGNMENT != 0)
        return FALSE;
    }
  return TRUE;
}

gboolean
genga_video_writer_run (GengaVideoWriter *self,
                        const GengaFrame *source,
                        AVFrame *frame,
                        GError **error)
{
  Unpacking unpacking = { self, source };
  GengaVideoPlanes planes;
  const gboolean is_direct = find_planes (self, frame, &planes);

  if (!genga_video_graph_run_rows (&self->graph, is_direct ? &planes : NULL, unpack_row, NULL,
                                   &unpacking, error))
    return FALSE;
  if (is_direct)
    return TRUE;
  if (self->layout.has_alpha)
    unpack_alpha (self, source);
  genga_video_samples_write (&self->layout, self->width, self->height, &self->graph.out, frame);
  return TRUE;
}
