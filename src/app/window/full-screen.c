/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/full-screen.h"

#define KEY "genga-full-screen"

typedef struct
{
  AdwFlap *flap;
  GPtrArray *around; /* widgets, which live as long as the window */
  GSimpleAction *action;
  gboolean had_flap; /* before */
} FullScreen;

static void
full_screen_free (gpointer data)
{
  FullScreen *self = data;

  g_ptr_array_unref (self->around);
  g_object_unref (self->action);
  g_free (self);
}

/* The window manager may have done it, too. */
static void
on_changed (GtkWindow *window)
{
  FullScreen *self = g_object_get_data (G_OBJECT (window), KEY);
  gboolean is_full = gtk_window_is_fullscreen (window);

  g_simple_action_set_state (self->action, g_variant_new_boolean (is_full));
  for (guint i = 0; i < self->around->len; i++)
    gtk_widget_set_visible (self->around->pdata[i], !is_full);
  if (is_full)
    self->had_flap = adw_flap_get_reveal_flap (self->flap);
  adw_flap_set_reveal_flap (self->flap, !is_full && self->had_flap);
}

static void
on_change_state (GSimpleAction *action, GVariant *state, gpointer window)
{
  if (g_variant_get_boolean (state))
    gtk_window_fullscreen (window);
  else
    gtk_window_unfullscreen (window);
}

static gboolean
on_escape (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  if (!gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    return FALSE;
  gtk_window_unfullscreen (GTK_WINDOW (widget));
  return TRUE;
}

void
genga_full_screen_add (GtkApplicationWindow *window,
                       AdwFlap *flap,
                       GtkWidget *const *around,
                       guint n)
{
  const GActionEntry entries[] = { { "full-screen", NULL, NULL, "false", on_change_state } };
  FullScreen *self = g_new0 (FullScreen, 1);
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->flap = flap;
  self->around = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->around, around[i]);
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
  g_set_object (&self->action, G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (window),
                                                                            "full-screen")));
  g_object_set_data_full (G_OBJECT (window), KEY, self, full_screen_free);
  g_signal_connect (window, "notify::fullscreened", G_CALLBACK (on_changed), NULL);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape"),
                        gtk_callback_action_new (on_escape, NULL, NULL)));
  /* Before whatever has the focus, or nothing has it since it is out of sight. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
}
