/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pickle machine's stream and stack. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* The next `n` bytes, or NULL; a little-endian number of `width` bytes; a line without its end. */
const guint8 *genga_pickle_take (GengaPickle *self, guint64 n);
gboolean genga_pickle_take_number (GengaPickle *self, guint width, guint64 *value);
gboolean genga_pickle_take_line (GengaPickle *self, GengaPickleValue *text);

/*
 * The stack: the uppermost `n` values, which stay where they are (NULL where a mark is in
 * between); the values above the last mark, which is removed; one value in the place of `n`.
 */
gboolean genga_pickle_push (GengaPickle *self, GengaPickleValue value);
GengaPickleValue *genga_pickle_peek (GengaPickle *self, guint n);
gboolean genga_pickle_take_mark (GengaPickle *self, GengaPickleValue **values, guint *n);
gboolean genga_pickle_replace (GengaPickle *self, guint n, GengaPickleValue value);

/* What opcodes do; the table in pickle.c says which, and with what argument. */
gboolean genga_pickle_op_dup (GengaPickle *self, guint argument);
gboolean genga_pickle_op_mark (GengaPickle *self, guint argument);
gboolean genga_pickle_op_pop (GengaPickle *self, guint argument);
gboolean genga_pickle_op_pop_mark (GengaPickle *self, guint argument);
gboolean genga_pickle_op_stop (GengaPickle *self, guint argument);

G_END_DECLS
