/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/preset-menu.h"
#include "app/dialogs/file-dialog.h"
#include "app/dialogs/toast.h"
#include "app/options/preset-dialog.h"
#include "core/presets/preset-store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaPresetMenu
{
  AdwBin parent_instance;

  GengaOptions *options;
  AdwToastOverlay *toasts;
  GPtrArray *presets; /* of GengaPreset */
  GSimpleAction *use;
  guint outdated; /* the idle source that looks at the options anew, or 0 */

  GengaOptions *before; /* what the last preset replaced; NULL: nothing to undo */
  GengaPreset *removed; /* the last one that was removed, or NULL */

  GtkMenuButton *button;
};

G_DEFINE_FINAL_TYPE (GengaPresetMenu, genga_preset_menu, ADW_TYPE_BIN)

static GtkWindow *
get_window (GengaPresetMenu *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static GengaPreset *
find (GengaPresetMenu *self, const char *name)
{
  for (guint i = 0; i < self->presets->len; i++)
    if (g_str_equal (genga_preset_get_name (self->presets->pdata[i]), name))
      return self->presets->pdata[i];
  return NULL;
}

/* The user's own first: it may have the values of one that comes with Genga. */
static GengaPreset *
find_applied (GengaPresetMenu *self)
{
  for (guint i = self->presets->len; i > 0; i--)
    if (genga_preset_is_applied (self->presets->pdata[i - 1], self->options))
      return self->presets->pdata[i - 1];
  return NULL;
}

static void
show_applied (GengaPresetMenu *self)
{
  GengaPreset *preset = find_applied (self);
  const char *name = preset != NULL ? genga_preset_get_name (preset) : "";
  const char *title = preset != NULL ? genga_preset_get_title (preset) : NULL;
  g_autofree char *label =
      title != NULL ? g_strdup_printf (_ ("Preset: %s"), title) : g_strdup (_ ("Presets"));

  g_simple_action_set_state (self->use, g_variant_new_string (name));
  gtk_menu_button_set_label (self->button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static gboolean
on_outdated (gpointer user_data)
{
  GengaPresetMenu *self = user_data;

  self->outdated = 0;
  show_applied (self);
  return G_SOURCE_REMOVE;
}

/* A preset changes many options at once. */
static void
on_options_changed (GengaPresetMenu *self)
{
  if (self->outdated == 0)
    self->outdated = g_idle_add (on_outdated, self);
}

/* ---- the menu ---- */

static GMenu *
new_section (GengaPresetMenu *self, gboolean is_builtin, const char *action)
{
  GMenu *section = g_menu_new ();

  for (guint i = 0; i < self->presets->len; i++)
    {
      GengaPreset *preset = self->presets->pdata[i];
      g_autoptr (GMenuItem) item = g_menu_item_new (genga_preset_get_title (preset), NULL);

      if (genga_preset_is_builtin (preset) != is_builtin)
        continue;
      g_menu_item_set_action_and_target (item, action, "s", genga_preset_get_name (preset));
      g_menu_append_item (section, item);
    }
  return section;
}

static void
fill_menu (GengaPresetMenu *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) builtin = new_section (self, TRUE, "win.use-preset");
  g_autoptr (GMenu) own = new_section (self, FALSE, "win.use-preset");
  g_autoptr (GMenu) removable = new_section (self, FALSE, "win.remove-preset");
  g_autoptr (GMenu) verbs = g_menu_new ();

  g_menu_append_section (menu, NULL, G_MENU_MODEL (builtin));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (own));
  g_menu_append (verbs, _ ("_Save as Preset…"), "win.save-preset");
  g_menu_append (verbs, _ ("_Import Preset…"), "win.import-preset");
  g_menu_append (verbs, _ ("_Export Preset…"), "win.export-preset");
  if (g_menu_model_get_n_items (G_MENU_MODEL (removable)) > 0)
    g_menu_append_submenu (verbs, _ ("_Remove Preset"), G_MENU_MODEL (removable));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (verbs));
  gtk_menu_button_set_menu_model (self->button, G_MENU_MODEL (menu));
}

/* Others may have changed the folder. */
static void
reload (GengaPresetMenu *self)
{
  g_ptr_array_unref (self->presets);
  self->presets = genga_preset_store_list ();
  fill_menu (self);
  show_applied (self);
}

