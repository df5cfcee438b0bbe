/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/exif-list.h"

#include <string.h>

#define HEADER_SIZE 8
#define ENTRY_SIZE 12
#define N_TAGS 65536
#define TAG_MAKER_NOTE 0x927c

/* Directories, each of which one of the others points to, but for the first. */
enum
{
  FIRST,
  CAMERA,
  GPS,
  INTEROPERABILITY,
  N_DIRECTORIES,
};

static const struct
{
  guint tag;
  int parent;
} pointers[N_DIRECTORIES] = {
  [CAMERA] = { 0x8769, FIRST },
  [GPS] = { 0x8825, FIRST },
  [INTEROPERABILITY] = { 0xa005, CAMERA },
};

struct _GengaExifList
{
  GArray *entries[N_DIRECTORIES]; /* GengaTiffEntry; NULL: it is not there */
  GPtrArray *values;
  guint64 places[N_DIRECTORIES]; /* 0: not written */
  guint32 short_places[N_DIRECTORIES];
};

typedef struct
{
  const guint8 *data;
  gsize size;
  gboolean little;
  gsize n_left; /* bytes of values: there are not more than there is EXIF */
} Reader;

static guint
get16 (const Reader *self, gsize at)
{
  const guint8 *data = self->data + at;

  return self->little ? data[0] | data[1] << 8 : data[0] << 8 | data[1];
}

static guint32
get32 (const Reader *self, gsize at)
{
  return self->little ? get16 (self, at) | (guint32)get16 (self, at + 2) << 16
                      : (guint32)get16 (self, at) << 16 | get16 (self, at + 2);
}

/* ---- reading ---- */

static void
reverse (guint8 *value, gsize size)
{
  for (gsize i = 0; i < size / 2; i++)
    {
      const guint8 first = value[i];

      value[i] = value[size - 1 - i];
      value[size - 1 - i] = first;
    }
}

/* As the machine has them. A rational is two numbers. */
static guint8 *
dup_values (const Reader *self, gsize at, gsize size, guint type)
{
  const gsize type_size = genga_tiff_type_get_size (type);
  const gsize unit = type == GENGA_TIFF_RATIONAL || type == 10 ? 4 : type_size;
  guint8 *values = g_memdup2 (self->data + at, size);

  if (self->little != (G_BYTE_ORDER == G_LITTLE_ENDIAN))
    for (gsize i = 0; i < size; i += unit)
      reverse (values + i, unit);
  return values;
}

/* Marks a tag; whether it was marked before. */
static gboolean
mark (guint8 *seen, guint tag)
{
  const guint8 bit = 1 << tag % 8;
  const gboolean was_seen = (seen[tag / 8] & bit) != 0;

  seen[tag / 8] |= bit;
  return was_seen;
}

/* `seen`: a bit for each tag, of those that the directory has so far. */
static void
take_entry (GengaExifList *self, int directory, Reader *reader, gsize entry, guint8 *seen)
{
  const guint tag = get16 (reader, entry), type = get16 (reader, entry + 2);
  const guint64 n = get32 (reader, entry + 4), size = n * genga_tiff_type_get_size (type);
  const gsize at = size <= 4 ? entry + 8 : get32 (reader, entry + 8);
  guint8 *values;

  for (int i = 0; i < N_DIRECTORIES; i++)
    if (tag == pointers[i].tag && i != FIRST)
      return;
  if (size == 0 || size > reader->n_left || at > reader->size || size > reader->size - at)
    return;
  if (mark (seen, tag))
    return;
  reader->n_left -= size;
  values = dup_values (reader, at, size, type);
  g_ptr_array_add (self->values, values);
  genga_tiff_entries_add (self->entries[directory], tag, type, n, values);
}

static void
read_directory (GengaExifList *self, int directory, Reader *reader, gsize at)
{
  guint8 seen[N_TAGS / 8] = { 0 };
  guint n;

  if (at < HEADER_SIZE || at > reader->size || reader->size - at < 2)
    return;
  n = get16 (reader, at);
  if (n == 0 || (reader->size - at - 2) / ENTRY_SIZE < n)
    return;
  self->entries[directory] = g_array_new (FALSE, FALSE, sizeof (GengaTiffEntry));
  for (guint i = 0; i < n; i++)
    {
      const gsize entry = at + 2 + (gsize)i * ENTRY_SIZE;

      take_entry (self, directory, reader, entry, seen);
      for (int below = CAMERA; below < N_DIRECTORIES; below++)
        if (pointers[below].parent == directory && get16 (reader, entry) == pointers[below].tag &&
            self->entries[below] == NULL)
          read_directory (self, below, reader, get32 (reader, entry + 8));
    }
}

