/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the compare view share. */
#pragma once

#include "app/compare/compare-render.h"
#include "app/compare/compare-view.h"

G_BEGIN_DECLS

#define GENGA_COMPARE_ZOOM_STEP 1.25

struct _GengaCompareView
{
  GtkWidget parent_instance;

  GengaCompareScene scene;     /* its split is made from the adjustment's value */
  double stretch_x, stretch_y; /* of what is shown */
  gboolean fit;
  gboolean peeking; /* only the picture before */
  gboolean dragging_line;
  double pointer_x, pointer_y;
  double drag_x, drag_y; /* what was dragged, where the drag began */
  double pinch_zoom;

  GengaPreviewView visible; /* when it was told last */

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
  guint label_source;
};

/* Whether there are two pictures, a line between them, and where, in logical pixels. */
gboolean genga_compare_view_has_both (GengaCompareView *self);
gboolean genga_compare_view_has_line (GengaCompareView *self);
double genga_compare_view_get_line (GengaCompareView *self);

/* After every change of the scene. */
void genga_compare_view_update (GengaCompareView *self);
void genga_compare_view_zoom_at (GengaCompareView *self, double zoom, double x, double y);

/* compare-view-input.c: pointer, fingers, keys. */
void genga_compare_view_add_controllers (GengaCompareView *self);

G_END_DECLS
