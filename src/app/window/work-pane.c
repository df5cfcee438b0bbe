/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/work-pane.h"

/* What the second child has at first beside the first one, and what both need for it. */
#define SECOND_WIDTH 320
#define COMFORTABLE_WIDTH 560

struct _GengaWorkPane
{
  GtkWidget parent_instance;

  GtkPaned *paned;
  gboolean beside;
  guint rotating; /* the idle source, or 0 */
};

G_DEFINE_FINAL_TYPE (GengaWorkPane, genga_work_pane, GTK_TYPE_WIDGET)

enum
{
  PROP_PANED = 1,
  PROP_BESIDE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_beside (GengaWorkPane *self)
{
  return gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) ==
         GTK_ORIENTATION_HORIZONTAL;
}

static int
get_minimum_width (GtkWidget *child)
{
  int minimum;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

static gboolean
should_be_beside (GengaWorkPane *self)
{
  int first = get_minimum_width (gtk_paned_get_start_child (self->paned));
  int second = get_minimum_width (gtk_paned_get_end_child (self->paned));

  return self->beside &&
         gtk_widget_get_width (GTK_WIDGET (self)) >= MAX (first + second, COMFORTABLE_WIDTH);
}

static gboolean
rotate (gpointer user_data)
{
  GengaWorkPane *self = user_data;
  gboolean beside = should_be_beside (self);

  self->rotating = 0;
  if (beside == is_beside (self))
    return G_SOURCE_REMOVE;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned),
                                  beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_position (self->paned,
                          beside ? gtk_widget_get_width (GTK_WIDGET (self)) - SECOND_WIDTH : -1);
  return G_SOURCE_REMOVE;
}

/* Not at once: widgets are being laid out, and may not ask for other sizes meanwhile. */
static void
rotate_soon (GengaWorkPane *self)
{
  if (self->rotating == 0 && self->paned != NULL && should_be_beside (self) != is_beside (self))
    self->rotating = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rotate, self, NULL);
}

static void
genga_work_pane_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  GengaWorkPane *self = GENGA_WORK_PANE (widget);

  if (self->paned == NULL)
    return;
  gtk_widget_measure (GTK_WIDGET (self->paned), orientation, -1, minimum, natural, NULL, NULL);
  /* Below each other they can be narrower, and will be. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL && is_beside (self))
    *minimum = MAX (get_minimum_width (gtk_paned_get_start_child (self->paned)),
                    get_minimum_width (gtk_paned_get_end_child (self->paned)));
}

/* Until the orientation changes in a moment, a child may get more room than there is. */
static void
genga_work_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GengaWorkPane *self = GENGA_WORK_PANE (widget);
  int minimum_width, minimum_height;

  if (self->paned == NULL)
    return;
  gtk_widget_measure (GTK_WIDGET (self->paned), GTK_ORIENTATION_HORIZONTAL, -1, &minimum_width,
                      NULL, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->paned), GTK_ORIENTATION_VERTICAL, -1, &minimum_height, NULL,
                      NULL, NULL);
  gtk_widget_allocate (GTK_WIDGET (self->paned), MAX (width, minimum_width),
                       MAX (height, minimum_height), baseline, NULL);
  rotate_soon (self);
}

static void
genga_work_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaWorkPane *self = GENGA_WORK_PANE (object);

  if (id == PROP_BESIDE)
    g_value_set_boolean (value, self->beside);
  else
    g_value_set_object (value, self->paned);
}

static void
genga_work_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaWorkPane *self = GENGA_WORK_PANE (object);

  if (id == PROP_BESIDE)
    {
      self->beside = g_value_get_boolean (value);
      rotate_soon (self);
      return;
    }
  g_return_if_fail (self->paned == NULL);
  self->paned = g_value_get_object (value);
  if (self->paned != NULL)
    gtk_widget_set_parent (GTK_WIDGET (self->paned), GTK_WIDGET (self));
}

static void
genga_work_pane_dispose (GObject *object)
{
  GengaWorkPane *self = GENGA_WORK_PANE (object);
  GtkWidget *paned = GTK_WIDGET (g_steal_pointer (&self->paned));

  g_clear_handle_id (&self->rotating, g_source_remove);
  g_clear_pointer (&paned, gtk_widget_unparent);

  G_OBJECT_CLASS (genga_work_pane_parent_class)->dispose (object);
}

static void
genga_work_pane_class_init (GengaWorkPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = genga_work_pane_get_property;
  object_class->set_property = genga_work_pane_set_property;
  object_class->dispose = genga_work_pane_dispose;
  widget_class->measure = genga_work_pane_measure;
  widget_class->size_allocate = genga_work_pane_size_allocate;

  properties[PROP_PANED] = g_param_spec_object ("paned", NULL, NULL, GTK_TYPE_PANED,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BESIDE] = g_param_spec_boolean ("beside", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_work_pane_init (GengaWorkPane *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
