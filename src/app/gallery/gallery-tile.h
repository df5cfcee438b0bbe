/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A finished result in the gallery: a picture of it, and its name. Thread rule: main context only.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_GALLERY_TILE (genga_gallery_tile_get_type ())
G_DECLARE_FINAL_TYPE (GengaGalleryTile, genga_gallery_tile, GENGA, GALLERY_TILE, GtkBox)

GtkWidget *genga_gallery_tile_new (void);

/* Of a result's file; NULL: none, and nothing is loaded any more. */
void genga_gallery_tile_set_path (GengaGalleryTile *self, const char *path);

G_END_DECLS
