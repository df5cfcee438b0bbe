/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaWatcher: files that come into a folder become jobs of a queue, which it starts.
 *
 * Each version of a file is taken once, whole, and not before; one that failed is left alone until
 * it changes. What is no picture or video is passed over, and so are results. A file is opened once
 * and read through that descriptor. Where a run before this one was interrupted, its files are
 * taken again, but for those whose results are there.
 *
 * Where jobs run apart, a queue that has others waiting is not started for them: that is left to
 * who has put those there. Jobs of an earlier run that are in the queue again are taken over, and
 * tried again where they have failed; what the user takes out of it is not wanted any more.
 *
 * Signal `message` (sentence): about the folder, for people. Signal `lost` (GError): it takes
 * nothing any more, as one of its folders has gone or is another one, and the process is confined
 * to those that were there: GENGA_ERROR_INPUT or GENGA_ERROR_OUTPUT.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/queue/job-queue.h"
#include "job/watch/watch-place.h"

G_BEGIN_DECLS

#define GENGA_TYPE_WATCHER (genga_watcher_get_type ())
G_DECLARE_FINAL_TYPE (GengaWatcher, genga_watcher, GENGA, WATCHER, GObject)

typedef struct
{
  const GengaWatchPlace *place;
  const char *stores;    /* the folder of what is remembered (watch-store.h) */
  GengaOptions *options; /* of its jobs; where results go is the place's */
  gboolean is_recursive;
  guint poll_seconds; /* 0: as the file system wants it */
  /* The queue's jobs run in other processes, which get sources opened right before they run; those
   * whose kind is not told by their names are looked at in another process, too. */
  gboolean is_apart;
  gboolean is_confined; /* to these very folders, not to what gets their names later */
} GengaWatcherSetup;

/* All in `setup` is copied. Errors: GENGA_ERROR_OUTPUT: what was done can't be remembered. */
GengaWatcher *
genga_watcher_new (const GengaWatcherSetup *setup, GengaJobQueue *queue, GError **error);

/* Begins to look, once somebody listens to it. */
void genga_watcher_start (GengaWatcher *self);
/* Takes no more; what is in the queue stays there. */
void genga_watcher_stop (GengaWatcher *self);
/* Whether jobs of its files are in the queue that are not done: while there are, it has to live, so
 * that what comes of them is remembered. */
gboolean genga_watcher_has_jobs (GengaWatcher *self);

/* For what is taken from now on. */
void genga_watcher_set_options (GengaWatcher *self, GengaOptions *options);

G_END_DECLS
