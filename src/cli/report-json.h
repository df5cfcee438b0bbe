/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON lines for programs, on standard output: one object per event. The manual lists events and
 * members. Thread rule: main context only.
 */
#pragma once

#include "cli/report.h"

G_BEGIN_DECLS

GengaReport *genga_report_json_new (void);

G_END_DECLS
