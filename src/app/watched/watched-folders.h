/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaWatchedFolders: what comes into the folders of the settings goes into the window's queue,
 * which starts for it, unless something else waits there: that is the user's to start.
 *
 * Signal `message` (const char *): about a folder.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "core/options.h"
#include "job/queue/job-queue.h"

G_BEGIN_DECLS

#define GENGA_TYPE_WATCHED_FOLDERS (genga_watched_folders_get_type ())
G_DECLARE_FINAL_TYPE (GengaWatchedFolders, genga_watched_folders, GENGA, WATCHED_FOLDERS, GObject)

/* `options` are those of the window, which folders without a preset follow. */
GengaWatchedFolders *
genga_watched_folders_new (GengaJobQueue *queue, GengaOptions *options, GSettings *settings);

/* Once the queue has the jobs of the last time, some of which may be of these folders. */
void genga_watched_folders_start (GengaWatchedFolders *self);

G_END_DECLS
