/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The network's part of a plan: device, model, precision, scales, passes and tiles.
 *
 * Thread rule: any thread. Blocks: looks at the model's file.
 */
#pragma once

#include "engine/device-choice.h"
#include "steps/enhance.h"
#include "job/plan/plan-request.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

/* The device that the options mean, as far as that is known before the model is. */
void genga_plan_choose_device (GengaPlan *self, const GengaPlanRequest *request);

/*
 * By the plan's options and target scale (0: the model's), and the device for it; the result's bit
 * depth is known. Errors:
 * GENGA_ERROR_MODEL.
 */
gboolean genga_plan_choose_model (GengaPlan *self, const GengaPlanRequest *request, GError **error);

/*
 * Opens the device for the model of a plan, which is a file. `choice` says which that is. Errors as
 * in engine/device-choice.h.
 */
GengaEngine *genga_plan_open_engine (const GengaPlan *self,
                                     const GengaPlanRequest *request,
                                     GengaDeviceChoice *choice,
                                     GError **error);

/* Once the frames' size is known. `available_bytes` of memory; 0: as much as there is now. */
void genga_plan_choose_tiles (GengaPlan *self, guint64 available_bytes);

/*
 * Which devices share the work, once the first one and the kind of the result are known. Errors: as
 * of genga_device_list_resolve().
 */
gboolean genga_plan_choose_devices (GengaPlan *self, GError **error);

/* Whether the segments of the result are shared out among several devices. */
gboolean genga_plan_has_lanes (const GengaPlan *self);

/* The filters that options ask for. */
GengaEnhance genga_plan_get_enhance (GengaOptions *options);

/*
 * What the last pass makes, once the output is known: the file's own samples where nothing comes
 * between the network and a picture's file (a large result takes more memory than all else), else
 * floats.
 */
void genga_plan_choose_sample (GengaPlan *self);

/*
 * Which passes take frames as a whole, as an earlier run has decided: for an export that goes on
 * with the plan of its first run.
 */
void genga_plan_set_untiled (GengaPlan *self, guint untiled);

/* The passes that do, as a number to keep: the first one is bit 0. */
guint genga_plan_get_untiled (const GengaPlan *self);

G_END_DECLS
