/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-memory.h"
#include "weights/weights-error.h"

#include <string.h>

/* What any stream may take, and what each byte of it adds. Real state dicts take about 8. */
#define BASE_LIMIT ((gsize)4 << 20)
#define LIMIT_PER_BYTE 12
#define MAX_LIMIT ((gsize)512 << 20)

#define CHUNK_SIZE ((gsize)64 * 1024)

struct _GengaPickleChunk
{
  GengaPickleChunk *next;
  gsize size;
  gsize used;
  guint8 data[] __attribute__ ((aligned (16)));
};

gboolean
genga_pickle_fail (GengaPickle *self, const char *what)
{
  if (self->error == NULL)
    genga_weights_broken (&self->error, "pickle: %s at byte %" G_GSIZE_FORMAT, what, self->at);
  return FALSE;
}

gboolean
genga_pickle_account (GengaPickle *self, gsize size)
{
  gsize limit = BASE_LIMIT + MIN (self->at, MAX_LIMIT / LIMIT_PER_BYTE) * LIMIT_PER_BYTE;

  if (size > limit || self->allocated > limit - size)
    return genga_pickle_fail (self, "far more objects than a model has");
  self->allocated += size;
  return TRUE;
}

gpointer
genga_pickle_allocate (GengaPickle *self, gsize size)
{
  GengaPickleChunk *chunk = self->chunks;
  gpointer data;

  size = (size + 15) & ~(gsize)15;
  if (!genga_pickle_account (self, size))
    return NULL;
  if (chunk == NULL || chunk->size - chunk->used < size)
    {
      gsize chunk_size = MAX (size, CHUNK_SIZE);

      chunk = g_malloc0 (sizeof *chunk + chunk_size);
      chunk->size = chunk_size;
      chunk->next = self->chunks;
      self->chunks = chunk;
    }
  data = chunk->data + chunk->used;
  chunk->used += size;
  return data;
}

void
genga_pickle_free_chunks (GengaPickle *self)
{
  while (self->chunks != NULL)
    {
      GengaPickleChunk *next = self->chunks->next;

      g_free (self->chunks);
      self->chunks = next;
    }
}

GengaPickleItems *
genga_pickle_items_new (GengaPickle *self, guint capacity)
{
  GengaPickleItems *items = genga_pickle_allocate (self, sizeof (GengaPickleItems) +
                                                             capacity * sizeof (GengaPickleValue));

  if (items == NULL)
    return NULL;
  items->values = (GengaPickleValue *)(gpointer)(items + 1);
  items->capacity = capacity;
  items->depth = 1;
  return items;
}

static gboolean
make_room (GengaPickle *self, GengaPickleItems *items, guint n)
{
  guint64 capacity = MAX ((guint64)items->n + n, MAX ((guint64)items->capacity * 2, 4));
  GengaPickleValue *values;

  if (items->capacity - items->n >= n)
    return TRUE;
  if (capacity > G_MAXUINT32)
    return genga_pickle_fail (self, "a container is too large");
  values = genga_pickle_allocate (self, capacity * sizeof *values);
  if (values == NULL)
    return FALSE;
  if (items->n > 0)
    memcpy (values, items->values, items->n * sizeof *values);
  items->values = values;
  items->capacity = (guint32)capacity;
  return TRUE;
}

static guint
get_depth (const GengaPickleValue *value)
{
  switch ((guint)value->kind)
    {
    case GENGA_PICKLE_TUPLE:
    case GENGA_PICKLE_LIST:
    case GENGA_PICKLE_SET:
    case GENGA_PICKLE_DICT:
      return value->items->depth;
    default:
      return 0;
    }
}

gboolean
genga_pickle_items_append (GengaPickle *self,
                           GengaPickleItems *items,
                           const GengaPickleValue *values,
                           guint n)
{
  if (!make_room (self, items, n))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      guint depth = get_depth (&values[i]) + 1;

      if (depth > GENGA_PICKLE_MAX_DEPTH)
        return genga_pickle_fail (self, "containers nest too deeply");
      items->depth = (guint16)MAX (items->depth, depth);
      items->values[items->n++] = values[i];
    }
  return TRUE;
}
