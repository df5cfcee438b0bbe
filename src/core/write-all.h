/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thread rule: any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All of `data`, where the descriptor stands; FALSE with errno. Blocks. */
gboolean genga_write_all (int fd, gconstpointer data, gsize size);

G_END_DECLS
