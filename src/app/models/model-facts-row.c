/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-facts-row.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaModelFactsRow
{
  AdwExpanderRow parent_instance;

  char *path;
  char *value;
  GtkWidget *icon;
  GtkWidget *details;
  GtkGrid *grid;
  GtkWidget *remove;
  GtkWidget *reveal;
  GtkWidget *use;
};

G_DEFINE_FINAL_TYPE (GengaModelFactsRow, genga_model_facts_row, ADW_TYPE_EXPANDER_ROW)

static void
genga_model_facts_row_finalize (GObject *object)
{
  GengaModelFactsRow *self = GENGA_MODEL_FACTS_ROW (object);

  g_free (self->path);
  g_free (self->value);

  G_OBJECT_CLASS (genga_model_facts_row_parent_class)->finalize (object);
}

static void
genga_model_facts_row_class_init (GengaModelFactsRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = genga_model_facts_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/model-facts-row.ui");
  gtk_widget_class_install_property_action (widget_class, "model.expand", "expanded");
  gtk_widget_class_bind_template_child (widget_class, GengaModelFactsRow, icon);
  gtk_widget_class_bind_template_child (widget_class, GengaModelFactsRow, details);
  gtk_widget_class_bind_template_child (widget_class, GengaModelFactsRow, grid);
  gtk_widget_class_bind_template_child (widget_class, GengaModelFactsRow, remove);
  gtk_widget_class_bind_template_child (widget_class, GengaModelFactsRow, reveal);
  gtk_widget_class_bind_template_child (widget_class, GengaModelFactsRow, use);
}

static void
genga_model_facts_row_init (GengaModelFactsRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
new_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_add_css_class (label, "caption");
  return label;
}

/* A line of the table; the grid is filled from the top. */
static void
add_fact (const char *title, const char *value, gpointer user_data)
{
  GtkGrid *grid = user_data;
  GtkWidget *name = new_label (title);
  GtkWidget *text = new_label (value);
  int row = 0;

  while (gtk_grid_get_child_at (grid, 0, row) != NULL)
    row++;
  gtk_label_set_max_width_chars (GTK_LABEL (name), 16);
  gtk_widget_add_css_class (name, "dim-label");
  gtk_widget_set_hexpand (text, TRUE);
  gtk_grid_attach (grid, name, 0, row, 1, 1);
  gtk_grid_attach (grid, text, 1, row, 1, 1);
}

/* Buttons that are called alike in every row are told apart by the model's name in `take_label`. */
static void
set_up_button (GtkWidget *button, char *take_label, const GengaModelFacts *facts)
{
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button),
                                          g_variant_new_bytestring (facts->entry->path));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  take_label, -1);
  g_free (take_label);
}

/* Why a file cannot be used, without its path, which the table has. */
static const char *
find_reason (const GengaModelFacts *facts)
{
  g_autofree char *path = g_filename_display_name (facts->entry->path);
  const char *message = facts->error->message;
  gsize length = strlen (path);

  if (g_str_has_prefix (message, path) && g_str_has_prefix (message + length, ": "))
    return message + length + 2;
  return message;
}

static void
show_facts (GengaModelFactsRow *self, const GengaModelFacts *facts)
{
  g_autofree char *summary =
      facts->error != NULL ? g_strdup (find_reason (facts)) : genga_model_facts_dup_summary (facts);
  g_autofree char *title = g_markup_escape_text (facts->entry->display_name, -1);
  g_autofree char *subtitle = g_markup_escape_text (summary, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  facts->entry->display_name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->details), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  facts->entry->display_name, -1);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  if (facts->error == NULL)
    genga_model_facts_foreach (facts, add_fact, self->grid);
  else
    {
      g_autofree char *path = g_filename_display_name (facts->entry->path);
      add_fact (_ ("File"), path, self->grid);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), "dialog-warning-symbolic");
      gtk_widget_set_opacity (self->icon, 1);
    }
}

GtkWidget *
genga_model_facts_row_new (const GengaModelFacts *facts)
{
  GengaModelFactsRow *self = g_object_new (GENGA_TYPE_MODEL_FACTS_ROW, NULL);
  const char *name = facts->entry->display_name;

  self->path = g_strdup (facts->entry->path);
  self->value = facts->error == NULL ? g_strdup (facts->value) : NULL;
  show_facts (self, facts);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->use, g_strdup_printf (_ ("Use %s"), name), facts);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->reveal, g_strdup_printf (_ ("Show the File of %s"), name), facts);
  /* TRANSLATORS: %s is the name of a model. */
  set_up_button (self->remove, g_strdup_printf (_ ("Remove %s"), name), facts);
  gtk_widget_set_visible (self->use, facts->error == NULL);
  gtk_widget_set_visible (self->remove, genga_model_import_is_own (self->path));
  return GTK_WIDGET (self);
}

const char *
genga_model_facts_row_get_path (GengaModelFactsRow *self)
{
  return self->path;
}

const char *
genga_model_facts_row_get_value (GengaModelFactsRow *self)
{
  return self->value;
}

void
genga_model_facts_row_set_used (GengaModelFactsRow *self, const char *value)
{
  gboolean is_used = self->value != NULL && g_str_equal (self->value, value);

  if (self->value == NULL)
    return;
  gtk_widget_set_opacity (self->icon, is_used ? 1 : 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_used ? _ ("In Use") : "", -1);
  gtk_widget_set_visible (self->use, !is_used);
}
