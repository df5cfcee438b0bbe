/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/dialogs/preferences.h"
#include "app/list-item-name.h"
#include "app/dialogs/dialog.h"
#include "app/dialogs/file-dialog.h"
#include "app/options/option-row.h"
#include "app/watched/watched-group.h"
#include "models/model-folders.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* Long enough to see what a reset has changed. */
#define TOAST_SECONDS 12

/* The options before the reset that a toast can undo. */
#define BEFORE "genga-options-before"

static const GengaOption machine_options[] = {
  GENGA_OPTION_THREADS, GENGA_OPTION_WORKERS,          GENGA_OPTION_MAX_MEMORY,   GENGA_OPTION_NICE,
  GENGA_OPTION_IONICE,  GENGA_OPTION_PAUSE_ON_BATTERY, GENGA_OPTION_PAUSE_IN_USE,
};

struct _GengaPreferences
{
  AdwPreferencesWindow parent_instance;

  GSettings *settings;
  GengaOptions *options;
  AdwComboRow *style_row;
  GtkWidget *notify;
  AdwPreferencesGroup *machine_group;
  AdwPreferencesGroup *watched_group;
  AdwPreferencesGroup *folders_group;
};

G_DEFINE_FINAL_TYPE (GengaPreferences, genga_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the row: the schema's word for each style, and libadwaita's. */
static const struct
{
  const char *nick;
  AdwColorScheme scheme;
} styles[] = {
  { "system", ADW_COLOR_SCHEME_DEFAULT },
  { "light", ADW_COLOR_SCHEME_FORCE_LIGHT },
  { "dark", ADW_COLOR_SCHEME_FORCE_DARK },
};

static guint
find_style (const char *nick)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      if (g_str_equal (styles[i].nick, nick))
        return i;
    }
  return 0;
}

static void
apply_style (GSettings *settings)
{
  g_autofree char *nick = g_settings_get_string (settings, "style");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      styles[find_style (nick)].scheme);
}

void
genga_preferences_apply_style (GSettings *settings)
{
  g_signal_connect (settings, "changed::style", G_CALLBACK (apply_style), NULL);
  apply_style (settings);
}

static gboolean
get_style (GValue *value, GVariant *variant, gpointer user_data)
{
  g_value_set_uint (value, find_style (g_variant_get_string (variant, NULL)));
  return TRUE;
}

static GVariant *
set_style (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint index = g_value_get_uint (value);

  return index < G_N_ELEMENTS (styles) ? g_variant_new_string (styles[index].nick) : NULL;
}

/* ---- folders ---- */

static void
on_open_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *folder = g_variant_get_bytestring (parameter);
  g_autofree char *own = genga_model_folder_dup_own ();

  if (g_str_equal (folder, own))
    g_mkdir_with_parents (own, 0777);
  genga_file_open (GTK_WINDOW (widget), folder);
}

static void
add_folder (GengaPreferences *self, const char *folder)
{
  g_autofree char *path = g_filename_display_name (folder);
  g_autofree char *markup = g_markup_escape_text (path, -1);
  g_autofree char *label = g_strdup_printf (_ ("Open %s"), path);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("folder-open-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), markup);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (row), TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Open this folder."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "preferences.open-folder");
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button),
                                          g_variant_new_bytestring (folder));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->folders_group, row);
}

static void
add_folders (GengaPreferences *self)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();

  for (guint i = 0; folders[i] != NULL; i++)
    add_folder (self, folders[i]);
}

/* ---- reset ---- */

static void
copy_options (GengaOptions *from, GengaOptions *to)
{
  g_object_freeze_notify (G_OBJECT (to));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      const char *name = genga_option_get_info (option)->name;
      g_auto (GValue) value = G_VALUE_INIT;

      g_object_get_property (G_OBJECT (from), name, &value);
      g_object_set_property (G_OBJECT (to), name, &value);
    }
  g_object_thaw_notify (G_OBJECT (to));
  /* Not the one that is kept for the codec. */
  if (!genga_options_is_same (to, GENGA_OPTION_PROFILE, from))
    genga_options_take_over (to, GENGA_OPTION_PROFILE, from);
}

static void
on_undo (AdwToast *toast, GengaPreferences *self)
{
  copy_options (g_object_get_data (G_OBJECT (toast), BEFORE), self->options);
}

static void
on_reset (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaPreferences *self = GENGA_PREFERENCES (widget);
  g_autoptr (GengaOptions) defaults = genga_options_new ();
  AdwToast *toast = adw_toast_new (_ ("All options were reset."));

  g_object_set_data_full (G_OBJECT (toast), BEFORE, genga_options_copy (self->options),
                          g_object_unref);
  copy_options (defaults, self->options);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_undo), self, 0);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

/* ---- the window ---- */

static void
genga_preferences_dispose (GObject *object)
{
  GengaPreferences *self = GENGA_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->options);

  G_OBJECT_CLASS (genga_preferences_parent_class)->dispose (object);
}

static void
genga_preferences_class_init (GengaPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaPreferences, style_row);
  gtk_widget_class_bind_template_child (widget_class, GengaPreferences, notify);
  gtk_widget_class_bind_template_child (widget_class, GengaPreferences, machine_group);
  gtk_widget_class_bind_template_child (widget_class, GengaPreferences, watched_group);
  gtk_widget_class_bind_template_child (widget_class, GengaPreferences, folders_group);
  gtk_widget_class_install_action (widget_class, "preferences.reset", NULL, on_reset);
  gtk_widget_class_install_action (widget_class, "preferences.open-folder", "ay", on_open_folder);
}

static void
genga_preferences_init (GengaPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_folders (self);
}

GtkWidget *
genga_preferences_new (GtkWindow *parent, GSettings *settings, GengaOptions *options)
{
  GengaPreferences *self = g_object_new (GENGA_TYPE_PREFERENCES, NULL);

  genga_dialog_set_parent (GTK_WINDOW (self), parent);
  self->settings = g_object_ref (settings);
  self->options = g_object_ref (options);
  genga_list_item_name_follow (self->style_row);
  g_settings_bind_with_mapping (settings, "style", self->style_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, get_style, set_style, NULL, NULL);
  g_settings_bind (settings, "notify", self->notify, "active", G_SETTINGS_BIND_DEFAULT);
  genga_watched_group_set_up (self->watched_group, settings);
  for (guint i = 0; i < G_N_ELEMENTS (machine_options); i++)
    adw_preferences_group_add (self->machine_group,
                               genga_option_row_new (options, machine_options[i]));
  return GTK_WIDGET (self);
}
