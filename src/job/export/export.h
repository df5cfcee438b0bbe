/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A video's way to the disk, safe from whatever ends the process: its picture is coded in segments
 * that are finished one by one, and joined at the end. An export that finds segments of the same
 * source with the same settings goes on after them, with the same result.
 *
 * A segment ends with the last frame before the next mark, and marks are every ten seconds from
 * the first frame on: where they lie depends on nothing but the frames' times.
 *
 * Thread rule: reading and writing may overlap, each in one thread at a time; making, freeing and
 * all else are not beside them.
 */
#pragma once

#include "job/job.h"
#include "job/chain.h"
#include "media/video.h"

G_BEGIN_DECLS

typedef struct _GengaExport GengaExport;

/* Opens the source anew, silently, as the one that was given was. */
typedef GengaSource *(*GengaVideoReopenFunc) (gpointer data, GError **error);

/* All borrowed, beyond the export's life but for `refusal`. */
typedef struct
{
  const GengaVideo *video;
  GengaJob *job;
  GengaChain *chain;    /* does as an earlier run did where that is all that differs */
  GengaSource **source; /* may be replaced while it is read */
  GengaVideoReopenFunc reopen;
  gpointer reopen_data;
  const char *target;
  const GError *refusal; /* why there cannot be a result, unless it is there as this export's */
} GengaExportSetup;

/*
 * Opens the sink and finds what is finished already; says what comes of it. Errors: as of
 * GengaVideo.sink_new(), and GENGA_ERROR_OUTPUT where the result is being written by another.
 */
GengaExport *genga_export_new (const GengaExportSetup *setup, GError **error);

/* What is finished stays, and is said. */
void genga_export_free (GengaExport *self);

/*
 * The next frame that is not finished; NULL without error at the end, when the source has been
 * found to be complete. Errors: as of GengaVideo's source.
 */
GengaFrame *genga_export_read (GengaExport *self, GError **error);

/* Frames that are coded, those of earlier runs included; the writing thread, or nothing is read. */
guint64 genga_export_get_n_done (GengaExport *self);

/* The number of the segment that a frame of this time belongs to; any thread. */
gint64 genga_export_get_mark (GengaExport *self, gint64 pts);

/* Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_export_write (GengaExport *self, GengaFrame *frame, GError **error);

/* Joins everything into the result; what was on its way is removed. Errors: GENGA_ERROR_OUTPUT. */
gboolean genga_export_finish (GengaExport *self, GError **error);

/* Of the whole source, earlier runs included. */
void genga_export_get_count (GengaExport *self, GengaSourceCount *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaExport, genga_export_free)

G_END_DECLS
