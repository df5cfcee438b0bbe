/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memo as opcodes. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* What opcodes do; the table in pickle.c says which, and with what argument. */
gboolean genga_pickle_op_get (GengaPickle *self, guint width);
gboolean genga_pickle_op_get_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_memoize (GengaPickle *self, guint argument);
gboolean genga_pickle_op_put (GengaPickle *self, guint width);
gboolean genga_pickle_op_put_line (GengaPickle *self, guint argument);

G_END_DECLS
