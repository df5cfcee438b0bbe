/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/ebml.h"

#include <fcntl.h>
#include <unistd.h>

#define EBML 0x1a45dfa3
#define SEGMENT 0x18538067
#define CLUSTER 0x1f43b675
#define TRACKS 0x1654ae6b

/* Nothing lies behind more elements. */
#define MAX_ELEMENTS 1000
#define HEADER_BYTES 12

/* A number whose first byte says how long it is; the mark stays where `has_mark`. */
static gboolean
read_number (GengaEbmlReader *self, guint max_length, gboolean has_mark, guint64 *number)
{
  guint length = 1;
  guint64 value;

  if (self->at == self->end || *self->at == 0)
    return FALSE;
  while ((*self->at & (0x80 >> (length - 1))) == 0)
    length++;
  if (length > max_length || length > (gsize)(self->end - self->at))
    return FALSE;
  value = has_mark ? *self->at : *self->at & (0x7f >> (length - 1));
  for (guint i = 1; i < length; i++)
    value = value << 8 | self->at[i];
  self->at += length;
  if (!has_mark && value == (G_GUINT64_CONSTANT (1) << (7 * length)) - 1)
    value = G_MAXUINT64;
  *number = value;
  return TRUE;
}

static gboolean
read_header (GengaEbmlReader *self, GengaEbmlElement *element)
{
  guint64 id;

  if (!read_number (self, 4, TRUE, &id) || !read_number (self, 8, FALSE, &element->size))
    return FALSE;
  element->id = id;
  return TRUE;
}

gboolean
genga_ebml_read_child (GengaEbmlReader *self, GengaEbmlElement *element, GengaEbmlReader *content)
{
  if (!read_header (self, element) || element->size > (guint64)(self->end - self->at))
    return FALSE;
  *content = (GengaEbmlReader){ self->at, self->at + element->size };
  self->at = content->end;
  return TRUE;
}

int
genga_ebml_read_number (const GengaEbmlReader *content, int max)
{
  guint64 value = 0;

  for (const guint8 *at = content->at; at < content->end && value <= (guint64)max; at++)
    value = value << 8 | *at;
  return MIN (value, (guint64)max);
}

/* ---- the file ---- */

/* The element at `*offset`, which moves behind its header. */
static gboolean
read_at (int fd, gint64 *offset, GengaEbmlElement *element)
{
  guint8 bytes[HEADER_BYTES];
  gssize n = pread (fd, bytes, sizeof bytes, *offset);
  GengaEbmlReader reader = { bytes, bytes + MAX (n, 0) };

  if (!read_header (&reader, element))
    return FALSE;
  *offset += reader.at - bytes;
  return TRUE;
}

/* Where the list of tracks is. */
static gboolean
find_tracks (int fd, gint64 *offset, gsize *size)
{
  GengaEbmlElement element;

  *offset = 0;
  for (guint i = 0; i < MAX_ELEMENTS && read_at (fd, offset, &element); i++)
    {
      if (element.id == CLUSTER || (i == 0 && element.id != EBML))
        return FALSE;
      if (element.id == SEGMENT)
        continue;
      if (element.size > G_MAXINT64 - (guint64)*offset)
        return FALSE;
      *size = element.size;
      if (element.id == TRACKS)
        return element.size <= GENGA_EBML_MAX_TRACKS_BYTES;
      *offset += element.size;
    }
  return FALSE;
}

guint8 *
genga_ebml_read_tracks (const char *path, gint64 *offset, gsize *size)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  g_autofree guint8 *bytes = NULL;
  gboolean is_read = fd >= 0 && find_tracks (fd, offset, size);

  if (is_read)
    {
      bytes = g_try_malloc (*size);
      is_read = bytes != NULL && pread (fd, bytes, *size, *offset) == (gssize)*size;
    }
  if (fd >= 0)
    close (fd);
  return is_read ? g_steal_pointer (&bytes) : NULL;
}
