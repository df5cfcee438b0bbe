/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/tag-writer.h"
#include "media/image/tags/raw-profile.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <zlib.h>

#define PNG_HEAD (8 + 25) /* the signature and IHDR */
#define MAX_SEGMENT 65533
#define ICC_SEGMENT 65519
#define XMP_PREFIX "http://ns.adobe.com/xap/1.0/"
#define MAX_XMP (MAX_SEGMENT - sizeof XMP_PREFIX)
#define MAX_IPTC (MAX_SEGMENT - 32)
#define PNG_XMP_KEYWORD "XML:com.adobe.xmp\0\0\0\0"

static void
append_be32 (GByteArray *out, guint32 value)
{
  const guint8 bytes[] = { value >> 24, value >> 16, value >> 8, value };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_le32 (GByteArray *out, guint32 value)
{
  const guint8 bytes[] = { value, value >> 8, value >> 16, value >> 24 };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_bytes (GByteArray *out, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  g_byte_array_append (out, data, size);
}

static guint32
get_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

static gsize
get_size (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

/* ---- PNG ---- */

/* A chunk of what a prefix and some bytes hold together. */
static void
append_chunk (
    GByteArray *out, const char *name, gconstpointer prefix, gsize prefix_size, GBytes *bytes)
{
  guint start;

  append_be32 (out, prefix_size + get_size (bytes));
  start = out->len;
  g_byte_array_append (out, (const guint8 *)name, 4);
  g_byte_array_append (out, prefix, prefix_size);
  if (bytes != NULL)
    append_bytes (out, bytes);
  append_be32 (out, crc32 (crc32 (0, NULL, 0), out->data + start, out->len - start));
}

/* With a prefix that is not compressed. */
static void
append_packed_chunk (
    GByteArray *out, const char *name, gconstpointer prefix, gsize prefix_size, GBytes *plain)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (plain, &size);
  uLongf packed_size = compressBound (size);
  guint8 *packed = g_malloc (packed_size);

  if (compress (packed, &packed_size, data, size) == Z_OK)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (packed, packed_size);

      append_chunk (out, name, prefix, prefix_size, bytes);
    }
  g_free (packed);
}

/* PNG has no chunk for it: as exiftool writes it, and ImageMagick reads it. */
static void
append_png_iptc (GByteArray *out, GBytes *iptc)
{
  static const char keyword[] = "Raw profile type iptc\0"; /* and how it is compressed */
  g_autoptr (GBytes) resources = genga_iptc_wrap (iptc, FALSE);
  g_autoptr (GBytes) text = genga_raw_profile_write ("iptc", resources);

  append_packed_chunk (out, "zTXt", keyword, sizeof keyword, text);
}

static void
append_profile (GByteArray *out, GBytes *icc)
{
  append_packed_chunk (out, "iCCP", "ICC profile\0", 13, icc);
}

/* Text in UTF-8 has a chunk of its own; the older one is for Latin 1. */
static void
append_png_comment (GByteArray *out, GBytes *comment)
{
  gsize size;
  const char *text = g_bytes_get_data (comment, &size);

  if (g_utf8_validate (text, size, NULL))
    append_chunk (out, "iTXt", "Comment\0\0\0\0", 12, comment);
  else
    append_chunk (out, "tEXt", "Comment", 8, comment);
}

static void
append_png_tags (GByteArray *out, const GengaTags *tags)
{
  if (tags->icc != NULL && !(tags->is_icc_derived && tags->png_chunks != NULL))
    append_profile (out, tags->icc);
  if (tags->png_chunks != NULL)
    append_bytes (out, tags->png_chunks);
  if (tags->x_per_metre > 0)
    {
      const guint32 x = CLAMP (tags->x_per_metre + 0.5, 1, G_MAXINT32);
      const guint32 y = CLAMP (tags->y_per_metre + 0.5, 1, G_MAXINT32);
      const guint8 physical[] = { x >> 24, x >> 16, x >> 8, x, y >> 24, y >> 16, y >> 8, y, 1 };

      append_chunk (out, "pHYs", physical, sizeof physical, NULL);
    }
  if (tags->exif != NULL)
    append_chunk (out, "eXIf", "", 0, tags->exif);
  if (tags->xmp != NULL)
    append_chunk (out, "iTXt", PNG_XMP_KEYWORD, sizeof PNG_XMP_KEYWORD, tags->xmp);
  if (tags->comment != NULL)
    append_png_comment (out, tags->comment);
  if (tags->iptc != NULL)
    append_png_iptc (out, tags->iptc);
}

/* What the encoder puts before pixels, without a resolution that nobody gave. */
static gboolean
rewrite_png (GengaTagWriter *self, GByteArray *out)
{
  const GByteArray *held = self->held;
  gsize at = PNG_HEAD;

  if (held->len < PNG_HEAD)
    return FALSE;
  g_byte_array_append (out, held->data, PNG_HEAD);
  append_png_tags (out, self->tags);
  while (held->len - at >= 8)
    {
      const gsize size = 12 + (gsize)get_be32 (held->data + at);

      if (memcmp (held->data + at + 4, "IDAT", 4) == 0)
        {
          g_byte_array_append (out, held->data + at, held->len - at);
          return TRUE;
        }
      if (held->len - at < size)
        break;
      if (memcmp (held->data + at + 4, "pHYs", 4) != 0)
        g_byte_array_append (out, held->data + at, size);
      at += size;
    }
  return FALSE;
}

/* ---- JPEG ---- */

static void
append_segment (
    GByteArray *out, guint8 marker, gconstpointer prefix, gsize prefix_size, GBytes *bytes)
{
  const gsize length = 2 + prefix_size + get_size (bytes);
  const guint8 head[] = { 0xff, marker, length >> 8, length };

  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, prefix, prefix_size);
  if (bytes != NULL)
    append_bytes (out, bytes);
}

