/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/pickle/pickle-memory.h"
#include "weights/pickle/pickle-scalar.h"
#include "weights/pickle/pickle-stack.h"

#include <string.h>

static gboolean
push_integer (GengaPickle *self, gint64 integer)
{
  return genga_pickle_push (self,
                            (GengaPickleValue){ .kind = GENGA_PICKLE_INT, .integer = integer });
}

gboolean
genga_pickle_op_none (GengaPickle *self, guint argument)
{
  return genga_pickle_push (self, (GengaPickleValue){ .kind = GENGA_PICKLE_NONE });
}

gboolean
genga_pickle_op_bool (GengaPickle *self, guint argument)
{
  return genga_pickle_push (self,
                            (GengaPickleValue){ .kind = GENGA_PICKLE_BOOL, .integer = argument });
}

/* BININT, BININT1, BININT2: only the widest is signed. */
gboolean
genga_pickle_op_int (GengaPickle *self, guint width)
{
  guint64 value;

  if (!genga_pickle_take_number (self, width, &value))
    return FALSE;
  return push_integer (self, width == 4 ? (gint64)(gint32)value : (gint64)value);
}

/* Decimal text; INT writes booleans as 00 and 01, LONG ends in an L. */
gboolean
genga_pickle_op_int_line (GengaPickle *self, guint argument)
{
  GengaPickleValue line;
  char text[32];
  char *end;
  gint64 integer;

  if (!genga_pickle_take_line (self, &line))
    return FALSE;
  if (line.length == 2 && (memcmp (line.bytes, "00", 2) == 0 || memcmp (line.bytes, "01", 2) == 0))
    return genga_pickle_op_bool (self, line.bytes[1] - '0');
  if (line.length > 0 && line.bytes[line.length - 1] == 'L')
    line.length--;
  if (line.length == 0)
    return genga_pickle_fail (self, "a false number");
  if (line.length > 18)
    {
      line.kind = GENGA_PICKLE_BIG_INT;
      return genga_pickle_push (self, line);
    }
  memcpy (text, line.bytes, line.length);
  text[line.length] = '\0';
  integer = g_ascii_strtoll (text, &end, 10);
  if (*end != '\0' || end == text)
    return genga_pickle_fail (self, "a false number");
  return push_integer (self, integer);
}

/* LONG1 and LONG4: two's complement. */
gboolean
genga_pickle_op_long (GengaPickle *self, guint width)
{
  guint64 length;
  guint64 value = 0;
  const guint8 *p;

  if (!genga_pickle_take_number (self, width, &length))
    return FALSE;
  if (length > G_MAXINT32)
    return genga_pickle_fail (self, "a false number");
  p = genga_pickle_take (self, length);
  if (p == NULL)
    return FALSE;
  if (length > 8)
    return genga_pickle_push (self, (GengaPickleValue){ .kind = GENGA_PICKLE_BIG_INT,
                                                        .length = (guint32)length,
                                                        .bytes = (const char *)p });
  for (guint i = 0; i < length; i++)
    value |= (guint64)p[i] << (8 * i);
  if (length > 0 && length < 8 && (p[length - 1] & 0x80) != 0)
    value |= G_MAXUINT64 << (8 * length);
  return push_integer (self, (gint64)value);
}

static gboolean
push_float (GengaPickle *self, double number)
{
  return genga_pickle_push (self,
                            (GengaPickleValue){ .kind = GENGA_PICKLE_FLOAT, .number = number });
}

gboolean
genga_pickle_op_float (GengaPickle *self, guint argument)
{
  guint64 bits;
  double number;

  if (!genga_pickle_take_number (self, 8, &bits))
    return FALSE;
  bits = GUINT64_SWAP_LE_BE (bits); /* the one big-endian number of the format */
  memcpy (&number, &bits, sizeof number);
  return push_float (self, number);
}

gboolean
genga_pickle_op_float_line (GengaPickle *self, guint argument)
{
  GengaPickleValue line;
  char text[64];
  char *end;
  double number;

  if (!genga_pickle_take_line (self, &line))
    return FALSE;
  if (line.length == 0 || line.length >= sizeof text)
    return genga_pickle_fail (self, "a false number");
  memcpy (text, line.bytes, line.length);
  text[line.length] = '\0';
  number = g_ascii_strtod (text, &end);
  if (*end != '\0')
    return genga_pickle_fail (self, "a false number");
  return push_float (self, number);
}

static gboolean
push_bytes (GengaPickle *self, guint width, GengaPickleKind kind)
{
  guint64 length;
  const guint8 *p;

  if (!genga_pickle_take_number (self, width, &length))
    return FALSE;
  if (length > G_MAXINT32)
    return genga_pickle_fail (self, "a string is too long");
  p = genga_pickle_take (self, length);
  return p != NULL && genga_pickle_push (self, (GengaPickleValue){ .kind = kind,
                                                                   .length = (guint32)length,
                                                                   .bytes = (const char *)p });
}

gboolean
genga_pickle_op_string (GengaPickle *self, guint width)
{
  return push_bytes (self, width, GENGA_PICKLE_STRING);
}

gboolean
genga_pickle_op_bytes (GengaPickle *self, guint width)
{
  return push_bytes (self, width, GENGA_PICKLE_BYTES);
}

/* Protocol 0 alone writes its text this way, and it cannot hold a tensor: escapes stay as is. */
gboolean
genga_pickle_op_string_line (GengaPickle *self, guint argument)
{
  GengaPickleValue line;

  return genga_pickle_take_line (self, &line) && genga_pickle_push (self, line);
}
