/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * EXIF, which is a TIFF without a picture (Exif 2.3, 4.5; TIFF 6.0, section 2), from the TIFF
 * header on: as a picture of another size has it.
 *
 * Untrusted bytes: what is not understood stays as it is. Pure functions; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sizes of the picture; the orientation is “as it is”, and there is no thumbnail. */
GBytes *genga_exif_fit (GBytes *exif, int width, int height);

/*
 * The same EXIF with this resolution, in pixels per metre: in the place of the one that it has, or
 * added. Where it is no EXIF at all, a new reference to it.
 */
GBytes *genga_exif_set_resolution (GBytes *exif, double x_per_metre, double y_per_metre);

/* A smallest one that only tells the resolution. */
GBytes *genga_exif_new_resolution (double x_per_metre, double y_per_metre);

/* Whether it tells a resolution; FALSE: it has none, or one without a unit. */
gboolean genga_exif_get_resolution (GBytes *exif, double *x_per_metre, double *y_per_metre);

G_END_DECLS
