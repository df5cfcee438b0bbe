/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-row.h"
#include "app/list-item-name.h"
#include "app/models/model-factory.h"
#include "app/models/model-watch.h"
#include "app/options/option-row.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>

struct _GengaModelRow
{
  AdwComboRow parent_instance;

  GengaOptions *options;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (GengaModelRow, genga_model_row, ADW_TYPE_COMBO_ROW)

/* Selects what the option says; FALSE where it is not in the list. */
static gboolean
select_model (GengaModelRow *self)
{
  GListModel *models = adw_combo_row_get_model (ADW_COMBO_ROW (self));
  const char *value = genga_options_get_string (self->options, GENGA_OPTION_MODEL);

  for (guint i = 0; models != NULL && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (GengaModelItem) item = g_list_model_get_item (models, i);
      if (g_strcmp0 (genga_model_item_get_value (item), value) == 0)
        {
          adw_combo_row_set_selected (ADW_COMBO_ROW (self), i);
          return TRUE;
        }
    }
  return FALSE;
}

static void
on_selected (GengaModelRow *self)
{
  GengaModelItem *item = adw_combo_row_get_selected_item (ADW_COMBO_ROW (self));
  g_autofree char *subtitle = NULL;
  g_autofree char *markup = NULL;
  g_autofree char *tooltip = NULL;

  if (item == NULL || self->filling)
    return;
  genga_options_set_string (self->options, GENGA_OPTION_MODEL, genga_model_item_get_value (item));
  subtitle = genga_model_item_dup_line (item);
  markup = g_markup_escape_text (subtitle, -1);
  tooltip = genga_model_item_dup_tooltip (item);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), markup);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
}

static void load (GengaModelRow *self);

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaModelRow) self = user_data;
  g_autoptr (GListModel) models = genga_model_list_load_finish (result, NULL);
  gboolean is_there;

  self->filling = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), models);
  is_there = select_model (self);
  self->filling = FALSE;
  /* The option became another one while the list was read. */
  if (!is_there)
    load (self);
  else
    on_selected (self);
}

static void
load (GengaModelRow *self)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();

  genga_model_list_load_async ((const char *const *)folders,
                               genga_options_get_string (self->options, GENGA_OPTION_MODEL),
                               on_loaded, g_object_ref (self));
}

/* A model that was added a moment ago is not in the list yet. */
static void
on_model_changed (GengaModelRow *self)
{
  if (!select_model (self))
    load (self);
}

static void
genga_model_row_dispose (GObject *object)
{
  g_clear_object (&GENGA_MODEL_ROW (object)->options);

  G_OBJECT_CLASS (genga_model_row_parent_class)->dispose (object);
}

static void
genga_model_row_class_init (GengaModelRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_model_row_dispose;
}

static GtkWidget *
make_compare_button (void)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("view-dual-symbolic");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.compare-models");
  /* Where there is no such action, as in other windows, or nothing to compare. */
  g_object_bind_property (button, "sensitive", button, "visible", G_BINDING_SYNC_CREATE);
  gtk_widget_set_tooltip_text (button, _ ("Compare models on what is seen."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Compare Models"), -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static void
genga_model_row_init (GengaModelRow *self)
{
  g_autoptr (GtkListItemFactory) factory = genga_model_factory_new ();
  g_autoptr (GtkExpression) name =
      gtk_property_expression_new (GENGA_TYPE_MODEL_ITEM, NULL, "title");

  adw_combo_row_set_expression (ADW_COMBO_ROW (self), name);
  adw_combo_row_set_list_factory (ADW_COMBO_ROW (self), factory);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), make_compare_button ());
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 2);
  genga_list_item_name_follow (ADW_COMBO_ROW (self));
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
}

GtkWidget *
genga_model_row_new (GengaOptions *options)
{
  GengaModelRow *self = g_object_new (GENGA_TYPE_MODEL_ROW, NULL);

  self->options = g_object_ref (options);
  genga_option_row_describe (GTK_WIDGET (self), GENGA_OPTION_MODEL);
  g_signal_connect_object (options, "notify::model", G_CALLBACK (on_model_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (genga_model_watch_get_default (), "changed", G_CALLBACK (load), self,
                           G_CONNECT_SWAPPED);
  load (self);
  return GTK_WIDGET (self);
}
