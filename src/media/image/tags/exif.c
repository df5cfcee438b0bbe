/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/exif.h"

#include <string.h>

#define EXIF_PREFIX "Exif\0\0"
#define EXIF_PREFIX_SIZE 6
#define HEADER_SIZE 8
#define ENTRY_SIZE 12
#define MAX_ENTRIES 0xffff
/* What one is enlarged to; more could not be told of. */
#define MAX_SIZE (1 << 30)

enum
{
  TYPE_SHORT = 3,
  TYPE_LONG = 4,
  TYPE_RATIONAL = 5,
};

enum
{
  TAG_WIDTH = 0x0100,
  TAG_HEIGHT = 0x0101,
  TAG_ORIENTATION = 0x0112,
  TAG_X_RESOLUTION = 0x011a,
  TAG_Y_RESOLUTION = 0x011b,
  TAG_UNIT = 0x0128,
  TAG_THUMBNAIL = 0x0201,
  TAG_THUMBNAIL_SIZE = 0x0202,
  TAG_EXIF = 0x8769,
  TAG_PIXEL_WIDTH = 0xa002,
  TAG_PIXEL_HEIGHT = 0xa003,
};

enum
{
  UNIT_INCH = 2,
  UNIT_CENTIMETRE = 3,
};

typedef struct
{
  guint8 *data;
  gsize size;
  gboolean little;
  guint32 width;
  guint32 height;
} Exif;

static guint
get16 (const Exif *self, gsize at)
{
  const guint8 *data = self->data + at;

  return self->little ? data[0] | data[1] << 8 : data[0] << 8 | data[1];
}

static guint32
get32 (const Exif *self, gsize at)
{
  return self->little ? get16 (self, at) | (guint32)get16 (self, at + 2) << 16
                      : (guint32)get16 (self, at) << 16 | get16 (self, at + 2);
}

static void
put16 (Exif *self, gsize at, guint value)
{
  self->data[at] = self->little ? value : value >> 8;
  self->data[at + 1] = self->little ? value >> 8 : value;
}

static void
put32 (Exif *self, gsize at, guint32 value)
{
  put16 (self, at, self->little ? value & 0xffff : value >> 16);
  put16 (self, at + 2, self->little ? value >> 16 : value & 0xffff);
}

/* One number in the entry itself, as a short where that is what it was and will do. */
static void
set_entry (Exif *self, gsize entry, guint32 value)
{
  const gboolean is_short = get16 (self, entry + 2) == TYPE_SHORT && value <= 0xffff;

  put16 (self, entry + 2, is_short ? TYPE_SHORT : TYPE_LONG);
  put32 (self, entry + 4, 1);
  put32 (self, entry + 8, 0);
  if (is_short)
    put16 (self, entry + 8, value);
  else
    put32 (self, entry + 8, value);
}

/* How many entries the directory at `at` has; 0 where it does not lie in the data. */
static guint
count_entries (const Exif *self, gsize at)
{
  guint n;

  if (at < 8 || at > self->size || self->size - at < 2)
    return 0;
  n = get16 (self, at);
  return (self->size - at - 2) / ENTRY_SIZE >= n ? n : 0;
}

/* Of entries that lead to EXIF the first one counts: a walk for each could take for ever. */
static void
fit_directory (Exif *self, gsize at, gboolean is_first)
{
  const guint n = count_entries (self, at);
  gsize below = 0;

  for (guint i = 0; i < n; i++)
    {
      const gsize entry = at + 2 + (gsize)i * ENTRY_SIZE;

      switch (get16 (self, entry))
        {
        case TAG_WIDTH:
        case TAG_PIXEL_WIDTH:
          set_entry (self, entry, self->width);
          break;
        case TAG_HEIGHT:
        case TAG_PIXEL_HEIGHT:
          set_entry (self, entry, self->height);
          break;
        case TAG_ORIENTATION:
          set_entry (self, entry, 1);
          break;
        case TAG_EXIF:
          if (is_first && below == 0)
            below = get32 (self, entry + 8);
          break;
        default:
          break;
        }
    }
  if (below > 0)
    fit_directory (self, below, FALSE);
}

/* The second directory tells of the thumbnail: it is cut off, and its bytes are, or are wiped. */
static void
drop_thumbnail (Exif *self, gsize first)
{
  const gsize end = first + 2 + (gsize)count_entries (self, first) * ENTRY_SIZE;
  gsize second, offset = 0, size = 0;
  guint n;

  if (count_entries (self, first) == 0 || self->size - end < 4)
    return;
  second = get32 (self, end);
  put32 (self, end, 0);
  n = count_entries (self, second);
  for (guint i = 0; i < n; i++)
    {
      const gsize entry = second + 2 + (gsize)i * ENTRY_SIZE;

      if (get16 (self, entry) == TAG_THUMBNAIL)
        offset = get32 (self, entry + 8);
      else if (get16 (self, entry) == TAG_THUMBNAIL_SIZE)
        size = get32 (self, entry + 8);
    }
  if (offset <= end || offset >= self->size)
    return;
  /* Most programs write it last. */
  if (self->size - offset <= size + 1)
    self->size = offset;
  else
    memset (self->data + offset, 0, size);
}

