/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The result's part of a plan: what kind of file, container, codec, bit depth, and what of the
 * source it cannot hold.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/plan/plan-request.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

/* The model for videos on a CPU where the user chose none. */
#define GENGA_PLAN_CPU_VIDEO_MODEL "genga-fast"

/* Errors: GENGA_ERROR_USAGE. */
gboolean
genga_plan_choose_picture (GengaPlan *self, const GengaPlanRequest *request, GError **error);

/*
 * Sets the plan's options, too; the device is known. `info` becomes that of the frames as they are
 * rotated. Errors: GENGA_ERROR_USAGE.
 */
gboolean genga_plan_choose_video (GengaPlan *self,
                                  const GengaPlanRequest *request,
                                  GengaSourceInfo *info,
                                  GError **error);

/* Once the result's size is known: how it is written, in the words of `media`. */
void genga_plan_describe_output (GengaPlan *self, const GengaPlanRequest *request);

/* Whether Matroska takes the place of the container where that does not hold the result. */
gboolean genga_plan_may_change_container (const GengaPlan *self);

/* The same, for `reason`, which is why the result could not be begun. */
gboolean genga_plan_may_be_matroska (const GengaPlan *self, const GError *reason);

G_END_DECLS
