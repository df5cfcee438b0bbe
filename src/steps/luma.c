/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-steps"

#include "steps/luma.h"

#include "steps/pixels.h"

#define N_CHANNELS 3

static const float weights[N_CHANNELS] = { 0.299f, 0.587f, 0.114f };

static float
get_luma (const float *pixel)
{
  return weights[0] * pixel[0] + weights[1] * pixel[1] + weights[2] * pixel[2];
}

GengaFrame *
genga_luma_new (GengaFrame *frame, GError **error)
{
  const int width = frame->info.width;
  GengaFrameInfo info = frame->info;
  g_autofree float *row = NULL;
  GengaFrame *luma;

  info.layout = GENGA_LAYOUT_GREY;
  info.sample = GENGA_SAMPLE_F32;
  luma = genga_frame_new (&info, error);
  if (luma == NULL)
    return NULL;
  genga_frame_copy_properties (luma, frame);
  row = g_new (float, (gsize)width *N_CHANNELS);
  for (int y = 0; y < info.height; y++)
    {
      float *out = genga_frame_get_row (luma, 0, y);

      genga_pixels_load_row (frame, y, row);
      for (int x = 0; x < width; x++)
        out[x] = get_luma (row + (gsize)x * N_CHANNELS);
    }
  return luma;
}

/* The source's pixels as f32: colours must not be rounded before the luma is put in. */
static GengaFrame *
take_source (GengaFrame *frame, const GengaRect *rect, GError **error)
{
  g_autoptr (GengaFrame) cropped = genga_frame_crop (frame, rect, error);
  GengaFrameInfo info;
  GengaFrame *source;

  if (cropped == NULL)
    return NULL;
  info = cropped->info;
  info.sample = GENGA_SAMPLE_F32;
  source = genga_frame_new (&info, error);
  if (source == NULL)
    return NULL;
  genga_frame_copy_properties (source, frame);
  genga_pixels_convert (cropped, source);
  return source;
}

GengaFrame *
genga_luma_colour (const GengaResizePart *part,
                   GengaFrame *frame,
                   int x,
                   int y,
                   const GengaFrame *luma,
                   GCancellable *cancellable,
                   GError **error)
{
  const GengaRect rect = genga_resize_part_get_source (part);
  const GengaRect place = { rect.x - x, rect.y - y, rect.width, rect.height };
  g_autoptr (GengaFrame) source = take_source (frame, &place, error);
  GengaFrame *result;

  if (source == NULL)
    return NULL;
  result = genga_resize_part (part, source, 0, cancellable, error);
  if (result == NULL)
    return NULL;
  for (int j = 0; j < result->info.height; j++)
    {
      const float *wanted = genga_frame_get_row (luma, 0, j);
      float *out = genga_frame_get_row (result, 0, j);

      for (int i = 0; i < result->info.width; i++, out += N_CHANNELS)
        {
          const float missing = wanted[i] - get_luma (out);

          for (int c = 0; c < N_CHANNELS; c++)
            out[c] = CLAMP (out[c] + missing, 0.f, 1.f);
        }
    }
  return result;
}
