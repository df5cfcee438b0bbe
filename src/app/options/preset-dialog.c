/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options/preset-dialog.h"
#include "core/presets/preset.h"

#include <glib/gi18n-lib.h>

#define KEY "genga-preset-name"

typedef struct
{
  GPtrArray *presets;
  GengaPresetNameFunc func;
  GtkEditable *entry;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_ptr_array_unref (self->presets);
  g_free (self);
}

static GengaPreset *
find (Question *self, const char *name)
{
  for (guint i = 0; i < self->presets->len; i++)
    if (genga_preset_is_called (self->presets->pdata[i], name))
      return self->presets->pdata[i];
  return NULL;
}

/* What the name would do, and whether it can. */
static void
on_name_changed (AdwMessageDialog *dialog)
{
  Question *self = g_object_get_data (G_OBJECT (dialog), KEY);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autoptr (GengaOptions) options = genga_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPreset) preset = genga_preset_new (name, options, &error);
  GengaPreset *known = find (self, name);
  gboolean is_taken = known != NULL && genga_preset_is_builtin (known);

  adw_message_dialog_set_response_enabled (dialog, "save", preset != NULL && !is_taken);
  adw_message_dialog_set_response_label (dialog, "save",
                                         known != NULL && !is_taken ? _ ("Replace") : _ ("Save"));
  if ((error != NULL && *name != '\0') || is_taken)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static void
on_response (AdwMessageDialog *dialog, const char *response, GObject *owner)
{
  Question *self = g_object_get_data (G_OBJECT (dialog), KEY);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));

  if (g_str_equal (response, "save"))
    self->func (name, find (self, name) != NULL, owner);
}

void
genga_preset_dialog_ask (GtkWindow *parent,
                         GPtrArray *presets,
                         GengaPresetNameFunc func,
                         GObject *owner)
{
  GtkWidget *dialog = adw_message_dialog_new (
      parent, _ ("Save as Preset"),
      _ ("A preset has the model, the size, the filters and the formats, but no files and names."));
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  GtkWidget *entry = gtk_entry_new ();
  Question *self = g_new0 (Question, 1);

  self->presets = g_ptr_array_ref (presets);
  self->func = func;
  self->entry = GTK_EDITABLE (entry);
  g_object_set_data_full (G_OBJECT (dialog), KEY, self, question_free);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Name"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Name of the Preset"), -1);
  adw_message_dialog_set_extra_child (message, entry);
  adw_message_dialog_add_responses (message, "cancel", _ ("Cancel"), "save", _ ("Save"), NULL);
  adw_message_dialog_set_response_appearance (message, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "save");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_name_changed), dialog,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), owner, 0);
  on_name_changed (message);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}
