/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a script of tests/oracle on many cases at once: what somebody else's program makes of the
 * same input. The script gets a folder with a file "cases", one line of words per case, and for
 * case N the input N.in; it writes N.out.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Oracle Oracle;

/* NULL where there is no Python with Pillow; the running test is then marked as skipped. */
Oracle *oracle_new (const char *script);
void oracle_free (Oracle *self);

/* Adds a case and answers its number. */
int oracle_add (Oracle *self, const void *input, gsize size, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
void oracle_run (Oracle *self);

/* What the script wrote, which must be `size` bytes (0 = any); free with g_free(). */
gpointer oracle_dup_output (Oracle *self, int number, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Oracle, oracle_free)

G_END_DECLS
