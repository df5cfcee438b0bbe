/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle.h"
#include "weights/pickle/pickle-container.h"
#include "weights/pickle/pickle-memo.h"
#include "weights/pickle/pickle-memory.h"
#include "weights/pickle/pickle-scalar.h"
#include "weights/pickle/pickle-stack.h"
#include "weights/weights-error.h"

#include <string.h>

#define MAX_STREAM_SIZE ((gsize)256 << 20)
#define MAX_PROTOCOL 5
#define FIRST_STACK 256

static gboolean
op_proto (GengaPickle *self, guint argument)
{
  guint64 protocol;

  if (!genga_pickle_take_number (self, 1, &protocol))
    return FALSE;
  return protocol <= MAX_PROTOCOL || genga_pickle_fail (self, "an unknown protocol");
}

/* Frames only help readers that read from a pipe. */
static gboolean
op_frame (GengaPickle *self, guint argument)
{
  guint64 length;

  if (!genga_pickle_take_number (self, 8, &length))
    return FALSE;
  return length <= self->size - self->at || genga_pickle_fail (self, "a frame past the end");
}

/* The accepted opcodes; everything else refuses the stream. */
static const struct
{
  gboolean (*run) (GengaPickle *self, guint argument);
  guint argument;
} operations[256] = {
  [0x80] = { op_proto },
  [0x95] = { op_frame },
  ['.'] = { genga_pickle_op_stop },
  ['('] = { genga_pickle_op_mark },
  ['0'] = { genga_pickle_op_pop },
  ['1'] = { genga_pickle_op_pop_mark },
  ['2'] = { genga_pickle_op_dup },
  ['N'] = { genga_pickle_op_none },
  [0x88] = { genga_pickle_op_bool, 1 },
  [0x89] = { genga_pickle_op_bool, 0 },
  ['I'] = { genga_pickle_op_int_line },
  ['L'] = { genga_pickle_op_int_line },
  ['J'] = { genga_pickle_op_int, 4 },
  ['K'] = { genga_pickle_op_int, 1 },
  ['M'] = { genga_pickle_op_int, 2 },
  [0x8a] = { genga_pickle_op_long, 1 },
  [0x8b] = { genga_pickle_op_long, 4 },
  ['F'] = { genga_pickle_op_float_line },
  ['G'] = { genga_pickle_op_float },
  ['V'] = { genga_pickle_op_string_line },
  ['X'] = { genga_pickle_op_string, 4 },
  ['T'] = { genga_pickle_op_string, 4 },
  ['U'] = { genga_pickle_op_string, 1 },
  [0x8c] = { genga_pickle_op_string, 1 },
  [0x8d] = { genga_pickle_op_string, 8 },
  ['B'] = { genga_pickle_op_bytes, 4 },
  ['C'] = { genga_pickle_op_bytes, 1 },
  [0x8e] = { genga_pickle_op_bytes, 8 },
  ['}'] = { genga_pickle_op_empty, GENGA_PICKLE_DICT },
  [']'] = { genga_pickle_op_empty, GENGA_PICKLE_LIST },
  [')'] = { genga_pickle_op_empty, GENGA_PICKLE_TUPLE },
  [0x8f] = { genga_pickle_op_empty, GENGA_PICKLE_SET },
  ['d'] = { genga_pickle_op_collect, GENGA_PICKLE_DICT },
  ['l'] = { genga_pickle_op_collect, GENGA_PICKLE_LIST },
  ['t'] = { genga_pickle_op_collect, GENGA_PICKLE_TUPLE },
  [0x85] = { genga_pickle_op_tuple, 1 },
  [0x86] = { genga_pickle_op_tuple, 2 },
  [0x87] = { genga_pickle_op_tuple, 3 },
  ['a'] = { genga_pickle_op_append },
  ['e'] = { genga_pickle_op_extend, GENGA_PICKLE_LIST },
  ['s'] = { genga_pickle_op_set_item },
  ['u'] = { genga_pickle_op_extend, GENGA_PICKLE_DICT },
  [0x90] = { genga_pickle_op_extend, GENGA_PICKLE_SET },
  ['q'] = { genga_pickle_op_put, 1 },
  ['r'] = { genga_pickle_op_put, 4 },
  ['p'] = { genga_pickle_op_put_line },
  [0x94] = { genga_pickle_op_memoize },
  ['h'] = { genga_pickle_op_get, 1 },
  ['j'] = { genga_pickle_op_get, 4 },
  ['g'] = { genga_pickle_op_get_line },
  ['c'] = { genga_pickle_op_global },
  [0x93] = { genga_pickle_op_stack_global },
  ['R'] = { genga_pickle_op_call, 2 },
  [0x81] = { genga_pickle_op_call, 2 },
  [0x92] = { genga_pickle_op_call, 3 },
  ['b'] = { genga_pickle_op_build },
  ['Q'] = { genga_pickle_op_persistent },
  ['P'] = { genga_pickle_op_persistent_line },
};

static gboolean
run (GengaPickle *self)
{
  while (!self->stopped)
    {
      const guint8 *opcode = genga_pickle_take (self, 1);

      if (opcode == NULL)
        return FALSE;
      if (operations[*opcode].run == NULL)
        return genga_pickle_fail (self, "an opcode that no model needs");
      if (!operations[*opcode].run (self, operations[*opcode].argument))
        return FALSE;
    }
  return TRUE;
}

GengaPickle *
genga_pickle_parse (const guint8 *data, gsize size, GError **error)
{
  GengaPickle *self = g_new0 (GengaPickle, 1);

  self->data = data;
  self->size = MIN (size, MAX_STREAM_SIZE);
  self->stack = g_new (GengaPickleValue, FIRST_STACK);
  self->stack_capacity = FIRST_STACK;
  if (!run (self))
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      genga_pickle_free (self);
      return NULL;
    }
  g_clear_pointer (&self->stack, g_free);
  g_clear_pointer (&self->memo, g_free);
  return self;
}

void
genga_pickle_free (GengaPickle *self)
{
  genga_pickle_free_chunks (self);
  g_free (self->stack);
  g_free (self->memo);
  g_clear_error (&self->error);
  g_free (self);
}

const GengaPickleValue *
genga_pickle_get_root (GengaPickle *self)
{
  return &self->root;
}

gsize
genga_pickle_get_length (GengaPickle *self)
{
  return self->at;
}

GengaPickleStorage *
genga_pickle_get_storages (GengaPickle *self)
{
  return self->storages;
}

const GengaPickleValue *
genga_pickle_lookup (const GengaPickleValue *dict, const char *key)
{
  const GengaPickleItems *items = dict->items;

  for (guint i = items->n; i >= 2; i -= 2)
    {
      if (genga_pickle_is_string (&items->values[i - 2], key))
        return &items->values[i - 1];
    }
  return NULL;
}
