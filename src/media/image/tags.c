/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags.h"

#include <string.h>

#define EXIF_PREFIX "Exif\0\0"
#define EXIF_PREFIX_SIZE 6
#define ENTRY_SIZE 12

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

/* ---- EXIF ---- */

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

static void
fit_directory (Exif *self, gsize at, gboolean is_first)
{
  const guint n = count_entries (self, at);

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
          if (is_first)
            fit_directory (self, get32 (self, entry + 8), FALSE);
          break;
        default:
          break;
        }
    }
}

/* The second directory tells of the thumbnail: it is cut off, and its bytes are wiped. */
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
  if (offset > end && offset < self->size)
    memset (self->data + offset, 0, MIN (size, self->size - offset));
}

GBytes *
genga_exif_fit (GBytes *exif, int width, int height)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (exif, &size);
  const gboolean prefixed =
      size >= EXIF_PREFIX_SIZE && memcmp (data, EXIF_PREFIX, EXIF_PREFIX_SIZE) == 0;
  const gsize skipped = prefixed ? EXIF_PREFIX_SIZE : 0;
  Exif self = { .size = size - skipped, .width = width, .height = height };

  self.data = g_memdup2 (data + skipped, self.size);
  if (self.size >= 8)
    {
      self.little = self.data[0] == 'I';
      fit_directory (&self, get32 (&self, 4), TRUE);
      drop_thumbnail (&self, get32 (&self, 4));
    }
  return g_bytes_new_take (self.data, self.size);
}

GBytes *
genga_exif_new_resolution (double x_per_metre, double y_per_metre)
{
  static const guint tags[] = { TAG_X_RESOLUTION, TAG_Y_RESOLUTION, TAG_UNIT };
  const double values[] = { x_per_metre * 0.0254, y_per_metre * 0.0254 };
  Exif self = { .size = 8 + 2 + 3 * ENTRY_SIZE + 4 + 16, .little = TRUE };

  self.data = g_malloc0 (self.size);
  memcpy (self.data, "II*\0\10\0\0\0\3", 9);
  for (guint i = 0; i < 3; i++)
    {
      const gsize entry = 10 + i * ENTRY_SIZE, value = self.size - 16 + 8 * (gsize)i;

      put16 (&self, entry, tags[i]);
      put16 (&self, entry + 2, i < 2 ? TYPE_RATIONAL : TYPE_SHORT);
      put32 (&self, entry + 4, 1);
      put32 (&self, entry + 8, i < 2 ? value : 2); /* inches */
      if (i == 2)
        continue;
      put32 (&self, value, CLAMP (values[i] * 1000 + 0.5, 1, G_MAXUINT32));
      put32 (&self, value + 4, 1000);
    }
  return g_bytes_new_take (self.data, self.size);
}

/* ---- XMP ---- */

static char *
replace_number (char *text, const char *names, int value)
{
  g_autofree char *pattern = g_strdup_printf ("((?:%s)(?:=[\"']|>))\\d+", names);
  g_autofree char *by = g_strdup_printf ("\\g<1>%d", value);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  char *result = regex != NULL ? g_regex_replace (regex, text, -1, 0, by, 0, NULL) : NULL;

  if (result == NULL)
    return text;
  g_free (text);
  return result;
}

static GBytes *
fit_xmp (GBytes *xmp, int width, int height)
{
  gsize size;
  const char *data = g_bytes_get_data (xmp, &size);
  char *text;

  if (!g_utf8_validate (data, size, NULL))
    return g_bytes_ref (xmp);
  text = g_strndup (data, size);
  text = replace_number (text, "tiff:ImageWidth|exif:PixelXDimension", width);
  text = replace_number (text, "tiff:ImageLength|exif:PixelYDimension", height);
  text = replace_number (text, "tiff:Orientation", 1);
  size = strlen (text);
  return g_bytes_new_take (text, size);
}

/* ---- IPTC ---- */

#define RESOURCES "Photoshop 3.0"
#define IPTC_RESOURCE 0x0404

static guint32
get_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

