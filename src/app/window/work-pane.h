/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A paned that puts its second child below the first, or beside it where that is wanted and there
 * is room. Its minimum width is always that of one below the other.
 *
 * Properties: `paned` (a GtkPaned, once), `beside` (what is wanted).
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_WORK_PANE (genga_work_pane_get_type ())
G_DECLARE_FINAL_TYPE (GengaWorkPane, genga_work_pane, GENGA, WORK_PANE, GtkWidget)

G_END_DECLS
