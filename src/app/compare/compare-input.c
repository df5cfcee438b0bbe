/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/compare-input.h"

#include <math.h>

/* How near to the line the pointer takes hold of it. */
#define GRAB_PIXELS 14

typedef struct
{
  GtkWidget *widget; /* which has this */
  GengaCompareViewport *viewport;
  GtkAdjustment *line;
  gboolean is_dragging_line;
  gboolean has_lens;
  double pointer_x, pointer_y;
  double drag_x, drag_y; /* what is dragged, where the drag began */
  double pinch_zoom;
} Input;

static void
input_free (gpointer data)
{
  Input *self = data;

  g_object_unref (self->viewport);
  g_object_unref (self->line);
  g_free (self);
}

/* In logical pixels. */
static double
get_line (Input *self)
{
  return gtk_adjustment_get_value (self->line) *
         genga_compare_viewport_get_scene (self->viewport)->width;
}

static double
get_zoom (Input *self)
{
  return genga_compare_viewport_get_scene (self->viewport)->zoom;
}

static gboolean
is_near_line (Input *self, double x)
{
  return genga_compare_viewport_has_line (self->viewport) &&
         fabs (x - get_line (self)) <= GRAB_PIXELS;
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, Input *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->has_lens)
    genga_compare_viewport_set_lens (self->viewport, x, y);
  gtk_widget_set_cursor_from_name (self->widget, is_near_line (self, x) ? "col-resize" : NULL);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, Input *self)
{
  const GengaCompareScene *scene = genga_compare_viewport_get_scene (self->viewport);

  gtk_widget_grab_focus (self->widget);
  self->is_dragging_line = is_near_line (self, x);
  self->drag_x = self->is_dragging_line ? get_line (self) : scene->x;
  self->drag_y = scene->y;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, Input *self)
{
  int width = genga_compare_viewport_get_scene (self->viewport)->width;

  if (self->is_dragging_line)
    gtk_adjustment_set_value (self->line, (self->drag_x + dx) / MAX (1, width));
  else
    genga_compare_viewport_move_to (self->viewport, self->drag_x + dx, self->drag_y + dy);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, Input *self)
{
  genga_compare_viewport_zoom_at (self->viewport,
                                  get_zoom (self) * pow (GENGA_COMPARE_ZOOM_STEP, -dy),
                                  self->pointer_x, self->pointer_y);
  return GDK_EVENT_STOP;
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, Input *self)
{
  self->pinch_zoom = get_zoom (self);
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, Input *self)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    genga_compare_viewport_zoom_at (self->viewport, self->pinch_zoom * scale, x, y);
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                Input *self)
{
  if (keyval == GDK_KEY_space)
    genga_compare_viewport_set_peeking (self->viewport, TRUE);
  else if (gdk_keyval_to_lower (keyval) == GDK_KEY_l && (state & GDK_CONTROL_MASK) == 0)
    {
      self->has_lens = TRUE;
      genga_compare_viewport_set_lens (self->viewport, self->pointer_x, self->pointer_y);
    }
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
drop_lens (Input *self)
{
  self->has_lens = FALSE;
  genga_compare_viewport_drop_lens (self->viewport);
}

static void
on_key_released (GtkEventControllerKey *controller,
                 guint keyval,
                 guint keycode,
                 GdkModifierType state,
                 Input *self)
{
  if (keyval == GDK_KEY_space)
    genga_compare_viewport_set_peeking (self->viewport, FALSE);
  if (gdk_keyval_to_lower (keyval) == GDK_KEY_l)
    drop_lens (self);
}

/* The key is let go of elsewhere. */
static void
on_focus_left (GtkEventControllerFocus *controller, Input *self)
{
  genga_compare_viewport_set_peeking (self->viewport, FALSE);
  drop_lens (self);
}

void
genga_compare_input_add (GtkWidget *widget, GengaCompareViewport *viewport, GtkAdjustment *line)
{
  Input *self = g_new0 (Input, 1);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  self->widget = widget;
  self->viewport = g_object_ref (viewport);
  self->line = g_object_ref (line);
  g_object_set_data_full (G_OBJECT (widget), "genga-compare-input", self, input_free);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect (key, "key-released", G_CALLBACK (on_key_released), self);
  g_signal_connect (focus, "leave", G_CALLBACK (on_focus_left), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_pinch), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, key);
  gtk_widget_add_controller (widget, focus);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}