static void
append_jfif (GByteArray *out, const GengaTags *tags)
{
  const gboolean is_known = tags->x_per_metre > 0;
  const guint x = is_known ? CLAMP (tags->x_per_metre * 0.0254 + 0.5, 1, 65535) : 1;
  const guint y = is_known ? CLAMP (tags->y_per_metre * 0.0254 + 0.5, 1, 65535) : 1;
  const guint8 jfif[] = { 'J', 'F', 'I', 'F', 0, 1, 1, is_known, x >> 8, x, y >> 8, y, 0, 0 };

  append_segment (out, 0xe0, jfif, sizeof jfif, NULL);
}

static void
append_icc_segments (GByteArray *out, GBytes *icc)
{
  const gsize size = get_size (icc);
  const guint n = (size + ICC_SEGMENT - 1) / ICC_SEGMENT;

  for (guint i = 0; i < n && n <= 255; i++)
    {
      const gsize at = (gsize)i * ICC_SEGMENT;
      guint8 prefix[14] = "ICC_PROFILE";
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (icc, at, MIN (size - at, ICC_SEGMENT));

      prefix[12] = i + 1;
      prefix[13] = n;
      append_segment (out, 0xe2, prefix, sizeof prefix, part);
    }
}

static void
append_comment (GByteArray *out, GBytes *comment)
{
  const gsize size = get_size (comment);

  for (gsize at = 0; at < size; at += MAX_SEGMENT)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (comment, at, MIN (size - at, MAX_SEGMENT));

      append_segment (out, 0xfe, "", 0, part);
    }
}

static void
append_jpeg_tags (GByteArray *out, const GengaTags *tags)
{
  append_jfif (out, tags);
  if (tags->exif != NULL && get_size (tags->exif) <= GENGA_JPEG_MAX_EXIF)
    append_segment (out, 0xe1, "Exif\0", 6, tags->exif);
  if (tags->xmp != NULL && get_size (tags->xmp) <= MAX_XMP)
    append_segment (out, 0xe1, XMP_PREFIX, sizeof XMP_PREFIX, tags->xmp);
  if (tags->iptc != NULL && get_size (tags->iptc) <= MAX_IPTC)
    {
      g_autoptr (GBytes) resources = genga_iptc_wrap (tags->iptc, TRUE);

      append_segment (out, 0xed, "", 0, resources);
    }
  if (tags->icc != NULL)
    append_icc_segments (out, tags->icc);
  if (tags->comment != NULL)
    append_comment (out, tags->comment);
}

