/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-media"

#include "media/image/read/bmp.h"
#include "core/error.h"
#include "media/image/read/structure.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_HEADER 14
#define CORE_HEADER 12
#define INFO_HEADER 40
#define MASKS_AT (FILE_HEADER + INFO_HEADER)
/* The header from which on a mask for transparency belongs to it. */
#define ALPHA_HEADER 56
#define HEAD_SIZE (MASKS_AT + 16)
#define MAX_SIDE (1 << 24)

enum
{
  RGB = 0,
  BITFIELDS = 3,
  ALPHA_BITFIELDS = 6,
};

static guint
read16 (const guint8 *data)
{
  return data[0] | data[1] << 8;
}

static guint32
read32 (const guint8 *data)
{
  return read16 (data) | (guint32)read16 (data + 2) << 16;
}

static gboolean
set_damaged (const char *name, GError **error)
{
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
               _ ("“%s” is truncated or damaged: can't read it to the end."), name);
  return FALSE;
}

static void
set_channel (GengaBmpChannel *self, guint32 mask)
{
  self->mask = mask;
  self->shift = mask != 0 ? g_bit_nth_lsf (mask, -1) : 0;
  self->maximum = mask >> self->shift;
}

static void
set_masks (GengaBmp *self, const guint8 *head, guint header, guint compression)
{
  static const guint32 narrow[] = { 0x7c00, 0x03e0, 0x001f };
  static const guint32 wide[] = { 0xff0000, 0x00ff00, 0x0000ff };
  gboolean has_masks = compression == BITFIELDS || compression == ALPHA_BITFIELDS;
  gboolean has_alpha = has_masks && (header >= ALPHA_HEADER || compression == ALPHA_BITFIELDS);

  for (int c = 0; c < 3; c++)
    set_channel (&self->channels[c], has_masks          ? read32 (head + MASKS_AT + 4 * c)
                                     : self->bits == 16 ? narrow[c]
                                                        : wide[c]);
  set_channel (&self->channels[3], has_alpha ? read32 (head + MASKS_AT + 12) : 0);
  self->n_channels = self->channels[3].maximum > 0 ? 4 : 3;
}

static gboolean
read_palette (GengaBmp *self, int fd, guint header, guint n_used)
{
  guint8 entries[256 * 4] = { 0 };
  gsize entry = header == CORE_HEADER ? 3 : 4;
  guint n = n_used == 0 ? 1u << self->bits : MIN (n_used, 1u << self->bits);

  if (genga_file_read_at (fd, entries, n * entry, FILE_HEADER + header) != (gssize)(n * entry))
    return FALSE;
  for (guint i = 0; i < n; i++)
    for (int c = 0; c < 3; c++)
      self->palette[i][c] = entries[i * entry + 2 - c];
  return TRUE;
}

static void
read_size (GengaBmp *self, const guint8 *head, guint header)
{
  const guint8 *info = head + FILE_HEADER;
  gint64 height;

  if (header == CORE_HEADER)
    {
      self->width = read16 (info + 4);
      self->height = read16 (info + 6);
      self->bits = read16 (info + 10);
      return;
    }
  height = (gint32)read32 (info + 8);
  self->width = (gint32)read32 (info + 4);
  self->is_top_down = height < 0;
  self->height = MIN (ABS (height), G_MAXINT);
  self->bits = read16 (info + 14);
}

gboolean
genga_bmp_open (GengaBmp *self, int fd, const char *name, GError **error)
{
  guint8 head[HEAD_SIZE] = { 0 };
  gssize size = genga_file_read_at (fd, head, sizeof head, 0);
  guint header = read32 (head + FILE_HEADER);
  gboolean is_core = header == CORE_HEADER;
  guint compression = is_core ? RGB : read32 (head + FILE_HEADER + 16);
  struct stat info;

  *self = (GengaBmp){ 0 };
  if (size < FILE_HEADER + CORE_HEADER || (!is_core && (header < INFO_HEADER || size < MASKS_AT)))
    return set_damaged (name, error);
  read_size (self, head, header);
  if (compression != RGB && compression != BITFIELDS && compression != ALPHA_BITFIELDS)
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_INPUT,
                   _ ("“%s” is a compressed BMP, which Genga does not read; save it as PNG."),
                   name);
      return FALSE;
    }
  if (self->width <= 0 || self->height <= 0 || self->width > MAX_SIDE || self->height > MAX_SIDE ||
      (self->bits != 1 && self->bits != 4 && self->bits != 8 && self->bits != 16 &&
       self->bits != 24 && self->bits != 32))
    return set_damaged (name, error);

  self->offset = read32 (head + 10);
  self->stride = ((gsize)self->width * self->bits + 31) / 32 * 4;
  self->is_cut =
      fstat (fd, &info) != 0 || self->offset + (gint64)self->stride * self->height > info.st_size;
  set_masks (self, head, header, compression);
  if (self->bits <= 8)
    self->n_channels = 3;
  return self->bits > 8 || read_palette (self, fd, header, is_core ? 0 : read32 (head + 46)) ||
         set_damaged (name, error);
}

static guint
get_pixel (const GengaBmp *self, const guint8 *row, gsize x)
{
  switch (self->bits)
    {
    case 1:
      return row[x / 8] >> (7 - x % 8) & 1;
    case 4:
      return row[x / 2] >> (x % 2 == 0 ? 4 : 0) & 15;
    case 8:
      return row[x];
    case 16:
      return read16 (row + 2 * x);
    case 24:
      return read16 (row + 3 * x) | (guint)row[3 * x + 2] << 16;
    default:
      return read32 (row + 4 * x);
    }
}

gboolean
genga_bmp_read_row (const GengaBmp *self, int fd, int y, guint8 *scratch, guint8 *pixels)
{
  gint64 row = self->is_top_down ? y : self->height - 1 - y;

  if (genga_file_read_at (fd, scratch, self->stride, self->offset + row * (gint64)self->stride) !=
      (gssize)self->stride)
    return FALSE;
  for (int x = 0; x < self->width; x++, pixels += self->n_channels)
    {
      guint value = get_pixel (self, scratch, x);

      if (self->bits <= 8)
        memcpy (pixels, self->palette[value], 3);
      else
        for (int c = 0; c < self->n_channels; c++)
          {
            const GengaBmpChannel *channel = &self->channels[c];
            guint64 level = (value & channel->mask) >> channel->shift;

            pixels[c] =
                channel->maximum > 0 ? (level * 255 + channel->maximum / 2) / channel->maximum : 0;
          }
    }
  return TRUE;
}
