/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Videos that were interrupted and can go on. Thread rule: any thread. Every function blocks. */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

/*
 * The results that can go on: in `path`, where that is a folder, else that of `path` itself. Paths
 * as strings, by name; empty where there is none.
 */
GPtrArray *genga_interrupted_find (const char *path);

/* What is finished of a result. */
typedef struct
{
  char *target;
  guint64 n_frames;
  guint64 n_total; /* frames of the whole; 0 = unknown */
  guint64 size;    /* bytes */
} GengaInterrupted;

/*
 * What is finished of results that were made of `source`, lie in `folder` and have names that begin
 * with `stem`: an array of GengaInterrupted, empty where there is none. What is being written is
 * left out.
 */
GPtrArray *genga_interrupted_of (const char *source, const char *folder, const char *stem);

/*
 * A job that goes on with a result, with the source and the options that it was begun with; but
 * whether it may replace a result is not the folder's to say. Errors:
 * GENGA_ERROR_INPUT (nothing is left of it, or its source is gone), GENGA_ERROR_OUTPUT (it is being
 * written, is damaged, or cannot be read).
 */
GengaJob *genga_interrupted_new_job (const char *target, GengaExisting existing, GError **error);

/*
 * Removes what is finished of a result that is not to be finished any more. FALSE where it is being
 * written or cannot be read, and stays; TRUE also where there is nothing.
 */
gboolean genga_interrupted_discard (const char *target);

G_END_DECLS
