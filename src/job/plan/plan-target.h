/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a plan's result goes, and whether it can go there.
 *
 * Thread rule: any thread. Blocks: looks at the target's folder.
 */
#pragma once

#include "job/plan/plan-request.h"
#include "job/plan/plan.h"
#include "job/target.h"

G_BEGIN_DECLS

/*
 * A plan with a target: the one requested, else derived from the source and
 * `hints`. `target` takes the name. Says so where the result is of
 * another kind than its name.
 *
 * A refused target of a video is no error where an interrupted export may make up for it:
 * `*refusal` is why it is refused then, else NULL; it may be NULL. Errors: those of
 * genga_plan_new(), GENGA_ERROR_USAGE where there are too few names in the list,
 * GENGA_ERROR_EXISTS, GENGA_ERROR_OUTPUT.
 */
GengaPlan *genga_plan_new_with_target (const GengaPlanRequest *request,
                                       const GengaTargetHints *hints,
                                       GengaReservation *target,
                                       GError **refusal,
                                       GError **error);

/*
 * What the result's file would be called if no other job had its name, with the arguments of the
 * request that the plan was made for. NULL: the name is one of a list, and was not handed out.
 */
char *genga_plan_dup_name (const GengaPlan *self,
                           GengaOptions *options,
                           const char *source,
                           const char *requested,
                           const GengaTargetHints *hints);

/* The name that `other`, a plan for the same, has got. */
void genga_plan_take_target (GengaPlan *self, GengaPlan *other);

G_END_DECLS
