/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/raw-profile.h"

#include <string.h>
#include <zlib.h>

#define KEYWORD "Raw profile type "
#define KEYWORD_SIZE (sizeof KEYWORD - 1)
#define CHUNK_HEAD 8
#define CHUNK_TAIL 4
#define MAX_KEYWORD 79
#define LINE 36 /* bytes */
#define MAX_PROFILE (4 << 20)
/* Two digits, and a line break now and then. */
#define MAX_TEXT (MAX_PROFILE * 2 + MAX_PROFILE / 8)

GBytes *
genga_raw_profile_write (const char *name, GBytes *profile)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (profile, &size);
  GString *text = g_string_sized_new (size * 2 + size / LINE + 64);

  g_string_append_printf (text, "\n%s\n%8" G_GSIZE_FORMAT, name, size);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, i % LINE == 0 ? "\n%02x" : "%02x", data[i]);
  g_string_append_c (text, '\n');
  return g_string_free_to_bytes (text);
}

/* Up to a limit, with a 0 behind it; NULL: it is broken or has more. */
static char *
inflate_text (const guint8 *data, gsize size)
{
  g_autofree char *text = g_try_malloc (MAX_TEXT + 1);
  z_stream stream = { .next_in = (guint8 *)data, .avail_in = size, .avail_out = MAX_TEXT };
  int end;

  if (text == NULL || inflateInit (&stream) != Z_OK)
    return NULL;
  stream.next_out = (guint8 *)text;
  end = inflate (&stream, Z_FINISH);
  inflateEnd (&stream);
  if (end != Z_STREAM_END)
    return NULL;
  text[stream.total_out] = '\0';
  return g_steal_pointer (&text);
}

static GBytes *
parse (const char *text)
{
  const char *at = text + strspn (text, "\n");
  g_autofree guint8 *bytes = NULL;
  guint64 size;
  char *end;

  at = strchr (at, '\n');
  if (at == NULL)
    return NULL;
  size = g_ascii_strtoull (at + 1, &end, 10);
  if (end == at + 1 || size == 0 || size > MAX_PROFILE || size > strlen (end) / 2)
    return NULL;
  bytes = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    {
      end += strspn (end, " \r\n");
      if (!g_ascii_isxdigit (end[0]) || !g_ascii_isxdigit (end[1]))
        return NULL;
      bytes[i] = g_ascii_xdigit_value (end[0]) << 4 | g_ascii_xdigit_value (end[1]);
      end += 2;
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

GBytes *
genga_raw_profile_read (const guint8 *chunk, gsize size, char **name)
{
  const guint8 *data = chunk + CHUNK_HEAD;
  const gsize length = size >= CHUNK_HEAD + CHUNK_TAIL ? size - CHUNK_HEAD - CHUNK_TAIL : 0;
  const guint8 *keyword_end = memchr (data, 0, MIN (length, MAX_KEYWORD + 1));
  const gboolean is_packed = length > 0 && memcmp (chunk + 4, "zTXt", 4) == 0;
  g_autofree char *text = NULL;
  GBytes *profile;
  gsize left;

  *name = NULL;
  if (keyword_end == NULL || (!is_packed && memcmp (chunk + 4, "tEXt", 4) != 0) ||
      (gsize)(keyword_end - data) <= KEYWORD_SIZE || memcmp (data, KEYWORD, KEYWORD_SIZE) != 0)
    return NULL;
  keyword_end++;
  left = data + length - keyword_end;
  if (!is_packed)
    text = left <= MAX_TEXT ? g_strndup ((const char *)keyword_end, left) : NULL;
  else if (left > 1 && keyword_end[0] == 0)
    text = inflate_text (keyword_end + 1, left - 1);
  profile = text != NULL ? parse (text) : NULL;
  if (profile != NULL)
    *name = g_strdup ((const char *)data + KEYWORD_SIZE);
  return profile;
}
