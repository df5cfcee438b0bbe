/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaSessionUse: asks the desktop whether somebody uses the computer, while jobs are to pause for
 * that. Mutter knows for how long nobody did; elsewhere logind's hint has to do, which desktops set
 * when they dim the screen. Where neither answers, nothing is paused.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/politeness/queue-pauses.h"

G_BEGIN_DECLS

typedef struct _GengaSessionUse GengaSessionUse;

/* `pauses` stays the caller's, and lives longer. `told` gets a sentence, once, where nothing tells
 * whether the computer is in use. */
GengaSessionUse *genga_session_use_new (GengaJobQueue *queue,
                                        GengaQueuePauses *pauses,
                                        void (*told) (const char *sentence, gpointer data),
                                        gpointer data);
void genga_session_use_free (GengaSessionUse *self);

G_END_DECLS