/* A copy of the bytes behind a prefix that there may be; FALSE where they are no EXIF. */
static gboolean
open_copy (Exif *self, GBytes *exif)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (exif, &size);
  const gboolean prefixed =
      size >= EXIF_PREFIX_SIZE && memcmp (data, EXIF_PREFIX, EXIF_PREFIX_SIZE) == 0;
  const gsize skipped = prefixed ? EXIF_PREFIX_SIZE : 0;

  self->size = size - skipped;
  self->data = self->size > 0 ? g_memdup2 (data + skipped, self->size) : NULL;
  self->little = self->size >= HEADER_SIZE && self->data[0] == 'I';
  return self->size >= HEADER_SIZE;
}

GBytes *
genga_exif_fit (GBytes *exif, int width, int height)
{
  Exif self = { .width = width, .height = height };

  if (open_copy (&self, exif))
    {
      fit_directory (&self, get32 (&self, 4), TRUE);
      drop_thumbnail (&self, get32 (&self, 4));
    }
  return g_bytes_new_take (self.data, self.size);
}

/* ---- resolution ---- */

typedef struct
{
  guint tag;
  guint8 bytes[ENTRY_SIZE];
} Entry;

static int
compare_tags (gconstpointer a, gconstpointer b)
{
  return (int)((const Entry *)a)->tag - (int)((const Entry *)b)->tag;
}

/* Entries of a directory, without those of a resolution and with room for them. */
static GArray *
take_entries (const Exif *self, gsize at)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  const guint n = count_entries (self, at);

  for (guint i = 0; i < n; i++)
    {
      Entry entry = { .tag = get16 (self, at + 2 + (gsize)i * ENTRY_SIZE) };

      memcpy (entry.bytes, self->data + at + 2 + (gsize)i * ENTRY_SIZE, ENTRY_SIZE);
      if (entry.tag != TAG_X_RESOLUTION && entry.tag != TAG_Y_RESOLUTION && entry.tag != TAG_UNIT)
        g_array_append_val (entries, entry);
    }
  return entries;
}

/* Three entries of a resolution, whose rationals lie at `values`. */
static void
append_resolution (GArray *entries, const Exif *like, gsize values)
{
  static const guint tags[] = { TAG_X_RESOLUTION, TAG_Y_RESOLUTION, TAG_UNIT };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      Entry entry = { .tag = tags[i] };
      Exif bytes = { .data = entry.bytes, .little = like->little };

      put16 (&bytes, 0, tags[i]);
      put16 (&bytes, 2, tags[i] == TAG_UNIT ? TYPE_SHORT : TYPE_RATIONAL);
      put32 (&bytes, 4, 1);
      put32 (&bytes, 8, 0);
      if (tags[i] == TAG_UNIT)
        put16 (&bytes, 8, UNIT_INCH);
      else
        put32 (&bytes, 8, values + 8 * i);
      g_array_append_val (entries, entry);
    }
}

static void
put_rational (Exif *self, gsize at, double value)
{
  put32 (self, at, CLAMP (value * 1000 + 0.5, 1, G_MAXUINT32));
  put32 (self, at + 4, 1000);
}

/* The only entry with a tag, of one value of a type; 0: there is none, or another one too. */
static gsize
find_only (const Exif *self, gsize at, guint tag, guint type)
{
  const guint n = count_entries (self, at);
  gsize found = 0;

  for (guint i = 0; i < n; i++)
    {
      const gsize entry = at + 2 + (gsize)i * ENTRY_SIZE;

      if (get16 (self, entry) != tag)
        continue;
      if (found > 0 || get16 (self, entry + 2) != type || get32 (self, entry + 4) != 1)
        return 0;
      found = entry;
    }
  return found;
}

/* Whether a rational lies in the data, and in no part of the directory. */
static gboolean
is_apart (const Exif *self, gsize at, gsize value)
{
  const gsize end = at + 2 + (gsize)count_entries (self, at) * ENTRY_SIZE + 4;

  return value >= HEADER_SIZE && value <= self->size - 8 && (value + 8 <= at || value >= end);
}

