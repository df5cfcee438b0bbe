/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/models-window.h"
#include "app/dialogs/dialog.h"
#include "app/dialogs/file-dialog.h"
#include "app/models/model-add.h"
#include "app/models/model-facts-row.h"
#include "app/models/model-removal.h"
#include "app/models/model-watch.h"
#include "app/models/offers-page.h"
#include "job/diagnostics.h"
#include "models/model-folders.h"
#include "models/model-import.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

struct _GengaModelsWindow
{
  AdwWindow parent_instance;

  GengaOptions *options;
  GPtrArray *rows;       /* of GengaModelFactsRow, borrowed */
  GPtrArray *groups;     /* of AdwPreferencesGroup, borrowed */
  GCancellable *listing; /* stands for the latest list that was asked for */

  AdwToastOverlay *toasts;
  GtkInfoBar *banner; /* NULL once the window is closed */
  GtkStack *pages;
  AdwPreferencesPage *page;
  GengaOffersPage *offers;
};

G_DEFINE_FINAL_TYPE (GengaModelsWindow, genga_models_window, ADW_TYPE_WINDOW)

/* ---- the list ---- */

typedef enum
{
  SECTION_OWN,
  SECTION_SHIPPED,
  SECTION_OTHER,
  SECTION_BROKEN,
  N_SECTIONS,
} Section;

static Section
find_section (const GengaModelFacts *facts, const char *shipped)
{
  g_autofree char *folder = NULL;

  if (facts->error != NULL)
    return SECTION_BROKEN;
  if (genga_model_import_is_own (facts->entry->path))
    return SECTION_OWN;
  folder = g_path_get_dirname (facts->entry->path);
  return g_str_equal (folder, shipped) ? SECTION_SHIPPED : SECTION_OTHER;
}

static AdwPreferencesGroup *
get_group (GengaModelsWindow *self, AdwPreferencesGroup **groups, Section section)
{
  static const struct
  {
    const char *title;
    const char *description;
  } words[N_SECTIONS] = {
    [SECTION_OWN] = { N_ ("Your Models"),
                      N_ ("Drop .pth, .safetensors, .onnx or .param files here to add them. "
                          "Genga never executes what is in them.") },
    [SECTION_SHIPPED] = { N_ ("Built-in Models"), NULL },
    [SECTION_OTHER] = { N_ ("Models in Other Folders"), NULL },
    [SECTION_BROKEN] = { N_ ("Unusable Files"), NULL },
  };

  if (groups[section] == NULL)
    {
      groups[section] = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      adw_preferences_group_set_title (groups[section], _ (words[section].title));
      if (words[section].description != NULL)
        adw_preferences_group_set_description (groups[section], _ (words[section].description));
    }
  return groups[section];
}

static void
show_used (GengaModelsWindow *self)
{
  const char *value = genga_options_get_string (self->options, GENGA_OPTION_MODEL);

  for (guint i = 0; i < self->rows->len; i++)
    genga_model_facts_row_set_used (g_ptr_array_index (self->rows, i), value);
}

/* Takes the old list away; answers the paths of the rows that were open. */
static GHashTable *
clear_list (GengaModelsWindow *self)
{
  GHashTable *open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GengaModelFactsRow *row = g_ptr_array_index (self->rows, i);

      if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)))
        g_hash_table_add (open, g_strdup (genga_model_facts_row_get_path (row)));
    }
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < self->groups->len; i++)
    adw_preferences_page_remove (self->page, g_ptr_array_index (self->groups, i));
  g_ptr_array_set_size (self->groups, 0);
  return open;
}

static void
show_models (GengaModelsWindow *self, GPtrArray *models)
{
  g_autofree char *shipped = genga_model_folder_dup_shipped ();
  g_autoptr (GHashTable) open = clear_list (self);
  AdwPreferencesGroup *groups[N_SECTIONS] = { NULL };

  get_group (self, groups, SECTION_OWN);
  for (guint i = 0; i < models->len; i++)
    {
      const GengaModelFacts *facts = g_ptr_array_index (models, i);
      Section section = find_section (facts, shipped);
      AdwPreferencesGroup *group = get_group (self, groups, section);
      GtkWidget *row;

      row = genga_model_facts_row_new (facts);
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row),
                                     g_hash_table_contains (open, facts->entry->path));
      adw_preferences_group_add (group, row);
      g_ptr_array_add (self->rows, row);
    }
  for (Section section = 0; section < N_SECTIONS; section++)
    {
      if (groups[section] == NULL)
        continue;
      adw_preferences_page_add (self->page, groups[section]);
      g_ptr_array_add (self->groups, groups[section]);
    }
  show_used (self);
  gtk_stack_set_visible_child_name (self->pages, "list");
}

static void
list_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();

  g_task_return_pointer (task, genga_model_facts_list ((const char *const *)folders, FALSE),
                         (GDestroyNotify)g_ptr_array_unref);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaModelsWindow *self = GENGA_MODELS_WINDOW (source);
  g_autoptr (GPtrArray) models = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Not after the window was closed, and not what a later list has overtaken. */
  if (g_task_get_cancellable (G_TASK (result)) == self->listing)
    show_models (self, models);
}

