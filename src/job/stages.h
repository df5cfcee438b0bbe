/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pipeline of three named threads of this process.
 *
 *   jobs -> "read" =queue= "work" =queue= "write" -> results
 *
 * Where several devices share files (engine/device-list.h), there are as many threads that work,
 * each with a queue of its own, and a job goes to the one with the fewest under way.
 */
#pragma once

#include "job/pipeline-class.h"

G_BEGIN_DECLS

/* `taken`: paths that no job gets for its result, as others have them; NULL: none. Copied. */
GengaPipeline *genga_stages_new (const char *const *taken);

G_END_DECLS
