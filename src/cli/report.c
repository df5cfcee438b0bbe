/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/report.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#define PROGRESS_INTERVAL_US (G_USEC_PER_SEC / 10)

gboolean
genga_report_mode_parse (const char *text, GengaReportMode *mode, GError **error)
{
  static const char *const names[] = { "auto", "line", "json", "none" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], text))
        {
          *mode = i;
          return TRUE;
        }
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
               _ ("--progress: “%s” is not possible; it takes auto, line, json or none."), text);
  return FALSE;
}

static gboolean
can_redraw (void)
{
  return isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

GengaReport *
genga_report_new (GengaReportMode mode, gboolean is_quiet)
{
  GengaReport *self;

  if (mode == GENGA_REPORT_JSON)
    self = genga_report_json_new ();
  else
    self = genga_report_line_new (mode == GENGA_REPORT_AUTO && !is_quiet && can_redraw (),
                                  mode != GENGA_REPORT_NONE && !is_quiet);
  self->is_quiet = is_quiet;
  return self;
}

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
genga_report_stopping (GengaReport *self)
{
  self->klass->stopping (self);
}

void
genga_report_summary (GengaReport *self, const GengaReportSummary *summary)
{
  self->klass->summary (self, summary);
}
