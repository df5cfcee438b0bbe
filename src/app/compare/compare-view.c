/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/compare-view.h"
#include "app/compare/compare-input.h"

#include <glib/gi18n-lib.h>

/* Half the width of the handle's knob. */
#define KNOB_RADIUS 10
#define MARGIN 12

struct _GengaCompareView
{
  GtkWidget parent_instance;

  GengaCompareViewport *viewport;
  guint label_source;

  GtkAdjustment *split;
  GtkWidget *handle;
  GtkWidget *labels;
  GtkLabel *after_label;
  GtkSpinner *spinner;
  GtkWidget *sentence;
  GtkWidget *progress;
  GtkWidget *tools; /* the zoom */
  GtkWidget *modes; /* how and what is compared */
  GtkLabel *zoom_label;
};

G_DEFINE_FINAL_TYPE (GengaCompareView, genga_compare_view, GTK_TYPE_WIDGET)

enum
{
  PROP_SIDE_BY_SIDE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const GengaCompareScene *
get_scene (GengaCompareView *self)
{
  return genga_compare_viewport_get_scene (self->viewport);
}

static gboolean
on_label_outdated (gpointer data)
{
  GengaCompareView *self = data;
  g_autofree char *zoom = g_strdup_printf (_ ("%.0f %%"), 100 * get_scene (self)->zoom);

  self->label_source = 0;
  gtk_label_set_label (self->zoom_label, zoom);
  return G_SOURCE_REMOVE;
}

static void
on_changed (GengaCompareView *self)
{
  const GengaCompareScene *scene = get_scene (self);
  gboolean has_pictures = scene->before != NULL || scene->after != NULL;

  gtk_widget_set_visible (self->handle, genga_compare_viewport_has_line (self->viewport));
  gtk_widget_set_visible (self->labels, genga_compare_viewport_has_both (self->viewport));
  gtk_widget_set_visible (self->tools, has_pictures);
  gtk_widget_set_visible (self->modes, has_pictures);
  /* Not now: sizes may just be handed out. */
  if (self->label_source == 0)
    self->label_source = g_idle_add (on_label_outdated, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
update_size (GengaCompareView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  genga_compare_viewport_set_size (self->viewport, gtk_widget_get_width (widget),
                                   gtk_widget_get_height (widget),
                                   gtk_widget_get_scale_factor (widget));
}

static void
zoom_in (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);

  genga_compare_viewport_zoom (self->viewport, get_scene (self)->zoom * GENGA_COMPARE_ZOOM_STEP);
}

static void
zoom_out (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);

  genga_compare_viewport_zoom (self->viewport, get_scene (self)->zoom / GENGA_COMPARE_ZOOM_STEP);
}

static void
zoom_fit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_compare_viewport_zoom_to_fit (GENGA_COMPARE_VIEW (widget)->viewport);
}

static void
zoom_actual (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_compare_viewport_zoom (GENGA_COMPARE_VIEW (widget)->viewport, 1);
}

static void
zoom_double (GtkWidget *widget, const char *name, GVariant *parameter)
{
  genga_compare_viewport_zoom (GENGA_COMPARE_VIEW (widget)->viewport, 2);
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

/* Takes the node, which may be NULL. */
static void
append (GtkSnapshot *snapshot, GskRenderNode *node)
{
  if (node == NULL)
    return;
  gtk_snapshot_append_node (snapshot, node);
  gsk_render_node_unref (node);
}

static void
genga_compare_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (widget);
  gboolean is_peeking = genga_compare_viewport_is_peeking (self->viewport);
  GengaCompareScene scene = *get_scene (self);
  double lens_x, lens_y;

  scene.split = gtk_adjustment_get_value (self->split) * scene.width;
  if (is_peeking)
    {
      scene.after = NULL;
      scene.patches = NULL;
    }
  append (snapshot, genga_compare_render (&scene));
  if (genga_compare_viewport_has_line (self->viewport) && !is_peeking)
    gtk_widget_snapshot_child (widget, self->handle, snapshot);
  if (genga_compare_viewport_has_both (self->viewport) && !is_peeking)
    gtk_widget_snapshot_child (widget, self->labels, snapshot);
  if (genga_compare_viewport_get_lens (self->viewport, &lens_x, &lens_y))
    append (snapshot, genga_compare_render_lens (&scene, lens_x, lens_y));
  gtk_widget_snapshot_child (widget, self->sentence, snapshot);
  gtk_widget_snapshot_child (widget, self->progress, snapshot);
  gtk_widget_snapshot_child (widget, self->tools, snapshot);
  gtk_widget_snapshot_child (widget, self->modes, snapshot);
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
  int tools, modes, unused;

  gtk_widget_measure (self->tools, orientation, -1, &tools, &unused, NULL, NULL);
  gtk_widget_measure (self->modes, orientation, -1, &modes, &unused, NULL, NULL);
  *minimum = 3 * MARGIN;
  *minimum += orientation == GTK_ORIENTATION_HORIZONTAL ? MAX (tools, modes) : tools + modes;
  *natural = MAX (*minimum, 320);
}

