/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan in words for people, and as JSON for programs.
 *
 * Thread rule: main thread only.
 */
#pragma once

#include "job/plan/plan.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Prints the plan for `source` to standard output. */
void genga_plan_report_print (const GengaPlan *plan, const char *source);

/* Adds it as an object to an array that `builder` is in. */
void genga_plan_report_add_json (JsonBuilder *builder, const GengaPlan *plan, const char *source);

G_END_DECLS
