/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A paned that puts its second child below the first, or beside it where that is wished and there
 * is room. It can be as narrow as with one below the other.
 *
 * Properties: `paned` (a GtkPaned, once), `beside` (the wish).
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GENGA_TYPE_WORK_PANE (genga_work_pane_get_type ())
G_DECLARE_FINAL_TYPE (GengaWorkPane, genga_work_pane, GENGA, WORK_PANE, GtkWidget)

G_END_DECLS
