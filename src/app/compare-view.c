/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare-view-private.h"

#include <glib/gi18n-lib.h>

/* Half the width of the handle's knob. */
#define KNOB_RADIUS 10
#define MARGIN 12

G_DEFINE_FINAL_TYPE (GengaCompareView, genga_compare_view, GTK_TYPE_WIDGET)

gboolean
genga_compare_view_has_both (GengaCompareView *self)
{
  return self->scene.before != NULL && self->scene.after != NULL;
}

double
genga_compare_view_get_line (GengaCompareView *self)
{
  return gtk_adjustment_get_value (self->split) * self->scene.width;
}

void
genga_compare_view_update (GengaCompareView *self)
{
  g_autofree char *zoom = NULL;

  self->scene.scale_factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  if (self->fit)
    self->scene.zoom = genga_compare_get_fit_zoom (&self->scene);
  genga_compare_keep_in_view (&self->scene);
  zoom = g_strdup_printf (_ ("%.0f %%"), 100 * self->scene.zoom);
  gtk_label_set_label (self->zoom_label, zoom);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
genga_compare_view_zoom_at (GengaCompareView *self, double zoom, double x, double y)
{
  self->fit = FALSE;
  genga_compare_zoom_at (&self->scene, zoom, x, y);
  genga_compare_view_update (self);
}

static void
zoom_in_middle (GengaCompareView *self, double zoom)
{
  genga_compare_view_zoom_at (self, zoom, self->scene.width / 2.0, self->scene.height / 2.0);
}

static void
zoom_in (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);

  zoom_in_middle (self, self->scene.zoom * GENGA_COMPARE_ZOOM_STEP);
}

static void
zoom_out (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);

  zoom_in_middle (self, self->scene.zoom / GENGA_COMPARE_ZOOM_STEP);
}

static void
zoom_fit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GENGA_COMPARE_VIEW (widget)->fit = TRUE;
  genga_compare_view_update (GENGA_COMPARE_VIEW (widget));
}

static void
zoom_actual (GtkWidget *widget, const char *name, GVariant *parameter)
{
  zoom_in_middle (GENGA_COMPARE_VIEW (widget), 1);
}

static void
move_line (GtkWidget *widget, double steps)
{
  GtkAdjustment *split = GENGA_COMPARE_VIEW (widget)->split;

  gtk_adjustment_set_value (split, gtk_adjustment_get_value (split) +
                                       steps * gtk_adjustment_get_step_increment (split));
}

static void
split_left (GtkWidget *widget, const char *name, GVariant *parameter)
{
  move_line (widget, -1);
}

static void
split_right (GtkWidget *widget, const char *name, GVariant *parameter)
{
  move_line (widget, 1);
}

static void
genga_compare_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);
  GengaCompareScene scene = self->scene;
  GskRenderNode *node;

  scene.split = genga_compare_view_get_line (self);
  if (self->peeking)
    scene.after = NULL;
  node = genga_compare_render (&scene);
  if (node != NULL)
    {
      gtk_snapshot_append_node (snapshot, node);
      gsk_render_node_unref (node);
    }
  if (genga_compare_view_has_both (self) && !self->peeking)
    {
      gtk_widget_snapshot_child (widget, self->handle, snapshot);
      gtk_widget_snapshot_child (widget, self->labels, snapshot);
    }
  gtk_widget_snapshot_child (widget, self->tools, snapshot);
}

static void
genga_compare_view_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);
  int smallest, unused;

  gtk_widget_measure (self->tools, orientation, -1, &smallest, &unused, NULL, NULL);
  *minimum = smallest + 2 * MARGIN;
  *natural = MAX (*minimum, 320);
}

