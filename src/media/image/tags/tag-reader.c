/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/tags/tag-reader.h"
#include "media/image/tags/raw-profile.h"
#include "media/image/read/structure.h"

#include <string.h>
#include <zlib.h>

#define PNG_SIGNATURE_SIZE 8
#define MAX_PNG_CHUNKS (1 << 16)
/* More than any prompt or comment; a file with more is not meant for people. */
#define MAX_KEPT_BYTES (16 << 20)
#define MAX_JPEG_SEGMENTS 4096

static guint32
read_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3];
}

/* By the chunk's name; XMP has its own way. */
static gboolean
is_kept (const guint8 *name)
{
  static const char kept[][5] = { "tEXt", "zTXt", "iTXt", "gAMA", "cHRM", "sRGB", "cICP" };

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (memcmp (name, kept[i], 4) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_xmp (const guint8 *chunk, guint32 length)
{
  static const char keyword[] = "XML:com.adobe.xmp";

  return memcmp (chunk + 4, "iTXt", 4) == 0 && length >= sizeof keyword &&
         memcmp (chunk + 8, keyword, sizeof keyword) == 0;
}

static GBytes *
take_if_any (GByteArray *bytes)
{
  if (bytes->len > 0)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  return NULL;
}

/* Only what has a unit; the other kind tells the shape of pixels. */
static void
read_resolution (int fd, gint64 offset, double *x_per_metre, double *y_per_metre)
{
  guint8 chunk[21];

  if (genga_file_read_at (fd, chunk, sizeof chunk, offset) != sizeof chunk || chunk[16] != 1 ||
      crc32 (crc32 (0, NULL, 0), chunk + 4, 13) != read_be32 (chunk + 17) ||
      read_be32 (chunk + 8) == 0 || read_be32 (chunk + 12) == 0)
    return;
  *x_per_metre = read_be32 (chunk + 8);
  *y_per_metre = read_be32 (chunk + 12);
}

/* The first one counts; what else says the same kind of thing is known, too. */
static gboolean
take_part (GBytes **kept, GBytes *profile, gsize offset)
{
  if (*kept == NULL)
    *kept = g_bytes_new_from_bytes (profile, offset, g_bytes_get_size (profile) - offset);
  return TRUE;
}

/* EXIF or XMP behind a prefix that JPEG has for it, or EXIF without one. */
static gboolean
take_app1 (GengaTags *tags, GBytes *profile)
{
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/", exif[] = "Exif\0";
  gsize size;
  const char *data = g_bytes_get_data (profile, &size);

  if (size > sizeof exif && memcmp (data, exif, sizeof exif) == 0)
    return take_part (&tags->exif, profile, sizeof exif);
  if (size > sizeof xmp && memcmp (data, xmp, sizeof xmp) == 0)
    return take_part (&tags->xmp, profile, sizeof xmp);
  if (size > 4 && (memcmp (data, "II*\0", 4) == 0 || memcmp (data, "MM\0*", 4) == 0))
    return take_part (&tags->exif, profile, 0);
  return FALSE;
}

static gboolean
take_iptc (GengaTags *tags, GBytes *profile)
{
  g_autoptr (GBytes) iptc = genga_iptc_unwrap (profile);

  return iptc != NULL && take_part (&tags->iptc, iptc, 0);
}

/* What ImageMagick and exiftool put into text; FALSE: it is text, or nothing that is known. */
static gboolean
take_raw_profile (GengaTags *tags, const guint8 *chunk, gsize size)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) profile = genga_raw_profile_read (chunk, size, &name);

  if (profile == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (name, "exif") == 0 || g_ascii_strcasecmp (name, "APP1") == 0)
    return take_app1 (tags, profile);
  if (g_ascii_strcasecmp (name, "xmp") == 0)
    return take_part (&tags->xmp, profile, 0);
  if (g_ascii_strcasecmp (name, "iptc") == 0 || g_ascii_strcasecmp (name, "8bim") == 0)
    return take_iptc (tags, profile);
  return FALSE;
}

/* Room for what is kept; FALSE: there is none, or the file has an end. */
static gboolean
take_chunk (int fd, gint64 offset, gsize size, GByteArray *kept, GengaTags *tags)
{
  g_autofree guint8 *chunk = g_try_malloc (size);

  if (chunk == NULL || genga_file_read_at (fd, chunk, size, offset) != (gssize)size)
    return FALSE;
  if (crc32 (crc32 (0, NULL, 0), chunk + 4, size - 8) == read_be32 (chunk + size - 4) &&
      !is_xmp (chunk, size - 12) && !take_raw_profile (tags, chunk, size))
    g_byte_array_append (kept, chunk, size);
  return TRUE;
}

gboolean
genga_tags_read_png (int fd, GengaTags *tags)
{
  GByteArray *kept = g_byte_array_new ();
  gint64 offset = PNG_SIGNATURE_SIZE;
  gboolean has_profile = FALSE;

  for (int i = 0; i < MAX_PNG_CHUNKS; i++)
    {
      guint8 head[8];
      guint32 length;

      if (genga_file_read_at (fd, head, sizeof head, offset) != sizeof head ||
          memcmp (head + 4, "IEND", 4) == 0)
        break;
      length = read_be32 (head);
      has_profile |= memcmp (head + 4, "iCCP", 4) == 0;
      if (memcmp (head + 4, "pHYs", 4) == 0 && length == 9)
        read_resolution (fd, offset, &tags->x_per_metre, &tags->y_per_metre);
      if (is_kept (head + 4) && (guint64)kept->len + length + 12 <= MAX_KEPT_BYTES &&
          !take_chunk (fd, offset, 12 + (gsize)length, kept, tags))
        break;
      offset += 12 + (gint64)length;
    }
  tags->png_chunks = take_if_any (kept);
  return has_profile;
}

