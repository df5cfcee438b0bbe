/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of paths in files.
 *
 * Thread rule: any thread. Blocks.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The paths of a list, as bytes: each ends with a NUL byte where there is one in the file, else
 * with its line; empty ones are none. `file` “-” is standard input. At most 256 MiB are read.
 * Errors: GENGA_ERROR_INPUT. Free with g_strfreev().
 */
char **genga_path_list_read (const char *file, GError **error);

G_END_DECLS
