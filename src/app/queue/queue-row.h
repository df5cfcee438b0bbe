/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of the queue: a job's picture, name, sizes, state, and what can be done about it.
 *
 * Signals `retry` and `remove`: the user wants this of the row's job; `wanted` (const char *): an
 * action of the window's for the selected job, with this one. Actions `job.retry`, `job.remove`,
 * `job.open`, `job.reveal`, `job.save-as`, `job.copy-result`, `job.show-log`, `job.show-menu` (of
 * all these).
 */
#pragma once

#include "job/job.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_QUEUE_ROW (genga_queue_row_get_type ())
G_DECLARE_FINAL_TYPE (GengaQueueRow, genga_queue_row, GENGA, QUEUE_ROW, GtkWidget)

GtkWidget *genga_queue_row_new (void);
GengaJob *genga_queue_row_get_job (GengaQueueRow *self);
/* Rows are used again for other jobs; NULL empties it. */
void genga_queue_row_set_job (GengaQueueRow *self, GengaJob *job);

G_END_DECLS
