/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine offers Genga, in words. Thread rule: any thread. */
#pragma once

#include "job/diagnostics.h"

G_BEGIN_DECLS

/*
 * Calls `func` for every line, section by section. `section` is the translated
 * title of the section, `title` what a line is about, `text` what is to be said of it.
 */
typedef void (*GengaDiagnosticsFunc) (const char *section,
                                      const char *title,
                                      const char *text,
                                      gpointer user_data);
void genga_diagnostics_foreach (const GengaDiagnostics *self,
                                GengaDiagnosticsFunc func,
                                gpointer user_data);

/* All of it as text for a report, with line ends; free with g_free(). */
char *genga_diagnostics_dup_text (const GengaDiagnostics *self);

G_END_DECLS
