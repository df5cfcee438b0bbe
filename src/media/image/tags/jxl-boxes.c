/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/jxl-boxes.h"

#include <string.h>

#define BOX_HEAD 8
#define CODESTREAM "\xff\x0a"
#define CODESTREAM_SIZE 2

/* What a container begins with: a signature and what kind of file it is. */
static const guint8 container[] = {
  0, 0, 0, 12, 'J', 'X', 'L', ' ', 0x0d, 0x0a, 0x87, 0x0a, /* signature */
  0, 0, 0, 20, 'f', 't', 'y', 'p', 'j',  'x',  'l',  ' ',  0, 0, 0, 0, 'j', 'x', 'l', ' ',
};

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  g_byte_array_append (out, data, size);
}

/* A size of 0: the rest of the file, however large. */
static void
append_head (GByteArray *out, const char *name, guint32 size)
{
  const guint8 bytes[] = { size >> 24, size >> 16, size >> 8, size };

  g_byte_array_append (out, bytes, sizeof bytes);
  g_byte_array_append (out, (const guint8 *)name, 4);
}

static void
append_tags (GByteArray *out, GBytes *exif, GBytes *xmp)
{
  static const guint8 offset[4] = { 0 }; /* of the TIFF header behind it */

  if (exif != NULL)
    {
      append_head (out, "Exif", BOX_HEAD + sizeof offset + g_bytes_get_size (exif));
      g_byte_array_append (out, offset, sizeof offset);
      append_bytes (out, exif);
    }
  if (xmp != NULL)
    {
      append_head (out, "xml ", BOX_HEAD + g_bytes_get_size (xmp));
      append_bytes (out, xmp);
    }
}

/* What an array or a box may hold; neither EXIF nor XMP comes near it. */
static gboolean
fits (GBytes *file, GBytes *exif, GBytes *xmp)
{
  const guint64 size = (exif != NULL ? g_bytes_get_size (exif) : 0) +
                       (xmp != NULL ? (guint64)g_bytes_get_size (xmp) : 0);

  return (exif != NULL || xmp != NULL) &&
         g_bytes_get_size (file) + size < G_MAXUINT - sizeof container - 4 * BOX_HEAD;
}

GBytes *
genga_jxl_add_boxes (GBytes *file, GBytes *exif, GBytes *xmp)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  if (!fits (file, exif, xmp))
    return g_bytes_ref (file);
  g_byte_array_append (out, container, sizeof container);
  if (size >= CODESTREAM_SIZE && memcmp (data, CODESTREAM, CODESTREAM_SIZE) == 0)
    {
      append_tags (out, exif, xmp);
      append_head (out, "jxlc", 0);
      g_byte_array_append (out, data, size);
    }
  else if (size >= sizeof container && memcmp (data, container, sizeof container) == 0)
    {
      append_tags (out, exif, xmp);
      g_byte_array_append (out, data + sizeof container, size - sizeof container);
    }
  else
    return g_bytes_ref (file);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static guint64
get_number (const guint8 *data, int n_bytes)
{
  guint64 number = 0;

  for (int i = 0; i < n_bytes; i++)
    number = number << 8 | data[i];
  return number;
}

/* The first one counts. Exif has an offset before its TIFF header. */
static void
take_box (GBytes *file, const char *name, gsize at, gsize size, GBytes **exif, GBytes **xmp)
{
  const guint8 *data = g_bytes_get_data (file, NULL);

  if (memcmp (name, "xml ", 4) == 0 && *xmp == NULL)
    *xmp = g_bytes_new_from_bytes (file, at, size);
  else if (memcmp (name, "Exif", 4) == 0 && *exif == NULL && size > 4 &&
           get_number (data + at, 4) < size - 4)
    {
      const gsize offset = 4 + get_number (data + at, 4);

      *exif = g_bytes_new_from_bytes (file, at + offset, size - offset);
    }
}

/* Whether there is a box at `at`, its name 4 bytes further, and where and how long its content is.
 */
static gboolean
find_box (GBytes *file, gsize at, gsize *content, gsize *content_size)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  gsize head = BOX_HEAD;
  guint64 length;

  if (at > size || size - at < BOX_HEAD)
    return FALSE;
  length = get_number (data + at, 4);
  if (length == 0) /* to the end of the file */
    length = size - at;
  else if (length == 1)
    {
      head = 16;
      length = size - at >= head ? get_number (data + at + BOX_HEAD, 8) : 0;
    }
  *content = at + head;
  *content_size = length - head;
  return length >= head && length <= size - at;
}

static gboolean
is_container (GBytes *file)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  return size >= sizeof container && memcmp (data, container, 12) == 0;
}

void
genga_jxl_read_boxes (GBytes *file, GBytes **exif, GBytes **xmp)
{
  const char *data = g_bytes_get_data (file, NULL);
  gsize content, size;

  *exif = *xmp = NULL;
  for (gsize at = 0; is_container (file) && find_box (file, at, &content, &size);
       at = content + size)
    take_box (file, data + at + 4, content, size, exif, xmp);
}

GBytes *
genga_jxl_find_codestream (GBytes *file)
{
  const char *data = g_bytes_get_data (file, NULL);
  gsize content, size;

  if (!is_container (file))
    return g_bytes_ref (file);
  for (gsize at = 0; find_box (file, at, &content, &size); at = content + size)
    {
      if (memcmp (data + at + 4, "jxlc", 4) == 0)
        return g_bytes_new_from_bytes (file, content, size);
      /* One of its parts; a number comes first. */
      if (memcmp (data + at + 4, "jxlp", 4) == 0 && size >= 4)
        return g_bytes_new_from_bytes (file, content + 4, size - 4);
    }
  return g_bytes_new_static ("", 0);
}
