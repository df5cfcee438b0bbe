/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-weights"

#include "weights/json.h"

#include <string.h>

#define MAX_DEPTH 32

void
genga_json_init (GengaJson *self, const guint8 *data, gsize size)
{
  self->at = data;
  self->end = data + size;
  self->text = g_string_new (NULL);
}

void
genga_json_clear (GengaJson *self)
{
  g_string_free (self->text, TRUE);
}

static void
skip_space (GengaJson *self)
{
  while (self->at < self->end &&
         (*self->at == ' ' || *self->at == '\n' || *self->at == '\r' || *self->at == '\t'))
    self->at++;
}

gboolean
genga_json_read_mark (GengaJson *self, char mark)
{
  skip_space (self);
  if (self->at == self->end || *self->at != (guint8)mark)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
read_hex4 (GengaJson *self, gunichar *value)
{
  if (self->end - self->at < 4)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value ((char)*self->at++);

      if (digit < 0)
        return FALSE;
      *value = *value << 4 | (gunichar)digit;
    }
  return TRUE;
}

/* After "\u": one code unit, or two that form a surrogate pair. */
static gboolean
read_unicode_escape (GengaJson *self)
{
  gunichar c, low;

  if (!read_hex4 (self, &c))
    return FALSE;
  if (c >= 0xd800 && c <= 0xdbff)
    {
      if (self->end - self->at < 2 || self->at[0] != '\\' || self->at[1] != 'u')
        return FALSE;
      self->at += 2;
      if (!read_hex4 (self, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  if (c == 0 || (c >= 0xdc00 && c <= 0xdfff))
    return FALSE;
  g_string_append_unichar (self->text, c);
  return TRUE;
}

static gboolean
read_escape (GengaJson *self)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";

  if (self->at == self->end)
    return FALSE;
  if (*self->at == 'u')
    {
      self->at++;
      return read_unicode_escape (self);
    }
  for (guint i = 0; from[i] != '\0'; i++)
    {
      if (*self->at == (guint8)from[i])
        {
          g_string_append_c (self->text, to[i]);
          self->at++;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
genga_json_read_string (GengaJson *self)
{
  if (!genga_json_read_mark (self, '"'))
    return FALSE;
  g_string_truncate (self->text, 0);
  while (self->at < self->end)
    {
      guint8 c = *self->at++;

      if (c == '"')
        return g_utf8_validate_len (self->text->str, self->text->len, NULL);
      if (c < 0x20)
        return FALSE;
      if (c != '\\')
        g_string_append_c (self->text, (char)c);
      else if (!read_escape (self))
        return FALSE;
    }
  return FALSE;
}

gboolean
genga_json_read_uint (GengaJson *self, guint64 *value)
{
  const guint8 *start;

  skip_space (self);
  start = self->at;
  *value = 0;
  while (self->at < self->end && g_ascii_isdigit (*self->at))
    {
      guint64 digit = *self->at++ - '0';

      if (!g_uint64_checked_mul (value, *value, 10) || !g_uint64_checked_add (value, *value, digit))
        return FALSE;
    }
  if (self->at == start || (*start == '0' && self->at - start > 1))
    return FALSE;
  return self->at == self->end || (*self->at != '.' && *self->at != 'e' && *self->at != 'E');
}

static gboolean
skip_digits (GengaJson *self)
{
  const guint8 *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

static gboolean
skip_letter (GengaJson *self, const char *letters)
{
  if (self->at == self->end || *self->at == '\0' || strchr (letters, *self->at) == NULL)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
skip_number (GengaJson *self)
{
  const guint8 *start;

  skip_letter (self, "-");
  start = self->at;
  if (!skip_digits (self) || (*start == '0' && self->at - start > 1))
    return FALSE;
  if (skip_letter (self, ".") && !skip_digits (self))
    return FALSE;
  if (!skip_letter (self, "eE"))
    return TRUE;
  skip_letter (self, "+-");
  return skip_digits (self);
}

static gboolean
skip_word (GengaJson *self)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize)(self->end - self->at) >= length && memcmp (self->at, words[i], length) == 0)
        {
          self->at += length;
          return TRUE;
        }
    }
  return skip_number (self);
}

static gboolean skip_value (GengaJson *self, guint depth);

/* What stands between brackets: values, with names where they are an object's. */
static gboolean
skip_items (GengaJson *self, gboolean has_names, guint depth)
{
  char end = has_names ? '}' : ']';

  if (depth == MAX_DEPTH)
    return FALSE;
  if (genga_json_read_mark (self, end))
    return TRUE;
  do
    {
      if (has_names && (!genga_json_read_string (self) || !genga_json_read_mark (self, ':')))
        return FALSE;
      if (!skip_value (self, depth + 1))
        return FALSE;
    }
  while (genga_json_read_mark (self, ','));
  return genga_json_read_mark (self, end);
}

static gboolean
skip_value (GengaJson *self, guint depth)
{
  skip_space (self);
  if (self->at == self->end)
    return FALSE;
  if (*self->at == '"')
    return genga_json_read_string (self);
  if (genga_json_read_mark (self, '{'))
    return skip_items (self, TRUE, depth);
  if (genga_json_read_mark (self, '['))
    return skip_items (self, FALSE, depth);
  return skip_word (self);
}

gboolean
genga_json_skip_value (GengaJson *self)
{
  return skip_value (self, 0);
}

gboolean
genga_json_is_at_end (GengaJson *self)
{
  skip_space (self);
  return self->at == self->end;
}
