/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/toast.h"

/* Long enough to see what has happened, and to press the button. */
#define BUTTON_SECONDS 12

/* Titles of toasts are markup. */
static AdwToast *
new_toast (const char *sentence)
{
  g_autofree char *markup = g_markup_escape_text (sentence, -1);

  return adw_toast_new (markup);
}

void
genga_toast_show (AdwToastOverlay *overlay, const char *sentence)
{
  adw_toast_overlay_add_toast (overlay, new_toast (sentence));
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
  adw_toast_overlay_add_toast (overlay, toast);
}

void
genga_toast_show_until_closed (AdwToastOverlay *overlay, const char *sentence)
{
  AdwToast *toast = new_toast (sentence);

  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (overlay, toast);
}
