/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFactsCache: what is known of the models that an option's value means, each file looked at
 * once in a process for as long as it does not change.
 *
 * Thread rule: one thread at a time, each cache; several caches from several threads.
 */
#pragma once

#include "models/model-facts.h"

G_BEGIN_DECLS

typedef struct _GengaFactsCache GengaFactsCache;

/* Remembers what the values mean for its own life. */
GengaFactsCache *genga_facts_cache_new (void);
void genga_facts_cache_free (GengaFactsCache *self);

/*
 * The facts of the model that `value` means (models/catalogue.h), in the folders of
 * models/model-folders.h; borrowed. Blocks. Errors: GENGA_ERROR_MODEL, also for a file that cannot
 * be used.
 */
const GengaModelFacts *
genga_facts_cache_look_up (GengaFactsCache *self, const char *value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaFactsCache, genga_facts_cache_free)

G_END_DECLS
