/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client's picture as a file of memory, which jobs read as any other file. Thread rule: any
 * thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file of memory with these bytes, or -1 with GENGA_ERROR_OUT_OF_MEMORY. */
int genga_server_image_new_file (gconstpointer bytes, gsize size, GError **error);

/*
 * The same for a PNG, JPEG or WebP whose header can be read. Messages call it `name`. Errors:
 * GENGA_ERROR_INPUT, GENGA_ERROR_OUT_OF_MEMORY (with more than `max_pixels`, too).
 */
int genga_server_image_open (
    gconstpointer bytes, gsize size, guint64 max_pixels, const char *name, GError **error);

G_END_DECLS
