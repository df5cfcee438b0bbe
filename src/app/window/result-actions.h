/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaResultActions: what can be done with the result of the job that is looked at, and with all
 * those of `queue` since the program was started. Actions `save-as`, `copy-result`, `open-folder`,
 * `gallery`.
 *
 * Signal `message` (const char *): what came of it, or why nothing did.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/window/job-list.h"

G_BEGIN_DECLS

#define GENGA_TYPE_RESULT_ACTIONS (genga_result_actions_get_type ())
G_DECLARE_FINAL_TYPE (GengaResultActions, genga_result_actions, GENGA, RESULT_ACTIONS, GObject)

/* `window` gets the actions and shows the dialogs. */
GengaResultActions *
genga_result_actions_new (GtkApplicationWindow *window, GengaJobQueue *queue, GengaJobList *jobs);

G_END_DECLS
