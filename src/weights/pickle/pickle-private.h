/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the pickle machine share. */
#pragma once

#include "weights/pickle/pickle.h"

G_BEGIN_DECLS

#define GENGA_PICKLE_MAX_DEPTH 256
#define GENGA_PICKLE_MAX_MARKS 1024
#define GENGA_PICKLE_MAX_STACK (256 * 1024)

/* What a global means to the machine. */
typedef enum
{
  GENGA_PICKLE_ROLE_UNKNOWN,
  GENGA_PICKLE_ROLE_ORDERED_DICT,
  GENGA_PICKLE_ROLE_SIZE,
  GENGA_PICKLE_ROLE_STORAGE,
  GENGA_PICKLE_ROLE_UNTYPED_STORAGE,
  GENGA_PICKLE_ROLE_DTYPE,
  GENGA_PICKLE_ROLE_REBUILD_TENSOR,
  GENGA_PICKLE_ROLE_REBUILD_TENSOR_V2,
  GENGA_PICKLE_ROLE_REBUILD_TENSOR_V3,
  GENGA_PICKLE_ROLE_REBUILD_PARAMETER,
  GENGA_PICKLE_ROLE_REBUILD_FROM_TYPE,
} GengaPickleRole;

struct _GengaPickleGlobal
{
  GengaPickleValue module; /* both strings */
  GengaPickleValue name;
  GengaPickleRole role;
  GengaDType dtype; /* of a storage or a dtype */
};

typedef struct _GengaPickleChunk GengaPickleChunk;

struct _GengaPickle
{
  const guint8 *data;
  gsize size;
  gsize at; /* the next byte */
  gboolean stopped;
  GError *error;

  GengaPickleValue *stack;
  guint n_stack, stack_capacity;
  guint32 marks[GENGA_PICKLE_MAX_MARKS]; /* heights of the stack */
  guint n_marks;
  GengaPickleValue *memo; /* kind NONE with length 1: not set */
  gsize memo_capacity;
  gsize n_memo;

  GengaPickleChunk *chunks;
  gsize allocated;
  GengaPickleStorage *storages;
  GengaPickleValue root;
};

/* All return FALSE (or NULL) and set `error` once. */
gboolean genga_pickle_fail (GengaPickle *self, const char *what);

/* Zeroed memory that lives as long as the machine, within what the bytes read so far allow. */
gpointer genga_pickle_allocate (GengaPickle *self, gsize size);

/* Counts memory of a growing array against the same limit. */
gboolean genga_pickle_account (GengaPickle *self, gsize size);
void genga_pickle_free_chunks (GengaPickle *self);

/* Containers. A new one has room for `capacity` items; appending copies the values. */
GengaPickleItems *genga_pickle_items_new (GengaPickle *self, guint capacity);
gboolean genga_pickle_items_append (GengaPickle *self,
                                    GengaPickleItems *items,
                                    const GengaPickleValue *values,
                                    guint n);

/* A class or function by its two names; sets the malicious error where it is dangerous. */
gboolean genga_pickle_global (GengaPickle *self,
                              const GengaPickleValue *module,
                              const GengaPickleValue *name,
                              GengaPickleValue *out);

/* REDUCE, and NEWOBJ of a class. */
gboolean genga_pickle_call (GengaPickle *self,
                            const GengaPickleValue *callable,
                            const GengaPickleValue *args,
                            GengaPickleValue *out);

/* BINPERSID. */
gboolean
genga_pickle_persistent (GengaPickle *self, const GengaPickleValue *id, GengaPickleValue *out);

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

/* What the opcodes do; the table in pickle.c says which, and with what argument. */
gboolean genga_pickle_op_append (GengaPickle *self, guint argument);
gboolean genga_pickle_op_bool (GengaPickle *self, guint argument);
gboolean genga_pickle_op_build (GengaPickle *self, guint argument);
gboolean genga_pickle_op_bytes (GengaPickle *self, guint width);
gboolean genga_pickle_op_call (GengaPickle *self, guint n);
gboolean genga_pickle_op_collect (GengaPickle *self, guint kind);
gboolean genga_pickle_op_dup (GengaPickle *self, guint argument);
gboolean genga_pickle_op_empty (GengaPickle *self, guint kind);
gboolean genga_pickle_op_extend (GengaPickle *self, guint kind);
gboolean genga_pickle_op_float (GengaPickle *self, guint argument);
gboolean genga_pickle_op_float_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_get (GengaPickle *self, guint width);
gboolean genga_pickle_op_get_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_global (GengaPickle *self, guint argument);
gboolean genga_pickle_op_int (GengaPickle *self, guint width);
gboolean genga_pickle_op_int_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_long (GengaPickle *self, guint width);
gboolean genga_pickle_op_mark (GengaPickle *self, guint argument);
gboolean genga_pickle_op_memoize (GengaPickle *self, guint argument);
gboolean genga_pickle_op_none (GengaPickle *self, guint argument);
gboolean genga_pickle_op_persistent (GengaPickle *self, guint argument);
gboolean genga_pickle_op_persistent_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_pop (GengaPickle *self, guint argument);
gboolean genga_pickle_op_pop_mark (GengaPickle *self, guint argument);
gboolean genga_pickle_op_put (GengaPickle *self, guint width);
gboolean genga_pickle_op_put_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_set_item (GengaPickle *self, guint argument);
gboolean genga_pickle_op_stack_global (GengaPickle *self, guint argument);
gboolean genga_pickle_op_stop (GengaPickle *self, guint argument);
gboolean genga_pickle_op_string (GengaPickle *self, guint width);
gboolean genga_pickle_op_string_line (GengaPickle *self, guint argument);
gboolean genga_pickle_op_tuple (GengaPickle *self, guint n);

G_END_DECLS
