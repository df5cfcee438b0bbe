/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-factory.h"

/* What it is, and what its licence asks for. */
char *
genga_model_item_dup_tooltip (GengaModelItem *item)
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
char *
genga_model_item_dup_line (GengaModelItem *item)
{
  g_autofree char *facts = NULL;
  g_autofree char *purpose = NULL;

  g_object_get (item, "facts", &facts, "purpose", &purpose, NULL);
  return g_strdup (purpose != NULL ? purpose : facts);
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
  g_autofree char *subtitle = genga_model_item_dup_line (item);
  g_autofree char *tooltip = genga_model_item_dup_tooltip (item);

  g_object_get (item, "title", &name, NULL);
  gtk_label_set_label (GTK_LABEL (title), name);
  gtk_label_set_label (GTK_LABEL (line), subtitle);
  gtk_widget_set_tooltip_text (box, tooltip);
}

GtkListItemFactory *
genga_model_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  return factory;
}
