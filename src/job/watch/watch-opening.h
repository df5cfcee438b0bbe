/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of a watched folder, opened once more right before its job runs in another process: what
 * has its name then has to be the file that was seen, and no link on the way is followed.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"
#include "job/watch/watch-file.h"

G_BEGIN_DECLS

/* Before it runs; in the place of what was set before. `file` may have been let go. The job fails
 * with GENGA_ERROR_INPUT where it is another one. */
void genga_watch_opening_set (GengaJob *job, const char *root, const GengaWatchFile *file);

G_END_DECLS
