/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers, globals and calls as opcodes. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* What opcodes do; the table in pickle.c says which, and with what argument. */
gboolean genga_pickle_op_append (GengaPickle *self, guint argument);
gboolean genga_pickle_op_build (GengaPickle *self, guint argument);
gboolean genga_pickle_op_call (GengaPickle *self, guint n);
gboolean genga_pickle_op_collect (GengaPickle *self, guint kind);
gboolean genga_pickle_op_empty (GengaPickle *self, guint kind);
gboolean genga_pickle_op_extend (GengaPickle *self, guint kind);
gboolean genga_pickle_op_global (GengaPickle *self, guint argument);
gboolean genga_pickle_op_persistent (GengaPickle *self, guint argument);
gboolean genga_pickle_op_persistent_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_set_item (GengaPickle *self, guint argument);
gboolean genga_pickle_op_stack_global (GengaPickle *self, guint argument);
gboolean genga_pickle_op_tuple (GengaPickle *self, guint n);

G_END_DECLS
