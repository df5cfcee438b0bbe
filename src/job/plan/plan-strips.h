/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Large pictures: whether the result is made in strips, of how many rows, and what memory that
 * takes.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "job/plan/plan-request.h"
#include "job/plan/plan.h"

G_BEGIN_DECLS

/*
 * Once all else of a picture is planned: chooses strips where that takes less memory than
 * `whole_bytes`, which are too many for the options' limit, or for what a picture should take.
 */
void
genga_plan_choose_strips (GengaPlan *self, const GengaPlanRequest *request, double whole_bytes);

/* Memory for the frames of a plan that has strips, and for its encoder, at the most. */
double genga_plan_get_strip_bytes (const GengaPlan *self);

/* With what the process takes besides, where frames are small and there are many of them. */
double genga_plan_add_overhead (double strip_bytes);

G_END_DECLS