/* The encoder's own application segments go, but for Adobe's, which says how colours are coded. */
static gboolean
rewrite_jpeg (GengaTagWriter *self, GByteArray *out)
{
  const GByteArray *held = self->held;
  gsize at = 2;

  if (held->len < 2)
    return FALSE;
  g_byte_array_append (out, held->data, 2);
  append_jpeg_tags (out, self->tags);
  while (held->len - at >= 4)
    {
      const guint8 marker = held->data[at + 1];
      const gsize size = 2 + (gsize)(held->data[at + 2] << 8 | held->data[at + 3]);
      const gboolean is_application = marker >= 0xe0 && marker <= 0xef;

      if (!is_application && marker != 0xfe)
        {
          g_byte_array_append (out, held->data + at, held->len - at);
          return TRUE;
        }
      if (held->len - at < size)
        break;
      if (marker == 0xee)
        g_byte_array_append (out, held->data + at, size);
      at += size;
    }
  return FALSE;
}

/* ---- WebP ---- */

static void
append_riff (GByteArray *out, const char *name, GBytes *bytes)
{
  if (bytes == NULL)
    return;
  g_byte_array_append (out, (const guint8 *)name, 4);
  append_le32 (out, get_size (bytes));
  append_bytes (out, bytes);
  if (get_size (bytes) % 2 != 0)
    g_byte_array_append (out, (const guint8 *)"", 1);
}

/* Only the picture's own chunks: the encoder may add EXIF of its own. TRUE where it has alpha. */
static gboolean
append_webp_pixels (GByteArray *out, const GByteArray *held)
{
  static const char kept[][5] = { "ALPH", "VP8 ", "VP8L" };
  gboolean has_alpha = FALSE;

  for (gsize at = 12; held->len - at >= 8;)
    {
      const guint8 *chunk = held->data + at;
      const gsize length = chunk[4] | chunk[5] << 8 | chunk[6] << 16 | (gsize)chunk[7] << 24;
      const gsize size = MIN (8 + length + length % 2, held->len - at);

      for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
        if (memcmp (chunk, kept[i], 4) == 0)
          g_byte_array_append (out, chunk, size);
      /* The header of the lossless kind has a bit for it. */
      has_alpha = has_alpha || memcmp (chunk, "ALPH", 4) == 0 ||
                  (memcmp (chunk, "VP8L", 4) == 0 && size > 12 && (chunk[12] & 0x10) != 0);
      at += size;
    }
  return has_alpha;
}

static void
append_webp_header (GByteArray *out, const GengaTagWriter *self, gboolean has_alpha)
{
  const GengaTags *tags = self->tags;
  const guint width = self->width - 1, height = self->height - 1;
  guint8 head[10] = { 0 };

  head[0] = (tags->icc != NULL ? 0x20 : 0) | (has_alpha ? 0x10 : 0) |
            (tags->exif != NULL ? 0x08 : 0) | (tags->xmp != NULL ? 0x04 : 0);
  if (head[0] == 0)
    return;
  for (int i = 0; i < 3; i++)
    {
      head[4 + i] = width >> 8 * i;
      head[7 + i] = height >> 8 * i;
    }
  g_byte_array_append (out, (const guint8 *)"VP8X", 4);
  append_le32 (out, sizeof head);
  g_byte_array_append (out, head, sizeof head);
}

static void
rewrite_webp (GengaTagWriter *self, GByteArray *out)
{
  const GengaTags *tags = self->tags;
  g_autoptr (GByteArray) pixels = g_byte_array_new ();
  const gboolean has_alpha = append_webp_pixels (pixels, self->held);

  g_byte_array_append (out, (const guint8 *)"RIFF\0\0\0\0WEBP", 12);
  append_webp_header (out, self, has_alpha);
  append_riff (out, "ICCP", tags->icc);
  g_byte_array_append (out, pixels->data, pixels->len);
  append_riff (out, "EXIF", tags->exif);
  append_riff (out, "XMP ", tags->xmp);
  for (int i = 0; i < 4; i++)
    out->data[4 + i] = (out->len - 8) >> 8 * i;
}

