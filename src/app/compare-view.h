/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaCompareView: a picture before and after, on the two sides of a line that can be moved.
 *
 * The line's handle is a GtkScale, which assistive technology reads and sets. Actions
 * `view.zoom-in`, `view.zoom-out`, `view.zoom-fit`, `view.zoom-actual`, `view.split-left`,
 * `view.split-right`. Keys:
 * +, -, 0 (fit), 1 (1:1), arrows; while the space bar is held, only the picture before is seen.
 * The wheel and pinching zoom, dragging moves the line or the pictures.
 */
#pragma once

#include "app/picture.h"

G_BEGIN_DECLS

#define GENGA_TYPE_COMPARE_VIEW (genga_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (GengaCompareView, genga_compare_view, GENGA, COMPARE_VIEW, GtkWidget)

GtkWidget *genga_compare_view_new (void);

/*
 * Shows other pictures, either of which may be NULL. Zoom and place stay where the size of what is
 * shown stays, relative to the picture where only the result comes to its source.
 */
void
genga_compare_view_set_pictures (GengaCompareView *self, GengaPicture *before, GengaPicture *after);

G_END_DECLS
