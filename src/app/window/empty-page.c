/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/empty-page.h"
#include "app/models/model-watch.h"
#include "models/model-folders.h"
#include "models/catalogue.h"

struct _GengaEmptyPage
{
  AdwBin parent_instance;

  GtkWidget *hint;
};

G_DEFINE_FINAL_TYPE (GengaEmptyPage, genga_empty_page, ADW_TYPE_BIN)

static gboolean
has_own_models (void)
{
  g_autofree char *folder = genga_model_folder_dup_own ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (genga_catalogue_is_model_name (name))
        return TRUE;
    }
  return FALSE;
}

/* A user who has models knows where they come from. */
static void
update_hint (GengaEmptyPage *self)
{
  gtk_widget_set_visible (self->hint, !has_own_models ());
}

static void
genga_empty_page_class_init (GengaEmptyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/empty-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaEmptyPage, hint);
}

static void
genga_empty_page_init (GengaEmptyPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (genga_model_watch_get_default (), "changed", G_CALLBACK (update_hint),
                           self, G_CONNECT_SWAPPED);
  update_hint (self);
}
