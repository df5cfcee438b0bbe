/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that a model file says it is continued in. The name comes out of the model file, which is
 * hostile: it leads nowhere but to a regular file beneath that file's folder. For src/weights only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The content of the file `name`, beneath the folder of the model file `model_path` (NULL: the
 * model lies in memory, and nothing is found). Each part of the name is opened in the folder
 * before it, and no link is followed. Blocks. Errors as those of genga_state_dict_read_companion().
 */
GBytes *genga_companion_read (const char *model_path, const char *name, GError **error);

/* Whether `name` is relative, and no part of it is empty, "." or "..", or has a backslash. */
gboolean genga_companion_is_safe_name (const char *name);

G_END_DECLS
