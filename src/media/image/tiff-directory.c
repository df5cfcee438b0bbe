/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tiff-directory.h"

#include <string.h>

gsize
genga_tiff_type_get_size (guint type)
{
  static const guint8 sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

  return type < G_N_ELEMENTS (sizes) ? sizes[type] : 0;
}

void
genga_tiff_entries_add (GArray *entries, guint tag, guint type, guint64 n, gconstpointer values)
{
  const GengaTiffEntry entry = { tag, type, n, values };

  g_array_append_val (entries, entry);
}

gboolean
genga_tiff_output_put (GengaTiffOutput *self, gconstpointer bytes, gsize size)
{
  if (!self->write (self->data, bytes, size))
    return FALSE;
  self->offset += size;
  return TRUE;
}

gboolean
genga_tiff_output_put_header (GengaTiffOutput *self, guint64 directory)
{
  const gboolean is_little = G_BYTE_ORDER == G_LITTLE_ENDIAN;
  const guint16 big[] = { 43, 8, 0 }, classic = 42;
  const guint32 short_directory = directory;

  return genga_tiff_output_put (self, is_little ? "II" : "MM", 2) &&
         (self->is_big
              ? genga_tiff_output_put (self, big, sizeof big) &&
                    genga_tiff_output_put (self, &directory, sizeof directory)
              : genga_tiff_output_put (self, &classic, sizeof classic) &&
                    genga_tiff_output_put (self, &short_directory, sizeof short_directory));
}

static gsize
get_size (const GengaTiffEntry *entry)
{
  return entry->n * genga_tiff_type_get_size (entry->type);
}

static gboolean
align (GengaTiffOutput *self)
{
  return self->offset % 2 == 0 || genga_tiff_output_put (self, "", 1);
}

/* Values that find no place in an entry lie before the directory. */
static gboolean
put_values (GengaTiffOutput *self, const GengaTiffEntry *entry, guint64 *place)
{
  const gsize size = get_size (entry);

  *place = 0;
  if (size <= (self->is_big ? 8 : 4))
    {
      memcpy (place, entry->values, size);
      return TRUE;
    }
  if (!align (self))
    return FALSE;
  *place = self->offset;
  return genga_tiff_output_put (self, entry->values, size);
}

static gboolean
put_entry (GengaTiffOutput *self, const GengaTiffEntry *entry, guint64 place)
{
  const guint16 head[] = { entry->tag, entry->type };
  const gboolean is_inside = get_size (entry) <= 4;
  const guint32 n = entry->n, short_place = place;

  if (!genga_tiff_output_put (self, head, sizeof head))
    return FALSE;
  if (self->is_big)
    return genga_tiff_output_put (self, &entry->n, sizeof entry->n) &&
           genga_tiff_output_put (self, &place, sizeof place);
  return genga_tiff_output_put (self, &n, sizeof n) &&
         genga_tiff_output_put (self, is_inside ? (gconstpointer)&place : &short_place, 4);
}

static int
compare_tags (gconstpointer a, gconstpointer b)
{
  return (int)((const GengaTiffEntry *)a)->tag - (int)((const GengaTiffEntry *)b)->tag;
}

gboolean
genga_tiff_output_put_directory (GengaTiffOutput *self, GArray *entries, guint64 *place)
{
  const guint n = entries->len;
  g_autofree guint64 *places = g_new (guint64, n);
  const GengaTiffEntry *list = (gpointer)entries->data;
  const guint64 n_long = n, next = 0;
  const guint16 n_short = n;
  gboolean ok = self->is_big || n <= G_MAXUINT16;

  g_array_sort (entries, compare_tags);
  for (guint i = 0; i < n && ok; i++)
    ok = put_values (self, &list[i], &places[i]);
  ok = ok && align (self);
  *place = self->offset;
  ok = ok && (self->is_big ? genga_tiff_output_put (self, &n_long, 8)
                           : genga_tiff_output_put (self, &n_short, 2));
  for (guint i = 0; i < n && ok; i++)
    ok = put_entry (self, &list[i], places[i]);
  return ok && genga_tiff_output_put (self, &next, self->is_big ? 8 : 4);
}