/* In the place of the one that is there, where that has places of its own for all of it. */
static gboolean
replace_resolution (Exif *self, gsize at, double x_per_metre, double y_per_metre)
{
  const gsize x_entry = find_only (self, at, TAG_X_RESOLUTION, TYPE_RATIONAL);
  const gsize y_entry = find_only (self, at, TAG_Y_RESOLUTION, TYPE_RATIONAL);
  const gsize unit = find_only (self, at, TAG_UNIT, TYPE_SHORT);
  gsize x, y;

  if (x_entry == 0 || y_entry == 0 || unit == 0)
    return FALSE;
  x = get32 (self, x_entry + 8);
  y = get32 (self, y_entry + 8);
  if (!is_apart (self, at, x) || !is_apart (self, at, y) || MAX (x, y) - MIN (x, y) < 8)
    return FALSE;
  put_rational (self, x, x_per_metre * 0.0254);
  put_rational (self, y, y_per_metre * 0.0254);
  put16 (self, unit + 8, UNIT_INCH);
  return TRUE;
}

/*
 * With a resolution: the first directory moves to the end, where there is room for more entries.
 * All else stays where it is, so that no offset changes.
 */
static void
move_directory (Exif *self, gsize at, double x_per_metre, double y_per_metre)
{
  const gsize next = at + 2 + (gsize)count_entries (self, at) * ENTRY_SIZE;
  const gsize place = self->size + self->size % 2;
  g_autoptr (GArray) entries = take_entries (self, at);
  const gsize values = place + 2 + ((gsize)entries->len + 3) * ENTRY_SIZE + 4;
  Exif made = { .size = values + 16, .little = self->little };

  append_resolution (entries, self, values);
  g_array_sort (entries, compare_tags);
  made.data = g_malloc0 (made.size);
  memcpy (made.data, self->data, self->size);
  put32 (&made, 4, place);
  put16 (&made, place, entries->len);
  for (guint i = 0; i < entries->len; i++)
    memcpy (made.data + place + 2 + (gsize)i * ENTRY_SIZE, g_array_index (entries, Entry, i).bytes,
            ENTRY_SIZE);
  if (next <= self->size && self->size - next >= 4)
    put32 (&made, values - 4, get32 (self, next));
  put_rational (&made, values, x_per_metre * 0.0254);
  put_rational (&made, values + 8, y_per_metre * 0.0254);
  g_free (self->data);
  *self = made;
}

GBytes *
genga_exif_set_resolution (GBytes *exif, double x_per_metre, double y_per_metre)
{
  Exif self = { 0 };
  gsize first = 0;

  if (open_copy (&self, exif))
    first = get32 (&self, 4);
  if (count_entries (&self, first) == 0 || self.size > MAX_SIZE ||
      count_entries (&self, first) > MAX_ENTRIES - 3)
    {
      g_free (self.data);
      return g_bytes_ref (exif);
    }
  if (!replace_resolution (&self, first, x_per_metre, y_per_metre))
    move_directory (&self, first, x_per_metre, y_per_metre);
  return g_bytes_new_take (self.data, self.size);
}

GBytes *
genga_exif_new_resolution (double x_per_metre, double y_per_metre)
{
  /* One without entries. */
  static const guint8 bare[] = { 'I', 'I', '*', 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
  Exif self = { .data = g_memdup2 (bare, sizeof bare), .size = sizeof bare, .little = TRUE };

  move_directory (&self, HEADER_SIZE, x_per_metre, y_per_metre);
  return g_bytes_new_take (self.data, self.size);
}

/* A rational of an entry; 0 where it is none, or lies outside. */
static double
get_rational (const Exif *self, gsize entry)
{
  const guint32 at = get32 (self, entry + 8);

  if (get16 (self, entry + 2) != TYPE_RATIONAL || self->size < 8 || at > self->size - 8 ||
      get32 (self, at + 4) == 0)
    return 0;
  return get32 (self, at) / (1. * get32 (self, at + 4));
}

gboolean
genga_exif_get_resolution (GBytes *exif, double *x_per_metre, double *y_per_metre)
{
  Exif self = { 0 };
  double x = 0, y = 0;
  guint n, unit = UNIT_INCH; /* where nothing is said */
  gsize first = 0;

  if (open_copy (&self, exif))
    first = get32 (&self, 4);
  n = count_entries (&self, first);
  for (guint i = 0; i < n; i++)
    {
      const gsize entry = first + 2 + (gsize)i * ENTRY_SIZE;

      switch (get16 (&self, entry))
        {
        case TAG_X_RESOLUTION:
          x = get_rational (&self, entry);
          break;
        case TAG_Y_RESOLUTION:
          y = get_rational (&self, entry);
          break;
        case TAG_UNIT:
          unit = get16 (&self, entry + 8);
          break;
        default:
          break;
        }
    }
  g_free (self.data);
  if (x <= 0 || y <= 0 || (unit != UNIT_INCH && unit != UNIT_CENTIMETRE))
    return FALSE;
  *x_per_metre = x / (unit == UNIT_INCH ? 0.0254 : 0.01);
  *y_per_metre = y / (unit == UNIT_INCH ? 0.0254 : 0.01);
  return TRUE;
}
