/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several devices that make one video: a source that gives no frame. When it is read, lanes
 * (job/lanes/lane.h) make all segments that are missing, and it has ended once they are there; the
 * sink joins them then, as it always does.
 */
#pragma once

#include "job/lanes/lane.h"
#include "media/source.h"

G_BEGIN_DECLS

/* All borrowed, beyond the source's life. */
typedef struct
{
  GengaJob *job;
  const GengaPlan *plan; /* with at least one device */
  const char *target;
  GengaSink *segments;         /* job/export/segments.h */
  gboolean is_done;            /* all of them are there */
  GengaLaneFactsFunc on_facts; /* may be NULL */
  gpointer facts_data;
} GengaLanesSetup;

/* Takes the source that goes on behind what `segments` has (job/export/resume-source.h). */
GengaSource *genga_lanes_new (GengaSource *take_inner, const GengaLanesSetup *setup);

G_END_DECLS
