/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/deinterlace.h"
#include "core/error.h"

#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>

/* The filter looks one frame ahead and changes times: they are kept here meanwhile. */
typedef struct
{
  gint64 pts;
  gint64 duration;
} Times;

struct _GengaDeinterlacer
{
  int width, height, format; /* of its frames */
  AVFilterGraph *graph;
  AVFilterContext *source; /* borrowed, as is the sink */
  AVFilterContext *sink;
  GQueue times; /* of Times */
};

static int
build (GengaDeinterlacer *self, const AVFrame *like, gboolean all)
{
  g_autofree char *in =
      g_strdup_printf ("video_size=%dx%d:pix_fmt=%d:time_base=1/1000:pixel_aspect=1/1", like->width,
                       like->height, like->format);
  g_autofree char *chain =
      g_strdup_printf ("mode=send_frame:parity=auto:deint=%s", all ? "all" : "interlaced");
  AVFilterContext *bwdif;
  int code;

  self->graph = avfilter_graph_alloc ();
  if (self->graph == NULL)
    return AVERROR (ENOMEM);
  self->graph->nb_threads = 1;
  if ((code = avfilter_graph_create_filter (&self->source, avfilter_get_by_name ("buffer"), "in",
                                            in, NULL, self->graph)) < 0 ||
      (code = avfilter_graph_create_filter (&bwdif, avfilter_get_by_name ("bwdif"), "bwdif", chain,
                                            NULL, self->graph)) < 0 ||
      (code = avfilter_graph_create_filter (&self->sink, avfilter_get_by_name ("buffersink"), "out",
                                            NULL, NULL, self->graph)) < 0 ||
      (code = avfilter_link (self->source, 0, bwdif, 0)) < 0 ||
      (code = avfilter_link (bwdif, 0, self->sink, 0)) < 0)
    return code;
  return avfilter_graph_config (self->graph, NULL);
}

static void
set_error (GError **error, int code)
{
  g_autofree char *text = genga_av_dup_error (code);

  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INTERNAL, "bwdif: %s", text);
}

GengaDeinterlacer *
genga_deinterlacer_new (const AVFrame *like, gboolean all, GError **error)
{
  GengaDeinterlacer *self = g_new0 (GengaDeinterlacer, 1);
  int code = build (self, like, all);

  self->width = like->width;
  self->height = like->height;
  self->format = like->format;
  g_queue_init (&self->times);
  if (code < 0)
    {
      set_error (error, code);
      genga_deinterlacer_free (self);
      return NULL;
    }
  return self;
}

void
genga_deinterlacer_free (GengaDeinterlacer *self)
{
  if (self == NULL)
    return;
  avfilter_graph_free (&self->graph);
  g_queue_clear_full (&self->times, g_free);
  g_free (self);
}

gboolean
genga_deinterlacer_matches (GengaDeinterlacer *self, const AVFrame *frame)
{
  return frame->width == self->width && frame->height == self->height &&
         frame->format == self->format;
}

gboolean
genga_deinterlacer_send (GengaDeinterlacer *self, AVFrame *frame, GError **error)
{
  int code;

  if (frame != NULL)
    {
      Times *times = g_new (Times, 1);
      *times = (Times){ frame->pts, genga_av_frame_get_duration (frame) };
      g_queue_push_tail (&self->times, times);
    }
  code = av_buffersrc_add_frame_flags (self->source, frame, AV_BUFFERSRC_FLAG_KEEP_REF);
  if (code < 0)
    set_error (error, code);
  return code >= 0;
}

int
genga_deinterlacer_receive (GengaDeinterlacer *self, AVFrame *frame)
{
  int code = av_buffersink_get_frame (self->sink, frame);

  if (code < 0)
    return code;

  g_autofree Times *times = g_queue_pop_head (&self->times);
  if (times == NULL)
    {
      av_frame_unref (frame);
      return AVERROR_EOF;
    }
  frame->pts = times->pts;
  genga_av_frame_set_duration (frame, times->duration);
  return code;
}
