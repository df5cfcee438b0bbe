/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking jobs out of a queue, so that it can be undone: a toast says what has gone, and its button
 * brings it back to its place.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

/* Nothing where `jobs` (of GengaJob) is empty. What runs is cancelled, and comes back stopped. */
void genga_job_removal_remove (GengaJobQueue *queue, GPtrArray *jobs, AdwToastOverlay *toasts);

G_END_DECLS
