/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/dialog.h"

static void
add_escape (GtkWindow *dialog)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (GTK_WIDGET (dialog), controller);
}

void
genga_dialog_set_parent (GtkWindow *dialog, GtkWindow *parent)
{
  gtk_window_set_application (dialog, gtk_window_get_application (parent));
  gtk_window_set_transient_for (dialog, parent);
  /*
   * Not "destroy-with-parent", which preferences windows have: GTK 4.8 leaves the parent's address
   * in a dialog that is still referenced, such as the key that closed both, and looks there when
   * it goes.
   */
  gtk_window_set_destroy_with_parent (dialog, FALSE);
  g_signal_connect_object (parent, "destroy", G_CALLBACK (gtk_window_destroy), dialog,
                           G_CONNECT_SWAPPED);
  add_escape (dialog);
}
