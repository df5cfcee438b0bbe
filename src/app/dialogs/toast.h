/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences that are shown at a window's lower edge. Thread rule: main context only. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* For a while. */
void genga_toast_show (AdwToastOverlay *overlay, const char *sentence);

/* The same with a button: `func` gets `owner`, and is called only while that lives. */
void genga_toast_show_with_button (AdwToastOverlay *overlay,
                                   const char *sentence,
                                   const char *label,
                                   GCallback func,
                                   GObject *owner);

/* The same with “Undo”, until what is said next. Borrowed: the toast, which goes soon after that.
 */
AdwToast *genga_toast_show_with_undo (AdwToastOverlay *overlay,
                                      const char *sentence,
                                      GCallback func,
                                      GObject *owner);

/* Until the user closes it. */
void genga_toast_show_until_closed (AdwToastOverlay *overlay, const char *sentence);

G_END_DECLS
