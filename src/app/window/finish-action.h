/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFinishAction: what becomes of the computer once all files are done. Action `when-finished`,
 * whose state is "nothing", "suspend" or "shut-down"; it is for one run, and nobody's default.
 *
 * A dialog counts down before anything happens, so that who is there can keep on working; a new run
 * or new files end it. It does not begin before all questions about files that exist already are
 * answered. What was stopped, or has failed altogether, has no consequences. logind does the rest.
 *
 * Signal `message` (const char *): why it could not be done.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_FINISH_ACTION (genga_finish_action_get_type ())
G_DECLARE_FINAL_TYPE (GengaFinishAction, genga_finish_action, GENGA, FINISH_ACTION, GObject)

/* `window` gets the action and shows the dialog. */
GengaFinishAction *genga_finish_action_new (GtkApplicationWindow *window, GengaJobQueue *queue);

G_END_DECLS