static void
allocate_at (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
genga_compare_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);
  int wide, high, unused;

  gtk_widget_measure (self->handle, GTK_ORIENTATION_VERTICAL, -1, &high, &unused, NULL, NULL);
  allocate_at (self->handle, -KNOB_RADIUS, (height - high) / 2, width + 2 * KNOB_RADIUS, high);
  gtk_widget_measure (self->labels, GTK_ORIENTATION_VERTICAL, -1, &high, &unused, NULL, NULL);
  gtk_widget_measure (self->labels, GTK_ORIENTATION_HORIZONTAL, -1, &wide, &unused, NULL, NULL);
  allocate_at (self->labels, MARGIN, MARGIN, MAX (wide, width - 2 * MARGIN), high);
  gtk_widget_measure (self->tools, GTK_ORIENTATION_HORIZONTAL, -1, &unused, &wide, NULL, NULL);
  gtk_widget_measure (self->tools, GTK_ORIENTATION_VERTICAL, -1, &unused, &high, NULL, NULL);
  allocate_at (self->tools, (width - wide) / 2, height - high - MARGIN, wide, high);

  self->scene.width = width;
  self->scene.height = height;
  genga_compare_view_update (self);
}

static void
genga_compare_view_dispose (GObject *object)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (object);
  GtkWidget *child;

  g_clear_object (&self->scene.before);
  g_clear_object (&self->scene.after);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (genga_compare_view_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc func;
    guint keys[3];
  } actions[] = {
    { "view.zoom-in", zoom_in, { GDK_KEY_plus, GDK_KEY_KP_Add, GDK_KEY_equal } },
    { "view.zoom-out", zoom_out, { GDK_KEY_minus, GDK_KEY_KP_Subtract } },
    { "view.zoom-fit", zoom_fit, { GDK_KEY_0, GDK_KEY_KP_0 } },
    { "view.zoom-actual", zoom_actual, { GDK_KEY_1, GDK_KEY_KP_1 } },
    { "view.split-left", split_left, { GDK_KEY_Left, GDK_KEY_KP_Left } },
    { "view.split-right", split_right, { GDK_KEY_Right, GDK_KEY_KP_Right } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (klass, actions[i].name, NULL, actions[i].func);
      for (guint j = 0; j < G_N_ELEMENTS (actions[i].keys) && actions[i].keys[j] != 0; j++)
        gtk_widget_class_add_binding_action (klass, actions[i].keys[j], 0, actions[i].name, NULL);
    }
}

static void
genga_compare_view_class_init (GengaCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_compare_view_dispose;
  widget_class->snapshot = genga_compare_view_snapshot;
  widget_class->measure = genga_compare_view_measure;
  widget_class->size_allocate = genga_compare_view_size_allocate;

  install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaCompareView, split);
  gtk_widget_class_bind_template_child (widget_class, GengaCompareView, handle);
  gtk_widget_class_bind_template_child (widget_class, GengaCompareView, labels);
  gtk_widget_class_bind_template_child (widget_class, GengaCompareView, tools);
  gtk_widget_class_bind_template_child (widget_class, GengaCompareView, zoom_label);
}

static void
genga_compare_view_init (GengaCompareView *self)
{
  self->scene.zoom = 1;
  self->scene.scale_factor = 1;
  self->fit = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Left is before, in every language. */
  gtk_widget_set_direction (self->handle, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->labels, GTK_TEXT_DIR_LTR);
  g_signal_connect_object (self->split, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  genga_compare_view_add_controllers (self);
}

GtkWidget *
genga_compare_view_new (void)
{
  return g_object_new (GENGA_TYPE_COMPARE_VIEW, NULL);
}

void
genga_compare_view_set_pictures (GengaCompareView *self, GengaPicture *before, GengaPicture *after)
{
  GengaCompareScene *scene = &self->scene;
  GengaPicture *shown = after != NULL ? after : before;
  gboolean is_same = before != NULL && before == scene->before;
  int width = scene->result_width;

  g_set_object (&scene->before, before);
  g_set_object (&scene->after, after);
  scene->result_width = shown != NULL ? genga_picture_get_width (shown) : 0;
  scene->result_height = shown != NULL ? genga_picture_get_height (shown) : 0;
  if (is_same && scene->result_width > 0)
    scene->zoom *= (double)width / scene->result_width;
  else
    self->fit = TRUE;
  gtk_widget_set_visible (self->handle, genga_compare_view_has_both (self));
  gtk_widget_set_visible (self->labels, genga_compare_view_has_both (self));
  gtk_widget_set_visible (self->tools, shown != NULL);
  genga_compare_view_update (self);
}