static void
allocate_at (GtkWidget *child, int x, int y, int width, int height)
{
  gtk_widget_size_allocate (child, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
allocate_sentence (GengaCompareView *self, int width, int height)
{
  int wide, high, smallest;

  gtk_widget_measure (self->sentence, GTK_ORIENTATION_HORIZONTAL, -1, &smallest, &wide, NULL, NULL);
  wide = MAX (smallest, MIN (wide, width - 2 * MARGIN));
  gtk_widget_measure (self->sentence, GTK_ORIENTATION_VERTICAL, wide, &smallest, &high, NULL, NULL);
  allocate_at (self->sentence, (width - wide) / 2, (height - high) / 2, wide, high);
}

/* At the bottom, beside each other where there is room. */
static void
allocate_tools (GengaCompareView *self, int width, int height)
{
  GtkRequisition tools, modes;
  int sum, y;

  gtk_widget_get_preferred_size (self->tools, NULL, &tools);
  gtk_widget_get_preferred_size (self->modes, NULL, &modes);
  sum = tools.width + MARGIN + modes.width;
  y = height - tools.height - MARGIN;
  if (sum + 2 * MARGIN <= width)
    {
      allocate_at (self->tools, (width - sum) / 2, y, tools.width, tools.height);
      allocate_at (self->modes, (width + sum) / 2 - modes.width, y, modes.width, tools.height);
      return;
    }
  allocate_at (self->tools, (width - tools.width) / 2, y, tools.width, tools.height);
  allocate_at (self->modes, (width - modes.width) / 2, y - modes.height - MARGIN / 2, modes.width,
               modes.height);
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
  allocate_tools (self, width, height);
  gtk_widget_measure (self->progress, GTK_ORIENTATION_VERTICAL, -1, &unused, &high, NULL, NULL);
  allocate_at (self->progress, 0, 0, width, high);
  allocate_sentence (self, width, height);

  genga_compare_viewport_set_size (self->viewport, width, height,
                                   gtk_widget_get_scale_factor (widget));
}

static void
genga_compare_view_dispose (GObject *object)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (object);
  GtkWidget *child;

  g_clear_handle_id (&self->label_source, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->viewport, self);
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
    { "view.zoom-double", zoom_double, { GDK_KEY_2, GDK_KEY_KP_2 } },
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
genga_compare_view_finalize (GObject *object)
{
  g_object_unref (GENGA_COMPARE_VIEW (object)->viewport);

  G_OBJECT_CLASS (genga_compare_view_parent_class)->finalize (object);
}

static void
genga_compare_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, get_scene (GENGA_COMPARE_VIEW (object))->side_by_side);
}

static void
genga_compare_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_object_set_property (G_OBJECT (GENGA_COMPARE_VIEW (object)->viewport), pspec->name, value);
}

static void
add_properties (GObjectClass *klass)
{
  klass->get_property = genga_compare_view_get_property;
  klass->set_property = genga_compare_view_set_property;

  properties[PROP_SIDE_BY_SIDE] =
      g_param_spec_boolean ("side-by-side", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (klass, N_PROPS, properties);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, GengaCompareView, split);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, handle);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, labels);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, after_label);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, spinner);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, sentence);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, progress);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, tools);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, modes);
  gtk_widget_class_bind_template_child (klass, GengaCompareView, zoom_label);
}

static void
genga_compare_view_class_init (GengaCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_compare_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_compare_view_finalize;
  add_properties (G_OBJECT_CLASS (klass));
  widget_class->snapshot = genga_compare_view_snapshot;
  widget_class->measure = genga_compare_view_measure;
  widget_class->size_allocate = genga_compare_view_size_allocate;

  install_actions (widget_class);
  gtk_widget_class_install_property_action (widget_class, "view.side-by-side", "side-by-side");
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/genga/Genga/compare-view.ui");
  bind_children (widget_class);
}

static void
on_side_by_side (GengaCompareView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIDE_BY_SIDE]);
}

static void
genga_compare_view_init (GengaCompareView *self)
{
  self->viewport = genga_compare_viewport_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Left is before, in every language. */
  gtk_widget_set_direction (self->handle, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->labels, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (gtk_widget_get_first_child (self->labels), GTK_TEXT_DIR_LTR);
  g_signal_connect_object (self->split, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->viewport, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->viewport, "notify::side-by-side", G_CALLBACK (on_side_by_side),
                            self);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (update_size), NULL);
  genga_compare_input_add (GTK_WIDGET (self), self->viewport, self->split);
}

GengaCompareViewport *
genga_compare_view_get_viewport (GengaCompareView *self)
{
  return self->viewport;
}

void
genga_compare_view_set_status (GengaCompareView *self,
                               const char *name,
                               gboolean is_busy,
                               const char *sentence)
{
  gtk_label_set_label (self->after_label, name);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_busy);
  gtk_spinner_set_spinning (self->spinner, is_busy);
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence != NULL ? sentence : "");
  gtk_widget_set_visible (self->sentence, sentence != NULL);
}

void
genga_compare_view_set_progress (GengaCompareView *self, double fraction)
{
  gtk_widget_set_visible (self->progress, fraction >= 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), MAX (0, fraction));
}

int
genga_compare_view_get_free_height (GengaCompareView *self)
{
  graphene_rect_t tools, modes;

  if (!gtk_widget_compute_bounds (self->tools, GTK_WIDGET (self), &tools) ||
      !gtk_widget_compute_bounds (self->modes, GTK_WIDGET (self), &modes))
    return gtk_widget_get_height (GTK_WIDGET (self));
  return MIN (tools.origin.y, modes.origin.y);
}
