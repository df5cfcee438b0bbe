/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-memory.h"
#include "weights/pickle/pickle-stack.h"

#include <string.h>

#define MAX_LINE_LENGTH 4096

/* The next `n` bytes, or NULL. */
const guint8 *
genga_pickle_take (GengaPickle *self, guint64 n)
{
  const guint8 *p = self->data + self->at;

  if (n > self->size - self->at)
    {
      genga_pickle_fail (self, "the stream ends too early");
      return NULL;
    }
  self->at += n;
  return p;
}

/* A little-endian number of `width` bytes. */
gboolean
genga_pickle_take_number (GengaPickle *self, guint width, guint64 *value)
{
  const guint8 *p = genga_pickle_take (self, width);

  if (p == NULL)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < width; i++)
    *value |= (guint64)p[i] << (8 * i);
  return TRUE;
}

/* The text up to the next line feed, which is skipped. */
gboolean
genga_pickle_take_line (GengaPickle *self, GengaPickleValue *text)
{
  const guint8 *p = self->data + self->at;
  const guint8 *end = memchr (p, '\n', MIN (self->size - self->at, MAX_LINE_LENGTH));

  if (end == NULL)
    return genga_pickle_fail (self, "a line without an end");
  *text = (GengaPickleValue){ .kind = GENGA_PICKLE_STRING,
                              .length = (guint32)(end - p),
                              .bytes = (const char *)p };
  self->at += text->length + 1;
  return TRUE;
}

gboolean
genga_pickle_push (GengaPickle *self, GengaPickleValue value)
{
  if (self->n_stack == self->stack_capacity)
    {
      guint capacity = self->stack_capacity * 2;

      if (capacity > GENGA_PICKLE_MAX_STACK)
        return genga_pickle_fail (self, "the stack is too high");
      if (!genga_pickle_account (self, (capacity - self->stack_capacity) * sizeof value))
        return FALSE;
      self->stack = g_renew (GengaPickleValue, self->stack, capacity);
      self->stack_capacity = capacity;
    }
  self->stack[self->n_stack++] = value;
  return TRUE;
}

/* The uppermost `n` values; they stay where they are. NULL where a mark is in between. */
GengaPickleValue *
genga_pickle_peek (GengaPickle *self, guint n)
{
  guint floor = self->n_marks > 0 ? self->marks[self->n_marks - 1] : 0;

  if (self->n_stack - floor < n)
    {
      genga_pickle_fail (self, "the stack is empty");
      return NULL;
    }
  return self->stack + self->n_stack - n;
}

/* Removes the last mark; what is above it stays on the stack. */
gboolean
genga_pickle_take_mark (GengaPickle *self, GengaPickleValue **values, guint *n)
{
  if (self->n_marks == 0)
    return genga_pickle_fail (self, "a mark is missing");
  self->n_marks--;
  *n = self->n_stack - self->marks[self->n_marks];
  *values = self->stack + self->marks[self->n_marks];
  return TRUE;
}

/* Replaces the uppermost `n` values by one. */
gboolean
genga_pickle_replace (GengaPickle *self, guint n, GengaPickleValue value)
{
  self->n_stack -= n;
  return genga_pickle_push (self, value);
}

gboolean
genga_pickle_op_mark (GengaPickle *self, guint argument)
{
  if (self->n_marks == GENGA_PICKLE_MAX_MARKS)
    return genga_pickle_fail (self, "marks nest too deeply");
  self->marks[self->n_marks++] = self->n_stack;
  return TRUE;
}

gboolean
genga_pickle_op_pop (GengaPickle *self, guint argument)
{
  if (self->n_marks > 0 && self->marks[self->n_marks - 1] == self->n_stack)
    {
      self->n_marks--;
      return TRUE;
    }
  if (genga_pickle_peek (self, 1) == NULL)
    return FALSE;
  self->n_stack--;
  return TRUE;
}

gboolean
genga_pickle_op_pop_mark (GengaPickle *self, guint argument)
{
  GengaPickleValue *values;
  guint n;

  if (!genga_pickle_take_mark (self, &values, &n))
    return FALSE;
  self->n_stack -= n;
  return TRUE;
}

gboolean
genga_pickle_op_dup (GengaPickle *self, guint argument)
{
  GengaPickleValue *top = genga_pickle_peek (self, 1);

  return top != NULL && genga_pickle_push (self, *top);
}

gboolean
genga_pickle_op_stop (GengaPickle *self, guint argument)
{
  if (self->n_marks != 0 || self->n_stack != 1)
    return genga_pickle_fail (self, "the end with something left over");
  self->root = self->stack[0];
  self->stopped = TRUE;
  return TRUE;
}
