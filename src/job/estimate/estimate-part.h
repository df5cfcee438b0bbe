/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one job adds to an estimate, as its plan says: found out where its source may be read.
 *
 * Thread rule: any thread. Making one blocks.
 */
#pragma once

#include "job/plan/plan-job.h"

G_BEGIN_DECLS

typedef struct
{
  int width; /* of the result */
  int height;
  gboolean counts_frames;
  gboolean is_device_known; /* and not guessed: then the precision and the device are known, too */
  char precision[8];
  char device[32];
  guint64 memory_bytes;
  double disk_bytes;
  double work_seconds;
  double io_seconds;
  double seconds; /* < 0: not known */
  char name[256]; /* of the result's file, or "" */
} GengaEstimatePart;

/*
 * Plans a job that does not run. Errors: those of genga_plan_new_for_job(), and GENGA_ERROR_MODEL
 * where its model can't be used.
 */
gboolean genga_estimate_part_make (GengaEstimatePart *self,
                                   GengaJob *job,
                                   const GengaPlanSetup *setup,
                                   GError **error);

/* Floating. */
GVariant *genga_estimate_part_to_message (const GengaEstimatePart *self);
/* From whomever it comes: FALSE where it is none. */
gboolean genga_estimate_part_from_message (GVariant *message, GengaEstimatePart *self);

/* What is known of earlier jobs; NULL: nothing. Floating. */
GVariant *genga_estimate_speed_to_message (const GengaSpeed *speed);
/* FALSE: nothing is known. */
gboolean genga_estimate_speed_from_message (GVariant *message, GengaSpeed *speed);

G_END_DECLS
