/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bands: rows of a picture shared out to threads.
 *
 * Their users compute each row independently of the band that it lies in, so that the
 * number of threads never changes a result.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GENGA_MAX_BANDS 64

/* Works on the rows [begin, end) of `band`; called by several threads at a time. */
typedef void (*GengaBandFunc) (int band, int begin, int end, gpointer user_data);

/* How many bands pay for `n_rows` rows on `n_threads` threads (0 = all that there are). */
int genga_bands_choose (int n_rows, guint n_threads);

/* The first row of a band; that of band `n_bands` is `n_rows`. */
int genga_bands_get_begin (int n_rows, int n_bands, int band);

/* Runs `func` for all bands and comes back when all are done. */
void genga_bands_run (int n_rows, int n_bands, GengaBandFunc func, gpointer user_data);

G_END_DECLS
