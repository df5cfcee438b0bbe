/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GengaPaneGrid: lays its children out in rows and columns of one size, as square as they get, and
 * below each other where there is no room beside each other.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_PANE_GRID (genga_pane_grid_get_type ())
G_DECLARE_FINAL_TYPE (GengaPaneGrid, genga_pane_grid, GENGA, PANE_GRID, GtkWidget)

/* At the end. */
void genga_pane_grid_append (GengaPaneGrid *self, GtkWidget *child);

G_END_DECLS
