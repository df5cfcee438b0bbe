/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/text-focus.h"

gboolean
genga_text_focus_activate (GtkWindow *window, const char *action)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  return (GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus)) &&
         gtk_widget_activate_action (focus, action, NULL);
}
