/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/tiff-tags.h"
#include "media/image/tags/exif-list.h"
#include "media/image/read/structure.h"

#include <string.h>
#include <sys/stat.h>

#define HEADER_SIZE 8
#define ENTRY_SIZE 12
/* Far more than any program writes. */
#define MAX_ENTRIES 512
#define MAX_DIRECTORIES 4
#define MAX_EXIF_BYTES (4 << 20)
#define MAX_IPTC_BYTES (4 << 20)

enum
{
  TYPE_LONG = 4,
  TYPE_DIRECTORY = 13,
  TAG_IPTC = 0x83bb,
  TAG_EXIF = 0x8769,
  TAG_GPS = 0x8825,
  TAG_INTEROPERABILITY = 0xa005,
};

typedef struct
{
  int fd;
  guint64 file_size;
  gboolean little;
  GByteArray *out;
  guint n_directories; /* in it */
} Reader;

typedef struct
{
  guint tag;
  guint type;
  guint32 count;
  guint8 value[4]; /* itself, or where it is */
} Entry;

static guint
get16 (const Reader *self, const guint8 *data)
{
  return self->little ? data[0] | data[1] << 8 : data[0] << 8 | data[1];
}

static guint32
get32 (const Reader *self, const guint8 *data)
{
  return self->little ? get16 (self, data) | (guint32)get16 (self, data + 2) << 16
                      : (guint32)get16 (self, data) << 16 | get16 (self, data + 2);
}

static void
put16 (const Reader *self, guint8 *data, guint value)
{
  data[0] = self->little ? value : value >> 8;
  data[1] = self->little ? value >> 8 : value;
}

static void
put32 (const Reader *self, guint8 *data, guint32 value)
{
  put16 (self, data, self->little ? value & 0xffff : value >> 16);
  put16 (self, data + 2, self->little ? value >> 16 : value & 0xffff);
}

static guint64
get_value_size (const Entry *entry)
{
  static const guint8 sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4 };

  return entry->type < G_N_ELEMENTS (sizes) ? (guint64)entry->count * sizes[entry->type] : 0;
}

/* Whether its bytes elsewhere are in the file: there is no room made for what only is claimed. */
static gboolean
is_in_file (const Reader *self, const Entry *entry)
{
  const guint64 at = get32 (self, entry->value), size = get_value_size (entry);

  return at <= self->file_size && size <= self->file_size - at;
}

/* Where the first directory is; 0: it is no TIFF of the usual kind. */
static guint32
open_reader (Reader *self, int fd)
{
  guint8 head[HEADER_SIZE];
  struct stat info;

  if (fstat (fd, &info) != 0)
    return 0;
  *self = (Reader){ .fd = fd, .file_size = MAX (info.st_size, 0) };
  if (genga_file_read_at (fd, head, sizeof head, 0) != sizeof head ||
      (memcmp (head, "II*\0", 4) != 0 && memcmp (head, "MM\0*", 4) != 0))
    return 0;
  self->little = head[0] == 'I';
  return get32 (self, head + 4);
}

/* Its entries, as many as are there. */
static GArray *
read_directory (const Reader *self, guint32 at)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  guint8 bytes[MAX_ENTRIES * ENTRY_SIZE];
  gssize size;
  guint n;

  if (at < HEADER_SIZE || genga_file_read_at (self->fd, bytes, 2, at) != 2)
    return entries;
  n = MIN (get16 (self, bytes), MAX_ENTRIES);
  size = genga_file_read_at (self->fd, bytes, n * ENTRY_SIZE, (gint64)at + 2);
  for (guint i = 0; size >= (gssize)(i + 1) * ENTRY_SIZE; i++)
    {
      const guint8 *data = bytes + i * ENTRY_SIZE;
      Entry entry = { get16 (self, data), get16 (self, data + 2), get32 (self, data + 4), { 0 } };

      memcpy (entry.value, data + 8, 4);
      g_array_append_val (entries, entry);
    }
  return entries;
}

/* ---- EXIF ---- */

static gboolean
is_directory (const Entry *entry)
{
  return entry->tag == TAG_EXIF || entry->tag == TAG_GPS || entry->tag == TAG_INTEROPERABILITY;
}

static gboolean
is_kept (const Entry *entry, gboolean is_first)
{
  return get_value_size (entry) > 0 && (!is_first || genga_exif_is_description (entry->tag) ||
                                        entry->tag == TAG_EXIF || entry->tag == TAG_GPS);
}

