/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/candidates/candidate-view.h"
#include "app/compare/compare-input.h"

#define SMALLEST_HEIGHT 120
#define NATURAL_SIZE 240

/* Where the line between the pictures would be. */
#define OUT_OF_SIGHT 8

struct _GengaCandidateView
{
  GtkWidget parent_instance;

  GengaCompareViewport *viewport;
};

G_DEFINE_FINAL_TYPE (GengaCandidateView, genga_candidate_view, GTK_TYPE_WIDGET)

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
genga_candidate_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GengaCandidateView *self = GENGA_CANDIDATE_VIEW (widget);
  GengaCompareScene scene = *genga_compare_viewport_get_scene (self->viewport);
  double x, y;

  scene.split = -OUT_OF_SIGHT;
  if (genga_compare_viewport_is_peeking (self->viewport))
    scene.patches = NULL;
  append (snapshot, genga_compare_render (&scene));
  if (genga_compare_viewport_get_lens (self->viewport, &x, &y))
    append (snapshot, genga_compare_render_lens (&scene, x, y));
}

static void
genga_candidate_view_measure (GtkWidget *widget,
                              GtkOrientation orientation,
                              int for_size,
                              int *minimum,
                              int *natural,
                              int *minimum_baseline,
                              int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? SMALLEST_HEIGHT : 0;
  *natural = NATURAL_SIZE;
}

static void
genga_candidate_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  genga_compare_viewport_set_size (GENGA_CANDIDATE_VIEW (widget)->viewport, width, height,
                                   gtk_widget_get_scale_factor (widget));
}

static void
genga_candidate_view_finalize (GObject *object)
{
  g_object_unref (GENGA_CANDIDATE_VIEW (object)->viewport);

  G_OBJECT_CLASS (genga_candidate_view_parent_class)->finalize (object);
}

static void
genga_candidate_view_class_init (GengaCandidateViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = genga_candidate_view_finalize;
  widget_class->snapshot = genga_candidate_view_snapshot;
  widget_class->measure = genga_candidate_view_measure;
  widget_class->size_allocate = genga_candidate_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "compareview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
genga_candidate_view_init (GengaCandidateView *self)
{
  /* Where no pointer takes hold of it. */
  GtkAdjustment *line = gtk_adjustment_new (-1, -1, -1, 0, 0, 0);

  self->viewport = genga_compare_viewport_new ();
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (self->viewport, "changed", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  genga_compare_input_add (GTK_WIDGET (self), self->viewport, g_object_ref_sink (line));
  g_object_unref (line);
}

GengaCompareViewport *
genga_candidate_view_get_viewport (GengaCandidateView *self)
{
  return self->viewport;
}
