/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/scroll-focus.h"

/* A controller that does not take part lets the event go on to what the control stands in. */
static void
set_phase (GtkWidget *control, GtkPropagationPhase phase)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (control);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, phase);
    }
}

static void
on_enter (GtkEventControllerFocus *focus, GtkWidget *control)
{
  set_phase (control, GTK_PHASE_BUBBLE);
}

static void
on_leave (GtkEventControllerFocus *focus, GtkWidget *control)
{
  set_phase (control, GTK_PHASE_NONE);
}

void
genga_scroll_focus_guard (GtkWidget *control)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect (focus, "enter", G_CALLBACK (on_enter), control);
  g_signal_connect (focus, "leave", G_CALLBACK (on_leave), control);
  gtk_widget_add_controller (control, focus);
  set_phase (control, GTK_PHASE_NONE);
}
