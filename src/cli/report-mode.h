/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report that --progress and --quiet ask for. Thread rule: main context only. */
#pragma once

#include "cli/report.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_REPORT_AUTO, /* one line that is redrawn on a terminal, else as LINE */
  GENGA_REPORT_LINE, /* one line for each finished picture */
  GENGA_REPORT_JSON, /* JSON lines */
  GENGA_REPORT_NONE, /* notices and errors only */
} GengaReportMode;

/* "auto", "line", "json", "none". Errors: GENGA_ERROR_USAGE. */
gboolean genga_report_mode_parse (const char *text, GengaReportMode *mode, GError **error);

GengaReport *genga_report_new (GengaReportMode mode, gboolean is_quiet);

G_END_DECLS
