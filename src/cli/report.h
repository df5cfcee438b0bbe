/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run of several pictures tells while it goes on and at its end: lines for people on
 * standard error, or JSON lines for programs on standard output. The paths of results go to
 * standard output either way.
 *
 * `index` counts the pictures of the run from 0.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

/* How a run ended. */
typedef struct
{
  guint n_total; /* skipped files left out */
  guint n_done;
  guint n_failed;
  guint n_cancelled;
  guint n_skipped;  /* those and what n_existing counts */
  guint n_existing; /* whose result is there and was left alone */
  double seconds;
} GengaReportSummary;

typedef struct _GengaReport GengaReport;

typedef struct
{
  void (*started) (GengaReport *self, guint index, GengaJob *job);
  void (*progress) (GengaReport *self, guint index, GengaJob *job);
  void (*notice) (GengaReport *self, GengaJob *job, const char *text);
  void (*done) (GengaReport *self, guint index, GengaJob *job);
  void (*failed) (GengaReport *self, guint index, const char *source, const GError *error);
  void (*skipped) (GengaReport *self, const char *path, const char *reason);
  void (*pause) (GengaReport *self); /* NULL: there is nothing in the way */
  void (*stopping) (GengaReport *self);
  void (*summary) (GengaReport *self, const GengaReportSummary *summary);
  void (*free) (GengaReport *self);
} GengaReportClass;

struct _GengaReport
{
  const GengaReportClass *klass;
  guint n_total;
  gboolean is_quiet; /* errors and results only */
  gint64 last_progress_us;
};

void genga_report_free (GengaReport *self);

/* How many pictures there are; before the first event of a picture. */
void genga_report_set_total (GengaReport *self, guint n_total);

void genga_report_started (GengaReport *self, guint index, GengaJob *job);
/* Shown at most ten times a second; what comes in between is dropped. */
void genga_report_progress (GengaReport *self, guint index, GengaJob *job);
/* `job` NULL: about the whole run. */
void genga_report_notice (GengaReport *self, GengaJob *job, const char *text);
void genga_report_done (GengaReport *self, guint index, GengaJob *job);
/* G_IO_ERROR_CANCELLED as well. */
void genga_report_failed (GengaReport *self, guint index, const char *source, const GError *error);
/* A file of a folder that was left out, or one whose result is there. */
void genga_report_skipped (GengaReport *self, const char *path, const char *reason);
/* Makes room for a question on the terminal. */
void genga_report_pause (GengaReport *self);
void genga_report_stopping (GengaReport *self);
void genga_report_summary (GengaReport *self, const GengaReportSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaReport, genga_report_free)

G_END_DECLS
