/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/watched/watched-group.h"
#include "app/dialogs/file-dialog.h"
#include "app/list-item-name.h"
#include "app/watched/watched-list.h"
#include "core/presets/preset-store.h"

#include <glib/gi18n-lib.h>

/* Lives as long as its group. */
typedef struct
{
  AdwPreferencesGroup *group;
  GSettings *settings;
  GPtrArray *folders; /* of GengaWatchedFolder */
  GPtrArray *rows;
} List;

static void
list_free (gpointer data)
{
  List *self = data;

  g_object_unref (self->settings);
  g_ptr_array_unref (self->folders);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static List *
get_list (gpointer group)
{
  return g_object_get_data (group, "watched-folders");
}

static void add_row (List *self, GengaWatchedFolder *folder);

/* ---- what rows do ---- */

static guint
find_row (List *self, GtkWidget *row)
{
  guint index = 0;

  g_ptr_array_find (self->rows, row, &index);
  return index;
}

static void
on_preset (AdwComboRow *row, GParamSpec *pspec, AdwPreferencesGroup *group)
{
  List *self = get_list (group);
  GengaWatchedFolder *folder = self->folders->pdata[find_row (self, GTK_WIDGET (row))];

  if (adw_combo_row_get_selected (row) == GTK_INVALID_LIST_POSITION)
    return;
  g_free (folder->preset);
  folder->preset = g_strdup (gtk_string_list_get_string (
      g_object_get_data (G_OBJECT (row), "names"), adw_combo_row_get_selected (row)));
  genga_watched_list_save (self->settings, self->folders);
}

static void
on_remove (GtkButton *button, GtkWidget *row)
{
  GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);
  List *self = get_list (group);
  const guint index = find_row (self, row);

  g_ptr_array_remove_index (self->rows, index);
  g_ptr_array_remove_index (self->folders, index);
  genga_watched_list_save (self->settings, self->folders);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
}

static gboolean
is_listed (List *self, const char *path)
{
  for (guint i = 0; i < self->folders->len; i++)
    {
      if (g_str_equal (((GengaWatchedFolder *)self->folders->pdata[i])->path, path))
        return TRUE;
    }
  return FALSE;
}

static void
on_chosen (GListModel *files, gpointer group)
{
  List *self = get_list (group);
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (path == NULL || is_listed (self, path))
    return;
  g_ptr_array_add (self->folders, genga_watched_folder_new (path, ""));
  add_row (self, self->folders->pdata[self->folders->len - 1]);
  genga_watched_list_save (self->settings, self->folders);
}

static void
on_add (GtkButton *button, AdwPreferencesGroup *group)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (group));

  genga_file_dialog_choose_folder (GTK_WINDOW (root), on_chosen, group);
}

/* ---- rows ---- */

/* The window's options first; answers the place of `wanted`. One that has gone has a place, too. */
static guint
list_presets (const char *wanted, GtkStringList *names, GtkStringList *titles)
{
  g_autoptr (GPtrArray) presets = genga_preset_store_list ();
  guint index = 0;

  gtk_string_list_append (names, "");
  gtk_string_list_append (titles, _ ("Options of the Window"));
  for (guint i = 0; i < presets->len; i++)
    {
      const char *name = genga_preset_get_name (presets->pdata[i]);

      gtk_string_list_append (names, name);
      gtk_string_list_append (titles, genga_preset_get_title (presets->pdata[i]));
      if (g_str_equal (name, wanted))
        index = i + 1;
    }
  if (index > 0 || *wanted == '\0')
    return index;
  gtk_string_list_append (names, wanted);
  gtk_string_list_append (titles, wanted);
  return presets->len + 1;
}

static GtkWidget *
new_remove_button (GtkWidget *row, const char *path)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *label = g_strdup_printf (_ ("Stop Watching %s"), path);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Stop watching this folder."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_remove), row, 0);
  return button;
}

static void
add_row (List *self, GengaWatchedFolder *folder)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autofree char *path = g_filename_display_name (folder->path);
  g_autofree char *markup = g_markup_escape_text (path, -1);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  GtkStringList *names = gtk_string_list_new (NULL);
  const guint index = list_presets (folder->preset, names, titles);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), markup);
  g_object_set_data_full (G_OBJECT (row), "names", names, g_object_unref);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (titles));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), index);
  genga_list_item_name_follow (ADW_COMBO_ROW (row));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_remove_button (row, path));
  g_ptr_array_add (self->rows, row);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (on_preset), self->group, 0);
  adw_preferences_group_add (self->group, row);
}

void
genga_watched_group_set_up (AdwPreferencesGroup *group, GSettings *settings)
{
  List *self = g_new0 (List, 1);
  GtkWidget *button = gtk_button_new_from_icon_name ("list-add-symbolic");

  self->group = group;
  self->settings = g_object_ref (settings);
  self->folders = genga_watched_list_load (settings);
  self->rows = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (group), "watched-folders", self, list_free);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Watch another folder."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Watch a Folder…"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_add), group, 0);
  adw_preferences_group_set_header_suffix (group, button);
  for (guint i = 0; i < self->folders->len; i++)
    add_row (self, self->folders->pdata[i]);
}
