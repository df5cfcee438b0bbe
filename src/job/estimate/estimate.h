/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a start would cost, before it: the size of the results, time, memory and, for videos, the
 * room on the disk. Headers and the weights of models are looked at by a confined process, which a
 * thread waits for; no engine is opened.
 *
 * Thread rule: main context only, where a function does not say otherwise.
 */
#pragma once

#include "job/estimate/speeds.h"
#include "job/plan/plan-cost.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_pictures; /* that can be read, with the videos */
  guint n_videos;
  char name[256]; /* of the first result's file, if no job beside it has the same; or "" */
  int width;      /* of the first result */
  int height;
  double pixels;           /* of all results, of videos of one frame each */
  double seconds;          /* < 0: not known before the first run with such options */
  guint64 memory_bytes;    /* at the most, for the largest picture */
  guint64 available_bytes; /* now */
  double disk_bytes;       /* about, of the videos' results */
  guint64 disk_free_bytes; /* where the first one goes; 0: not known */
  char precision[8];       /* of the first picture: as planned, else as earlier, or "" */
  char device[32];
} GengaEstimate;

/*
 * For jobs (an array of GengaJob) that wait. Errors: those of a model that cannot be used, and
 * G_IO_ERROR_CANCELLED.
 */
void genga_estimate_async (GPtrArray *jobs,
                           GengaSpeeds *speeds,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean genga_estimate_finish (GAsyncResult *result, GengaEstimate *estimate, GError **error);

G_END_DECLS
