/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is finished of a video that is taken out of the list before it is done: it stays on the
 * disk, unless the user says otherwise. Thread rule: main context only.
 */
#pragma once

#include "job/job.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Asks in `window` whether what is finished of `job` is to be discarded, as soon as the job has
 * ended; nothing is asked where there is none.
 */
void genga_interrupted_question_ask (GtkWindow *window, GengaJob *job);

G_END_DECLS
