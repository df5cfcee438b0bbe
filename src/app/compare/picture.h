/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPicture: a picture that can be shown, however large it is.
 *
 * It is cut into tiles of textures, and comes in levels: level 0 has all pixels, each further one
 * half as many along both axes. Pixels are premultiplied 8-bit BGRA in the machine's byte order
 * (GDK_MEMORY_DEFAULT).
 *
 * Thread rule: immutable; any thread.
 */
#pragma once

#include "core/frame.h"
#include "job/preview/frame-shape.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_PICTURE_TILE 2048

#define GENGA_TYPE_PICTURE (genga_picture_get_type ())
G_DECLARE_FINAL_TYPE (GengaPicture, genga_picture, GENGA, PICTURE, GObject)

/*
 * From a packed frame; blocks. HDR is brought to what a screen shows (job/preview/tone.h). Errors:
 * GENGA_ERROR_OUT_OF_MEMORY.
 */
GengaPicture *genga_picture_new (const GengaFrame *frame, GError **error);
/* The same, as players show it. */
GengaPicture *
genga_picture_new_shown (const GengaFrame *frame, const GengaFrameShape *shape, GError **error);

int genga_picture_get_width (GengaPicture *self);
int genga_picture_get_height (GengaPicture *self);
gboolean genga_picture_has_alpha (GengaPicture *self);

guint genga_picture_get_n_levels (GengaPicture *self);
/* The width and height of a level in its own pixels. */
void genga_picture_get_level_size (GengaPicture *self, guint level, int *width, int *height);

/* A tile of a level, by its column and row; borrowed. */
GdkTexture *genga_picture_get_tile (GengaPicture *self, guint level, int column, int row);

/* Copies a row of pixels of level 0: `n` of them, pixel i from column columns[i]. */
void
genga_picture_copy_pixels (GengaPicture *self, int y, const int *columns, int n, guint32 *pixels);

G_END_DECLS
