/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading whole files. For src/weights only. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Reads `size` bytes, or less where the file ends before. Errors: GENGA_ERROR_INPUT with the
 * system's words.
 */
gboolean
genga_weights_read_part (int fd, guint8 *buffer, gsize size, gsize *n_read, GError **error);

/*
 * The content of a regular file, read and not mapped: a mapping of a file that somebody shortens
 * ends the program. `fd` stays open. Errors: GENGA_ERROR_INPUT, GENGA_ERROR_OUT_OF_MEMORY.
 */
GBytes *genga_weights_read_fd (int fd, GError **error);

G_END_DECLS
