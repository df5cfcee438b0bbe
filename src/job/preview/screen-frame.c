/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/preview/screen-frame.h"
#include "core/rotate.h"
#include "job/preview/tone.h"
#include "steps/pixels.h"

static gboolean
is_hdr (const GengaFrame *frame)
{
  return genga_tone_is_hdr (&frame->colour) &&
         genga_layout_get_n_channels (frame->info.layout) >= 3;
}

static GengaFrame *
convert (const GengaFrame *frame, GError **error)
{
  GengaFrameInfo info = frame->info;
  GengaFrame *bytes;

  info.sample = GENGA_SAMPLE_U8;
  bytes = genga_frame_new_dense (&info, error);
  if (bytes != NULL)
    genga_pixels_convert (frame, bytes);
  return bytes;
}

GengaFrame *
genga_screen_frame_new (const GengaFrame *frame, const GengaFrameShape *shape, GError **error)
{
  g_autoptr (GengaFrame) plain = NULL;

  if (is_hdr (frame))
    plain = genga_tone_down (frame, error);
  else if (frame->info.sample == GENGA_SAMPLE_F32)
    plain = convert (frame, error);
  else
    plain = genga_frame_ref ((GengaFrame *)frame);
  if (plain != NULL && shape != NULL && shape->is_mirrored)
    {
      GengaFrame *mirrored = genga_frame_mirror (plain, error);

      genga_frame_unref (plain);
      plain = mirrored;
    }
  return plain != NULL ? genga_frame_rotate (plain, shape != NULL ? shape->rotation : 0, error)
                       : NULL;
}
