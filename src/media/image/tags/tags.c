/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/tags.h"
#include "media/image/tags/exif-list.h"
#include "media/image/tags/exif.h"
#include "media/image/tags/iptc-xmp.h"

#include <math.h>
#include <string.h>

/* By which a resolution may differ: whole numbers per metre, or per inch. */
#define ROUNDING 0.005

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

  if (size == 0 || !g_utf8_validate (data, size, NULL))
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
  gsize at = 0;

  if (size >= sizeof RESOURCES && memcmp (data, RESOURCES, sizeof RESOURCES) == 0)
    at = sizeof RESOURCES;
  else if (size < 4 || memcmp (data, "8BIM", 4) != 0)
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
genga_iptc_wrap (GBytes *records, gboolean has_prefix)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (records, &size);
  const guint8 head[] = {
    '8', 'B', 'I',        'M',        IPTC_RESOURCE >> 8, IPTC_RESOURCE & 0xff,
    0,   0,   size >> 24, size >> 16, size >> 8,          size
  };
  GByteArray *out = g_byte_array_new ();

  if (has_prefix)
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

/* EXIF says no other resolution than the rest of a file; to some formats it is the only place. */
static void
fit_resolution (GengaTags *self)
{
  GBytes *exif = self->exif;
  double x = 0, y = 0;

  if (exif == NULL || self->x_per_metre <= 0 ||
      (genga_exif_get_resolution (exif, &x, &y) && fabs (x / self->x_per_metre - 1) < ROUNDING &&
       fabs (y / self->y_per_metre - 1) < ROUNDING))
    return;
  self->exif = genga_exif_set_resolution (exif, self->x_per_metre, self->y_per_metre);
  if (x <= 0)
    self->own_exif = exif;
  else
    g_bytes_unref (exif);
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
  fit_resolution (self);
}

static gboolean
scale_fraction (const GMatchInfo *match, GString *result, gpointer data)
{
  const double factor = *(const double *)data;
  const gboolean is_whole = factor == floor (factor);
  g_autofree char *name = g_match_info_fetch (match, 1);
  g_autofree char *above = g_match_info_fetch (match, 2);
  g_autofree char *below = g_match_info_fetch (match, 3);

  g_string_append_printf (result, "%s%.0f/%s%s", name,
                          g_ascii_strtod (above, NULL) * factor * (is_whole ? 1 : 1000), below,
                          is_whole ? "" : "000");
  return FALSE;
}

static GBytes *
scale_xmp (GBytes *xmp, double factor)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("(tiff:[XY]Resolution(?:=[\"']|>))(\\d{1,9})/(\\d{1,9})(?=[\"'<])", 0, 0, NULL);
  gsize size;
  const char *data = g_bytes_get_data (xmp, &size);
  char *text = NULL;

  if (size > 0 && g_utf8_validate (data, size, NULL))
    text = g_regex_replace_eval (regex, data, size, 0, 0, scale_fraction, &factor, NULL);
  return text != NULL ? g_bytes_new_take (text, strlen (text)) : g_bytes_ref (xmp);
}

void
genga_tags_scale_resolution (GengaTags *self, double factor)
{
  self->x_per_metre *= factor;
  self->y_per_metre *= factor;
  fit_resolution (self);
  if (self->xmp != NULL)
    {
      g_autoptr (GBytes) before = g_steal_pointer (&self->xmp);

      self->xmp = scale_xmp (before, factor);
    }
}

void
genga_tags_limit_exif (GengaTags *self, gsize max_size)
{
  g_autoptr (GengaExifList) list = NULL;
  g_autoptr (GBytes) smaller = NULL;
  gboolean had_note;

  if (self->exif == NULL || g_bytes_get_size (self->exif) <= max_size)
    return;
  if (self->own_exif != NULL && g_bytes_get_size (self->own_exif) <= max_size)
    smaller = g_bytes_ref (self->own_exif);
  else
    {
      list = genga_exif_list_new (self->exif);
      if (list == NULL)
        return;
      had_note = genga_exif_list_drop_maker_note (list);
      smaller = genga_exif_list_write (list);
      if (g_bytes_get_size (smaller) > max_size)
        return;
      self->lacks_maker_note = had_note;
    }
  g_bytes_unref (self->exif);
  self->exif = g_steal_pointer (&smaller);
}

void
genga_tags_move_iptc (GengaTags *self)
{
  gboolean is_complete = TRUE;
  GBytes *xmp;

  if (self->iptc == NULL)
    return;
  xmp = genga_iptc_add_to_xmp (self->iptc, self->xmp, &is_complete);
  self->lacks_iptc = !is_complete;
  if (xmp == NULL)
    return;
  g_clear_pointer (&self->xmp, g_bytes_unref);
  self->xmp = xmp;
  g_clear_pointer (&self->iptc, g_bytes_unref);
}

void
genga_tags_clear (GengaTags *self)
{
  g_clear_pointer (&self->icc, g_bytes_unref);
  g_clear_pointer (&self->exif, g_bytes_unref);
  g_clear_pointer (&self->own_exif, g_bytes_unref);
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
