/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is finished of a video that is taken out of the list before it is done: it stays on the
 * disk, unless the user says otherwise. Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Asks in `window`, once for all of `jobs` (an array of GengaJob that were taken out of `queue`),
 * whether what is finished of them is to be discarded, as soon as all of them have ended; nothing
 * is asked where there is none. What has a source that the queue has, too, is left alone.
 */
void genga_interrupted_question_ask (GtkWindow *window, GengaJobQueue *queue, GPtrArray *jobs);

G_END_DECLS
