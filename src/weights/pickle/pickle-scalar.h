/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scalars as opcodes. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-machine.h"

G_BEGIN_DECLS

/* What opcodes do; the table in pickle.c says which, and with what argument. */
gboolean genga_pickle_op_bool (GengaPickle *self, guint argument);
gboolean genga_pickle_op_bytes (GengaPickle *self, guint width);
gboolean genga_pickle_op_float (GengaPickle *self, guint argument);
gboolean genga_pickle_op_float_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_int (GengaPickle *self, guint width);
gboolean genga_pickle_op_int_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_long (GengaPickle *self, guint width);
gboolean genga_pickle_op_none (GengaPickle *self, guint argument);
gboolean genga_pickle_op_string (GengaPickle *self, guint width);
gboolean genga_pickle_op_string_line (GengaPickle *self, guint argument);

G_END_DECLS
