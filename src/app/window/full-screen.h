/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The comparison on the whole screen: all else of the window is out of sight until it ends. Action
 * `full-screen`; Escape ends it.
 *
 * Thread rule: main context only.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * For as long as `window` lives, whose actions get it. `around` (`n` widgets) and the flap of
 * `flap` are what is out of sight meanwhile.
 */
void genga_full_screen_add (GtkApplicationWindow *window,
                            AdwFlap *flap,
                            GtkWidget *const *around,
                            guint n);

G_END_DECLS
