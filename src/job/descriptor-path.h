/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are open, by a path: what they are opened by once more, wherever their name leads
 * meanwhile, and what people call them.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Only this process opens `fd` by it. Free with g_free(). */
char *genga_descriptor_path_dup (int fd);

/* A sentence about such a path, quoted whole or by its last part, as one about `name`. */
char *genga_descriptor_path_dup_message (const char *message, const char *path, const char *name);

G_END_DECLS
