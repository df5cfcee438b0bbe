/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a start would cost: the results' size, the time where it is known from earlier runs, and
 * memory. Not to be seen while nothing waits. It learns from the jobs that the queue does.
 *
 * Property `effective`: the precision that “auto” chose earlier ("FP32 on cpu"), or NULL.
 */
#pragma once

#include "job/estimate/speeds.h"
#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_ESTIMATE_BAR (genga_estimate_bar_get_type ())
G_DECLARE_FINAL_TYPE (GengaEstimateBar, genga_estimate_bar, GENGA, ESTIMATE_BAR, AdwBin)

/* Once. What was learnt is kept in `settings`. */
void
genga_estimate_bar_set_queue (GengaEstimateBar *self, GengaJobQueue *queue, GSettings *settings);

/* What was learnt; borrowed. */
GengaSpeeds *genga_estimate_bar_get_speeds (GengaEstimateBar *self);

/* After a change of the options of jobs that wait; estimates anew in a moment. */
void genga_estimate_bar_refresh (GengaEstimateBar *self);

G_END_DECLS
