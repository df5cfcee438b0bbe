/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of results that exist already: each is asked about once its job has met it, one
 * after the other, and an answer may be for all of the run. The job is tried again with it.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks in `window` for as long as there are both. */
void genga_existing_question_watch (GtkWindow *window, GengaJobQueue *queue);

G_END_DECLS
