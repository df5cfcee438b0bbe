/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a file is still what it was when it was opened, and what is said where it is not. */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* All 0 where it can't be read. */
void genga_file_state_look (const char *path, struct stat *state);

/*
 * Whether the file under the name has changed in place. Where another file has the name now, the
 * one that is open is as it was.
 */
gboolean genga_file_state_has_changed (const char *path, const struct stat *before);

/* GENGA_ERROR_INCOMPLETE; FALSE. */
gboolean genga_file_state_set_changed_error (const char *name, GError **error);
gboolean genga_file_state_set_cut_off_error (const char *name, double seconds, GError **error);

G_END_DECLS
