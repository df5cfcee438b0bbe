/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaQueuePauses: pauses a queue while its jobs are to leave the computer alone, and lets it go
 * on afterwards: on battery (`pause-on-battery`), and while somebody uses the computer
 * (`pause-in-use`), of which the window tells.
 *
 * Who resumes the queue by hand is obeyed until the reason has gone once.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"

G_BEGIN_DECLS

typedef struct _GengaQueuePauses GengaQueuePauses;

/* `told` gets a sentence for people whenever it pauses the queue or lets it go on. */
GengaQueuePauses *genga_queue_pauses_new (GengaJobQueue *queue,
                                          void (*told) (const char *sentence, gpointer data),
                                          gpointer data);
void genga_queue_pauses_free (GengaQueuePauses *self);

/* Whether the jobs of the queue that are not done have an option that is a switch, as long as it
 * runs. */
gboolean genga_queue_pauses_are_wanted (GengaQueuePauses *self, GengaOption option);

void genga_queue_pauses_set_in_use (GengaQueuePauses *self, gboolean is_in_use);

/* Where /sys is (battery.h); for tests, which then call check(), as a timeout does otherwise. */
void genga_queue_pauses_set_root (GengaQueuePauses *self, const char *root);
void genga_queue_pauses_check (GengaQueuePauses *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaQueuePauses, genga_queue_pauses_free)

G_END_DECLS
