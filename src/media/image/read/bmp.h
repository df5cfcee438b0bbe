/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BMP pictures, which libvips reads only through a library that is not trusted with files from
 * anywhere. Palettes of 1, 4 and 8 bits, 16, 24 and 32 bits with and without masks, bottom-up and
 * top-down; compressed ones (RLE, JPEG, PNG) are not read. Source: the headers as Windows documents
 * them (BITMAPCOREHEADER, BITMAPINFOHEADER, V4, V5).
 *
 * Thread rule: any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint32 mask;
  int shift;
  guint32 maximum; /* 0: there is no such channel */
} GengaBmpChannel;

typedef struct
{
  int width;
  int height;
  gboolean is_top_down;
  int bits;
  gint64 offset;   /* of the pixels */
  gsize stride;    /* bytes of a row in the file */
  gboolean is_cut; /* the file has not all of them */
  int n_channels;  /* of the result: 3, or 4 with transparency */
  GengaBmpChannel channels[4];
  guint8 palette[256][3];
} GengaBmp;

/* Reads the header. Errors: GENGA_ERROR_INPUT; `name` is for messages. */
gboolean genga_bmp_open (GengaBmp *self, int fd, const char *name, GError **error);

/* Row y from the top as packed 8-bit RGB(A). `scratch` has `stride` bytes. FALSE: it is not there.
 */
gboolean genga_bmp_read_row (const GengaBmp *self, int fd, int y, guint8 *scratch, guint8 *pixels);

G_END_DECLS
