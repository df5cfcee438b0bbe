/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaFilmStrip: small frames of a video at equal distances, read one after the other by a
 * confined process. Those of the last videos are remembered.
 *
 * Signal `changed`: another frame is there.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_FILM_STRIP_FRAMES 10

#define GENGA_TYPE_FILM_STRIP (genga_film_strip_get_type ())
G_DECLARE_FINAL_TYPE (GengaFilmStrip, genga_film_strip, GENGA, FILM_STRIP, GObject)

GengaFilmStrip *genga_film_strip_new (void);

/* Of a video of so many seconds; NULL: of none. */
void genga_film_strip_set_video (GengaFilmStrip *self, const char *path, double seconds);

/* The frame in the middle of a part of GENGA_FILM_STRIP_FRAMES; borrowed, or NULL. */
GdkTexture *genga_film_strip_get (GengaFilmStrip *self, guint index);

G_END_DECLS
