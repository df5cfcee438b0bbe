/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/candidates/pane-grid.h"

#define SPACING 6

struct _GengaPaneGrid
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (GengaPaneGrid, genga_pane_grid, GTK_TYPE_WIDGET)

/* The largest of the children's sizes, of which there is at least room for one. */
static int
measure_children (GtkWidget *self, GtkOrientation orientation, int *natural, int *n)
{
  int minimum = 0;

  *natural = *n = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (self); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
      minimum = MAX (minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
      *n += 1;
    }
  *n = MAX (1, *n);
  return minimum;
}

static int
get_part (int whole, int n)
{
  return (whole - (n - 1) * SPACING) / n;
}

static int
get_n_rows (int n, int n_columns)
{
  return (n + n_columns - 1) / n_columns;
}

static int
count_columns (GtkWidget *self, int width)
{
  int natural, n;
  int minimum = measure_children (self, GTK_ORIENTATION_HORIZONTAL, &natural, &n);

  return CLAMP ((width + SPACING) / MAX (1, minimum + SPACING), 1, n);
}

/* Of those that fit, the number of columns with the largest squares. */
static int
choose_columns (GtkWidget *self, int width, int height)
{
  int most = count_columns (self, width);
  int natural, n, best = most, best_side = 0;
  int minimum = measure_children (self, GTK_ORIENTATION_VERTICAL, &natural, &n);

  for (int columns = most; columns > 0; columns--)
    {
      int high = get_part (height, get_n_rows (n, columns));
      int side = MIN (get_part (width, columns), high);

      if (high >= minimum && side > best_side)
        {
          best = columns;
          best_side = side;
        }
    }
  return best;
}

static GtkSizeRequestMode
genga_pane_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
genga_pane_grid_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  int child_natural, n, rows;
  int child_minimum = measure_children (widget, orientation, &child_natural, &n);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = child_minimum;
      *natural = 2 * child_natural + SPACING;
      return;
    }
  rows = get_n_rows (n, for_size < 0 ? n : count_columns (widget, for_size));
  *minimum = MAX (0, rows * (child_minimum + SPACING) - SPACING);
  *natural = MAX (0, rows * (child_natural + SPACING) - SPACING);
}

static void
genga_pane_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int natural, n, place = 0;
  int minimum = measure_children (widget, GTK_ORIENTATION_VERTICAL, &natural, &n);
  int columns = choose_columns (widget, width, height);
  int wide = get_part (width, columns);
  int high = MAX (minimum, get_part (height, get_n_rows (n, columns)));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child), place++)
    {
      int column = is_rtl ? columns - 1 - place % columns : place % columns;

      gtk_widget_size_allocate (child,
                                &(GtkAllocation){ column * (wide + SPACING),
                                                  place / columns * (high + SPACING), wide, high },
                                -1);
    }
}

static void
genga_pane_grid_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (genga_pane_grid_parent_class)->dispose (object);
}

static void
genga_pane_grid_class_init (GengaPaneGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_pane_grid_dispose;
  widget_class->get_request_mode = genga_pane_grid_get_request_mode;
  widget_class->measure = genga_pane_grid_measure;
  widget_class->size_allocate = genga_pane_grid_size_allocate;
}

static void
genga_pane_grid_init (GengaPaneGrid *self)
{
}

void
genga_pane_grid_append (GengaPaneGrid *self, GtkWidget *child)
{
  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}
