/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-cli"

#include "cli/report-mode.h"
#include "cli/report-json.h"
#include "cli/report-line.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

typedef enum
{
  MODE_AUTO, /* one line that is redrawn on a terminal, else as LINE */
  MODE_LINE, /* one line for each finished picture */
  MODE_JSON, /* JSON lines */
  MODE_NONE, /* notices and errors only */
} Mode;

void
genga_report_arguments_clear (GengaReportArguments *self)
{
  g_clear_pointer (&self->progress, g_free);
}

static gboolean
parse_mode (const char *text, Mode *mode, GError **error)
{
  static const char *const names[] = { "auto", "line", "json", "none" };

  *mode = MODE_AUTO;
  if (text == NULL)
    return TRUE;

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
genga_report_new (const GengaReportArguments *arguments, GError **error)
{
  GengaReport *self;
  gboolean is_quiet = arguments->is_quiet;
  Mode mode;

  if (!parse_mode (arguments->progress, &mode, error))
    return NULL;
  if (mode == MODE_JSON)
    self = genga_report_json_new ();
  else
    self = genga_report_line_new (mode == MODE_AUTO && !is_quiet && can_redraw (),
                                  mode != MODE_NONE && !is_quiet, arguments->ends_with_null);
  self->is_quiet = is_quiet;
  return self;
}
