/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Directories of TIFF files and of EXIF, written one after the other (TIFF 6.0, section 2; BigTIFF
 * as libtiff documents it). Values are in the machine's byte order, and so is what is written.
 *
 * Thread rule: one thread at a time; the callback runs in that thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

enum
{
  GENGA_TIFF_BYTE = 1,
  GENGA_TIFF_ASCII = 2,
  GENGA_TIFF_SHORT = 3,
  GENGA_TIFF_LONG = 4,
  GENGA_TIFF_RATIONAL = 5,
  GENGA_TIFF_UNDEFINED = 7,
  GENGA_TIFF_DIRECTORY = 13,
  GENGA_TIFF_LONG8 = 16,
};

typedef struct
{
  guint16 tag;
  guint16 type;
  guint64 n;
  gconstpointer values; /* borrowed */
} GengaTiffEntry;

typedef struct
{
  gboolean is_big;
  guint64 offset; /* of what is written next */
  gboolean (*write) (gpointer data, gconstpointer bytes, gsize size);
  gpointer data;
} GengaTiffOutput;

/* Bytes of a value; 0: not known. */
gsize genga_tiff_type_get_size (guint type);

void
genga_tiff_entries_add (GArray *entries, guint tag, guint type, guint64 n, gconstpointer values);

/* All of these: FALSE when the callback says so. */
gboolean genga_tiff_output_put (GengaTiffOutput *self, gconstpointer bytes, gsize size);
/* What a file begins with: where its first directory is, 0 before that is known. */
gboolean genga_tiff_output_put_header (GengaTiffOutput *self, guint64 directory);
/* Sorts entries by tag, writes values that find no place in them, then the directory; where it is.
 */
gboolean genga_tiff_output_put_directory (GengaTiffOutput *self, GArray *entries, guint64 *place);

G_END_DECLS