static void
append_comment (GByteArray *kept, const guint8 *text, gsize size)
{
  if (kept->len > 0)
    g_byte_array_append (kept, (const guint8 *)"\n", 1);
  g_byte_array_append (kept, text, size);
}

/* Dots per inch or centimetre; the third kind tells the shape of pixels. */
static void
read_density (const guint8 *jfif, gsize size, double *x_per_metre, double *y_per_metre)
{
  const guint x = size >= 12 ? jfif[8] << 8 | jfif[9] : 0;
  const guint y = size >= 12 ? jfif[10] << 8 | jfif[11] : 0;
  const double unit = size >= 12 && jfif[7] == 1 ? 0.0254 : 0.01;

  if (x == 0 || y == 0 || memcmp (jfif, "JFIF", 5) != 0 || (jfif[7] != 1 && jfif[7] != 2))
    return;
  *x_per_metre = x / unit;
  *y_per_metre = y / unit;
}

gboolean
genga_tags_read_jpeg (int fd, GengaTags *tags)
{
  GByteArray *kept = g_byte_array_new ();
  gboolean has_profile = FALSE;
  gint64 offset = 2;

  for (int i = 0; i < MAX_JPEG_SEGMENTS; i++)
    {
      guint8 head[4];
      guint length;

      if (genga_file_read_at (fd, head, sizeof head, offset) != sizeof head || head[0] != 0xff)
        break;
      if (head[1] == 0xff) /* padding */
        {
          offset += 1;
          continue;
        }
      length = head[2] << 8 | head[3];
      if (head[1] == 0xda || length < 2)
        break;
      if ((head[1] == 0xfe || head[1] == 0xe0 || head[1] == 0xe2) && length > 2)
        {
          guint8 bytes[0x10000];
          const gssize size = genga_file_read_at (fd, bytes, length - 2, offset + 4);

          if (size <= 0)
            break;
          if (head[1] == 0xe0)
            read_density (bytes, size, &tags->x_per_metre, &tags->y_per_metre);
          else if (head[1] == 0xe2)
            has_profile |= size >= 12 && memcmp (bytes, "ICC_PROFILE", 12) == 0;
          else if (kept->len + size < MAX_KEPT_BYTES)
            append_comment (kept, bytes, size);
        }
      offset += 2 + (gint64)length;
    }
  tags->comment = take_if_any (kept);
  return has_profile;
}

/* ---- GIF ---- */

#define GIF_HEAD 13 /* signature and screen */
#define GIF_XMP "XMP DataXMP"
#define GIF_XMP_TAIL 257 /* lengths that lead out of the text wherever a reader is in it */

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
} Gif;

/* A colour table, as a byte of flags says. */
static void
skip_colours (Gif *self, guint8 flags)
{
  const gsize size = flags & 0x80 ? (gsize)3 << (1 + (flags & 7)) : 0;

  self->at += MIN (size, self->size - self->at);
}

/* Blocks with their lengths, up to the one of no length; `text` gets what is in them, if it is
 * wanted. FALSE at the file's end. */
static gboolean
read_blocks (Gif *self, GByteArray *text)
{
  while (self->at < self->size && self->data[self->at] != 0)
    {
      const gsize length = self->data[self->at];

      if (self->size - self->at - 1 < length)
        return FALSE;
      if (text != NULL && text->len + length <= MAX_KEPT_BYTES)
        g_byte_array_append (text, self->data + self->at + 1, length);
      self->at += 1 + length;
    }
  self->at++;
  return self->at <= self->size;
}

/* At an extension's label. */
static gboolean
read_extension (Gif *self, GByteArray *comments, GBytes **xmp)
{
  const guint8 label = self->data[self->at++];
  const gsize left = self->size - self->at;
  const gboolean is_xmp = label == 0xff && left > sizeof GIF_XMP && self->data[self->at] == 11 &&
                          memcmp (self->data + self->at + 1, GIF_XMP, 11) == 0;
  const gsize text = self->at + sizeof GIF_XMP;
  g_autoptr (GByteArray) comment = g_byte_array_new ();

  if (!read_blocks (self, label == 0xfe ? comment : NULL))
    return FALSE;
  /* Its text is no blocks: it lies there as it is, up to the last byte but one. */
  if (is_xmp && *xmp == NULL && self->at - 1 > text + GIF_XMP_TAIL &&
      self->data[self->at - 1 - GIF_XMP_TAIL] == 1)
    *xmp = g_bytes_new (self->data + text, self->at - 1 - GIF_XMP_TAIL - text);
  if (comment->len > 0 && comments->len + comment->len < MAX_KEPT_BYTES)
    append_comment (comments, comment->data, comment->len);
  return TRUE;
}

/* At what follows an image's mark: its place and flags, its colours, how its numbers begin. */
static gboolean
skip_image (Gif *self)
{
  if (self->size - self->at < 10)
    return FALSE;
  self->at += 9;
  skip_colours (self, self->data[self->at - 1]);
  self->at++;
  return self->at < self->size && read_blocks (self, NULL);
}

GBytes *
genga_tags_read_gif (GBytes *file, GBytes **xmp)
{
  Gif self = { .at = GIF_HEAD };
  GByteArray *comments = g_byte_array_new ();

  if (file != NULL)
    self.data = g_bytes_get_data (file, &self.size);
  if (self.size > GIF_HEAD)
    skip_colours (&self, self.data[10]);
  while (self.size > GIF_HEAD && self.size - self.at >= 2)
    {
      const guint8 mark = self.data[self.at++];

      if (!(mark == 0x21   ? read_extension (&self, comments, xmp)
            : mark == 0x2c ? skip_image (&self)
                           : FALSE))
        break;
    }
  return take_if_any (comments);
}
