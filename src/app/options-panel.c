/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/options-panel.h"
#include "app/file-dialog.h"
#include "app/model-row.h"
#include "app/names-row.h"
#include "app/option-row.h"

#include <glib/gi18n-lib.h>

struct _GengaOptionsPanel
{
  AdwBin parent_instance;

  GengaOptions *options;
  AdwPreferencesGroup *network_group;
  AdwPreferencesGroup *filters_group;
  AdwPreferencesGroup *output_group;
  AdwExpanderRow *network_more;
  AdwExpanderRow *output_more;
  AdwActionRow *folder_row;
  GtkWidget *folder_reset;
  GtkWidget *rows[GENGA_N_OPTIONS];
  char *effective; /* what an automatic precision comes to, or NULL */
};

G_DEFINE_FINAL_TYPE (GengaOptionsPanel, genga_options_panel, ADW_TYPE_BIN)

/* What few people ever change is one click further away. */
static const gboolean is_advanced[GENGA_N_OPTIONS] = {
  [GENGA_OPTION_DEVICE] = TRUE,       [GENGA_OPTION_OVERLAP] = TRUE,
  [GENGA_OPTION_BLEND] = TRUE,        [GENGA_OPTION_PNG_LEVEL] = TRUE,
  [GENGA_OPTION_PNG_OPTIMISE] = TRUE, [GENGA_OPTION_BIT_DEPTH] = TRUE,
};

/* What is the same for all jobs is in the preferences. */
static const gboolean is_of_machine[GENGA_N_OPTIONS] = {
  [GENGA_OPTION_THREADS] = TRUE,
  [GENGA_OPTION_MAX_MEMORY] = TRUE,
};

/* Options that mean nothing for the chosen format are out of the way. */
static void
show_for_format (GengaOptionsPanel *self)
{
  GengaFormat format = genga_options_get_int (self->options, GENGA_OPTION_FORMAT);
  gboolean is_auto = format == GENGA_FORMAT_AUTO;

  gtk_widget_set_visible (self->rows[GENGA_OPTION_QUALITY], format != GENGA_FORMAT_PNG);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_LOSSLESS],
                          is_auto || format == GENGA_FORMAT_WEBP);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_PNG_LEVEL],
                          is_auto || format == GENGA_FORMAT_PNG);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_PNG_OPTIMISE],
                          is_auto || format == GENGA_FORMAT_PNG);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_BIT_DEPTH],
                          is_auto || format == GENGA_FORMAT_PNG);
}

static void
show_for_naming (GengaOptionsPanel *self)
{
  GengaNaming naming = genga_options_get_int (self->options, GENGA_OPTION_NAMING);

  gtk_widget_set_visible (self->rows[GENGA_OPTION_SUFFIX], naming == GENGA_NAMING_SUFFIX);
  gtk_widget_set_visible (self->rows[GENGA_OPTION_NAMES], naming == GENGA_NAMING_LIST);
}

static void
show_folder (GengaOptionsPanel *self)
{
  const char *folder = genga_options_get_string (self->options, GENGA_OPTION_OUTPUT_DIR);
  g_autofree char *name = folder != NULL ? g_filename_display_name (folder) : NULL;
  g_autofree char *subtitle =
      g_markup_escape_text (name != NULL ? name : _ ("Beside the picture"), -1);

  adw_action_row_set_subtitle (self->folder_row, subtitle);
  gtk_widget_set_visible (self->folder_reset, folder != NULL);
}

static void
on_folder_chosen (GListModel *files, gpointer user_data)
{
  GengaOptionsPanel *self = user_data;
  g_autoptr (GFile) folder = g_list_model_get_item (files, 0);

  if (folder != NULL && g_file_peek_path (folder) != NULL)
    genga_options_set_string (self->options, GENGA_OPTION_OUTPUT_DIR, g_file_peek_path (folder));
}

static void
choose_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_file_dialog_choose_folder (GTK_WINDOW (gtk_widget_get_root (widget)), on_folder_chosen,
                                   widget);
}

static void
reset_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_options_set_string (GENGA_OPTIONS_PANEL (widget)->options, GENGA_OPTION_OUTPUT_DIR, NULL);
}