/* ---- the stream ---- */

gboolean
genga_tag_writer_knows (GengaFormat format)
{
  return format == GENGA_FORMAT_PNG || format == GENGA_FORMAT_JPEG || format == GENGA_FORMAT_WEBP;
}

/* Passes on the head of a file once all of it is there. */
static gboolean
try_head (GengaTagWriter *self)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (self->format == GENGA_FORMAT_WEBP ||
      !(self->format == GENGA_FORMAT_PNG ? rewrite_png (self, out) : rewrite_jpeg (self, out)))
    return TRUE;
  self->is_through = TRUE;
  g_clear_pointer (&self->held, g_byte_array_unref);
  return self->write (self->data, out->data, out->len);
}

void
genga_tag_writer_skip (GengaTagWriter *self)
{
  self->is_through = TRUE;
}

gboolean
genga_tag_writer_is_through (const GengaTagWriter *self)
{
  return self->is_through;
}

gboolean
genga_tag_writer_write (GengaTagWriter *self, gconstpointer bytes, gsize size)
{
  if (!genga_tag_writer_knows (self->format) || self->is_through)
    return self->write (self->data, bytes, size);
  if (self->held == NULL)
    self->held = g_byte_array_new ();
  if (size > G_MAXUINT - self->held->len)
    return FALSE;
  g_byte_array_append (self->held, bytes, size);
  return try_head (self);
}

gboolean
genga_tag_writer_finish (GengaTagWriter *self)
{
  g_autoptr (GByteArray) out = NULL;

  if (self->held == NULL)
    return TRUE;
  if (self->format != GENGA_FORMAT_WEBP || self->held->len < 20)
    return self->write (self->data, self->held->data, self->held->len);
  out = g_byte_array_new ();
  rewrite_webp (self, out);
  return self->write (self->data, out->data, out->len);
}

void
genga_tag_writer_clear (GengaTagWriter *self)
{
  g_clear_pointer (&self->held, g_byte_array_unref);
}

/* ---- losses ---- */

static gboolean
has_png_chunk (GBytes *chunks, const char *const *names)
{
  gsize size = 0;
  const guint8 *data = chunks != NULL ? g_bytes_get_data (chunks, &size) : NULL;

  for (gsize at = 0; at + 12 <= size; at += 12 + (gsize)get_be32 (data + at))
    for (int i = 0; names[i] != NULL; i++)
      if (memcmp (data + at + 4, names[i], 4) == 0)
        return TRUE;
  return FALSE;
}

char *
genga_tags_dup_losses (const GengaTags *tags, GengaFormat format)
{
  static const char *const text[] = { "tEXt", "zTXt", "iTXt", NULL };
  static const char *const signals[] = { "cICP", NULL };
  const gboolean is_jpeg = format == GENGA_FORMAT_JPEG, is_png = format == GENGA_FORMAT_PNG;
  const gboolean is_tiff = format == GENGA_FORMAT_TIFF;
  const gboolean has_iptc = is_png || is_tiff || (is_jpeg && get_size (tags->iptc) <= MAX_IPTC);
  const struct
  {
    gboolean is_lost;
    const char *name;
  } losses[] = {
    { !is_png && has_png_chunk (tags->png_chunks, text), _ ("PNG text") },
    { !is_png && !tags->is_icc_derived && has_png_chunk (tags->png_chunks, signals),
      _ ("PNG colour signalling (cICP)") },
    { tags->iptc != NULL && !has_iptc, "IPTC" },
    { tags->iptc == NULL && tags->lacks_iptc, _ ("some of the IPTC") },
    { tags->comment != NULL && !is_jpeg && !is_png, _ ("the comment") },
    { is_jpeg && get_size (tags->exif) > GENGA_JPEG_MAX_EXIF, "EXIF" },
    { tags->lacks_maker_note, _ ("what the camera’s maker has noted in the EXIF") },
    { tags->xmp != NULL && is_jpeg && get_size (tags->xmp) > MAX_XMP, "XMP" },
  };
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (losses); i++)
    if (losses[i].is_lost)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", losses[i].name);
  return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}
