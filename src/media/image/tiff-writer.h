/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TIFF files, row by row, whose strips several threads compress. Source: TIFF 6.0, sections 2, 7
 * to 9, 13 (LZW), 14 (differencing), 19 (sample format); Adobe's technical note 3 of 2005 (floats'
 * predictor); for files that may have 4 GiB and more, BigTIFF as libtiff documents it. The
 * directory comes last and is noted at the beginning. Numbers are in the machine's byte order.
 *
 * Thread rule: one thread at a time; the callbacks run in that thread.
 */
#pragma once

#include "core/choices.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GengaTiffWriter GengaTiffWriter;

typedef struct
{
  int width;
  int height;
  int n_channels; /* 1 to 4: grey, grey with alpha, RGB, RGBA; alpha is straight */
  int bits;       /* 8 or 16, or 32: floats */
  GengaCompression compression;
  gboolean is_big; /* the file may have 4 GiB and more */
  guint n_threads; /* 0: one for each processor */

  double x_per_metre; /* 0: not known */
  double y_per_metre;
  GBytes *icc; /* or NULL; borrowed until the end, as that below */
  GBytes *xmp;
  GBytes *iptc; /* IIM records */
  GBytes *exif; /* what of it the file's own directory does not tell */

  /* The next bytes; and where the next ones go, as lseek(), answering FALSE on error. */
  gboolean (*write) (gpointer data, gconstpointer bytes, gsize size);
  gboolean (*seek) (gpointer data, gint64 offset);
  gpointer data;
} GengaTiffSetup;

/* NULL when memory is short. */
GengaTiffWriter *genga_tiff_writer_new (const GengaTiffSetup *setup);
/* `self` may be NULL. */
void genga_tiff_writer_free (GengaTiffWriter *self);

/* The next row: bytes, numbers of 16 bits or floats. FALSE when a callback says so or memory is
 * short. */
gboolean genga_tiff_writer_add (GengaTiffWriter *self, gconstpointer row);

/* After the last row. FALSE as above, or when there were not as many rows as there should be. */
gboolean genga_tiff_writer_finish (GengaTiffWriter *self);

/*
 * What a writer needs to go on behind the rows so far, of which all whole strips have reached the
 * callback; NULL as above. A writer that is new and was made with the same setup goes on there, and
 * the file has the same bytes as without the break. FALSE: the state is no state of such a writer.
 */
GBytes *genga_tiff_writer_save (GengaTiffWriter *self);
int genga_tiff_writer_get_n_rows (const GengaTiffWriter *self);
gboolean genga_tiff_writer_restore (GengaTiffWriter *self, GBytes *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaTiffWriter, genga_tiff_writer_free)

G_END_DECLS
