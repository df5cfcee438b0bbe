/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory and containers of the pickle machine. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* All return FALSE (or NULL) and set `error` once. */
gboolean genga_pickle_fail (GengaPickle *self, const char *what);

/* Zeroed memory that lives as long as the machine, within what the bytes read so far allow. */
gpointer genga_pickle_allocate (GengaPickle *self, gsize size);

/* Counts memory of a growing array against the same limit. */
gboolean genga_pickle_account (GengaPickle *self, gsize size);
void genga_pickle_free_chunks (GengaPickle *self);

/* Containers. A new one has room for `capacity` items; appending copies the values. */
GengaPickleItems *genga_pickle_items_new (GengaPickle *self, guint capacity);
gboolean genga_pickle_items_append (GengaPickle *self,
                                    GengaPickleItems *items,
                                    const GengaPickleValue *values,
                                    guint n);

G_END_DECLS
