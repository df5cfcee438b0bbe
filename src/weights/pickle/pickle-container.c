/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-call.h"
#include "weights/pickle/pickle-container.h"
#include "weights/pickle/pickle-global.h"
#include "weights/pickle/pickle-memory.h"
#include "weights/pickle/pickle-stack.h"

gboolean
genga_pickle_op_empty (GengaPickle *self, guint kind)
{
  GengaPickleItems *items = genga_pickle_items_new (self, 0);

  return items != NULL &&
         genga_pickle_push (self, (GengaPickleValue){ .kind = kind, .items = items });
}

/* Replaces the uppermost `n` values by a container of them. */
static gboolean
collect (GengaPickle *self, guint kind, GengaPickleValue *values, guint n)
{
  GengaPickleItems *items = genga_pickle_items_new (self, n);

  if (kind == GENGA_PICKLE_DICT && n % 2 != 0)
    return genga_pickle_fail (self, "a key without a value");
  if (items == NULL || !genga_pickle_items_append (self, items, values, n))
    return FALSE;
  self->n_stack -= n;
  return genga_pickle_push (self, (GengaPickleValue){ .kind = kind, .items = items });
}

/* TUPLE, LIST, DICT */
gboolean
genga_pickle_op_collect (GengaPickle *self, guint kind)
{
  GengaPickleValue *values;
  guint n;

  return genga_pickle_take_mark (self, &values, &n) && collect (self, kind, values, n);
}

/* TUPLE1, TUPLE2, TUPLE3 */
gboolean
genga_pickle_op_tuple (GengaPickle *self, guint n)
{
  GengaPickleValue *values = genga_pickle_peek (self, n);

  return values != NULL && collect (self, GENGA_PICKLE_TUPLE, values, n);
}

/* Appends the uppermost `n` values to the container of `kind` below them. */
static gboolean
extend (GengaPickle *self, guint kind, guint n)
{
  GengaPickleValue *target = genga_pickle_peek (self, n + 1);

  if (target == NULL)
    return FALSE;
  if (kind == GENGA_PICKLE_DICT && n % 2 != 0)
    return genga_pickle_fail (self, "a key without a value");
  if (target->kind != GENGA_PICKLE_OPAQUE)
    {
      if (target->kind != kind)
        return genga_pickle_fail (self, "an item for something that holds none");
      if (!genga_pickle_items_append (self, target->items, target + 1, n))
        return FALSE;
    }
  self->n_stack -= n;
  return TRUE;
}

/* APPENDS, ADDITEMS, SETITEMS */
gboolean
genga_pickle_op_extend (GengaPickle *self, guint kind)
{
  GengaPickleValue *values;
  guint n;

  return genga_pickle_take_mark (self, &values, &n) && extend (self, kind, n);
}

gboolean
genga_pickle_op_append (GengaPickle *self, guint argument)
{
  return extend (self, GENGA_PICKLE_LIST, 1);
}

gboolean
genga_pickle_op_set_item (GengaPickle *self, guint argument)
{
  return extend (self, GENGA_PICKLE_DICT, 2);
}

gboolean
genga_pickle_op_global (GengaPickle *self, guint argument)
{
  GengaPickleValue module, name, value;

  return genga_pickle_take_line (self, &module) && genga_pickle_take_line (self, &name) &&
         genga_pickle_global (self, &module, &name, &value) && genga_pickle_push (self, value);
}

gboolean
genga_pickle_op_stack_global (GengaPickle *self, guint argument)
{
  GengaPickleValue *values = genga_pickle_peek (self, 2);
  GengaPickleValue value;

  return values != NULL && genga_pickle_global (self, &values[0], &values[1], &value) &&
         genga_pickle_replace (self, 2, value);
}

/* REDUCE, NEWOBJ, NEWOBJ_EX; the last has a dictionary of named arguments, which is dropped. */
gboolean
genga_pickle_op_call (GengaPickle *self, guint n)
{
  GengaPickleValue *values = genga_pickle_peek (self, n);
  GengaPickleValue value;

  return values != NULL && genga_pickle_call (self, &values[0], &values[1], &value) &&
         genga_pickle_replace (self, n, value);
}

/* Attributes for an object: only an OrderedDict's are known to be of no use here. */
gboolean
genga_pickle_op_build (GengaPickle *self, guint argument)
{
  GengaPickleValue *values = genga_pickle_peek (self, 2);

  if (values == NULL)
    return FALSE;
  if (values[0].kind != GENGA_PICKLE_OPAQUE &&
      (values[0].kind != GENGA_PICKLE_DICT || !values[0].items->ordered))
    return genga_pickle_fail (self, "attributes for something that has none");
  self->n_stack--;
  return TRUE;
}

gboolean
genga_pickle_op_persistent (GengaPickle *self, guint argument)
{
  GengaPickleValue *id = genga_pickle_peek (self, 1);
  GengaPickleValue value;

  return id != NULL && genga_pickle_persistent (self, id, &value) &&
         genga_pickle_replace (self, 1, value);
}

gboolean
genga_pickle_op_persistent_line (GengaPickle *self, guint argument)
{
  GengaPickleValue id, value;

  return genga_pickle_take_line (self, &id) && genga_pickle_persistent (self, &id, &value) &&
         genga_pickle_push (self, value);
}
