/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every .ui file yields its widget, and gives it back. */
#include "app/compare/compare-view.h"
#include "app/dialogs/diagnostics-window.h"
#include "app/gallery/gallery-tile.h"
#include "app/window/empty-page.h"
#include "app/window/estimate-bar.h"
#include "app/window/header.h"
#include "app/window/hint-bar.h"
#include "app/dialogs/log-dialog.h"
#include "app/models/model-facts-row.h"
#include "app/models/models-window.h"
#include "app/models/offer-row.h"
#include "app/models/offers-page.h"
#include "app/options/options-panel.h"
#include "app/dialogs/preferences.h"
#include "app/queue/queue-row.h"
#include "resources.h"

static void
test_template (gconstpointer data)
{
  GType (*get_type) (void) = data;
  GtkWidget *widget = g_object_ref_sink (g_object_new (get_type (), NULL));

  g_assert_finalize_object (widget);
}

static void
test_window_template (gconstpointer data)
{
  GType (*get_type) (void) = data;
  GtkWidget *window = g_object_new (get_type (), NULL);

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_null (window);
}

static void
test_help_overlay (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/io/github/genga/Genga/gtk/help-overlay.ui");

  gtk_window_destroy (GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  adw_init ();
  genga_app_register_resource ();

  g_test_add_data_func ("/templates/compare-view", genga_compare_view_get_type, test_template);
  g_test_add_data_func ("/templates/empty-page", genga_empty_page_get_type, test_template);
  g_test_add_data_func ("/templates/estimate-bar", genga_estimate_bar_get_type, test_template);
  g_test_add_data_func ("/templates/gallery-tile", genga_gallery_tile_get_type, test_template);
  g_test_add_data_func ("/templates/hint-bar", genga_hint_bar_get_type, test_template);
  g_test_add_data_func ("/templates/header", genga_header_get_type, test_template);
  g_test_add_data_func ("/templates/model-facts-row", genga_model_facts_row_get_type,
                        test_template);
  g_test_add_data_func ("/templates/offer-row", genga_offer_row_get_type, test_template);
  g_test_add_data_func ("/templates/offers-page", genga_offers_page_get_type, test_template);
  g_test_add_data_func ("/templates/options-panel", genga_options_panel_get_type, test_template);
  g_test_add_data_func ("/templates/queue-row", genga_queue_row_get_type, test_template);
  g_test_add_data_func ("/templates/diagnostics", genga_diagnostics_window_get_type,
                        test_window_template);
  g_test_add_data_func ("/templates/models-window", genga_models_window_get_type,
                        test_window_template);
  g_test_add_data_func ("/templates/preferences", genga_preferences_get_type, test_window_template);
  g_test_add_func ("/templates/help-overlay", test_help_overlay);
  return g_test_run ();
}
