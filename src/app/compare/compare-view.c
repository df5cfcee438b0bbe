/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/compare-view-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Half the width of the handle's knob. */
#define KNOB_RADIUS 10
#define MARGIN 12

/* Pieces that are kept: more than a view's worth are of places left behind. */
#define MAX_PATCHES 2048

G_DEFINE_FINAL_TYPE (GengaCompareView, genga_compare_view, GTK_TYPE_WIDGET)

enum
{
  PROP_SIDE_BY_SIDE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint visible_changed_signal;

gboolean
genga_compare_view_has_both (GengaCompareView *self)
{
  return self->scene.before != NULL && genga_compare_has_after (&self->scene);
}

gboolean
genga_compare_view_has_line (GengaCompareView *self)
{
  return genga_compare_view_has_both (self) && !self->scene.side_by_side;
}

double
genga_compare_view_get_line (GengaCompareView *self)
{
  return gtk_adjustment_get_value (self->split) * self->scene.width;
}

static void
tell_visible (GengaCompareView *self)
{
  GengaPreviewView visible;

  genga_compare_view_get_visible (self, &visible);
  if (memcmp (&visible, &self->visible, sizeof visible) == 0)
    return;
  self->visible = visible;
  g_signal_emit (self, visible_changed_signal, 0);
}

static gboolean
on_label_outdated (gpointer data)
{
  GengaCompareView *self = data;
  g_autofree char *zoom = g_strdup_printf (_ ("%.0f %%"), 100 * self->scene.zoom);

  self->label_source = 0;
  gtk_label_set_label (self->zoom_label, zoom);
  return G_SOURCE_REMOVE;
}

void
genga_compare_view_update (GengaCompareView *self)
{
  self->scene.scale_factor = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  if (self->fit)
    self->scene.zoom = genga_compare_get_fit_zoom (&self->scene);
  genga_compare_keep_in_view (&self->scene);
  /* Not now: sizes may just be handed out. */
  if (self->label_source == 0)
    self->label_source = g_idle_add (on_label_outdated, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  tell_visible (self);
}

void
genga_compare_view_zoom_at (GengaCompareView *self, double zoom, double x, double y)
{
  int right = genga_compare_get_right_pane (&self->scene);

  if (right > 0 && x >= right)
    x -= right;
  self->fit = FALSE;
  genga_compare_zoom_at (&self->scene, zoom, x, y);
  genga_compare_view_update (self);
}

static void
zoom_in_middle (GengaCompareView *self, double zoom)
{
  genga_compare_view_zoom_at (self, zoom, genga_compare_get_pane_width (&self->scene) / 2.0,
                              self->scene.height / 2.0);
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
    {
      scene.after = NULL;
      scene.patches = NULL;
    }
  node = genga_compare_render (&scene);
  if (node != NULL)
    {
      gtk_snapshot_append_node (snapshot, node);
      gsk_render_node_unref (node);
    }
  if (genga_compare_view_has_line (self) && !self->peeking)
    gtk_widget_snapshot_child (widget, self->handle, snapshot);
  if (genga_compare_view_has_both (self) && !self->peeking)
    gtk_widget_snapshot_child (widget, self->labels, snapshot);
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
  g_clear_pointer (&self->scene.patches, g_array_unref);
  g_clear_handle_id (&self->label_source, g_source_remove);
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
genga_compare_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, GENGA_COMPARE_VIEW (object)->scene.side_by_side);
}

static void
show_parts (GengaCompareView *self)
{
  gtk_widget_set_visible (self->handle, genga_compare_view_has_line (self));
  gtk_widget_set_visible (self->labels, genga_compare_view_has_both (self));
}

static void
genga_compare_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GengaCompareView *self = GENGA_COMPARE_VIEW (object);