/* Appends zeros, at an even place; answers where. */
static guint
append_room (Reader *self, gsize size)
{
  const guint before = self->out->len, at = before + before % 2;

  g_byte_array_set_size (self->out, at + size);
  memset (self->out->data + before, 0, at + size - before);
  return at;
}

static guint copy_directory (Reader *self, const GArray *entries, gboolean is_first);

/* An entry at `at`, and behind everything what it points to. FALSE where that is not there. */
static gboolean
copy_entry (Reader *self, const Entry *entry, guint at, gboolean is_first)
{
  const guint64 size = get_value_size (entry);
  guint8 bytes[ENTRY_SIZE];

  put16 (self, bytes, entry->tag);
  put16 (self, bytes + 2, entry->type);
  put32 (self, bytes + 4, entry->count);
  memcpy (bytes + 8, entry->value, 4);
  if (is_directory (entry))
    {
      g_autoptr (GArray) below = read_directory (self, get32 (self, entry->value));

      if (self->n_directories >= MAX_DIRECTORIES ||
          (entry->type != TYPE_LONG && entry->type != TYPE_DIRECTORY) ||
          (!is_first && entry->tag != TAG_INTEROPERABILITY))
        return FALSE;
      put32 (self, bytes + 8, copy_directory (self, below, FALSE));
    }
  else if (size > 4)
    {
      guint place;

      if (size + self->out->len > MAX_EXIF_BYTES || !is_in_file (self, entry))
        return FALSE;
      place = append_room (self, size);
      if (genga_file_read_at (self->fd, self->out->data + place, size,
                              get32 (self, entry->value)) != (gssize)size)
        {
          g_byte_array_set_size (self->out, place);
          return FALSE;
        }
      put32 (self, bytes + 8, place);
    }
  memcpy (self->out->data + at, bytes, sizeof bytes);
  return TRUE;
}

/* Answers where it is. */
static guint
copy_directory (Reader *self, const GArray *entries, gboolean is_first)
{
  const guint place = append_room (self, 2 + (gsize)entries->len * ENTRY_SIZE + 4);
  guint n = 0;

  self->n_directories++;
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      if (is_kept (entry, is_first) &&
          copy_entry (self, entry, place + 2 + n * ENTRY_SIZE, is_first))
        n++;
    }
  put16 (self, self->out->data + place, n);
  return place;
}

GBytes *
genga_tiff_read_exif (int fd)
{
  Reader self;
  const guint32 first = open_reader (&self, fd);
  g_autoptr (GArray) entries = first > 0 ? read_directory (&self, first) : NULL;
  gboolean is_any = FALSE;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    is_any |= is_kept (&g_array_index (entries, Entry, i), TRUE);
  if (!is_any)
    return NULL;
  self.out = g_byte_array_new ();
  append_room (&self, HEADER_SIZE);
  memcpy (self.out->data, self.little ? "II*" : "MM\0*", 4);
  put32 (&self, self.out->data + 4, HEADER_SIZE);
  copy_directory (&self, entries, TRUE);
  return g_byte_array_free_to_bytes (self.out);
}

/* ---- IPTC ---- */

/* So many bytes of records are there; what follows them fills up the last word (IIM 4.2, 1.6). */
static gsize
count_iptc (const guint8 *data, gsize size)
{
  gsize at = 0;

  while (size - at >= 5 && data[at] == 0x1c)
    {
      const gsize length = data[at + 3] << 8 | data[at + 4];

      if (length > size - at - 5)
        break;
      at += 5 + length;
    }
  return at;
}

GBytes *
genga_tiff_read_iptc (int fd)
{
  Reader self;
  const guint32 first = open_reader (&self, fd);
  g_autoptr (GArray) entries = first > 0 ? read_directory (&self, first) : NULL;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      const guint64 size = get_value_size (entry);
      g_autofree guint8 *data = NULL;

      if (entry->tag != TAG_IPTC || size <= 4 || size > MAX_IPTC_BYTES ||
          !is_in_file (&self, entry))
        continue;
      data = g_malloc (size);
      if (genga_file_read_at (fd, data, size, get32 (&self, entry->value)) == (gssize)size &&
          count_iptc (data, size) > 0)
        return g_bytes_new (data, count_iptc (data, size));
    }
  return NULL;
}
