/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which installed model fits a source: the catalogue's rules.
 *
 *   "rules": [ { "name": TEXT, "if": { MEASURE: [ lowest or null, highest or null ] },
 *                "take": [ { "model": NAME } or { "tags": [ TEXT ] } ] } ]
 *
 * The first rule all of whose ranges hold a source's measures (models/match/source-look.h; highest
 * itself is outside) is taken; of its choices the first that is installed. A choice is a model, by
 * its id or its file's stem, or any model of the catalogue that has all of the tags, in the
 * catalogue's order.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "models/catalogue/offer-list.h"
#include "models/facts-cache.h"
#include "models/match/source-look.h"

G_BEGIN_DECLS

typedef struct
{
  char *path; /* of the model's file */
  char *name; /* of the model, for people */
  char *rule; /* the rule's name */
} GengaMatch;

void genga_match_clear (GengaMatch *self);

/*
 * Chooses among the models in `folders` that can be used. A model that does not enlarge is passed
 * over unless `scale`, the one that is wanted (0: any), is 1. Blocks. Errors: GENGA_ERROR_MODEL
 * where the rules cannot be used, or nothing of what they name is there.
 */
gboolean genga_match_choose (GengaOfferList *offers,
                             const char *const *folders,
                             GengaFactsCache *models,
                             const GengaSourceLook *look,
                             int scale,
                             GengaMatch *match,
                             GError **error);

/* What a rule says of a source, translated: "a drawing with compression artefacts". */
const char *genga_match_get_words (const char *rule);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GengaMatch, genga_match_clear)

G_END_DECLS
