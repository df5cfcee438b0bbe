/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the file arguments of a command come to: files as they are, folders as their pictures.
 *
 * Thread rule: main thread only. Reads folders and, where a name says nothing, the beginnings of
 * files.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *path;
  gboolean is_skipped; /* a file of a folder that is left out: `error` says why */
  GError *error;       /* why there is nothing to do here; NULL: a source */
} GengaInput;

/*
 * A folder's pictures come sorted as people count ("2.png" before "10.png"), without its
 * subfolders and hidden files. Whether a file is a picture is told by its name or, where that is
 * of no known kind, by its content. A folder that cannot be read or has no picture is an input
 * with an error (GENGA_ERROR_INPUT). Stops early after an interrupt (cli/interrupt.h).
 *
 * Array of GengaInput; free with g_ptr_array_unref().
 */
GPtrArray *genga_inputs_expand (char **arguments);

G_END_DECLS
