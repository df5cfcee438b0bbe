/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What PNG has no chunk for, or had none for long, as ImageMagick and exiftool put it into text: a
 * chunk named "Raw profile type NAME" whose text has a name, a size and the bytes in hexadecimal
 * digits.
 *
 * Untrusted bytes; pure functions; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The text of such a chunk. */
GBytes *genga_raw_profile_write (const char *name, GBytes *profile);

/*
 * Of a whole tEXt or zTXt chunk: the profile and its name (free with g_free()); NULL: it is none,
 * it is broken, or larger than a few MiB.
 */
GBytes *genga_raw_profile_read (const guint8 *chunk, gsize size, char **name);

G_END_DECLS