GengaExifList *
genga_exif_list_new (GBytes *exif)
{
  g_autoptr (GengaExifList) self = g_new0 (GengaExifList, 1);
  Reader reader = { 0 };

  reader.data = g_bytes_get_data (exif, &reader.size);
  reader.n_left = reader.size;
  self->values = g_ptr_array_new_with_free_func (g_free);
  if (reader.size < HEADER_SIZE ||
      (memcmp (reader.data, "II*\0", 4) != 0 && memcmp (reader.data, "MM\0*", 4) != 0))
    return NULL;
  reader.little = reader.data[0] == 'I';
  read_directory (self, FIRST, &reader, get32 (&reader, 4));
  return self->entries[FIRST] != NULL ? g_steal_pointer (&self) : NULL;
}

void
genga_exif_list_free (GengaExifList *self)
{
  if (self == NULL)
    return;
  for (int i = 0; i < N_DIRECTORIES; i++)
    g_clear_pointer (&self->entries[i], g_array_unref);
  g_clear_pointer (&self->values, g_ptr_array_unref);
  g_free (self);
}

gboolean
genga_exif_list_drop_maker_note (GengaExifList *self)
{
  GArray *entries = self->entries[CAMERA];

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (g_array_index (entries, GengaTiffEntry, i).tag == TAG_MAKER_NOTE)
      {
        g_array_remove_index (entries, i);
        return TRUE;
      }
  return FALSE;
}

/* Exif 2.3, table 4 and appendix F. */
gboolean
genga_exif_is_description (guint tag)
{
  static const guint tags[] = {
    0x010d, 0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x013c, /* DocumentName ... */
    0x4746, 0x4749, 0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, /* Rating ... */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    if (tags[i] == tag)
      return TRUE;
  return FALSE;
}

/* ---- writing ---- */

static void
add_pointers (GengaExifList *self, int parent, const GengaTiffOutput *output, GArray *entries)
{
  for (int i = CAMERA; i < N_DIRECTORIES; i++)
    {
      if (pointers[i].parent != parent || self->places[i] == 0)
        continue;
      self->short_places[i] = self->places[i];
      if (output->is_big)
        genga_tiff_entries_add (entries, pointers[i].tag, GENGA_TIFF_LONG8, 1, &self->places[i]);
      else
        genga_tiff_entries_add (entries, pointers[i].tag, GENGA_TIFF_LONG, 1,
                                &self->short_places[i]);
    }
}

static GArray *
copy_entries (const GengaExifList *self, int directory)
{
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (GengaTiffEntry));

  g_array_append_vals (copy, self->entries[directory]->data, self->entries[directory]->len);
  return copy;
}

/* All but the first; who points to another is written after it. */
static gboolean
put_directories (GengaExifList *self, GengaTiffOutput *output)
{
  memset (self->places, 0, sizeof self->places);
  for (int i = N_DIRECTORIES - 1; i > FIRST; i--)
    {
      g_autoptr (GArray) entries = self->entries[i] != NULL ? copy_entries (self, i) : NULL;

      if (entries == NULL)
        continue;
      add_pointers (self, i, output, entries);
      if (entries->len > 0 && !genga_tiff_output_put_directory (output, entries, &self->places[i]))
        return FALSE;
    }
  return TRUE;
}

gboolean
genga_exif_list_put_into_tiff (GengaExifList *self, GengaTiffOutput *output, GArray *entries)
{
  const GArray *first = self->entries[FIRST];

  if (!put_directories (self, output))
    return FALSE;
  add_pointers (self, FIRST, output, entries);
  for (guint i = 0; i < first->len; i++)
    {
      const GengaTiffEntry *entry = &g_array_index (first, GengaTiffEntry, i);

      if (genga_exif_is_description (entry->tag))
        g_array_append_val (entries, *entry);
    }
  return TRUE;
}

static gboolean
append (gpointer data, gconstpointer bytes, gsize size)
{
  g_byte_array_append (data, bytes, size);
  return TRUE;
}

GBytes *
genga_exif_list_write (GengaExifList *self)
{
  GByteArray *out = g_byte_array_new ();
  GengaTiffOutput output = { .write = append, .data = out };
  g_autoptr (GArray) entries = copy_entries (self, FIRST);
  guint64 place = 0;
  guint32 short_place;

  genga_tiff_output_put_header (&output, 0);
  put_directories (self, &output);
  add_pointers (self, FIRST, &output, entries);
  genga_tiff_output_put_directory (&output, entries, &place);
  short_place = place;
  memcpy (out->data + 4, &short_place, sizeof short_place);
  return g_byte_array_free_to_bytes (out);
}
