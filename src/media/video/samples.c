/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/samples.h"

#include <libavutil/imgutils.h>
#include <string.h>

static void
read_palette_row (const AVFrame *frame, int y, int component, int width, guint8 *out)
{
  static const int shifts[] = { 16, 8, 0, 24 };
  const guint8 *row = frame->data[0] + (gssize)y * frame->linesize[0];
  const guint32 *palette = (const guint32 *)(gconstpointer)frame->data[1];

  for (int x = 0; x < width; x++)
    out[x] = palette[row[x]] >> shifts[component];
}

/* FFmpeg tells of two bits of red and three of blue, while all its code has it as it says in words:
 * three of red, at the top, and two of blue. */
static void
correct_rgb8 (AVPixFmtDescriptor *desc)
{
  desc->comp[0].shift = 5;
  desc->comp[0].depth = 3;
  desc->comp[1].shift = 2;
  desc->comp[2].depth = 2;
}

/* Full is full, whatever the number of bits. */
static void
read_narrow_row (const GengaVideoLayout *layout,
                 const AVFrame *frame,
                 int component,
                 int y,
                 int width,
                 guint8 *out)
{
  AVPixFmtDescriptor desc = *layout->desc;
  gboolean is_inverted = frame->format == AV_PIX_FMT_MONOWHITE;
  int maximum;
  g_autofree guint16 *row = g_new (guint16, width);

  if (frame->format == AV_PIX_FMT_RGB8)
    correct_rgb8 (&desc);
  maximum = (1 << desc.comp[component].depth) - 1;
  av_read_image_line2 (row, (const uint8_t **)frame->data, frame->linesize, &desc, 0, y, component,
                       width, 0, 2);
  for (int x = 0; x < width; x++)
    {
      int value = is_inverted ? maximum - row[x] : row[x];
      out[x] = (value * 255 + maximum / 2) / maximum;
    }
}

/* One row of a component, in the machine's order. */
static void
read_row (const GengaVideoLayout *layout,
          const AVFrame *frame,
          int component,
          int y,
          int width,
          void *out)
{
  const AVComponentDescriptor *c = &layout->desc->comp[component];

  if (layout->desc->flags & AV_PIX_FMT_FLAG_PAL)
    read_palette_row (frame, y, component, width, out);
  else if (layout->is_narrow)
    read_narrow_row (layout, frame, component, y, width, out);
  else if (layout->is_plain)
    memcpy (out, frame->data[c->plane] + (gssize)y * frame->linesize[c->plane],
            (gsize)width * (layout->is_deep ? 2 : 1));
  else
    av_read_image_line2 (out, (const uint8_t **)frame->data, frame->linesize, layout->desc, 0, y,
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

void
genga_video_samples_read (const GengaVideoLayout *layout,
                          int width,
                          int height,
                          const AVFrame *frame,
                          GengaVideoPlanes *planes)
{
  for (int i = 0; i < GENGA_VIDEO_PLANES; i++)
    {
      int component = genga_video_layout_get_component (layout, i);
      int plane_width, plane_height, padded_width, padded_height;

      if (component < 0 || planes->data[i] == NULL)
        continue;
      genga_video_layout_get_plane_size (layout, i, width, height, &plane_width, &plane_height);
      genga_video_layout_get_plane_size (layout, i, layout->width, layout->height, &padded_width,
                                         &padded_height);
      for (int y = 0; y < padded_height; y++)
        {
          guint8 *row = (guint8 *)planes->data[i] + y * planes->strides[i];
          read_row (layout, frame, component, MIN (y, plane_height - 1), plane_width, row);
          repeat_last (row, plane_width, padded_width, layout->is_deep);
        }
    }
}

void
genga_video_samples_write (const GengaVideoLayout *layout,
                           int width,
                           int height,
                           const GengaVideoPlanes *planes,
                           AVFrame *frame)
{
  /* What packed formats leave unused. */
  if (!layout->is_plain)
    for (int y = 0; y < frame->height; y++)
      memset (frame->data[0] + (gssize)y * frame->linesize[0], 0, frame->linesize[0]);
  for (int i = 0; i < GENGA_VIDEO_PLANES; i++)
    {
      int component = genga_video_layout_get_component (layout, i);
      int plane_width, plane_height;

      if (component < 0)
        continue;
      const AVComponentDescriptor *c = &layout->desc->comp[component];
      genga_video_layout_get_plane_size (layout, i, width, height, &plane_width, &plane_height);
      for (int y = 0; y < plane_height; y++)
        {
          const guint8 *row = (const guint8 *)planes->data[i] + y * planes->strides[i];
          if (layout->is_plain)
            memcpy (frame->data[c->plane] + (gssize)y * frame->linesize[c->plane], row,
                    (gsize)plane_width * (layout->is_deep ? 2 : 1));
          else
            av_write_image_line2 (row, frame->data, frame->linesize, layout->desc, 0, y, component,
                                  plane_width, 2);
        }
    }
}

static gboolean
have_same_form (const AVFrame *a, const AVFrame *b)
{
  return a->format == b->format && a->width == b->width && a->height == b->height &&
         a->color_primaries == b->color_primaries && a->color_trc == b->color_trc &&
         a->colorspace == b->colorspace && a->color_range == b->color_range &&
         a->chroma_location == b->chroma_location;
}

gboolean
genga_video_samples_are_equal (const AVFrame *a, const AVFrame *b)
{
  const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get (a->format);
  gboolean has_palette;
  int n_planes;

  if (desc == NULL || !have_same_form (a, b))
    return FALSE;
  /* FFmpeg does not count a palette as a plane. */
  has_palette = (desc->flags & AV_PIX_FMT_FLAG_PAL) != 0;
  n_planes = has_palette ? 2 : av_pix_fmt_count_planes (a->format);
  for (int plane = 0; plane < n_planes; plane++)
    {
      const gboolean is_palette = plane == 1 && has_palette;
      const gboolean is_chroma = plane == 1 || plane == 2;
      const int n_bytes =
          is_palette ? AVPALETTE_SIZE : av_image_get_linesize (a->format, a->width, plane);
      const int n_rows = is_palette  ? 1
                         : is_chroma ? AV_CEIL_RSHIFT (a->height, desc->log2_chroma_h)
                                     : a->height;

      if (n_bytes <= 0 || a->data[plane] == NULL || b->data[plane] == NULL)
        return FALSE;
      for (int y = 0; y < n_rows; y++)
        if (memcmp (a->data[plane] + (gssize)y * a->linesize[plane],
                    b->data[plane] + (gssize)y * b->linesize[plane], n_bytes) != 0)
          return FALSE;
    }
  return TRUE;
}
