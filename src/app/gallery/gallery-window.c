/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/gallery/gallery-window.h"
#include "app/dialogs/dialog.h"
#include "app/dialogs/file-dialog.h"
#include "app/gallery/gallery-tile.h"

struct _GengaGalleryWindow
{
  AdwWindow parent_instance;

  GListModel *results;
  GtkSingleSelection *selection;
  GtkStack *pages;
  GtkGridView *grid;
};

G_DEFINE_FINAL_TYPE (GengaGalleryWindow, genga_gallery_window, ADW_TYPE_WINDOW)

static void
on_setup (GtkListItemFactory *factory, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, genga_gallery_tile_new ());
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  genga_gallery_tile_set_path (GENGA_GALLERY_TILE (gtk_list_item_get_child (list_item)),
                               g_file_peek_path (gtk_list_item_get_item (list_item)));
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  genga_gallery_tile_set_path (GENGA_GALLERY_TILE (gtk_list_item_get_child (list_item)), NULL);
}

static void
update (GengaGalleryWindow *self)
{
  gboolean is_empty = g_list_model_get_n_items (self->results) == 0;

  gtk_stack_set_visible_child_name (self->pages, is_empty ? "empty" : "list");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.open", !is_empty);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "gallery.reveal", !is_empty);
}

/* Borrowed; NULL: none is selected. */
static const char *
get_selected (GengaGalleryWindow *self)
{
  GFile *file = gtk_single_selection_get_selected_item (self->selection);

  return file != NULL ? g_file_peek_path (file) : NULL;
}

static void
on_open (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path = get_selected (GENGA_GALLERY_WINDOW (widget));

  if (path != NULL)
    genga_file_open (GTK_WINDOW (widget), path);
}

static void
on_reveal (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *path = get_selected (GENGA_GALLERY_WINDOW (widget));

  if (path != NULL)
    genga_file_reveal (GTK_WINDOW (widget), path);
}

static void
on_activate (GtkGridView *grid, guint position, GengaGalleryWindow *self)
{
  gtk_single_selection_set_selected (self->selection, position);
  on_open (GTK_WIDGET (self), NULL, NULL);
}

static void
genga_gallery_window_dispose (GObject *object)
{
  GengaGalleryWindow *self = GENGA_GALLERY_WINDOW (object);

  g_clear_object (&self->results);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (genga_gallery_window_parent_class)->dispose (object);
}

static void
genga_gallery_window_class_init (GengaGalleryWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_gallery_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/gallery-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaGalleryWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, GengaGalleryWindow, grid);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_install_action (widget_class, "gallery.open", NULL, on_open);
  gtk_widget_class_install_action (widget_class, "gallery.reveal", NULL, on_reveal);
}

static void
genga_gallery_window_init (GengaGalleryWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
genga_gallery_window_new (GtkWindow *parent, GListModel *results)
{
  GengaGalleryWindow *self = g_object_new (GENGA_TYPE_GALLERY_WINDOW, NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  genga_dialog_set_parent (GTK_WINDOW (self), parent);
  self->results = g_object_ref (results);
  self->selection = gtk_single_selection_new (g_object_ref (results));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  gtk_grid_view_set_factory (self->grid, factory);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (results, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
