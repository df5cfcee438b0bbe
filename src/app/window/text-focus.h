/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that a text with the focus has the right to first. Thread rule: main context only. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Has the text that has the focus do `action` ("clipboard.copy"); FALSE where none has. */
gboolean genga_text_focus_activate (GtkWindow *window, const char *action);

G_END_DECLS
