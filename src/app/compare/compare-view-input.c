/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/compare/compare-view-private.h"

#include <math.h>

/* How near to the line the pointer takes hold of it. */
#define REACH 14

static gboolean
is_near_line (GengaCompareView *self, double x)
{
  return genga_compare_view_has_line (self) &&
         fabs (x - genga_compare_view_get_line (self)) <= REACH;
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, GengaCompareView *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), is_near_line (self, x) ? "col-resize" : NULL);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, GengaCompareView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->dragging_line = is_near_line (self, x);
  self->drag_x = self->dragging_line ? genga_compare_view_get_line (self) : self->scene.x;
  self->drag_y = self->scene.y;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, GengaCompareView *self)
{
  if (self->dragging_line)
    {
      gtk_adjustment_set_value (self->split, (self->drag_x + dx) / MAX (1, self->scene.width));
      return;
    }
  self->scene.x = self->drag_x + dx;
  self->scene.y = self->drag_y + dy;
  genga_compare_view_update (self);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, GengaCompareView *self)
{
  genga_compare_view_zoom_at (self, self->scene.zoom * pow (GENGA_COMPARE_ZOOM_STEP, -dy),
                              self->pointer_x, self->pointer_y);
  return GDK_EVENT_STOP;
}

static void
on_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, GengaCompareView *self)
{
  self->pinch_zoom = self->scene.zoom;
}

static void
on_pinch (GtkGestureZoom *gesture, double scale, GengaCompareView *self)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y))
    genga_compare_view_zoom_at (self, self->pinch_zoom * scale, x, y);
}

static void
set_peeking (GengaCompareView *self, gboolean peeking)
{
  self->peeking = peeking;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                GengaCompareView *self)
{
  if (keyval != GDK_KEY_space)
    return GDK_EVENT_PROPAGATE;
  set_peeking (self, TRUE);
  return GDK_EVENT_STOP;
}

static void
on_key_released (GtkEventControllerKey *controller,
                 guint keyval,
                 guint keycode,
                 GdkModifierType state,
                 GengaCompareView *self)
{
  if (keyval == GDK_KEY_space)
    set_peeking (self, FALSE);
}

/* The key is let go of elsewhere. */
static void
on_focus_left (GtkEventControllerFocus *controller, GengaCompareView *self)
{
  set_peeking (self, FALSE);
}

void
genga_compare_view_add_controllers (GengaCompareView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

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
