/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One strip of a TIFF, compressed (media/image/tiff-writer.h has the sources). Pure functions.
 */
#pragma once

#include "core/choices.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int width;
  int n_channels;
  int bits; /* 8, 16 or 32: floats */
  GengaCompression compression;
} GengaTiffStrip;

/* What the tags say of it. */
guint16 genga_tiff_strip_get_scheme (const GengaTiffStrip *self);
guint16 genga_tiff_strip_get_predictor (const GengaTiffStrip *self); /* 1: none */

/*
 * `n_rows` rows, which are changed. NULL: memory is short.
 */
GBytes *genga_tiff_strip_compress (const GengaTiffStrip *self, guint8 *rows, int n_rows);

G_END_DECLS
