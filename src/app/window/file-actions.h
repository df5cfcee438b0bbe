/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFileActions: everything that brings files in: dialog, clipboard, drops. Actions `open`,
 * `paste`.
 *
 * Signals: `added` (position): there are new jobs in the queue, from there on; `message`
 * (const char *): why there are none, or fewer.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_FILE_ACTIONS (genga_file_actions_get_type ())
G_DECLARE_FINAL_TYPE (GengaFileActions, genga_file_actions, GENGA, FILE_ACTIONS, GObject)

/* `window` gets the actions and takes drops; new jobs get `options`. */
GengaFileActions *genga_file_actions_new (GtkApplicationWindow *window,
                                          AdwToastOverlay *toasts,
                                          GengaJobQueue *queue,
                                          GengaOptions *options);

/*
 * Puts files and the pictures of folders into the queue, and adds files that are models to the
 * user's; `files` is a list of GFile. With `starts`, the queue is started once they are in it.
 */
void genga_file_actions_add (GengaFileActions *self, GListModel *files, gboolean starts);

G_END_DECLS
