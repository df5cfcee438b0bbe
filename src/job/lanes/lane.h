/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One of several devices that share the segments of a video: it has a source, steps, a session and
 * an encoder of its own, in three threads with queues between, as a job has them (job/stages.h).
 */
#pragma once

#include "job/chain.h"
#include "job/export/journal.h"
#include "job/lanes/lane-source.h"
#include "job/lanes/segment-board.h"

G_BEGIN_DECLS

/* What it has done since it told the last time; from any of its threads. */
typedef void (*GengaLaneFactsFunc) (const GengaJobFacts *more, gpointer user_data);

/* Borrowed, beyond the lanes' lives. */
typedef struct
{
  GengaJob *job;
  const GengaPlan *plan; /* the job's */
  const char *target;
  gboolean is_rotated; /* the job's source is */
  GengaSink *segments;
  GengaJournal *journal;
  GengaPlaces *places; /* marks are asked of it, no more */
  GengaLaneStart start;
  GengaSegmentBoard *board;
  GengaLaneFactsFunc on_facts; /* may be NULL */
  gpointer facts_data;
} GengaLaneSetup;

typedef struct _GengaLane GengaLane;

/* Starts it; `index` is that of the plan's device. Errors go to the board. */
GengaLane *genga_lane_new (const GengaLaneSetup *setup, guint index);

/* Waits for its end. */
void genga_lane_free (GengaLane *self);

G_END_DECLS
