/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/toast-place.h"

typedef struct
{
  GtkWidget *toasts; /* owns it */
  GengaCompareView *view;
  GtkWidget *panel;
} Place;

/* Of each edge of the overlay how much has to stay free of toasts. */
typedef struct
{
  int start, end, bottom;
} Edges;

static gboolean
find_view (Place *self, graphene_rect_t *view)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self->view)) &&
         gtk_widget_compute_bounds (GTK_WIDGET (self->view), self->toasts, view);
}

static void
find_edges (Place *self, Edges *edges)
{
  int width = gtk_widget_get_width (self->toasts), height = gtk_widget_get_height (self->toasts);
  graphene_rect_t view;

  if (!find_view (self, &view))
    return;
  edges->start = MAX (0, view.origin.x);
  edges->end = MAX (0, width - view.origin.x - view.size.width);
  edges->bottom =
      MAX (0, height - (int)view.origin.y - genga_compare_view_get_free_height (self->view));
  if (gtk_widget_get_direction (self->toasts) == GTK_TEXT_DIR_RTL)
    *edges = (Edges){ edges->end, edges->start, edges->bottom };
}

/* In a narrow window the panel lies over everything. */
static gboolean
is_covered (Place *self)
{
  graphene_rect_t view, panel, both;

  return find_view (self, &view) && gtk_widget_get_mapped (self->panel) &&
         gtk_widget_compute_bounds (self->panel, self->toasts, &panel) &&
         graphene_rect_intersection (&view, &panel, &both) && both.size.width > 1;
}

/* What does not fit is as near as it can be. Answers the height. */
static int
place (GtkWidget *toast, const Edges *edges, int width, int height)
{
  int sides = gtk_widget_get_margin_start (toast) + gtk_widget_get_margin_end (toast);
  gboolean fits;
  GtkRequisition smallest, natural;

  gtk_widget_get_preferred_size (toast, &smallest, &natural);
  fits = smallest.width - sides + edges->start + edges->end <= width;
  natural.height -= gtk_widget_get_margin_bottom (toast);
  gtk_widget_set_margin_start (toast, fits ? edges->start : 0);
  gtk_widget_set_margin_end (toast, fits ? edges->end : 0);
  gtk_widget_set_margin_bottom (toast, MAX (0, MIN (edges->bottom, height - natural.height)));
  return natural.height;
}

static gboolean
is_toast (GtkWidget *widget)
{
  return g_str_equal (gtk_widget_get_css_name (widget), "toast");
}

/* After each layout: what changes a place brings one. */
static void
update (Place *self)
{
  int width = gtk_widget_get_width (self->toasts), height = gtk_widget_get_height (self->toasts);
  gboolean is_below = is_covered (self);
  Edges edges = { 0 };
  int highest = 0;

  if (!is_below)
    find_edges (self, &edges);
  for (GtkWidget *child = gtk_widget_get_first_child (self->toasts); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_toast (child))
      highest = MAX (highest, place (child, &edges, width, height));
  gtk_widget_set_margin_bottom (self->panel, is_below ? highest : 0);
}

static void
on_realize (Place *self)
{
  g_signal_connect_data (gtk_widget_get_frame_clock (self->toasts), "layout", G_CALLBACK (update),
                         self, NULL, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
on_unrealize (Place *self)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (self->toasts), self);
}

void
genga_toast_place_keep (AdwToastOverlay *toasts, GengaCompareView *view, GtkWidget *panel)
{
  Place *self = g_new0 (Place, 1);

  self->toasts = GTK_WIDGET (toasts);
  self->view = view;
  self->panel = panel;
  g_object_set_data_full (G_OBJECT (toasts), "genga-toast-place", self, g_free);
  g_signal_connect_swapped (toasts, "realize", G_CALLBACK (on_realize), self);
  g_signal_connect_swapped (toasts, "unrealize", G_CALLBACK (on_unrealize), self);
}
