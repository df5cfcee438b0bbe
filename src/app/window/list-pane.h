/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A part of a paned that scrolls a list and wants to be as high as the list, but neither higher
 * than a few rows nor lower than one: what a short list leaves is for the other part.
 *
 * Property `list` (a GtkListView, once).
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_LIST_PANE (genga_list_pane_get_type ())
G_DECLARE_FINAL_TYPE (GengaListPane, genga_list_pane, GENGA, LIST_PANE, GtkWidget)

G_END_DECLS
