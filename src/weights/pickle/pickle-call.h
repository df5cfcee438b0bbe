/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls in a pickle stream, of which nothing is executed. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* REDUCE, and NEWOBJ of a class. */
gboolean genga_pickle_call (GengaPickle *self,
                            const GengaPickleValue *callable,
                            const GengaPickleValue *args,
                            GengaPickleValue *out);

/* BINPERSID. */
gboolean
genga_pickle_persistent (GengaPickle *self, const GengaPickleValue *id, GengaPickleValue *out);

G_END_DECLS