static gboolean
on_idle (gpointer user_data)
{
  GengaPresetMenu *self = user_data;

  self->outdated = 0;
  reload (self);
  return G_SOURCE_REMOVE;
}

/* ---- using ---- */

static void
take_over_all (GengaOptions *options, GengaOptions *from)
{
  g_object_freeze_notify (G_OBJECT (options));
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    if (!genga_options_is_same (options, option, from))
      genga_options_take_over (options, option, from);
  g_object_thaw_notify (G_OBJECT (options));
  /* Not the one that is kept for the codec. */
  if (!genga_options_is_same (options, GENGA_OPTION_PROFILE, from))
    genga_options_take_over (options, GENGA_OPTION_PROFILE, from);
}

static void
on_undo_use (GengaPresetMenu *self)
{
  if (self->before != NULL)
    take_over_all (self->options, self->before);
  g_clear_object (&self->before);
}

static void
on_use (GengaPresetMenu *self, GVariant *parameter)
{
  GengaPreset *preset = find (self, g_variant_get_string (parameter, NULL));
  g_autofree char *sentence = NULL;

  if (preset == NULL || genga_preset_is_applied (preset, self->options))
    return;
  g_clear_object (&self->before);
  self->before = genga_options_copy (self->options);
  genga_preset_apply (preset, self->options);
  sentence =
      g_strdup_printf (_ ("The options are those of “%s”."), genga_preset_get_title (preset));
  genga_toast_show_with_undo (self->toasts, sentence, G_CALLBACK (on_undo_use), G_OBJECT (self));
}

/* ---- saving, removing ---- */

static void
save (GengaPresetMenu *self, GengaPreset *preset, gboolean replace, const char *format)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (preset != NULL && genga_preset_store_save (preset, replace, &error))
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      sentence = g_strdup_printf (format, genga_preset_get_name (preset));
#pragma GCC diagnostic pop
      reload (self);
    }
  genga_toast_show (self->toasts, error != NULL ? error->message : sentence);
}

static void
on_named (const char *name, gboolean replace, gpointer user_data)
{
  GengaPresetMenu *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) preset = genga_preset_new (name, self->options, &error);

  if (preset == NULL)
    genga_toast_show (self->toasts, error->message);
  else
    save (self, preset, replace, _ ("Saved the preset “%s”."));
}

static void
on_save (GengaPresetMenu *self)
{
  reload (self);
  genga_preset_dialog_ask (get_window (self), self->presets, on_named, G_OBJECT (self));
}

static void
on_undo_remove (GengaPresetMenu *self)
{
  g_autoptr (GengaPreset) preset = g_steal_pointer (&self->removed);

  if (preset != NULL)
    save (self, preset, FALSE, _ ("Saved the preset “%s”."));
}

static void
on_remove (GengaPresetMenu *self, GVariant *parameter)
{
  GengaPreset *preset = find (self, g_variant_get_string (parameter, NULL));
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (preset == NULL)
    return;
  if (!genga_preset_store_remove (genga_preset_get_name (preset), &error))
    {
      genga_toast_show (self->toasts, error->message);
      return;
    }
  g_clear_pointer (&self->removed, genga_preset_unref);
  self->removed = genga_preset_ref (preset);
  sentence =
      g_strdup_printf (_ ("Removed the preset “%s”."), genga_preset_get_name (self->removed));
  reload (self);
  genga_toast_show_with_undo (self->toasts, sentence, G_CALLBACK (on_undo_remove), G_OBJECT (self));
}

/* ---- exchanging ---- */

static void
on_import_chosen (GListModel *files, gpointer user_data)
{
  GengaPresetMenu *self = user_data;
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autoptr (GengaPreset) preset = NULL;
  g_autoptr (GError) error = NULL;

  if (file == NULL || g_file_peek_path (file) == NULL)
    return;
  preset = genga_preset_read (g_file_peek_path (file), &error);
  if (preset == NULL)
    genga_toast_show (self->toasts, error->message);
  else
    save (self, preset, FALSE, _ ("Imported the preset “%s”."));
}

static void
on_import (GengaPresetMenu *self)
{
  genga_file_dialog_open_preset (get_window (self), on_import_chosen, self);
}

