/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The results that were finished since the program was started (of many the latest 1,000), the
 * latest first, up to four beside each other: to look at, to open, and to find in their folders.
 * New ones come while it is open.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GENGA_TYPE_GALLERY_WINDOW (genga_gallery_window_get_type ())
G_DECLARE_FINAL_TYPE (GengaGalleryWindow, genga_gallery_window, GENGA, GALLERY_WINDOW, AdwWindow)

/* `results`: of GFile, each with a path. */
GtkWidget *genga_gallery_window_new (GtkWindow *parent, GListModel *results);

G_END_DECLS
