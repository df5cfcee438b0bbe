/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Controls in a panel that scrolls: the wheel scrolls the panel, and changes a control's value only
 * when the control has the focus. Thread rule: main context only.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a GtkScale or GtkSpinButton: its own scroll controllers sleep while it has no focus. */
void genga_scroll_focus_guard (GtkWidget *control);

G_END_DECLS
