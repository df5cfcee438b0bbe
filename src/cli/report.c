/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/report.h"

#define PROGRESS_INTERVAL_US (G_USEC_PER_SEC / 10)

void
genga_report_free (GengaReport *self)
{
  if (self != NULL)
    self->klass->free (self);
}

void
genga_report_set_total (GengaReport *self, guint n_total)
{
  self->n_total = n_total;
}

void
genga_report_started (GengaReport *self, guint index, GengaJob *job)
{
  if (!self->is_quiet)
    self->klass->started (self, index, job);
}

void
genga_report_progress (GengaReport *self, guint index, GengaJob *job)
{
  gint64 now = g_get_monotonic_time ();

  if (self->is_quiet || now - self->last_progress_us < PROGRESS_INTERVAL_US)
    return;
  self->last_progress_us = now;
  self->klass->progress (self, index, job);
}

void
genga_report_notice (GengaReport *self, GengaJob *job, const char *text)
{
  if (!self->is_quiet)
    self->klass->notice (self, job, text);
}

void
genga_report_done (GengaReport *self, guint index, GengaJob *job)
{
  self->klass->done (self, index, job);
}

void
genga_report_failed (GengaReport *self, guint index, const char *source, const GError *error)
{
  self->klass->failed (self, index, source, error);
}

void
genga_report_skipped (GengaReport *self, const char *path, const char *reason)
{
  if (!self->is_quiet)
    self->klass->skipped (self, path, reason);
}

void
genga_report_pause (GengaReport *self)
{
  if (self->klass->pause != NULL)
    self->klass->pause (self);
}

void
genga_report_stopping (GengaReport *self)
{
  self->klass->stopping (self);
}

void
genga_report_summary (GengaReport *self, const GengaReportSummary *summary)
{
  self->klass->summary (self, summary);
}
