/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a job that was not started: what would be made of it, for estimates, and why it would
 * be refused. Nothing is written, and no device is opened: of a graphics card's encoder it says
 * that it would be tried.
 *
 * Thread rule: any thread, on a job that does not run. Blocks: reads the source's header, of a
 * video its first frame, and asks the encoder and the muxer.
 */
#pragma once

#include "job/estimate/speeds.h"
#include "job/job.h"
#include "job/name-reservations.h"
#include "job/plan/plan.h"
#include "models/facts-cache.h"

G_BEGIN_DECLS

/* What a job is planned with; all borrowed. */
typedef struct
{
  /*
   * Of the results of the jobs that are planned together; the target's name is kept there. NULL:
   * the result gets no name, and a job whose target, encoder or memory would be refused is planned.
   */
  GengaNameReservations *names;
  /* Also without names, the encoder and the muxer are asked, which may refuse and tell tracks. */
  gboolean asks_coder;

  GengaFactsCache *models;
  guint64 available_bytes;       /* of memory; 0: as much as there is now */
  const GengaSpeed *speed;       /* of earlier jobs for pictures with such options; NULL: unknown */
  const GengaSpeed *video_speed; /* the same for videos */
} GengaPlanSetup;

/* Errors: those of the job's run that can be known before it. */
GengaPlan *genga_plan_new_for_job (GengaJob *job, const GengaPlanSetup *setup, GError **error);

G_END_DECLS
