/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines for people, on standard error. On a terminal the last one is redrawn while a picture is
 * worked on. Thread rule: main context only.
 */
#pragma once

#include "cli/report.h"

G_BEGIN_DECLS

/* `is_live` redraws a line; `tells_finished`: one stays for each picture that is done. */
GengaReport *
genga_report_line_new (gboolean is_live, gboolean tells_finished, gboolean ends_with_null);

G_END_DECLS
