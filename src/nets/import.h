/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks that a file describes node by node: which translator makes the graph, and the words in
 * which translators refuse. For src/nets only.
 *
 * A format is one GengaArch (nets/arch.h) with `translate` in place of `read` and `build`, and a
 * row in the table of import.c. genga_net_spec_detect() and genga_net_build() do the rest: nothing
 * else has to know the format.
 */
#pragma once

#include "nets/arch.h"
#include "weights/state-dict.h"

G_BEGIN_DECLS

/* The translator for nodes of a kind; NULL: there is none. */
const GengaArch *genga_import_lookup (GengaNodesKind kind);

/*
 * Refuses a node, with the reason as a translated part of a sentence without full stop: "Node
 * “/up/Resize” (Resize) can't be translated: ...". `name` may be NULL or empty; name and operator
 * come as they stand in the file. Always FALSE, GENGA_ERROR_MODEL.
 */
gboolean genga_import_refuse (GError **error,
                              const char *name,
                              const char *operator_name,
                              const char *reason,
                              ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