/* An automatic precision is not shown without what it comes to, where that is known. */
static void
show_precision (GengaOptionsPanel *self)
{
  GengaPrecision precision = genga_options_get_int (self->options, GENGA_OPTION_PRECISION);
  const char *text = precision == GENGA_PRECISION_AUTO ? self->effective : NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[GENGA_OPTION_PRECISION]),
                               text != NULL ? text : "");
}

static void
genga_options_panel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaOptionsPanel *self = GENGA_OPTIONS_PANEL (object);

  g_free (self->effective);
  self->effective = g_value_dup_string (value);
  if (self->options != NULL)
    show_precision (self);
}

static GtkWidget *
new_row (GengaOptionsPanel *self, GengaOption option)
{
  if (option == GENGA_OPTION_MODEL)
    return genga_model_row_new (self->options);
  if (option == GENGA_OPTION_NAMES)
    return genga_names_row_new (self->options);
  return genga_option_row_new (self->options, option);
}

static void
add_row (GengaOptionsPanel *self, GengaOption option)
{
  AdwPreferencesGroup *const groups[] = {
    [GENGA_OPTION_GROUP_NETWORK] = self->network_group,
    [GENGA_OPTION_GROUP_FILTERS] = self->filters_group,
    [GENGA_OPTION_GROUP_OUTPUT] = self->output_group,
  };
  GengaOptionGroup group = genga_option_get_info (option)->group;

  self->rows[option] = new_row (self, option);
  if (!is_advanced[option])
    adw_preferences_group_add (groups[group], self->rows[option]);
  else
    adw_expander_row_add_row (group == GENGA_OPTION_GROUP_NETWORK ? self->network_more
                                                                  : self->output_more,
                              self->rows[option]);
}

/* An expander row comes last in its group. */
static void
move_to_end (AdwPreferencesGroup *group, AdwExpanderRow *row)
{
  g_object_ref (row);
  adw_preferences_group_remove (group, GTK_WIDGET (row));
  adw_preferences_group_add (group, GTK_WIDGET (row));
  g_object_unref (row);
}

void
genga_options_panel_set_options (GengaOptionsPanel *self, GengaOptions *options)
{
  g_return_if_fail (self->options == NULL);

  self->options = g_object_ref (options);
  for (GengaOption option = 0; option < GENGA_N_OPTIONS; option++)
    {
      if (option != GENGA_OPTION_OUTPUT_DIR && !is_of_machine[option] &&
          genga_option_get_info (option)->group != GENGA_OPTION_GROUP_VIDEO)
        add_row (self, option);
    }
  move_to_end (self->network_group, self->network_more);
  move_to_end (self->output_group, self->output_more);

  g_signal_connect_object (options, "notify::format", G_CALLBACK (show_for_format), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (options, "notify::output-dir", G_CALLBACK (show_folder), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (options, "notify::precision", G_CALLBACK (show_precision), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (options, "notify::naming", G_CALLBACK (show_for_naming), self,
                           G_CONNECT_SWAPPED);
  show_for_format (self);
  show_for_naming (self);
  show_folder (self);
}

static void
genga_options_panel_dispose (GObject *object)
{
  GengaOptionsPanel *self = GENGA_OPTIONS_PANEL (object);

  g_clear_object (&self->options);
  g_clear_pointer (&self->effective, g_free);

  G_OBJECT_CLASS (genga_options_panel_parent_class)->dispose (object);
}

static void
genga_options_panel_class_init (GengaOptionsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_options_panel_dispose;
  G_OBJECT_CLASS (klass)->set_property = genga_options_panel_set_property;
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1,
                                   g_param_spec_string ("effective", NULL, NULL, NULL,
                                                        G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/options-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, network_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, filters_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, output_group);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, network_more);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, output_more);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, folder_row);
  gtk_widget_class_bind_template_child (widget_class, GengaOptionsPanel, folder_reset);
  gtk_widget_class_install_action (widget_class, "options.choose-folder", NULL, choose_folder);
  gtk_widget_class_install_action (widget_class, "options.reset-folder", NULL, reset_folder);
}

static void
genga_options_panel_init (GengaOptionsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
