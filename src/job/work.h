/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One job's work, from file to file: what the three stages of a pipeline do for it.
 *
 * Each stage calls its function in its own thread, one after the other for one job; the first
 * error is kept, and later stages do nothing then. A video's frames come one after the other; a
 * picture is one frame.
 */
#pragma once

#include "core/item.h"
#include "job/job.h"
#include "job/memory-budget.h"
#include "job/name-reservations.h"

G_BEGIN_DECLS

typedef struct _GengaWork GengaWork;

/* `names`: those of the pipeline's jobs. */
GengaWork *genga_work_new (GengaJob *job, GengaNameReservations *names);
void genga_work_free (GengaWork *self);

/*
 * How many devices may share its files with those of other jobs (engine/device-list.h), and which
 * of them this one goes to. Before it is read.
 */
guint genga_work_count_lanes (GengaWork *self);
void genga_work_set_lane (GengaWork *self, guint lane);

/*
 * "read": looks at the source, loads the model, plans the steps, reserves and checks the target,
 * waits for `memory_budget` and reads the first frame. NULL after an error.
 */
GengaItem *genga_work_read (GengaWork *self, GengaMemoryBudget *memory_budget);

/*
 * "read": the next frame of a video. NULL at the end (always for pictures), or after an error of
 * any stage.
 */
GengaItem *genga_work_read_next (GengaWork *self);

/* "work": runs the steps. Swallows the item; NULL after an error. */
GengaItem *genga_work_process (GengaWork *self, GengaItem *item);

/* "write": writes the result. Swallows the item. */
void genga_work_write (GengaWork *self, GengaItem *item);

/*
 * After the last stage, whatever came of it: the job's frames are gone, and where there is no
 * result its name is free again.
 */
void genga_work_end (GengaWork *self);

/*
 * After genga_work_end(): whether all begins once more with genga_work_read(), because an encoder
 * did not answer, and the job's first such end. It goes on with what is finished; where nothing is,
 * and the user leaves it open, software encodes. Or because one of several devices was lost, which
 * genga_work_has_lost_lane() says before; it is to get another one. The error is gone then.
 */
gboolean genga_work_restart (GengaWork *self);

gboolean genga_work_has_lost_lane (GengaWork *self);

/* Time that a stage has spent waiting for the one before or behind it, on behalf of this job. */
void genga_work_add_waiting (GengaWork *self, GengaStage stage, gint64 start_us);

/* The first error, or NULL; the path written, or that of the
 * file in its way (GENGA_ERROR_EXISTS); what is known of the job so far (any thread). */
const GError *genga_work_get_error (GengaWork *self);
const char *genga_work_get_written (GengaWork *self);
void genga_work_get_facts (GengaWork *self, GengaJobFacts *facts);

G_END_DECLS
