/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/plane-converter.h"
#include "core/error.h"
#include "media/video/samples.h"

#include <glib/gi18n-lib.h>

struct _GengaPlaneConverter
{
  GengaPlaneForm from;
  GengaPlaneForm to;
  GengaVideoLayout in;
  GengaVideoLayout out;
  GengaVideoGraph graph;
};

gboolean
genga_plane_form_equal (const GengaPlaneForm *a, const GengaPlaneForm *b)
{
  return a->format == b->format && a->width == b->width && a->height == b->height &&
         genga_colour_equal (&a->colour, &b->colour);
}

static gboolean
init_graph (GengaPlaneConverter *self, GError **error)
{
  return genga_video_layout_init (&self->in, self->from.format, self->from.width,
                                  self->from.height) &&
         genga_video_layout_init (&self->out, self->to.format, self->to.width, self->to.height) &&
         genga_video_graph_init_between (&self->graph, &self->in, &self->from.colour, &self->out,
                                         &self->to.colour, error);
}

GengaPlaneConverter *
genga_plane_converter_new (const GengaPlaneForm *from,
                           const GengaPlaneForm *to,
                           const char *name,
                           GError **error)
{
  g_autoptr (GengaPlaneConverter) self = g_new0 (GengaPlaneConverter, 1);
  const char *format = av_get_pix_fmt_name (from->format);
  GError *reason = NULL;

  self->from = *from;
  self->to = *to;
  if (init_graph (self, &reason))
    return g_steal_pointer (&self);
  if (reason == NULL)
    g_set_error (&reason, GENGA_ERROR, GENGA_ERROR_INPUT,
                 _ ("Can't read the video in “%s”: unsupported encoding (%s)."), name,
                 format != NULL ? format : "?");
  g_propagate_error (error, reason);
  return NULL;
}

void
genga_plane_converter_free (GengaPlaneConverter *self)
{
  if (self == NULL)
    return;
  genga_video_graph_clear (&self->graph);
  g_free (self);
}

const GengaPlaneForm *
genga_plane_converter_get_from (const GengaPlaneConverter *self)
{
  return &self->from;
}

AVFrame *
genga_plane_converter_run (GengaPlaneConverter *self, const AVFrame *frame, GError **error)
{
  g_autoptr (GengaAvFrame) result = av_frame_alloc ();

  if (result != NULL)
    {
      result->format = self->to.format;
      result->width = self->to.width;
      result->height = self->to.height;
    }
  if (result == NULL || av_frame_get_buffer (result, 0) < 0 ||
      av_frame_copy_props (result, frame) < 0)
    {
      g_set_error_literal (error, GENGA_ERROR, GENGA_ERROR_OUT_OF_MEMORY,
                           _ ("Not enough memory for a frame of the video."));
      return NULL;
    }
  genga_video_samples_read (&self->in, self->from.width, self->from.height, frame, &self->graph.in);
  if (!genga_video_graph_run (&self->graph, error))
    return NULL;
  genga_video_samples_write (&self->out, self->to.width, self->to.height, &self->graph.out, result);
  return g_steal_pointer (&result);
}
