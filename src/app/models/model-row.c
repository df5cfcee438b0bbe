/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-row.h"
#include "app/list-item-name.h"
#include "app/models/model-list.h"
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

/* What it is, and what its licence asks for. */
static char *
dup_tooltip (GengaModelItem *item)
{
  g_autofree char *facts = NULL;
  g_autofree char *purpose = NULL;
  g_autofree char *note = NULL;

  g_object_get (item, "facts", &facts, "purpose", &purpose, "note", &note, NULL);
  const char *lines[] = { purpose, facts, note };
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i] != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", lines[i]);
  return text->len > 0 ? g_strdup (text->str) : NULL;
}

/* What it is for, where that is known; models of the same kind differ in nothing else. */
static char *
dup_subtitle (GengaModelItem *item)
{
  g_autofree char *facts = NULL;
  g_autofree char *purpose = NULL;

  g_object_get (item, "facts", &facts, "purpose", &purpose, NULL);
  return g_strdup (purpose != NULL ? purpose : facts);
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
  subtitle = dup_subtitle (item);
  markup = g_markup_escape_text (subtitle, -1);
  tooltip = dup_tooltip (item);
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
on_setup (GtkListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *facts = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_xalign (GTK_LABEL (facts), 0);
  gtk_label_set_ellipsize (GTK_LABEL (facts), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (facts), 40);
  gtk_widget_add_css_class (facts, "dim-label");
  gtk_widget_add_css_class (facts, "caption");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), facts);
  gtk_list_item_set_child (list_item, box);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *box = gtk_list_item_get_child (list_item);
  GtkWidget *title = gtk_widget_get_first_child (box);
  GtkWidget *line = gtk_widget_get_next_sibling (title);
  GengaModelItem *item = gtk_list_item_get_item (list_item);
  g_autofree char *name = NULL;
  g_autofree char *subtitle = dup_subtitle (item);
  g_autofree char *tooltip = dup_tooltip (item);

  g_object_get (item, "title", &name, NULL);
  gtk_label_set_label (GTK_LABEL (title), name);
  gtk_label_set_label (GTK_LABEL (line), subtitle);
  gtk_widget_set_tooltip_text (box, tooltip);
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

static void
genga_model_row_init (GengaModelRow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkExpression) name =
      gtk_property_expression_new (GENGA_TYPE_MODEL_ITEM, NULL, "title");

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  adw_combo_row_set_expression (ADW_COMBO_ROW (self), name);
  adw_combo_row_set_list_factory (ADW_COMBO_ROW (self), factory);
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