/* Options that no preset has are called as their file is. */
static GengaPreset *
new_for_export (GengaPresetMenu *self, const char *path, GError **error)
{
  GengaPreset *applied = find_applied (self);
  g_autofree char *name = g_filename_display_basename (path);

  if (applied != NULL)
    return genga_preset_ref (applied);
  if (g_str_has_suffix (name, GENGA_PRESET_SUFFIX) && strlen (name) > strlen (GENGA_PRESET_SUFFIX))
    name[strlen (name) - strlen (GENGA_PRESET_SUFFIX)] = '\0';
  return genga_preset_new (name, self->options, error);
}

static void
on_export_chosen (GListModel *files, gpointer user_data)
{
  GengaPresetMenu *self = user_data;
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;
  g_autoptr (GengaPreset) preset = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (path == NULL)
    return;
  preset = new_for_export (self, path, &error);
  if (preset != NULL &&
      genga_preset_write (preset, path, g_file_test (path, G_FILE_TEST_EXISTS), &error))
    sentence = g_strdup_printf (_ ("Exported the preset “%s”."), genga_preset_get_title (preset));
  genga_toast_show (self->toasts, error != NULL ? error->message : sentence);
}

static void
on_export (GengaPresetMenu *self)
{
  GengaPreset *applied = find_applied (self);
  const char *title = applied != NULL ? genga_preset_get_title (applied) : _ ("My preset");
  g_autofree char *plain = g_strdelimit (g_strdup (title), G_DIR_SEPARATOR_S, '-');
  g_autofree char *name = g_strconcat (plain, GENGA_PRESET_SUFFIX, NULL);
  g_autofree char *path = g_build_filename (g_get_home_dir (), name, NULL);

  genga_file_dialog_save_preset (get_window (self), path, on_export_chosen, self);
}

/* ---- the type ---- */

static void
add_actions (GengaPresetMenu *self, GActionMap *actions)
{
  const struct
  {
    const char *name;
    void (*func) (GengaPresetMenu *self);
  } verbs[] = {
    { "save-preset", on_save },
    { "import-preset", on_import },
    { "export-preset", on_export },
  };
  g_autoptr (GSimpleAction) remove = g_simple_action_new ("remove-preset", G_VARIANT_TYPE_STRING);

  self->use =
      g_simple_action_new_stateful ("use-preset", G_VARIANT_TYPE_STRING, g_variant_new_string (""));
  g_signal_connect_object (self->use, "activate", G_CALLBACK (on_use), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (remove, "activate", G_CALLBACK (on_remove), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (actions, G_ACTION (self->use));
  g_action_map_add_action (actions, G_ACTION (remove));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (verbs[i].name, NULL);

      g_signal_connect_object (action, "activate", G_CALLBACK (verbs[i].func), self,
                               G_CONNECT_SWAPPED);
      g_action_map_add_action (actions, G_ACTION (action));
    }
}

void
genga_preset_menu_set_up (GengaPresetMenu *self,
                          GengaOptions *options,
                          AdwToastOverlay *toasts,
                          GActionMap *actions)
{
  g_return_if_fail (self->options == NULL);

  self->options = g_object_ref (options);
  self->toasts = g_object_ref (toasts);
  add_actions (self, actions);
  g_signal_connect_object (options, "notify", G_CALLBACK (on_options_changed), self,
                           G_CONNECT_SWAPPED);
  fill_menu (self);
  show_applied (self);
  /* The user's are files, which the first frame does not wait for. */
  self->outdated = g_idle_add_full (G_PRIORITY_LOW, on_idle, self, NULL);
}

static void
genga_preset_menu_dispose (GObject *object)
{
  GengaPresetMenu *self = GENGA_PRESET_MENU (object);

  g_clear_handle_id (&self->outdated, g_source_remove);
  g_clear_object (&self->options);
  g_clear_object (&self->toasts);
  g_clear_object (&self->use);
  g_clear_object (&self->before);
  g_clear_pointer (&self->removed, genga_preset_unref);

  G_OBJECT_CLASS (genga_preset_menu_parent_class)->dispose (object);
}

static void
genga_preset_menu_finalize (GObject *object)
{
  g_ptr_array_unref (GENGA_PRESET_MENU (object)->presets);

  G_OBJECT_CLASS (genga_preset_menu_parent_class)->finalize (object);
}

static void
genga_preset_menu_class_init (GengaPresetMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_preset_menu_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_preset_menu_finalize;
}

static void
genga_preset_menu_init (GengaPresetMenu *self)
{
  self->presets = genga_preset_list_builtin ();
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button),
                               _ ("Take, save and exchange options under a name."));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
}
