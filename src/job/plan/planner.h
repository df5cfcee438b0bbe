/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes plans of what is known before the work: headers, options, models and devices.
 *
 * Thread rule: any thread, on the caller's objects. Blocks: looks at the model's file.
 */
#pragma once

#include "job/plan/plan-request.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

/*
 * Errors: GENGA_ERROR_USAGE, _MODEL, _OUTPUT (a format that cannot hold the result), _INPUT (too
 * large).
 */
GengaPlan *genga_plan_new (const GengaPlanRequest *request, GError **error);

G_END_DECLS
