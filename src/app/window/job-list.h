/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaJobList: the queue as rows of a list view, its selection, and what pointer and keys do
 * there.
 *
 * Actions `remove-selected`, `move-up`, `move-down`. Rows are dragged to other places, and finished
 * ones into other programs. A row that is tried again activates `win.start`.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_JOB_LIST (genga_job_list_get_type ())
G_DECLARE_FINAL_TYPE (GengaJobList, genga_job_list, GENGA, JOB_LIST, GObject)

/* What is tried again gets `options`. `actions` gets the actions. */
GengaJobList *genga_job_list_new (GtkListView *view,
                                  GengaJobQueue *queue,
                                  GengaOptions *options,
                                  GActionMap *actions);

/* Of GengaJob; borrowed. */
GtkSingleSelection *genga_job_list_get_selection (GengaJobList *self);

G_END_DECLS
