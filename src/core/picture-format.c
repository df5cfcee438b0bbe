/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-core"

#include "core/picture-format.h"
#include "core/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What was compressed hard is not to lose more; what is large can lose a little. */
#define SMALL_SOURCE_BYTES 512000
#define SMALL_SOURCE_QUALITY 95
#define LARGE_SOURCE_BYTES 2097152
#define LARGE_SOURCE_QUALITY 85

static const struct
{
  const char *suffix;
  GengaFormat format;
} suffixes[] = {
  { ".png", GENGA_FORMAT_PNG },   { ".jpg", GENGA_FORMAT_JPEG }, { ".webp", GENGA_FORMAT_WEBP },
  { ".jpeg", GENGA_FORMAT_JPEG }, { ".jpe", GENGA_FORMAT_JPEG }, { ".jfif", GENGA_FORMAT_JPEG },
  { ".tiff", GENGA_FORMAT_TIFF }, { ".tif", GENGA_FORMAT_TIFF }, { ".avif", GENGA_FORMAT_AVIF },
  { ".jxl", GENGA_FORMAT_JXL },
};

GengaFormat
genga_format_from_path (const char *path)
{
  const char *slash = strrchr (path, '/');
  const char *dot = strrchr (slash != NULL ? slash : path, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (suffixes); i++)
    if (g_ascii_strcasecmp (dot, suffixes[i].suffix) == 0)
      return suffixes[i].format;
  return GENGA_FORMAT_AUTO;
}

const char *
genga_format_get_suffix (GengaFormat format)
{
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (suffixes[i].format == format)
      return suffixes[i].suffix;
  return "";
}

gboolean
genga_format_has_bit_depth (GengaFormat format, int bit_depth)
{
  switch (bit_depth)
    {
    case 8:
      return TRUE;
    case 12:
      return format == GENGA_FORMAT_AVIF;
    case 16:
      return format == GENGA_FORMAT_PNG || format == GENGA_FORMAT_TIFF ||
             format == GENGA_FORMAT_JXL;
    case 32:
      return format == GENGA_FORMAT_TIFF;
    default:
      return FALSE;
    }
}

int
genga_format_choose_bit_depth (GengaFormat format, gboolean is_deep)
{
  if (!is_deep)
    return 8;
  if (genga_format_has_bit_depth (format, 16))
    return 16;
  return genga_format_has_bit_depth (format, 12) ? 12 : 8;
}

int
genga_format_adapt_quality (GengaFormat format, int quality, gint64 n_bytes)
{
  if (n_bytes <= 0 || (format != GENGA_FORMAT_JPEG && format != GENGA_FORMAT_WEBP))
    return quality;
  return n_bytes < SMALL_SOURCE_BYTES   ? SMALL_SOURCE_QUALITY
         : n_bytes > LARGE_SOURCE_BYTES ? LARGE_SOURCE_QUALITY
                                        : quality;
}

static gpointer
list_suffixes (gpointer data)
{
  GString *list = g_string_new (NULL);
  GengaFormat last = GENGA_FORMAT_AUTO;

  /* The first one of each format stands for it. */
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (suffixes[i].format > last)
      {
        g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", suffixes[i].suffix);
        last = suffixes[i].format;
      }
  return g_string_free (list, FALSE);
}

const char *
genga_format_get_suffixes (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, list_suffixes, NULL);
}

gboolean
genga_format_check_size (GengaFormat format, int width, int height, GError **error)
{
  const int side = MAX (width, height);

  if (format == GENGA_FORMAT_WEBP && side > 16383)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("WebP allows at most 16383 pixels per side, but the result has %d × %d; "
                      "choose PNG or a smaller scale."),
                   width, height);
      return FALSE;
    }
  if (format == GENGA_FORMAT_JPEG && side > 65535)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("JPEG allows at most 65535 pixels per side, but the result has %d × %d; "
                      "choose PNG or a smaller scale."),
                   width, height);
      return FALSE;
    }
  if (format == GENGA_FORMAT_AVIF && side > 16384)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_OUTPUT,
                   _ ("AVIF allows at most 16384 pixels per side here, but the result has %d × %d; "
                      "choose PNG or a smaller scale."),
                   width, height);
      return FALSE;
    }
  return TRUE;
}
