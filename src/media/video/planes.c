/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/planes.h"
#include "media/video/zimg-graph.h"

/* Those whose full range is only a matter of tags come first. */
static const enum AVPixelFormat formats[] = {
  AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,   AV_PIX_FMT_YUV444P,   AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,  AV_PIX_FMT_YUVJ444P,  AV_PIX_FMT_YUV420P9,  AV_PIX_FMT_YUV422P9,
  AV_PIX_FMT_YUV444P9,  AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV444P10,
  AV_PIX_FMT_YUV420P12, AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV444P12, AV_PIX_FMT_YUV420P14,
  AV_PIX_FMT_YUV422P14, AV_PIX_FMT_YUV444P14, AV_PIX_FMT_YUV420P16, AV_PIX_FMT_YUV422P16,
  AV_PIX_FMT_YUV444P16,
};

static GengaLayout
get_layout (const AVPixFmtDescriptor *desc)
{
  return desc->log2_chroma_h > 0   ? GENGA_LAYOUT_YUV420P
         : desc->log2_chroma_w > 0 ? GENGA_LAYOUT_YUV422P
                                   : GENGA_LAYOUT_YUV444P;
}

gboolean
genga_av_planes_describe (enum AVPixelFormat format, int width, int height, GengaFrameInfo *info)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (format);

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i] == format)
      {
        const int depth = desc->comp[0].depth;

        *info = (GengaFrameInfo){
          .width = width,
          .height = height,
          .sample = depth > 8 ? GENGA_SAMPLE_U16 : GENGA_SAMPLE_U8,
          .layout = get_layout (desc),
          .depth = depth > 8 && depth < 16 ? depth : 0,
        };
        return width % (1 << desc->log2_chroma_w) == 0 && height % (1 << desc->log2_chroma_h) == 0;
      }
  return FALSE;
}

enum AVPixelFormat
genga_av_planes_get_format (const GengaFrameInfo *info)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      GengaFrameInfo of;

      genga_av_planes_describe (formats[i], info->width, info->height, &of);
      if (of.layout == info->layout && of.sample == info->sample && of.depth == info->depth)
        return formats[i];
    }
  return AV_PIX_FMT_NONE;
}

static void
free_av_frame (gpointer data)
{
  AVFrame *frame = data;

  av_frame_free (&frame);
}

/* Rows from top to bottom. */
static AVFrame *
dup_upright (const AVFrame *frame)
{
  g_autoptr (GengaAvFrame) copy = NULL;

  if (frame->linesize[0] > 0 && frame->linesize[1] > 0 && frame->linesize[2] > 0)
    return av_frame_clone (frame);
  copy = av_frame_alloc ();
  if (copy == NULL)
    return NULL;
  copy->format = frame->format;
  copy->width = frame->width;
  copy->height = frame->height;
  return av_frame_get_buffer (copy, 0) >= 0 && av_frame_copy (copy, frame) >= 0
             ? g_steal_pointer (&copy)
             : NULL;
}

GengaFrame *
genga_av_planes_wrap (const AVFrame *frame, const GengaFrameInfo *info)
{
  AVFrame *own = dup_upright (frame);
  gsize strides[GENGA_FRAME_MAX_PLANES] = { 0 };

  if (own == NULL)
    return NULL;
  for (int i = 0; i < 3; i++)
    strides[i] = own->linesize[i];
  return genga_frame_new_for_planes (info, own->data, strides, free_av_frame, own);
}

static void
unref_frame (void *opaque, uint8_t *data)
{
  genga_frame_unref (opaque);
}

AVFrame *
genga_av_planes_unwrap (GengaFrame *frame)
{
  g_autoptr (GengaAvFrame) own = av_frame_alloc ();

  if (own == NULL)
    return NULL;
  own->format = genga_av_planes_get_format (&frame->info);
  own->width = frame->info.width;
  own->height = frame->info.height;
  for (int i = 0; i < 3; i++)
    {
      own->data[i] = frame->planes[i];
      own->linesize[i] = (int)frame->strides[i];
    }
  own->buf[0] = av_buffer_create (frame->planes[0], genga_frame_info_get_size (&frame->info),
                                  unref_frame, genga_frame_ref (frame), AV_BUFFER_FLAG_READONLY);
  if (own->buf[0] == NULL)
    genga_frame_unref (frame);
  return own->buf[0] != NULL ? g_steal_pointer (&own) : NULL;
}
