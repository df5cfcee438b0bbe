/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What windows that stand before another one have in common. Thread rule: main context only. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Puts `dialog` before `parent`, as a window of the same application that closes with it and on
 * Escape.
 */
void genga_dialog_set_parent (GtkWindow *dialog, GtkWindow *parent);

G_END_DECLS
