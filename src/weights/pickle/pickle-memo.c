/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-memo.h"
#include "weights/pickle/pickle-memory.h"
#include "weights/pickle/pickle-stack.h"

/* Writers number from 0 without gaps, so a number beyond the bytes read so far is a lie. */
static gboolean
memoize (GengaPickle *self, guint64 index)
{
  GengaPickleValue *top = genga_pickle_peek (self, 1);

  if (top == NULL)
    return FALSE;
  if (index >= self->at)
    return genga_pickle_fail (self, "a false memo number");
  if (index >= self->memo_capacity)
    {
      gsize capacity = MAX (MAX (index + 1, self->memo_capacity * 2), 64);

      if (!genga_pickle_account (self, (capacity - self->memo_capacity) * sizeof *top))
        return FALSE;
      self->memo = g_renew (GengaPickleValue, self->memo, capacity);
      for (gsize i = self->memo_capacity; i < capacity; i++)
        self->memo[i] = (GengaPickleValue){ .kind = GENGA_PICKLE_NONE, .length = 1 };
      self->memo_capacity = capacity;
    }
  if (self->memo[index].kind == GENGA_PICKLE_NONE && self->memo[index].length == 1)
    self->n_memo++;
  self->memo[index] = *top;
  return TRUE;
}

static gboolean
recall (GengaPickle *self, guint64 index)
{
  if (index >= self->memo_capacity ||
      (self->memo[index].kind == GENGA_PICKLE_NONE && self->memo[index].length == 1))
    return genga_pickle_fail (self, "an unset memo number");
  return genga_pickle_push (self, self->memo[index]);
}

gboolean
genga_pickle_op_put (GengaPickle *self, guint width)
{
  guint64 index;

  return genga_pickle_take_number (self, width, &index) && memoize (self, index);
}

gboolean
genga_pickle_op_get (GengaPickle *self, guint width)
{
  guint64 index;

  return genga_pickle_take_number (self, width, &index) && recall (self, index);
}

static gboolean
take_index_line (GengaPickle *self, guint64 *index)
{
  GengaPickleValue line;

  if (!genga_pickle_take_line (self, &line))
    return FALSE;
  *index = 0;
  for (guint i = 0; i < line.length; i++)
    {
      if (!g_ascii_isdigit (line.bytes[i]) || i > 9)
        return genga_pickle_fail (self, "a false memo number");
      *index = *index * 10 + (guint64)(line.bytes[i] - '0');
    }
  return line.length > 0 || genga_pickle_fail (self, "a false memo number");
}

gboolean
genga_pickle_op_put_line (GengaPickle *self, guint argument)
{
  guint64 index;

  return take_index_line (self, &index) && memoize (self, index);
}

gboolean
genga_pickle_op_get_line (GengaPickle *self, guint argument)
{
  guint64 index;

  return take_index_line (self, &index) && recall (self, index);
}

gboolean
genga_pickle_op_memoize (GengaPickle *self, guint argument)
{
  return memoize (self, self->n_memo);
}
