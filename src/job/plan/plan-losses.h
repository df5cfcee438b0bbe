/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an animation or a folder of frames cannot hold of its source. Of a video, the encoder and
 * the muxer say it.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/plan/plan.h"
#include "media/source.h"

G_BEGIN_DECLS

/* Once it is known how the result is written: leaves a sentence for each loss. */
void genga_plan_notice_losses (GengaPlan *self, const GengaSourceInfo *info);

G_END_DECLS
