/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text for terminals: columns, wrapped paragraphs, and with core/text.h names that cannot break a
 * line.
 *
 * Thread rule: any thread.
 */
#pragma once

#include "core/text.h"

G_BEGIN_DECLS

/* Columns that one line of UTF-8 takes on a terminal. */
int genga_terminal_get_columns (const char *text);

/* `text`, its end replaced by an ellipsis where it takes more than `columns` (at least 1). */
char *genga_terminal_dup_shortened (const char *text, int columns);

/*
 * Appends `text` to `out`, broken at blanks into lines of at most `width` columns that start with
 * `indent` blanks. Line ends in `text` stay; lines that start with a blank are not broken.
 */
void genga_terminal_append_wrapped (GString *out, const char *text, int indent, int width);

/*
 * Prints a path on standard output: on a line of its own with control characters escaped, so that a
 * name can neither break the line nor speak to the terminal; or as it is with a NUL behind it.
 */
void genga_terminal_print_path (const char *path, gboolean ends_with_null);

/* "3 s", "2:05", "1:02:05"; free with g_free(). */
char *genga_terminal_dup_duration (double seconds);

G_END_DECLS