static void
list_models (GengaModelsWindow *self)
{
  g_autoptr (GTask) task = NULL;

  g_clear_object (&self->listing);
  self->listing = g_cancellable_new ();
  task = g_task_new (self, self->listing, on_listed, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, list_models);
  g_task_run_in_thread (task, list_in_thread);
}

/* ---- adding ---- */

static void
add_files (GengaModelsWindow *self, GListModel *files)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        g_strv_builder_add (builder, g_file_peek_path (file));
    }
  paths = g_strv_builder_end (builder);
  genga_model_add (GTK_WINDOW (self), self->toasts, self->options, (const char *const *)paths);
}

static void
on_files_chosen (GListModel *files, gpointer user_data)
{
  add_files (user_data, files);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GengaModelsWindow *self)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
    g_list_store_append (files, l->data);
  add_files (self, G_LIST_MODEL (files));
  return TRUE;
}

/* ---- actions ---- */

static void
on_add (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_file_dialog_open_models (GTK_WINDOW (widget), on_files_chosen, widget);
}

static void
on_rescan (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_model_watch_emit (genga_model_watch_get_default ());
}

static void
on_open_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *folder = genga_model_folder_dup_own ();

  g_mkdir_with_parents (folder, 0777);
  genga_file_open (GTK_WINDOW (widget), folder);
}

static void
on_reveal (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_file_reveal (GTK_WINDOW (widget), g_variant_get_bytestring (parameter));
}

/* NULL: it has gone meanwhile. */
static GengaModelFactsRow *
find_row (GengaModelsWindow *self, GVariant *path)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GengaModelFactsRow *row = g_ptr_array_index (self->rows, i);

      if (g_str_equal (genga_model_facts_row_get_path (row), g_variant_get_bytestring (path)))
        return row;
    }
  return NULL;
}

static void
on_use (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaModelsWindow *self = GENGA_MODELS_WINDOW (widget);
  GengaModelFactsRow *row = find_row (self, parameter);

  if (row != NULL)
    genga_options_set_string (self->options, GENGA_OPTION_MODEL,
                              genga_model_facts_row_get_value (row));
}

static void
on_remove (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaModelsWindow *self = GENGA_MODELS_WINDOW (widget);
  GengaModelFactsRow *row = find_row (self, parameter);

  if (row != NULL)
    genga_model_removal_ask (GTK_WINDOW (self), self->toasts, self->options,
                             genga_model_facts_row_get_path (row),
                             genga_model_facts_row_get_value (row));
}

/* ---- the window ---- */

static void
genga_models_window_dispose (GObject *object)
{
  GengaModelsWindow *self = GENGA_MODELS_WINDOW (object);

  g_clear_object (&self->listing);
  g_clear_object (&self->options);
  self->banner = NULL;

  G_OBJECT_CLASS (genga_models_window_parent_class)->dispose (object);
}

static void
genga_models_window_finalize (GObject *object)
{
  GengaModelsWindow *self = GENGA_MODELS_WINDOW (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->groups);

  G_OBJECT_CLASS (genga_models_window_parent_class)->finalize (object);
}

static void
genga_models_window_class_init (GengaModelsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_models_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_models_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/models-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaModelsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GengaModelsWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, GengaModelsWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GengaModelsWindow, page);
  gtk_widget_class_bind_template_child (widget_class, GengaModelsWindow, offers);
  gtk_widget_class_install_action (widget_class, "models.add", NULL, on_add);
  gtk_widget_class_install_action (widget_class, "models.rescan", NULL, on_rescan);
  gtk_widget_class_install_action (widget_class, "models.open-folder", NULL, on_open_folder);
  gtk_widget_class_install_action (widget_class, "models.use", "ay", on_use);
  gtk_widget_class_install_action (widget_class, "models.reveal", "ay", on_reveal);
  gtk_widget_class_install_action (widget_class, "models.remove", "ay", on_remove);
}

static void
genga_models_window_init (GengaModelsWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_type_ensure (GENGA_TYPE_OFFERS_PAGE);
  self->rows = g_ptr_array_new ();
  self->groups = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "genga");
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
genga_models_window_new (GtkWindow *parent, GengaOptions *options)
{
  GengaModelsWindow *self = g_object_new (GENGA_TYPE_MODELS_WINDOW, NULL);

  genga_dialog_set_parent (GTK_WINDOW (self), parent);
  self->options = g_object_ref (options);
  g_signal_connect_object (options, "notify::model", G_CALLBACK (show_used), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (genga_model_watch_get_default (), "changed", G_CALLBACK (list_models),
                           self, G_CONNECT_SWAPPED);
  list_models (self);
  genga_offers_page_show (self->offers, self->toasts, options);
  gtk_info_bar_set_revealed (self->banner, !genga_diagnostics_has_torch ());
  return GTK_WIDGET (self);
}
