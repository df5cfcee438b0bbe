/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaTrialRun: upscales one picture whole, or the seconds of a video around a place, exactly as a
 * job does, and keeps nothing of it but what is shown.
 *
 * Properties: `running`; `fraction`, 0 to 1. Signal `ended` (GObject *result, const char
 * *sentence): a GengaPicture or a GengaTrialPlayer, or why there is none, or neither after a stop.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/picture.h"
#include "job/job.h"

G_BEGIN_DECLS

#define GENGA_TYPE_TRIAL_RUN (genga_trial_run_get_type ())
G_DECLARE_FINAL_TYPE (GengaTrialRun, genga_trial_run, GENGA, TRIAL_RUN, GObject)

GengaTrialRun *genga_trial_run_new (void);

/*
 * Nothing while a test runs. `seconds`: the place in a video; < 0 for a picture. `tiles` (may be
 * NULL) are those that a preview has computed; what the test computes stays with them or, where
 * they are for something else, in a store of its own.
 */
void genga_trial_run_start (GengaTrialRun *self,
                            const char *source,
                            double seconds,
                            GengaOptions *options,
                            GengaTileStore *tiles);
/* Ends between two layers of the network. */
void genga_trial_run_stop (GengaTrialRun *self);

/* As stop, and waits for it; before the program ends. No signal follows. */
void genga_trial_run_shut_down (GengaTrialRun *self);

gboolean genga_trial_run_is_running (GengaTrialRun *self);
double genga_trial_run_get_fraction (GengaTrialRun *self);

/* Of the last test; NULL before. The tiles may be given back. */
GengaOptions *genga_trial_run_get_options (GengaTrialRun *self);
const char *genga_trial_run_get_source (GengaTrialRun *self);
GengaTileStore *genga_trial_run_get_tiles (GengaTrialRun *self);
void genga_trial_run_forget_tiles (GengaTrialRun *self);

G_END_DECLS
