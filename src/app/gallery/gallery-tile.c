/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/gallery/gallery-tile.h"
#include "app/list-item-name.h"
#include "app/queue/thumbnail-load.h"

#define PICTURE_PIXELS 320

struct _GengaGalleryTile
{
  GtkBox parent_instance;

  GCancellable *loading; /* NULL: nothing is loaded */
  GtkPicture *picture;
  GtkLabel *name;
};

G_DEFINE_FINAL_TYPE (GengaGalleryTile, genga_gallery_tile, GTK_TYPE_BOX)

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaGalleryTile) self = user_data;
  g_autoptr (GError) error = NULL;
  GengaThumbnailFacts facts;
  g_autoptr (GdkTexture) texture = genga_thumbnail_load_finish (result, &facts, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  if (texture == NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), error->message);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
}

void
genga_gallery_tile_set_path (GengaGalleryTile *self, const char *path)
{
  g_autofree char *name = NULL;

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  gtk_picture_set_paintable (self->picture, NULL);
  if (path == NULL)
    return;

  name = g_filename_display_basename (path);
  gtk_label_set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), path);
  genga_list_item_name_set (GTK_WIDGET (self), name);
  self->loading = g_cancellable_new ();
  genga_thumbnail_load_async (path, PICTURE_PIXELS, self->loading, on_loaded, g_object_ref (self));
}

static void
genga_gallery_tile_dispose (GObject *object)
{
  genga_gallery_tile_set_path (GENGA_GALLERY_TILE (object), NULL);

  G_OBJECT_CLASS (genga_gallery_tile_parent_class)->dispose (object);
}

static void
genga_gallery_tile_class_init (GengaGalleryTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_gallery_tile_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/gallery-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaGalleryTile, picture);
  gtk_widget_class_bind_template_child (widget_class, GengaGalleryTile, name);
}

static void
genga_gallery_tile_init (GengaGalleryTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
genga_gallery_tile_new (void)
{
  return g_object_new (GENGA_TYPE_GALLERY_TILE, NULL);
}
