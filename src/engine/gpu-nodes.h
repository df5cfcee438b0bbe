/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Graphics cards as the kernel lists them, of any maker: what can be said without a driver.
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint genga_gpu_nodes_count (void);

/* "AMD GPU (1002:73bf)"; free with g_free(). */
char *genga_gpu_nodes_dup_name (guint index);

G_END_DECLS
