/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaJobList: the queue as rows of a list view, which of them are selected, and what pointer and
 * keys do there.
 *
 * Property `current` (GengaJob): the one of the selected jobs that is looked at; NULL where there
 * is none. Something is selected as long as there is something. Actions on all that is selected:
 * `upscale-again`, `remove-selected`, `move-up`, `move-down`. Rows are dragged to other places, and
 * finished ones into other programs. What is tried again activates `win.start`. The list follows
 * the run unless it is used meanwhile.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_JOB_LIST (genga_job_list_get_type ())
G_DECLARE_FINAL_TYPE (GengaJobList, genga_job_list, GENGA, JOB_LIST, GObject)

/* What is tried again gets `options`, or keeps its own. `actions` gets the actions, `toasts` what
 * can be undone. */
GengaJobList *genga_job_list_new (GtkListView *view,
                                  GengaJobQueue *queue,
                                  GengaOptions *options,
                                  AdwToastOverlay *toasts,
                                  GActionMap *actions);

/* Borrowed. */
GengaJob *genga_job_list_get_current (GengaJobList *self);

/* Of GengaJob, in the order of the list; free with g_ptr_array_unref(). */
GPtrArray *genga_job_list_dup_selected (GengaJobList *self);

/* Selects one job alone, which is looked at then. */
void genga_job_list_select (GengaJobList *self, guint position);

G_END_DECLS
