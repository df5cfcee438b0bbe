/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that have ended processes which read them: after the second time they are left alone, until
 * they change. Thread rule: any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The file, as it is now, has ended a process. */
void genga_reader_deaths_add (const char *path);

/* FALSE with GENGA_ERROR_INPUT for a file that is left alone. */
gboolean genga_reader_deaths_allow (const char *path, GError **error);

G_END_DECLS
