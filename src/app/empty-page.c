/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/empty-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _GengaEmptyPage
{
  AdwBin parent_instance;

  AdwStatusPage *status;
};

G_DEFINE_FINAL_TYPE (GengaEmptyPage, genga_empty_page, ADW_TYPE_BIN)

/* The user's own folder, with the home folder as people write it. */
static char *
dup_models_folder (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "genga", "models", NULL);
  const char *home = g_get_home_dir ();

  if (g_str_has_prefix (folder, home) && folder[strlen (home)] == G_DIR_SEPARATOR)
    return g_strconcat ("~", folder + strlen (home), NULL);
  return g_steal_pointer (&folder);
}

static void
genga_empty_page_class_init (GengaEmptyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/empty-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaEmptyPage, status);
}

static void
genga_empty_page_init (GengaEmptyPage *self)
{
  g_autofree char *folder = dup_models_folder ();
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  text = g_strdup_printf (_ ("PNG, JPEG or WebP, or whole folders of them. More models "
                             "(.safetensors, .pth) go into %s."),
                          folder);
  markup = g_markup_escape_text (text, -1);
  adw_status_page_set_description (self->status, markup);
}
