/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the readers of model files say what is wrong. For src/weights only.
 *
 * All of them return FALSE and, where nothing else is said, set GENGA_ERROR_MODEL. The sentences
 * name no file: genga_state_dict_load() puts the file's name in front, once.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A sentence as it is, translated by the caller. */
gboolean genga_weights_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/*
 * "The file is damaged", with a technical detail for the bug report. The detail is not
 * translated.
 */
gboolean genga_weights_broken (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* "The file is not safe": it names a Python function (`what`) that no model needs. */
gboolean genga_weights_malicious (GError **error, const char *what);

/* GENGA_ERROR_OUT_OF_MEMORY. */
gboolean genga_weights_no_memory (GError **error);

/*
 * A name out of a hostile file for use in a message: valid UTF-8, without control characters, cut
 * to a readable length. Free with g_free().
 */
char *genga_weights_quote (const char *text, gsize length);

G_END_DECLS
