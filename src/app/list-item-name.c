/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/list-item-name.h"

void
genga_list_item_name_set (GtkWidget *child, const char *name)
{
  GtkWidget *item = gtk_widget_get_parent (child);
  GtkAccessibleRole role = item != NULL ? gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (item))
                                        : GTK_ACCESSIBLE_ROLE_NONE;

  if (role == GTK_ACCESSIBLE_ROLE_LIST_ITEM || role == GTK_ACCESSIBLE_ROLE_GRID_CELL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static char *
dup_selected (AdwComboRow *row)
{
  GtkExpression *expression = adw_combo_row_get_expression (row);
  GObject *item = adw_combo_row_get_selected_item (row);
  g_auto (GValue) value = G_VALUE_INIT;

  if (GTK_IS_STRING_OBJECT (item))
    return g_strdup (gtk_string_object_get_string (GTK_STRING_OBJECT (item)));
  if (item == NULL || expression == NULL || !gtk_expression_evaluate (expression, item, &value))
    return NULL;
  return g_value_dup_string (&value);
}

/* The first list in the row shows what is selected; another one is in the popover. */
static void
update (AdwComboRow *row)
{
  GtkWidget *list = find (GTK_WIDGET (row), GTK_TYPE_LIST_VIEW);
  GtkWidget *item = list != NULL ? gtk_widget_get_first_child (list) : NULL;
  g_autofree char *name = dup_selected (row);

  if (item != NULL && name != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
genga_list_item_name_follow (AdwComboRow *row)
{
  GtkWidget *list = find (GTK_WIDGET (row), GTK_TYPE_LIST_VIEW);
  GListModel *items;

  g_return_if_fail (list != NULL);

  items = gtk_widget_observe_children (list);
  g_signal_connect_object (items, "items-changed", G_CALLBACK (update), row, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (row), "genga-shown-items", items, g_object_unref);
  g_signal_connect_after (row, "notify::selected-item", G_CALLBACK (update), NULL);
  update (row);
}
