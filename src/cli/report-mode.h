/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The options of a report: --progress, --quiet and --null. Thread rule: main context only.
 */
#pragma once

#include "cli/report.h"

G_BEGIN_DECLS

typedef struct
{
  char *progress; /* owned */
  gboolean is_quiet;
  gboolean ends_with_null; /* paths of results as they are, each with a NUL behind it */
} GengaReportArguments;

void genga_report_arguments_clear (GengaReportArguments *self);

/* Rows of a GOptionEntry table that fill `arguments`, a GengaReportArguments. */
#define GENGA_REPORT_ENTRIES(arguments)                                                                    \
  { "progress",                                                                                            \
    0,                                                                                                     \
    0,                                                                                                     \
    G_OPTION_ARG_STRING,                                                                                   \
    &(arguments)->progress,                                                                                \
    N_ ("How to report progress: “auto” redraws one line on a terminal and is like “line” "        \
        "elsewhere; “line” prints one line for each finished file; “json” prints one JSON object " \
        "per line on standard output; “none” prints only notices and errors."),                            \
    N_ ("KIND") },                                                                                         \
      { "quiet",                                                                                           \
        'q',                                                                                               \
        0,                                                                                                 \
        G_OPTION_ARG_NONE,                                                                                 \
        &(arguments)->is_quiet,                                                                            \
        N_ ("Print only errors; the results' paths still go to standard output."),                         \
        NULL },                                                                                            \
  {                                                                                                        \
    "null", '0', 0, G_OPTION_ARG_NONE, &(arguments)->ends_with_null,                                       \
        N_ ("End the results' paths with a NUL instead of a line break, and print them "                   \
            "unchanged. Without it, control characters in them are printed as escapes."),                  \
        NULL                                                                                               \
  }

/* The report that the options ask for. Errors: GENGA_ERROR_USAGE. */
GengaReport *genga_report_new (const GengaReportArguments *arguments, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaReportArguments, genga_report_arguments_clear)

G_END_DECLS
