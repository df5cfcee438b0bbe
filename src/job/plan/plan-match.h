/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The model “match”: which of the installed models fits the source.
 *
 * Thread rule: any thread. Blocks: reads the source's first frames, once for as long as the file
 * does not change.
 */
#pragma once

#include "job/plan/plan-request.h"
#include "job/plan/plan.h"
#include "models/match/source-look.h"

G_BEGIN_DECLS

/*
 * Puts the model that “match” means for this source into the plan's options, and says so in a
 * notice; where they name another model, nothing is done. A picture is looked at as a whole, of a
 * video one frame in twelve of the first hundred, those that show nothing left out.
 *
 * Errors: those of the source, GENGA_ERROR_MODEL.
 */
gboolean genga_plan_match_model (GengaPlan *self, const GengaPlanRequest *request, GError **error);

/* What is measured of a source for that. Errors: those of opening and reading it. */
gboolean genga_plan_match_look (const char *path,
                                GengaOptions *options,
                                GengaSourceLook *look,
                                GError **error);

/* Plans read nothing of a source of which that is known: it may have been found out elsewhere. */
gboolean genga_plan_match_knows (const char *path, GengaOptions *options);
void
genga_plan_match_remember (const char *path, GengaOptions *options, const GengaSourceLook *look);

G_END_DECLS
