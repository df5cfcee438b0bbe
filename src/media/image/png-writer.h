/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PNG files, row by row, deflated by several threads (media/image/deflate-stream.h). Source: PNG
 * specification (second edition), sections 5, 9 and 11.2. Rows are not filtered, or each as the
 * specification recommends (12.8: the least sum of absolute differences). No other chunks than
 * those that a file must have.
 *
 * Thread rule: one thread at a time; the callback runs in that thread.
 */
#pragma once

#include "media/image/deflate-stream.h"

G_BEGIN_DECLS

typedef struct _GengaPngWriter GengaPngWriter;

typedef struct
{
  int width;
  int height;
  int n_channels; /* 1 to 4: grey, grey with alpha, RGB, RGBA */
  int bits;       /* 8 or 16 */
  int level;      /* of zlib, 0 to 9 */
  gboolean is_filtered;
  guint n_threads; /* 0: one for each processor */
  GengaDeflateFunc write;
  gpointer data;
} GengaPngSetup;

/* NULL when memory is short. */
GengaPngWriter *genga_png_writer_new (const GengaPngSetup *setup);
/* `self` may be NULL. */
void genga_png_writer_free (GengaPngWriter *self);

/* The next row: bytes, or numbers of 16 bits. FALSE when the callback says so or memory is short.
 */
gboolean genga_png_writer_add (GengaPngWriter *self, gconstpointer row);

/* After the last row. FALSE as above, or when there were not as many rows as there should be. */
gboolean genga_png_writer_finish (GengaPngWriter *self);

/*
 * What a writer needs to go on behind the rows so far, of which what is complete has reached the
 * callback; NULL as above. A writer that is new and was made with the same setup goes on there, and
 * the file has the same bytes as without the break. FALSE: the state is no state of such a writer.
 */
GBytes *genga_png_writer_save (GengaPngWriter *self);
int genga_png_writer_get_n_rows (const GengaPngWriter *self);
gboolean genga_png_writer_restore (GengaPngWriter *self, GBytes *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaPngWriter, genga_png_writer_free)

G_END_DECLS
