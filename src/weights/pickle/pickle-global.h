/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes and functions that a pickle stream names. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* A class or function by its two names; sets the malicious error where it is dangerous. */
gboolean genga_pickle_global (GengaPickle *self,
                              const GengaPickleValue *module,
                              const GengaPickleValue *name,
                              GengaPickleValue *out);

/* "module.name" of a global or an opaque value, fit for a message; free with g_free(). */
char *genga_pickle_dup_global_name (const GengaPickleValue *value);

G_END_DECLS
