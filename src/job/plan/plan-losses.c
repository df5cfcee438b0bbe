/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/plan/plan-losses.h"

#include <glib/gi18n-lib.h>

#define PRIMARIES_BT2020 9
#define TRANSFER_PQ 16
#define TRANSFER_HLG 18

static void
notice_animation (GengaPlan *self, const GengaSourceInfo *info)
{
  const GengaAnimationWrite *write = &self->animation;
  gboolean is_gif = write->container == GENGA_CONTAINER_GIF;
  double rate = info->rate_den > 0 ? (double)info->rate_num / info->rate_den : 0;

  if (write->rate_num > 0)
    rate = (double)write->rate_num / write->rate_den;
  if (info->n_audio + info->n_subtitles + info->n_attachments + info->n_data > 0)
    genga_plan_notice (self, _ ("Animated pictures can't hold audio or subtitles; they are left "
                                "out."));
  if (is_gif && !g_str_equal (info->container, "gif"))
    genga_plan_notice (self, _ ("GIF has 256 colours per frame and no partial transparency; APNG "
                                "and WebP keep everything."));
  if (is_gif && rate > 50.01)
    genga_plan_notice (self, _ ("GIF shows at most 50 frames per second; frames that come sooner "
                                "are dropped."));
  if (info->bits > 8 && (write->container != GENGA_CONTAINER_APNG || write->bit_depth <= 8))
    genga_plan_notice (self, _ ("The result has 8 bits per channel, but the source has %d."),
                       info->bits);
}

static void
notice_frames (GengaPlan *self, const GengaSourceInfo *info)
{
  gboolean is_deep =
      genga_options_get_int (self->options, GENGA_OPTION_FRAMES) == GENGA_FRAMES_PNG16;
  const GengaColour *colour = &info->colour;

  if (info->bits > 8 && !is_deep)
    genga_plan_notice (self,
                       _ ("The pictures have 8 bits per channel, but the source has %d; "
                          "--frames png16 keeps them."),
                       info->bits);
  if (colour->primaries == PRIMARIES_BT2020 || colour->transfer == TRANSFER_PQ ||
      colour->transfer == TRANSFER_HLG)
    genga_plan_notice (self, _ ("The pictures keep the colour values of the video (HDR or "
                                "BT.2020), which picture viewers show wrongly."));
  if (info->sar_num > 0 && info->sar_num != info->sar_den)
    genga_plan_notice (self,
                       _ ("The video's pixels are not square (%d:%d), but picture viewers "
                          "show them as square."),
                       info->sar_num, info->sar_den);
}

void
genga_plan_notice_losses (GengaPlan *self, const GengaSourceInfo *info)
{
  int kept = genga_options_get_int (self->options, GENGA_OPTION_KEEP_FRAMES);

  if (self->sink == GENGA_PLAN_ANIMATION)
    notice_animation (self, info);
  if (self->sink == GENGA_PLAN_FRAMES || (self->is_video && kept != GENGA_KEEP_FRAMES_NONE))
    notice_frames (self, info);
}