GBytes *
genga_iptc_unwrap (GBytes *resources)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (resources, &size);
  gsize at = sizeof RESOURCES;

  if (size < at || memcmp (data, RESOURCES, sizeof RESOURCES) != 0)
    return size > 0 && data[0] == 0x1c ? g_bytes_ref (resources) : NULL;
  while (size - at >= 12 && memcmp (data + at, "8BIM", 4) == 0)
    {
      /* A name with its length, and data, are padded to even sizes. */
      const gsize name = (data[at + 6] + 2) / 2 * 2;
      const gsize start = at + 6 + name + 4;
      gsize length;

      if (start > size)
        break;
      length = get_be32 (data + start - 4);
      if (length > size - start)
        break;
      if ((data[at + 4] << 8 | data[at + 5]) == IPTC_RESOURCE)
        return g_bytes_new_from_bytes (resources, start, length);
      if (length + length % 2 > size - start)
        break;
      at = start + length + length % 2;
    }
  return NULL;
}

GBytes *
genga_iptc_wrap (GBytes *records)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (records, &size);
  const guint8 head[] = {
    '8', 'B', 'I',        'M',        IPTC_RESOURCE >> 8, IPTC_RESOURCE & 0xff,
    0,   0,   size >> 24, size >> 16, size >> 8,          size
  };
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, (const guint8 *)RESOURCES, sizeof RESOURCES);
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, data, size);
  if (size % 2 != 0)
    g_byte_array_append (out, (const guint8 *)"", 1);
  return g_byte_array_free_to_bytes (out);
}

/* ---- all of it ---- */

static GBytes *
look_up (GVariant *extras, const char *name)
{
  g_autoptr (GVariant) value =
      extras != NULL ? g_variant_lookup_value (extras, name, G_VARIANT_TYPE_BYTESTRING) : NULL;

  return value != NULL ? g_variant_get_data_as_bytes (value) : NULL;
}

void
genga_tags_init (GengaTags *self, const GengaFrame *frame)
{
  const int width = frame->info.width, height = frame->info.height;

  *self = (GengaTags){
    .icc = frame->icc != NULL ? g_bytes_ref (frame->icc) : NULL,
    .exif = frame->exif != NULL ? genga_exif_fit (frame->exif, width, height) : NULL,
    .xmp = frame->xmp != NULL ? fit_xmp (frame->xmp, width, height) : NULL,
    .iptc = look_up (frame->extras, "iptc"),
    .comment = look_up (frame->extras, "comment"),
    .png_chunks = look_up (frame->extras, "png-chunks"),
  };
  if (frame->extras != NULL)
    g_variant_lookup (frame->extras, "is-derived", "b", &self->is_icc_derived);
  if (frame->extras != NULL)
    g_variant_lookup (frame->extras, "resolution", "(dd)", &self->x_per_metre, &self->y_per_metre);
}

void
genga_tags_clear (GengaTags *self)
{
  g_clear_pointer (&self->icc, g_bytes_unref);
  g_clear_pointer (&self->exif, g_bytes_unref);
  g_clear_pointer (&self->xmp, g_bytes_unref);
  g_clear_pointer (&self->iptc, g_bytes_unref);
  g_clear_pointer (&self->comment, g_bytes_unref);
  g_clear_pointer (&self->png_chunks, g_bytes_unref);
}

static void
add_bytes (GVariantDict *extras, const char *name, GBytes *bytes)
{
  if (bytes != NULL)
    g_variant_dict_insert_value (extras, name,
                                 g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
}

GVariant *
genga_tags_new_extras (const GengaTags *self)
{
  GVariantDict extras;

  if (self->iptc == NULL && self->comment == NULL && self->png_chunks == NULL &&
      self->x_per_metre <= 0)
    return NULL;
  g_variant_dict_init (&extras, NULL);
  add_bytes (&extras, "iptc", self->iptc);
  add_bytes (&extras, "comment", self->comment);
  add_bytes (&extras, "png-chunks", self->png_chunks);
  if (self->is_icc_derived)
    g_variant_dict_insert (&extras, "is-derived", "b", TRUE);
  if (self->x_per_metre > 0)
    g_variant_dict_insert (&extras, "resolution", "(dd)", self->x_per_metre, self->y_per_metre);
  return g_variant_dict_end (&extras);
}
