/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-call.h"
#include "weights/pickle/pickle-memory.h"

static void
set_opaque (GengaPickleValue *out, const GengaPickleGlobal *global)
{
  *out = (GengaPickleValue){ .kind = GENGA_PICKLE_OPAQUE, .global = global };
}

/* Python 2 wrote an OrderedDict with its items: a list of pairs. */
static gboolean
fill_ordered_dict (GengaPickle *self, GengaPickleItems *dict, const GengaPickleValue *pairs)
{
  if (pairs->kind != GENGA_PICKLE_LIST)
    return genga_pickle_fail (self, "false arguments of OrderedDict");
  for (guint i = 0; i < pairs->items->n; i++)
    {
      const GengaPickleValue *pair = &pairs->items->values[i];

      if ((pair->kind != GENGA_PICKLE_LIST && pair->kind != GENGA_PICKLE_TUPLE) ||
          pair->items->n != 2)
        return genga_pickle_fail (self, "false arguments of OrderedDict");
      if (!genga_pickle_items_append (self, dict, pair->items->values, 2))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_ordered_dict (GengaPickle *self, const GengaPickleItems *args, GengaPickleValue *out)
{
  GengaPickleItems *dict = genga_pickle_items_new (self, 0);

  if (dict == NULL)
    return FALSE;
  if (args->n > 1)
    return genga_pickle_fail (self, "false arguments of OrderedDict");
  dict->ordered = TRUE;
  *out = (GengaPickleValue){ .kind = GENGA_PICKLE_DICT, .items = dict };
  return args->n == 0 || fill_ordered_dict (self, dict, &args->values[0]);
}

/* (storage, offset, size, stride[, requires_grad, hooks[, dtype][, metadata]]) */
static gboolean
make_tensor (GengaPickle *self,
             const GengaPickleGlobal *function,
             const GengaPickleItems *args,
             GengaPickleValue *out)
{
  gboolean has_dtype = function->role == GENGA_PICKLE_ROLE_REBUILD_TENSOR_V3;
  guint n_min = function->role == GENGA_PICKLE_ROLE_REBUILD_TENSOR ? 4 : has_dtype ? 7 : 6;
  const GengaPickleValue *values = args->values;
  GengaPickleTensor *tensor;

  if (args->n < n_min || args->n > n_min + 1)
    return genga_pickle_fail (self, "false arguments of a tensor");
  if (values[0].kind == GENGA_PICKLE_OPAQUE)
    {
      *out = values[0];
      return TRUE;
    }
  if (values[0].kind != GENGA_PICKLE_STORAGE || values[1].kind != GENGA_PICKLE_INT ||
      values[2].kind != GENGA_PICKLE_TUPLE || values[3].kind != GENGA_PICKLE_TUPLE ||
      (has_dtype && values[6].kind != GENGA_PICKLE_GLOBAL) ||
      (!has_dtype && values[0].storage->is_untyped))
    return genga_pickle_fail (self, "false arguments of a tensor");
  if (has_dtype && values[6].global->role != GENGA_PICKLE_ROLE_DTYPE)
    {
      set_opaque (out, values[6].global);
      return TRUE;
    }

  tensor = genga_pickle_allocate (self, sizeof *tensor);
  if (tensor == NULL)
    return FALSE;
  tensor->storage = values[0].storage;
  tensor->dtype = has_dtype ? values[6].global->dtype : tensor->storage->dtype;
  tensor->offset = values[1].integer;
  tensor->shape = values[2].items;
  tensor->strides = values[3].items;
  *out = (GengaPickleValue){ .kind = GENGA_PICKLE_TENSOR, .tensor = tensor };
  return TRUE;
}

/* (data, requires_grad, hooks[, state]): a parameter is its tensor. */
static gboolean
make_parameter (GengaPickle *self,
                const GengaPickleGlobal *function,
                const GengaPickleItems *args,
                GengaPickleValue *out)
{
  if (args->n == 0 ||
      (args->values[0].kind != GENGA_PICKLE_TENSOR && args->values[0].kind != GENGA_PICKLE_OPAQUE))
    return genga_pickle_fail (self, "false arguments of a parameter");
  *out = args->values[0];
  return TRUE;
}

static gboolean
make_size (GengaPickle *self, const GengaPickleItems *args, GengaPickleValue *out)
{
  if (args->n != 1 || args->values[0].kind != GENGA_PICKLE_TUPLE)
    return genga_pickle_fail (self, "false arguments of a size");
  *out = args->values[0];
  return TRUE;
}

static gboolean
call_global (GengaPickle *self,
             const GengaPickleGlobal *global,
             const GengaPickleItems *args,
             GengaPickleValue *out)
{
  switch (global->role)
    {
    case GENGA_PICKLE_ROLE_ORDERED_DICT:
      return make_ordered_dict (self, args, out);
    case GENGA_PICKLE_ROLE_SIZE:
      return make_size (self, args, out);
    case GENGA_PICKLE_ROLE_REBUILD_TENSOR:
    case GENGA_PICKLE_ROLE_REBUILD_TENSOR_V2:
    case GENGA_PICKLE_ROLE_REBUILD_TENSOR_V3:
      return make_tensor (self, global, args, out);
    case GENGA_PICKLE_ROLE_REBUILD_PARAMETER:
      return make_parameter (self, global, args, out);
    case GENGA_PICKLE_ROLE_UNKNOWN:
    case GENGA_PICKLE_ROLE_STORAGE:
    case GENGA_PICKLE_ROLE_UNTYPED_STORAGE:
    case GENGA_PICKLE_ROLE_DTYPE:
    case GENGA_PICKLE_ROLE_REBUILD_FROM_TYPE:
    default:
      set_opaque (out, global);
      return TRUE;
    }
}

/* (function, type, its arguments, state): calls it, and the state is none of a network's. */
static gboolean
call_from_type (GengaPickle *self, const GengaPickleItems *args, GengaPickleValue *out)
{
  if (args->n != 4 || args->values[0].kind != GENGA_PICKLE_GLOBAL ||
      args->values[2].kind != GENGA_PICKLE_TUPLE)
    return genga_pickle_fail (self, "false arguments of a tensor");
  return call_global (self, args->values[0].global, args->values[2].items, out);
}

gboolean
genga_pickle_call (GengaPickle *self,
                   const GengaPickleValue *callable,
                   const GengaPickleValue *args,
                   GengaPickleValue *out)
{
  if (args->kind != GENGA_PICKLE_TUPLE)
    return genga_pickle_fail (self, "arguments that are no tuple");
  if (callable->kind == GENGA_PICKLE_OPAQUE)
    {
      *out = *callable;
      return TRUE;
    }
  if (callable->kind != GENGA_PICKLE_GLOBAL)
    return genga_pickle_fail (self, "a call of something that is no function");
  if (callable->global->role == GENGA_PICKLE_ROLE_REBUILD_FROM_TYPE)
    return call_from_type (self, args->items, out);
  return call_global (self, callable->global, args->items, out);
}

/* (view key, offset, size) of the legacy form, or None. */
static gboolean
read_view (GengaPickle *self, GengaPickleStorage *storage, const GengaPickleValue *view)
{
  const GengaPickleValue *values;

  if (view->kind == GENGA_PICKLE_NONE)
    return TRUE;
  if (view->kind != GENGA_PICKLE_TUPLE || view->items->n != 3)
    return genga_pickle_fail (self, "false view of a storage");
  values = view->items->values;
  if (values[1].kind != GENGA_PICKLE_INT || values[2].kind != GENGA_PICKLE_INT ||
      values[1].integer < 0 || values[2].integer < 0 || values[1].integer > storage->n ||
      values[2].integer > storage->n - values[1].integer)
    return genga_pickle_fail (self, "false view of a storage");
  storage->view_offset = values[1].integer;
  storage->view_n = values[2].integer;
  return TRUE;
}

/* ('storage', type, key, location, n[, view]); the location is where it was, not where it is. */
static gboolean
make_storage (GengaPickle *self, const GengaPickleItems *id, GengaPickleValue *out)
{
  const GengaPickleValue *values = id->values;
  const GengaPickleGlobal *type;
  GengaPickleStorage *storage;
  gint64 size;

  if (id->n < 5 || id->n > 6 || values[1].kind != GENGA_PICKLE_GLOBAL ||
      values[2].kind != GENGA_PICKLE_STRING || values[4].kind != GENGA_PICKLE_INT)
    return genga_pickle_fail (self, "false storage");
  type = values[1].global;
  if (type->role != GENGA_PICKLE_ROLE_STORAGE && type->role != GENGA_PICKLE_ROLE_UNTYPED_STORAGE)
    {
      set_opaque (out, type);
      return TRUE;
    }
  storage = genga_pickle_allocate (self, sizeof *storage);
  if (storage == NULL)
    return FALSE;
  storage->key = values[2];
  storage->is_untyped = type->role == GENGA_PICKLE_ROLE_UNTYPED_STORAGE;
  storage->dtype = type->dtype;
  storage->n = storage->view_n = values[4].integer;
  if (storage->n < 0 ||
      __builtin_mul_overflow (storage->n, (gint64)genga_dtype_get_size (storage->dtype), &size))
    return genga_pickle_fail (self, "false size of a storage");
  storage->next = self->storages;
  self->storages = storage;
  *out = (GengaPickleValue){ .kind = GENGA_PICKLE_STORAGE, .storage = storage };
  return id->n < 6 || read_view (self, storage, &values[5]);
}

gboolean
genga_pickle_persistent (GengaPickle *self, const GengaPickleValue *id, GengaPickleValue *out)
{
  static const GengaPickleGlobal foreign = {
    .module = { .kind = GENGA_PICKLE_STRING, .bytes = "" },
    .name = { .kind = GENGA_PICKLE_STRING, .length = 17, .bytes = "persistent object" },
  };

  if (id->kind == GENGA_PICKLE_TUPLE && id->items->n > 0 &&
      genga_pickle_is_string (&id->items->values[0], "storage"))
    return make_storage (self, id->items, out);
  set_opaque (out, &foreign);
  return TRUE;
}
