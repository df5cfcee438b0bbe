/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source that goes on behind the segments of an earlier run, and notes each place where another
 * run may go on. Where the source turns out to be another one, its sink is told to begin anew.
 */
#pragma once

#include "job/export/places.h"
#include "media/sink.h"
#include "media/source.h"

G_BEGIN_DECLS

/* All borrowed; `last` for the call alone. */
typedef struct
{
  GengaSink *sink;               /* that may have to begin anew */
  GengaPlaces *places;           /* gets every frame */
  const GengaJournalEntry *last; /* the last segment that is finished, or NULL */
  gboolean is_done;              /* there is nothing to read */
  GengaProgress *progress;       /* ends the search for where it goes on; may be NULL */
} GengaResumeSetup;

/* Takes the source, of which nothing was read. */
GengaSource *genga_resume_source_new (GengaSource *take_inner, const GengaResumeSetup *setup);

G_END_DECLS
