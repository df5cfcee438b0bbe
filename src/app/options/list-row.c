/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/list-row.h"
#include "app/labels.h"
#include "app/list-item-name.h"
#include "app/options/option-row.h"
#include "core/options-text.h"

#define KEY "genga-list"

typedef struct
{
  GengaOptions *options;
  GengaOption option;
  GPtrArray *values; /* of char *, those that are offered */
  gboolean is_filling;
} List;

static void
list_free (List *self)
{
  g_object_unref (self->options);
  g_ptr_array_unref (self->values);
  g_free (self);
}

static char *
dup_value (List *self)
{
  char *value = genga_options_format (self->options, self->option);

  return value != NULL ? value : g_strdup ("");
}

static gboolean
find_value (List *self, guint *position)
{
  g_autofree char *value = dup_value (self);

  return g_ptr_array_find_with_equal_func (self->values, value, g_str_equal, position);
}

static void
show_value (AdwComboRow *row, List *list)
{
  GtkStringList *labels = GTK_STRING_LIST (adw_combo_row_get_model (row));
  guint position;

  if (!find_value (list, &position))
    {
      g_autofree char *value = dup_value (list);
      g_autofree char *label = genga_label_dup_value (list->option, value);
      position = list->values->len;
      gtk_string_list_append (labels, label);
      g_ptr_array_add (list->values, g_steal_pointer (&value));
    }
  adw_combo_row_set_selected (row, position);
}

static void
on_option_changed (GengaOptions *options, GParamSpec *pspec, AdwComboRow *row)
{
  show_value (row, g_object_get_data (G_OBJECT (row), KEY));
}

static void
on_selected (AdwComboRow *row)
{
  List *list = g_object_get_data (G_OBJECT (row), KEY);
  guint position = adw_combo_row_get_selected (row);
  guint current;

  if (list->is_filling || position >= list->values->len ||
      (find_value (list, &current) && current == position))
    return;
  genga_options_parse (list->options, list->option, list->values->pdata[position], NULL);
}

void
genga_list_row_set_values (GtkWidget *row, const char *const *values)
{
  List *list = g_object_get_data (G_OBJECT (row), KEY);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);

  list->is_filling = TRUE;
  g_ptr_array_set_size (list->values, 0);
  for (guint i = 0; values[i] != NULL; i++)
    {
      g_ptr_array_add (list->values, g_strdup (values[i]));
      gtk_string_list_take (labels, genga_label_dup_value (list->option, values[i]));
    }
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (labels));
  show_value (ADW_COMBO_ROW (row), list);
  list->is_filling = FALSE;
}

GtkWidget *
genga_list_row_new (GengaOptions *options, GengaOption option, const char *const *values)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autofree char *signal = g_strconcat ("notify::", genga_option_get_info (option)->name, NULL);
  List *list = g_new0 (List, 1);

  list->options = g_object_ref (options);
  list->option = option;
  list->values = g_ptr_array_new_with_free_func (g_free);
  g_object_set_data_full (G_OBJECT (row), KEY, list, (GDestroyNotify)list_free);
  genga_option_row_describe (row, option);
  genga_list_item_name_follow (ADW_COMBO_ROW (row));
  genga_list_row_set_values (row, values);
  g_signal_connect (row, "notify::selected", G_CALLBACK (on_selected), NULL);
  g_signal_connect_object (options, signal, G_CALLBACK (on_option_changed), row, 0);
  return row;
}
