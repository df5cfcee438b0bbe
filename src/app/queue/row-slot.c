/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/row-slot.h"
#include "app/labels.h"
#include "app/list-item-name.h"

/* At a time: what a frame has room for beside its own work. */
#define ROWS_AT_ONCE 4

/* Before any row has said how high it is. */
#define USUAL_HEIGHT 60

struct _GengaRowSlot
{
  GtkWidget parent_instance;

  GengaRowSlotMakeFunc make;
  GWeakRef user_data;
  GengaJob *job;
  GtkWidget *row; /* NULL: it was not needed yet */
  GList link;     /* in `waiting`, while its row does not have the job */
  gboolean is_waiting;
};

G_DEFINE_FINAL_TYPE (GengaRowSlot, genga_row_slot, GTK_TYPE_WIDGET)

static GQueue waiting = G_QUEUE_INIT; /* of slots, borrowed */
static guint filling;                 /* the idle source, or 0 */
static int last_height = USUAL_HEIGHT;

static void
leave_queue (GengaRowSlot *self)
{
  if (self->is_waiting)
    g_queue_unlink (&waiting, &self->link);
  self->is_waiting = FALSE;
}

static void
fill (GengaRowSlot *self)
{
  leave_queue (self);
  if (self->row == NULL)
    {
      g_autoptr (GObject) user_data = g_weak_ref_get (&self->user_data);

      if (user_data == NULL)
        return;
      self->row = self->make (user_data);
      gtk_widget_set_parent (self->row, GTK_WIDGET (self));
    }
  genga_queue_row_set_job (GENGA_QUEUE_ROW (self->row), self->job);
  gtk_widget_set_child_visible (self->row, TRUE);
}

static gboolean
on_idle (gpointer unused)
{
  for (guint i = 0; i < ROWS_AT_ONCE && !g_queue_is_empty (&waiting); i++)
    fill (g_queue_peek_head (&waiting));
  if (!g_queue_is_empty (&waiting))
    return G_SOURCE_CONTINUE;
  filling = 0;
  return G_SOURCE_REMOVE;
}

static void
join_queue (GengaRowSlot *self)
{
  if (self->is_waiting)
    return;
  self->is_waiting = TRUE;
  g_queue_push_tail_link (&waiting, &self->link);
  if (filling == 0)
    filling = g_idle_add (on_idle, NULL);
}

/* For who reads the list before the row is there. */
static void
set_name (GengaRowSlot *self)
{
  g_autofree char *name = g_filename_display_basename (genga_job_get_source (self->job));
  g_autofree char *state = genga_label_dup_state (self->job);
  g_autofree char *label = g_strdup_printf ("%s, %s", name, state);

  genga_list_item_name_set (GTK_WIDGET (self), label);
}

void
genga_row_slot_set_job (GengaRowSlot *self, GengaJob *job, gboolean is_seen)
{
  if (!g_set_object (&self->job, job))
    return;
  if (job == NULL)
    {
      leave_queue (self);
      if (self->row != NULL)
        genga_queue_row_set_job (GENGA_QUEUE_ROW (self->row), NULL);
      return;
    }
  if (is_seen)
    {
      fill (self);
      return;
    }
  set_name (self);
  if (self->row != NULL)
    {
      /* What it shows is another job's, and nobody is to press its buttons. */
      gtk_widget_set_child_visible (self->row, FALSE);
      genga_queue_row_set_job (GENGA_QUEUE_ROW (self->row), NULL);
    }
  join_queue (self);
}

GtkWidget *
genga_row_slot_get_row (GengaRowSlot *self)
{
  if (self->job == NULL)
    return NULL;
  if (self->is_waiting)
    fill (self);
  return self->row;
}

static GtkSizeRequestMode
genga_row_slot_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
genga_row_slot_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  GengaRowSlot *self = GENGA_ROW_SLOT (widget);

  if (self->row != NULL)
    gtk_widget_measure (self->row, orientation, for_size, minimum, natural, NULL, NULL);
  else
    *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? last_height : 0;
}

static void
genga_row_slot_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GengaRowSlot *self = GENGA_ROW_SLOT (widget);

  if (self->row == NULL)
    return;
  last_height = height;
  gtk_widget_allocate (self->row, width, height, baseline, NULL);
}

static void
genga_row_slot_dispose (GObject *object)
{
  GengaRowSlot *self = GENGA_ROW_SLOT (object);

  leave_queue (self);
  g_clear_pointer (&self->row, gtk_widget_unparent);
  g_clear_object (&self->job);

  G_OBJECT_CLASS (genga_row_slot_parent_class)->dispose (object);
}

static void
genga_row_slot_finalize (GObject *object)
{
  g_weak_ref_clear (&GENGA_ROW_SLOT (object)->user_data);

  G_OBJECT_CLASS (genga_row_slot_parent_class)->finalize (object);
}

static void
genga_row_slot_class_init (GengaRowSlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_row_slot_dispose;
  G_OBJECT_CLASS (klass)->finalize = genga_row_slot_finalize;
  widget_class->get_request_mode = genga_row_slot_get_request_mode;
  widget_class->measure = genga_row_slot_measure;
  widget_class->size_allocate = genga_row_slot_size_allocate;
}

static void
genga_row_slot_init (GengaRowSlot *self)
{
  self->link.data = self;
  g_weak_ref_init (&self->user_data, NULL);
}

GtkWidget *
genga_row_slot_new (GengaRowSlotMakeFunc make, GObject *user_data)
{
  GengaRowSlot *self = g_object_new (GENGA_TYPE_ROW_SLOT, NULL);

  self->make = make;
  g_weak_ref_set (&self->user_data, user_data);
  return GTK_WIDGET (self);
}
