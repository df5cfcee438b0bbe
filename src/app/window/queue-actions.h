/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaQueueActions: what can be done with the whole queue. Actions `start`, `pause`, `stop`,
 * `remove-done`.
 *
 * Signals: `starting`: the queue starts as soon as all handlers are through; `message` (const
 * char *): why it does not.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_QUEUE_ACTIONS (genga_queue_actions_get_type ())
G_DECLARE_FINAL_TYPE (GengaQueueActions, genga_queue_actions, GENGA, QUEUE_ACTIONS, GObject)

/*
 * `options` are those of new jobs: with wrong ones nothing starts. `actions` gets the actions,
 * `toasts` what can be undone.
 */
GengaQueueActions *genga_queue_actions_new (GengaJobQueue *queue,
                                            GengaOptions *options,
                                            AdwToastOverlay *toasts,
                                            GActionMap *actions);

G_END_DECLS
