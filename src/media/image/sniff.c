/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/sniff.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  guint8 offset;
  guint8 size;
  const char *bytes;
  GengaLoader loader;
  const char *what;
} Signature;

static const Signature signatures[] = {
  { 0, 8, "\x89PNG\r\n\x1a\n", GENGA_LOADER_PNG, NULL },
  { 0, 3, "\xff\xd8\xff", GENGA_LOADER_JPEG, NULL },
  { 8, 4, "WEBP", GENGA_LOADER_WEBP, NULL },
  { 0, 6, "GIF87a", GENGA_LOADER_GIF, NULL },
  { 0, 6, "GIF89a", GENGA_LOADER_GIF, NULL },
  { 0, 4, "II*\0", GENGA_LOADER_TIFF, NULL },
  { 0, 4, "MM\0*", GENGA_LOADER_TIFF, NULL },
  { 0, 4, "II+\0", GENGA_LOADER_TIFF, NULL },
  { 0, 4, "MM\0+", GENGA_LOADER_TIFF, NULL },
  { 4, 8, "ftypavif", GENGA_LOADER_HEIF, NULL },
  { 4, 8, "ftypavis", GENGA_LOADER_HEIF, NULL },
  { 4, 8, "ftypheic", GENGA_LOADER_HEIF, NULL },
  { 4, 8, "ftypheix", GENGA_LOADER_HEIF, NULL },
  { 4, 8, "ftyphevc", GENGA_LOADER_HEIF, NULL },
  { 4, 8, "ftypmif1", GENGA_LOADER_HEIF, NULL },
  { 4, 8, "ftypmsf1", GENGA_LOADER_HEIF, NULL },
  { 4, 7, "ftypcrx", GENGA_LOADER_NONE, N_ ("a camera raw picture") },
  { 4, 4, "ftyp", GENGA_LOADER_NONE, N_ ("an MP4 or QuickTime video") },
  { 0, 4, "\x1a\x45\xdf\xa3", GENGA_LOADER_NONE, N_ ("a Matroska or WebM video") },
  { 8, 4, "AVI ", GENGA_LOADER_NONE, N_ ("an AVI video") },
  { 8, 4, "WAVE", GENGA_LOADER_NONE, N_ ("an audio file") },
  { 0, 3, "FLV", GENGA_LOADER_NONE, N_ ("a Flash video") },
  { 0, 4, "OggS", GENGA_LOADER_NONE, N_ ("an Ogg audio or video file") },
  { 0, 4, "\0\0\1\xba", GENGA_LOADER_NONE, N_ ("an MPEG video") },
  { 0, 4, "\0\0\1\xb3", GENGA_LOADER_NONE, N_ ("an MPEG video") },
  { 0, 2, "\xff\x0a", GENGA_LOADER_JXL, NULL },
  { 4, 4, "JXL ", GENGA_LOADER_JXL, NULL },
  { 4, 4, "jP  ", GENGA_LOADER_NONE, N_ ("a JPEG 2000 picture") },
  { 0, 4, "8BPS", GENGA_LOADER_NONE, N_ ("a Photoshop document") },
  { 0, 4, "\0\0\1\0", GENGA_LOADER_NONE, N_ ("an icon file") },
  { 0, 4, "\x76\x2f\x31\x01", GENGA_LOADER_NONE, N_ ("an OpenEXR picture") },
  { 0, 4, "DDS ", GENGA_LOADER_NONE, N_ ("a DDS texture") },
  { 0, 4, "qoif", GENGA_LOADER_NONE, N_ ("a QOI picture") },
  { 0, 8, "gimp xcf", GENGA_LOADER_NONE, N_ ("a GIMP document") },
  { 0, 5, "%PDF-", GENGA_LOADER_NONE, N_ ("a PDF document") },
  { 0, 4, "PK\3\4", GENGA_LOADER_NONE, N_ ("a ZIP archive") },
  { 0, 6, "7z\xbc\xaf\x27\x1c", GENGA_LOADER_NONE, N_ ("a 7z archive") },
  { 0, 4, "Rar!", GENGA_LOADER_NONE, N_ ("a RAR archive") },
  { 0, 2, "\x1f\x8b", GENGA_LOADER_NONE, N_ ("a gzip archive") },
  { 0, 4, "\x7f\x45LF", GENGA_LOADER_NONE, N_ ("a program") },
  { 0, 23, "version https://git-lfs", GENGA_LOADER_NONE, N_ ("a Git LFS pointer") },
};

static const char *const loader_names[] = {
  [GENGA_LOADER_NONE] = "",     [GENGA_LOADER_PNG] = "png", [GENGA_LOADER_JPEG] = "jpeg",
  [GENGA_LOADER_WEBP] = "webp", [GENGA_LOADER_GIF] = "gif", [GENGA_LOADER_TIFF] = "tiff",
  [GENGA_LOADER_HEIF] = "heif", [GENGA_LOADER_BMP] = "bmp", [GENGA_LOADER_JXL] = "jxl",
};

const char *
genga_loader_get_name (GengaLoader loader)
{
  return loader_names[loader];
}

static gboolean
contains (const char *text, const char *word)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return strstr (lower, word) != NULL;
}

static const char *
name_text (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  const char *start = text;
  const char *end;

  if (strlen (text) < size)
    return NULL;
  if (g_str_has_prefix (start, "\xef\xbb\xbf"))
    start += 3;
  while (g_ascii_isspace (*start))
    start++;
  if (*start == '<' && contains (start, "<svg"))
    return _ ("an SVG drawing");
  if (*start == '<' && (contains (start, "<html") || contains (start, "<!doctype html")))
    return _ ("an HTML page");
  for (const char *c = start; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) && !g_ascii_isspace (*c))
      return NULL;
  /* The last character may be cut by the end of the buffer. */
  if (!g_utf8_validate (text, -1, &end) && text + size - end > 3)
    return NULL;
  return _ ("a text file");
}

static gboolean
is_bitmap (const guint8 *data, gsize size)
{
  return size >= 26 && data[0] == 'B' && data[1] == 'M' && data[14] >= 12 && data[15] == 0;
}

static gboolean
is_netpbm (const guint8 *data, gsize size)
{
  return size >= 8 && data[0] == 'P' && data[1] >= '1' && data[1] <= '7' &&
         g_ascii_isspace (data[2]);
}

GengaLoader
genga_picture_sniff (const guint8 *data, gsize size, const char **what)
{
  *what = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (signatures); i++)
    {
      const Signature *signature = &signatures[i];

      if (size >= (gsize)signature->offset + signature->size &&
          memcmp (data + signature->offset, signature->bytes, signature->size) == 0)
        {
          *what = signature->what != NULL ? _ (signature->what) : NULL;
          return signature->loader;
        }
    }

  if (is_bitmap (data, size))
    return GENGA_LOADER_BMP;
  if (is_netpbm (data, size))
    *what = _ ("a Netpbm picture");
  else
    *what = name_text (data, size);
  return GENGA_LOADER_NONE;
}
