/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/list-pane.h"

/* Two rows and the beginning of a third one, which says that there are more. */
#define MOST_HEIGHT 160
#define LEAST_HEIGHT 60

struct _GengaListPane
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (GengaListPane, genga_list_pane, GTK_TYPE_WIDGET)

enum
{
  PROP_LIST = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkSizeRequestMode
genga_list_pane_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
genga_list_pane_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  GengaListPane *self = GENGA_LIST_PANE (widget);
  int least, wanted;

  gtk_widget_measure (self->scrolled, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  gtk_widget_measure (self->list, orientation, for_size, &least, &wanted, NULL, NULL);
  *minimum = MAX (*minimum, CLAMP (wanted, LEAST_HEIGHT, MOST_HEIGHT));
  *natural = *minimum;
}

static void
genga_list_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (GENGA_LIST_PANE (widget)->scrolled, width, height, baseline, NULL);
}

static void
genga_list_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, GENGA_LIST_PANE (object)->list);
}

static void
genga_list_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaListPane *self = GENGA_LIST_PANE (object);

  g_return_if_fail (self->list == NULL);
  self->list = g_value_get_object (value);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->list);
}

static void
genga_list_pane_dispose (GObject *object)
{
  GengaListPane *self = GENGA_LIST_PANE (object);

  self->list = NULL;
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (genga_list_pane_parent_class)->dispose (object);
}

static void
genga_list_pane_class_init (GengaListPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = genga_list_pane_get_property;
  object_class->set_property = genga_list_pane_set_property;
  object_class->dispose = genga_list_pane_dispose;
  widget_class->get_request_mode = genga_list_pane_get_request_mode;
  widget_class->measure = genga_list_pane_measure;
  widget_class->size_allocate = genga_list_pane_size_allocate;

  properties[PROP_LIST] = g_param_spec_object ("list", NULL, NULL, GTK_TYPE_LIST_VIEW,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_list_pane_init (GengaListPane *self)
{
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}
