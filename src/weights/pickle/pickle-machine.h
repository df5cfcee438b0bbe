/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pickle machine's inside. For src/weights/pickle only. */
#pragma once

#include "weights/pickle/pickle-value.h"

G_BEGIN_DECLS

typedef struct _GengaPickle GengaPickle;

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

G_END_DECLS
