/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaWindow: pictures come in, are upscaled with the options of the panel, and can be got at.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_WINDOW (genga_window_get_type ())
G_DECLARE_FINAL_TYPE (GengaWindow, genga_window, GENGA, WINDOW, AdwApplicationWindow)

GengaWindow *genga_window_new (AdwApplication *application);

/*
 * Puts files and the pictures of folders into the queue, and adds files that are models to the
 * user's; `files` is a list of GFile. With `starts`, the queue is started once they are in it.
 */
void genga_window_add_files (GengaWindow *self, GListModel *files, gboolean starts);

/* Borrowed. */
GengaJobQueue *genga_window_get_queue (GengaWindow *self);

/* The options of new jobs, borrowed. */
GengaOptions *genga_window_get_options (GengaWindow *self);

G_END_DECLS
