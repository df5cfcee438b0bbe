/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a plan's result goes, and whether it can go there.
 *
 * Thread rule: any thread. Blocks: looks at the target's folder.
 */
#pragma once

#include "job/plan/plan.h"
#include "job/target.h"

G_BEGIN_DECLS

/*
 * Names the result: `wished`, else derived from `source` and, where the options ask for names of a
 * list, `name`. `target` takes the name. Says so where the result is of another kind than its name.
 */
void genga_plan_name_target (GengaPlan *self,
                             GengaReservation *target,
                             const char *source,
                             const char *name,
                             const char *wished);

/* The name that `other`, a plan for the same, has got. */
void genga_plan_take_target (GengaPlan *self, GengaPlan *other);

/*
 * Whether a job may be named as the options want: FALSE with GENGA_ERROR_USAGE where there are too
 * few names in their list.
 */
gboolean genga_plan_check_name (const GengaPlan *self,
                                const char *source,
                                const char *name,
                                const char *wished,
                                GError **error);

/*
 * What can be known before the work (job/target.h); of a folder, which is looked at when it is
 * opened, nothing. Errors: GENGA_ERROR_OUTPUT.
 */
gboolean genga_plan_check_target (const GengaPlan *self, const char *source, GError **error);

G_END_DECLS
