/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/report-mode.h"
#include "cli/report-json.h"
#include "cli/report-line.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

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
               _ ("--progress: “%s” is not valid; choose auto, line, json or none."), text);
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
