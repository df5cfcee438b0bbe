/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that came from outside, as people may see it: names that cannot break a line.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * `text` as one line of valid UTF-8: control characters are written as escapes ("\n", "\x1b").
 * Free with g_free().
 */
char *genga_text_dup_line (const char *text);

/* A path, and its last part only, as people may see it: valid UTF-8, one line. */
char *genga_text_dup_path (const char *path);
char *genga_text_dup_name (const char *path);

G_END_DECLS