  if (self->scene.side_by_side == g_value_get_boolean (value))
    return;
  self->scene.side_by_side = g_value_get_boolean (value);
  show_parts (self);
  genga_compare_view_update (self);
  g_object_notify_by_pspec (object, pspec);
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
  visible_changed_signal = g_signal_new ("visible-changed", GENGA_TYPE_COMPARE_VIEW,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
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
clear_patch (gpointer data)
{
  g_clear_object (&((GengaComparePatch *)data)->picture);
}

static void
genga_compare_view_init (GengaCompareView *self)
{
  self->scene.zoom = 1;
  self->scene.scale_factor = 1;
  self->stretch_x = self->stretch_y = 1;
  self->scene.patches = g_array_new (FALSE, FALSE, sizeof (GengaComparePatch));
  g_array_set_clear_func (self->scene.patches, clear_patch);
  self->fit = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Left is before, in every language. */
  gtk_widget_set_direction (self->handle, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->labels, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (gtk_widget_get_first_child (self->labels), GTK_TEXT_DIR_LTR);
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
genga_compare_view_set_stretch (GengaCompareView *self, double x, double y)
{
  self->stretch_x = x;
  self->stretch_y = y;
}

static int
stretch (int length, double factor)
{
  return lrint (length * factor);
}

/*
 * What is shown is another size, in its own pixels: zoom and place stay where they are, relative to
 * the picture.
 */
static void
set_result_size (GengaCompareView *self, int own_width, int own_height, gboolean is_same)
{
  GengaCompareScene *scene = &self->scene;
  int width = stretch (own_width, self->stretch_x);
  int height = stretch (own_height, self->stretch_y);

  if (width == scene->result_width && height == scene->result_height && is_same)
    return;

  if (is_same && scene->result_width > 0 && width > 0)
    scene->zoom *= (double)scene->result_width / width;
  else
    self->fit = TRUE;
  scene->result_width = width;
  scene->result_height = height;
}

void
genga_compare_view_set_pictures (GengaCompareView *self, GengaPicture *before, GengaPicture *after)
{
  GengaCompareScene *scene = &self->scene;
  GengaPicture *shown = after != NULL ? after : before;
  gboolean is_same = before != NULL && before == scene->before;

  if (is_same && after == NULL && scene->after == NULL)
    return;
  g_set_object (&scene->before, before);
  g_set_object (&scene->after, after);
  scene->awaits_after = FALSE;
  g_array_set_size (scene->patches, 0);
  set_result_size (self, shown != NULL ? genga_picture_get_width (shown) : 0,
                   shown != NULL ? genga_picture_get_height (shown) : 0, is_same);
  show_parts (self);
  gtk_widget_set_visible (self->tools, shown != NULL);
  gtk_widget_set_visible (self->modes, shown != NULL);
  genga_compare_view_update (self);
}

static gboolean
have_same_size (GengaPicture *a, GengaPicture *b)
{
  return a != NULL && b != NULL && genga_picture_get_width (a) == genga_picture_get_width (b) &&
         genga_picture_get_height (a) == genga_picture_get_height (b);
}

void
genga_compare_view_set_frame (GengaCompareView *self,
                              GengaPicture *before,
                              GengaPicture *after,
                              gboolean awaits_after)
{
  GengaCompareScene *scene = &self->scene;

  if (!have_same_size (before, scene->before))
    genga_compare_view_set_pictures (self, before, after);
  g_set_object (&scene->before, before);
  g_set_object (&scene->after, after);
  scene->awaits_after = awaits_after && before != NULL;
  g_array_set_size (scene->patches, 0);
  if (after != NULL)
    set_result_size (self, genga_picture_get_width (after), genga_picture_get_height (after), TRUE);
  show_parts (self);
  genga_compare_view_update (self);
}

/* Neighbours stay neighbours. */
static GengaRect
stretch_rect (GengaCompareView *self, const GengaRect *rect)
{
  int left = stretch (rect->x, self->stretch_x);
  int top = stretch (rect->y, self->stretch_y);

  return (GengaRect){ left, top, stretch (rect->x + rect->width, self->stretch_x) - left,
                      stretch (rect->y + rect->height, self->stretch_y) - top };
}

void
genga_compare_view_add_patch (GengaCompareView *self,
                              GengaPicture *picture,
                              const GengaRect *rect,
                              int result_width,
                              int result_height,
                              gboolean is_first)
{
  GengaCompareScene *scene = &self->scene;
  GengaComparePatch patch = { g_object_ref (picture), stretch_rect (self, rect) };

  g_clear_object (&scene->after);
  if (is_first || stretch (result_width, self->stretch_x) != scene->result_width)
    g_array_set_size (scene->patches, 0);
  for (guint i = scene->patches->len; i > 0; i--)
    if (genga_rect_contains (&patch.rect,
                             &g_array_index (scene->patches, GengaComparePatch, i - 1).rect))
      g_array_remove_index (scene->patches, i - 1);
  if (scene->patches->len == MAX_PATCHES)
    g_array_remove_index (scene->patches, 0);
  g_array_append_val (scene->patches, patch);
  set_result_size (self, result_width, result_height, TRUE);
  show_parts (self);
  genga_compare_view_update (self);
}

void
genga_compare_view_drop_patches (GengaCompareView *self)
{
  g_array_set_size (self->scene.patches, 0);
  show_parts (self);
  genga_compare_view_update (self);
}

void
genga_compare_view_get_visible (GengaCompareView *self, GengaPreviewView *visible)
{
  genga_compare_get_visible (&self->scene, &visible->left, &visible->top, &visible->right,
                             &visible->bottom);
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
