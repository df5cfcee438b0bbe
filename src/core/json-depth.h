/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How deep a JSON text goes. Parsers call themselves for each level, so levels are counted before.
 * Thread rule: any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether arrays and objects in it are in no more than `depth` others. Texts that are no JSON may
 * be either. */
gboolean genga_json_is_shallow (const char *data, gsize size, int depth);

G_END_DECLS
