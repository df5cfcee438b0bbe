/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pointer, fingers and keys of a comparison: dragging moves the line or the pictures, the wheel and
 * pinching zoom. While the space bar is held, only the picture before is seen; while L is, a lens
 * at the pointer.
 */
#pragma once

#include "app/compare/compare-viewport.h"

G_BEGIN_DECLS

/* The factor of one step of the zoom. */
#define GENGA_COMPARE_ZOOM_STEP 1.25

/*
 * What happens to `widget` changes `viewport` and `line`, whose value is where the line between the
 * pictures is, in widths of the widget. As long as `widget` lives.
 */
void
genga_compare_input_add (GtkWidget *widget, GengaCompareViewport *viewport, GtkAdjustment *line);

G_END_DECLS
