/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames that come in another size than the first one. */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/fit-size.h"
#include "core/error.h"
#include "media/video/zimg-graph.h"

struct _GengaVideoResizer
{
  GengaFrameInfo from;
  GengaFrameInfo to;
  GengaVideoGraph colour;
  GengaVideoGraph alpha; /* where there is transparency */
};

GengaVideoResizer *
genga_video_resizer_new (const GengaFrameInfo *from, int width, int height, GError **error)
{
  g_autoptr (GengaVideoResizer) self = g_new0 (GengaVideoResizer, 1);
  GError *reason = NULL;

  self->from = self->to = *from;
  self->to.width = width;
  self->to.height = height;
  if (genga_video_graph_init_resize (&self->colour, from, &self->to, FALSE, &reason) &&
      (!genga_layout_has_alpha (from->layout) ||
       genga_video_graph_init_resize (&self->alpha, from, &self->to, TRUE, &reason)))
    return g_steal_pointer (&self);
  if (reason == NULL)
    g_set_error (&reason, GENGA_ERROR, GENGA_ERROR_INTERNAL, "zimg: no way from %dx%d to %dx%d",
                 from->width, from->height, width, height);
  g_propagate_error (error, reason);
  return NULL;
}

void
genga_video_resizer_free (GengaVideoResizer *self)
{
  if (self == NULL)
    return;
  genga_video_graph_clear (&self->colour);
  genga_video_graph_clear (&self->alpha);
  g_free (self);
}

gboolean
genga_video_resizer_matches (GengaVideoResizer *self, const GengaFrameInfo *from)
{
  return self->from.width == from->width && self->from.height == from->height;
}

static float *
get_row (const GengaVideoPlanes *planes, int plane, int y)
{
  return (float *)(gpointer)((guint8 *)planes->data[plane] + y * planes->strides[plane]);
}

static void
unpack_row (GengaVideoResizer *self, const GengaFrame *frame, int n_channels, int y)
{
  const float *pixels = genga_frame_get_row (frame, 0, y);

  for (int c = 0; c < n_channels; c++)
    {
      float *row = c < 3 ? get_row (&self->colour.in, c, y) : get_row (&self->alpha.in, 0, y);

      for (int x = 0; x < self->from.width; x++)
        row[x] = pixels[x * n_channels + c];
    }
}

/* What was decoded lies between black and white, and so does this. */
static void
pack_row (GengaVideoResizer *self, GengaFrame *frame, int n_channels, int y)
{
  float *pixels = genga_frame_get_row (frame, 0, y);

  for (int c = 0; c < n_channels; c++)
    {
      const float *row =
          c < 3 ? get_row (&self->colour.out, c, y) : get_row (&self->alpha.out, 0, y);

      for (int x = 0; x < self->to.width; x++)
        pixels[x * n_channels + c] = CLAMP (row[x], 0, 1);
    }
}

GengaFrame *
genga_video_resizer_run (GengaVideoResizer *self, GengaFrame *take_source, GError **error)
{
  g_autoptr (GengaFrame) source = take_source;
  int n_channels = genga_layout_get_n_channels (source->info.layout);
  GengaFrame *result;

  for (int y = 0; y < self->from.height; y++)
    unpack_row (self, source, n_channels, y);
  if (!genga_video_graph_run (&self->colour, error) ||
      (n_channels == 4 && !genga_video_graph_run (&self->alpha, error)))
    return NULL;
  result = genga_frame_new_dense (&self->to, error);
  for (int y = 0; result != NULL && y < self->to.height; y++)
    pack_row (self, result, n_channels, y);
  if (result != NULL)
    genga_frame_copy_properties (result, source);
  return result;
}
