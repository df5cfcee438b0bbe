/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of names for results: one name a line, in the order of the pictures.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/options.h"

G_BEGIN_DECLS

/*
 * The names of a list, without the picture formats' endings; blanks around them and empty lines at
 * the end do not count. Free with g_strfreev(). Errors, all GENGA_ERROR_USAGE: there is none, a
 * line in between is empty, a name is none for a file, or is there twice.
 */
char **genga_name_list_parse (const char *text, GError **error);

/*
 * Parses the options' list for `n` pictures, of which there must be as many names at least. Where
 * the options do not ask for a list, `names` becomes NULL.
 */
gboolean
genga_name_list_from_options (GengaOptions *options, guint n, char ***names, GError **error);

G_END_DECLS
