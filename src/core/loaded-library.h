/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which builds of shared libraries this process has. Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Of each library in memory whose file's name begins with one of `prefixes` (NULL at the end), that
 * name and its build id, which no other build has: "libx264.so.164 1c4f…"; without an id, the name
 * alone. Sorted; free with g_strfreev().
 */
char **genga_loaded_library_list (const char *const *prefixes);

G_END_DECLS
