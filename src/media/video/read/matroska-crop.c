/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/video/read/matroska-crop.h"

#include <fcntl.h>
#include <unistd.h>

/* Elements, with the bits that say how long an identifier is. */
#define EBML 0x1a45dfa3
#define SEGMENT 0x18538067
#define CLUSTER 0x1f43b675
#define TRACKS 0x1654ae6b
#define TRACK_ENTRY 0xae
#define TRACK_TYPE 0x83
#define VIDEO 0xe0
#define PIXEL_WIDTH 0xb0
#define PIXEL_HEIGHT 0xba
#define CROP_BOTTOM 0x54aa
#define CROP_TOP 0x54bb
#define CROP_LEFT 0x54cc
#define CROP_RIGHT 0x54dd
#define DISPLAY_WIDTH 0x54b0
#define DISPLAY_HEIGHT 0x54ba
#define DISPLAY_UNIT 0x54b2

#define TYPE_VIDEO 1
#define UNIT_UNKNOWN 4

/* Nothing lies behind more elements, and no list of tracks is larger. */
#define MAX_ELEMENTS 1000
#define MAX_TRACKS_BYTES (16 << 20)
#define MAX_SIDE 32767 /* two of them fit into an int */
#define MAX_DISPLAY_SIDE G_MAXINT
#define HEADER_BYTES 12

typedef struct
{
  const guint8 *at;
  const guint8 *end;
} Reader;

typedef struct
{
  guint32 id;
  guint64 size; /* G_MAXUINT64: not known */
} Element;

/* A number whose first byte says how long it is; the mark stays where `has_mark`. */
static gboolean
read_number (Reader *self, guint max_length, gboolean has_mark, guint64 *number)
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
read_header (Reader *self, Element *element)
{
  guint64 id;

  if (!read_number (self, 4, TRUE, &id) || !read_number (self, 8, FALSE, &element->size))
    return FALSE;
  element->id = id;
  return TRUE;
}

/* The next element within another one, and a reader of what is in it. */
static gboolean
read_child (Reader *self, Element *element, Reader *content)
{
  if (!read_header (self, element) || element->size > (guint64)(self->end - self->at))
    return FALSE;
  *content = (Reader){ self->at, self->at + element->size };
  self->at = content->end;
  return TRUE;
}

/* What is larger than `max` is `max`. */
static int
read_side (const Reader *content, int max)
{
  guint64 value = 0;

  for (const guint8 *at = content->at; at < content->end && value <= (guint64)max; at++)
    value = value << 8 | *at;
  return MIN (value, (guint64)max);
}

/* ---- a track ---- */

typedef struct
{
  GengaMatroskaCrop crop;
  int display_width, display_height, unit;
} Picture;

static void
read_picture (Reader content, Picture *picture)
{
  Element element;
  Reader value;

  while (read_child (&content, &element, &value))
    {
      const struct
      {
        guint32 id;
        int *side;
        int max;
      } sides[] = {
        { PIXEL_WIDTH, &picture->crop.width, MAX_SIDE },
        { PIXEL_HEIGHT, &picture->crop.height, MAX_SIDE },
        { CROP_LEFT, &picture->crop.left, MAX_SIDE },
        { CROP_TOP, &picture->crop.top, MAX_SIDE },
        { CROP_RIGHT, &picture->crop.right, MAX_SIDE },
        { CROP_BOTTOM, &picture->crop.bottom, MAX_SIDE },
        { DISPLAY_WIDTH, &picture->display_width, MAX_DISPLAY_SIDE },
        { DISPLAY_HEIGHT, &picture->display_height, MAX_DISPLAY_SIDE },
        { DISPLAY_UNIT, &picture->unit, MAX_SIDE },
      };

      for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
        if (sides[i].id == element.id)
          *sides[i].side = read_side (&value, sides[i].max);
    }
}

/* Whether the track is a video's. */
static gboolean
read_track (Reader content, Picture *picture)
{
  Element element;
  Reader value;
  int type = 0;

  *picture = (Picture){ 0 };
  while (read_child (&content, &element, &value))
    {
      if (element.id == TRACK_TYPE)
        type = read_side (&value, MAX_SIDE);
      else if (element.id == VIDEO)
        read_picture (value, picture);
    }
  return type == TYPE_VIDEO;
}

/* The largest side stands for all that are larger. */
static gboolean
is_known (int side)
{
  return side > 0 && side < MAX_DISPLAY_SIDE;
}

/* The sizes of what is shown are those of what is left. */
static gboolean
complete (const Picture *picture, GengaMatroskaCrop *crop)
{
  int width, height;

  *crop = picture->crop;
  width = crop->width - crop->left - crop->right;
  height = crop->height - crop->top - crop->bottom;
  if (crop->left + crop->top + crop->right + crop->bottom == 0 || width <= 0 || height <= 0)
    return FALSE;
  if (is_known (picture->display_width) && is_known (picture->display_height) &&
      picture->unit < UNIT_UNKNOWN)
    {
      crop->sar_num = (gint64)picture->display_width * height;
      crop->sar_den = (gint64)picture->display_height * width;
    }
  return TRUE;
}

static gboolean
find_track (Reader content, guint index, GengaMatroskaCrop *crop)
{
  Element element;
  Reader value;

  while (read_child (&content, &element, &value))
    {
      Picture picture;

      if (element.id == TRACK_ENTRY && read_track (value, &picture) && index-- == 0)
        return complete (&picture, crop);
    }
  return FALSE;
}

/* ---- the file ---- */

/* The element at `*offset`, which moves behind its header. */
static gboolean
read_at (int fd, gint64 *offset, Element *element)
{
  guint8 bytes[HEADER_BYTES];
  gssize n = pread (fd, bytes, sizeof bytes, *offset);
  Reader reader = { bytes, bytes + MAX (n, 0) };

  if (!read_header (&reader, element))
    return FALSE;
  *offset += reader.at - bytes;
  return TRUE;
}

/* Where the list of tracks is. */
static gboolean
find_tracks (int fd, gint64 *offset, gsize *size)
{
  Element element;

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
        return element.size <= MAX_TRACKS_BYTES;
      *offset += element.size;
    }
  return FALSE;
}

gboolean
genga_matroska_read_crop (const char *path, guint index, GengaMatroskaCrop *crop)
{
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  g_autofree guint8 *bytes = NULL;
  gint64 offset;
  gsize size = 0;
  gboolean is_read = fd >= 0 && find_tracks (fd, &offset, &size);

  if (is_read)
    {
      bytes = g_try_malloc (size);
      is_read = bytes != NULL && pread (fd, bytes, size, offset) == (gssize)size;
    }
  if (fd >= 0)
    close (fd);
  return is_read && find_track ((Reader){ bytes, bytes + size }, index, crop);
}
