/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/toast.h"

#include <glib/gi18n-lib.h>

/* Long enough to see what has happened, and to press the button. */
#define BUTTON_SECONDS 12

#define UNDO "genga-undo-toast"

/* Titles of toasts are markup. */
static AdwToast *
new_toast (const char *sentence)
{
  g_autofree char *markup = g_markup_escape_text (sentence, -1);

  return adw_toast_new (markup);
}

/* What could be undone so far has passed: its toast makes room. */
static void
show (AdwToastOverlay *overlay, AdwToast *toast)
{
  AdwToast *undo = g_object_get_data (G_OBJECT (overlay), UNDO);
  g_autoptr (AdwToast) last = undo != NULL ? g_object_ref (undo) : NULL;

  if (last != NULL)
    adw_toast_dismiss (last);
  g_object_set_data (G_OBJECT (overlay), UNDO, NULL);
  adw_toast_overlay_add_toast (overlay, toast);
}

void
genga_toast_show (AdwToastOverlay *overlay, const char *sentence)
{
  show (overlay, new_toast (sentence));
}

void
genga_toast_show_with_button (AdwToastOverlay *overlay,
                              const char *sentence,
                              const char *label,
                              GCallback func,
                              GObject *owner)
{
  AdwToast *toast = new_toast (sentence);

  adw_toast_set_button_label (toast, label);
  adw_toast_set_timeout (toast, BUTTON_SECONDS);
  g_signal_connect_object (toast, "button-clicked", func, owner, G_CONNECT_SWAPPED);
  show (overlay, toast);
}

void
genga_toast_show_until_closed (AdwToastOverlay *overlay, const char *sentence)
{
  AdwToast *toast = new_toast (sentence);

  adw_toast_set_timeout (toast, 0);
  show (overlay, toast);
}

/* What it would bring back goes with it. */
static void
on_dismissed (AdwToastOverlay *overlay, AdwToast *toast)
{
  if (g_object_get_data (G_OBJECT (overlay), UNDO) == toast)
    g_object_set_data (G_OBJECT (overlay), UNDO, NULL);
}

AdwToast *
genga_toast_show_with_undo (AdwToastOverlay *overlay,
                            const char *sentence,
                            GCallback func,
                            GObject *owner)
{
  AdwToast *toast = new_toast (sentence);

  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, BUTTON_SECONDS);
  g_signal_connect_object (toast, "button-clicked", func, owner, G_CONNECT_SWAPPED);
  show (overlay, toast);
  g_object_set_data_full (G_OBJECT (overlay), UNDO, g_object_ref (toast), g_object_unref);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_dismissed), overlay,
                           G_CONNECT_SWAPPED);
  return toast;
}
