/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps toasts away from what can be pressed: they come up in the view of pictures, above
 * its buttons, or at the lower edge where it is not to be seen. Where a panel lies over the view,
 * it makes room for them below it.
 *
 * Thread rule: main context only.
 */
#pragma once

#include "app/compare/compare-view.h"
#include <adwaita.h>

G_BEGIN_DECLS

/* `view` and `panel` are inside the overlay and live as long. */
void genga_toast_place_keep (AdwToastOverlay *toasts, GengaCompareView *view, GtkWidget *panel);

G_END_DECLS
