/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a job that was not started, for people to see: what would be made of it, or why it
 * would be refused. Nothing is written, and no device is opened: of a graphics card's encoder
 * it says that it would be tried.
 *
 * Thread rule: any thread, on a job that nobody runs. Blocks: reads the source's header, of a video
 * its first frame, and asks the encoder and the muxer.
 */
#pragma once

#include "job/job.h"
#include "job/name-reservations.h"
#include "job/plan/plan.h"
#include "models/facts-cache.h"

G_BEGIN_DECLS

/*
 * `names`: of the results of the jobs that are planned with it; the target's is kept there. Errors:
 * those of the job's run that can be known before it.
 */
GengaPlan *genga_plan_new_for_job (GengaJob *job,
                                   GengaNameReservations *names,
                                   GengaFactsCache *models,
                                   GError **error);

G_END_DECLS
