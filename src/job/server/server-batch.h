/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The images of one request: a few of them at a time are in the pipeline, so that reading, the
 * network and writing go on beside each other and other clients get their turn.
 *
 * Thread rule: the thread that makes it.
 */
#pragma once

#include "job/server/server-jobs.h"
#include "job/server/server-message.h"
#include "job/server/server-stream.h"

G_BEGIN_DECLS

typedef struct
{
  GengaServerJobs *jobs;
  GengaServerStream *stream; /* is woken, and tells that nobody waits any more */
  guint64 max_pixels;        /* of an image */
  gint64 until_us;           /* of the monotonic clock; 0: it may take as long as it wants */
} GengaServerBatchSetup;

typedef struct
{
  GPtrArray *jobs; /* of GengaServerJob, one for each image where the status is OK */
  GengaServerStatus status;
  char *error;        /* where it is not; names the first image that something is wrong with */
  gboolean is_lost;   /* nobody waits for an answer */
  GPtrArray *notices; /* of strings, as errors */
} GengaServerBatch;

/* Runs them all to their end, or to the end of the first that fails. Blocks. */
void genga_server_batch_run (GengaServerBatch *self,
                             const GengaServerBatchSetup *setup,
                             const guint8 *message,
                             const GArray *images);
void genga_server_batch_clear (GengaServerBatch *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaServerBatch, genga_server_batch_clear)

G_END_DECLS
