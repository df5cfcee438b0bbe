/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/job-list.h"
#include "app/queue/interrupted-question.h"
#include "app/queue/queue-row.h"

struct _GengaJobList
{
  GObject parent_instance;

  GtkWidget *view; /* NULL once it has gone */
  GengaJobQueue *queue;
  GengaOptions *options;
  GtkSingleSelection *selection;
  GSimpleAction *remove_selected;
  GSimpleAction *move_up;
  GSimpleAction *move_down;
};

G_DEFINE_FINAL_TYPE (GengaJobList, genga_job_list, G_TYPE_OBJECT)

static GtkWindow *
get_window (GengaJobList *self)
{
  return GTK_WINDOW (gtk_widget_get_root (self->view));
}

static void
on_retry (GengaQueueRow *row, GengaJobList *self)
{
  genga_job_queue_retry (self->queue, genga_queue_row_get_job (row), self->options);
  gtk_widget_activate_action (self->view, "win.start", NULL);
}

static gboolean
has_source (GengaJobList *self, const char *source)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (g_str_equal (genga_job_get_source (job), source))
        return TRUE;
    }
  return FALSE;
}

/* Where the queue has a job, or -1. */
static int
find_position (GengaJobList *self, GengaJob *wanted)
{
  GListModel *jobs = G_LIST_MODEL (self->queue);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (jobs, i);

      if (job == wanted)
        return i;
    }
  return -1;
}

/* What is finished of a video may be that of another row with the same source. */
static void
remove_job (GengaJobList *self, GengaJob *removed)
{
  g_autoptr (GengaJob) job = g_object_ref (removed);

  genga_job_queue_remove (self->queue, job);
  if (!has_source (self, genga_job_get_source (job)))
    genga_interrupted_question_ask (get_window (self), job);
}

static void
on_remove (GengaQueueRow *row, GengaJobList *self)
{
  remove_job (self, genga_queue_row_get_job (row));
}

static void
on_remove_selected (GengaJobList *self)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);

  if (job != NULL)
    remove_job (self, job);
}

static void add_drags (GengaJobList *self, GtkWidget *row);

static void
on_wanted (GengaQueueRow *row, const char *action, GengaJobList *self)
{
  int position = find_position (self, genga_queue_row_get_job (row));

  if (position < 0)
    return;
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (self->view, action, NULL);
}

static void
on_row_setup (GtkListItemFactory *factory, GtkListItem *list_item, GengaJobList *self)
{
  GtkWidget *row = genga_queue_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (on_retry), self, 0);
  g_signal_connect_object (row, "remove", G_CALLBACK (on_remove), self, 0);
  g_signal_connect_object (row, "wanted", G_CALLBACK (on_wanted), self, 0);
  add_drags (self, row);
  gtk_list_item_set_child (list_item, row);
}

static void
on_row_bind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  genga_queue_row_set_job (GENGA_QUEUE_ROW (gtk_list_item_get_child (list_item)),
                           gtk_list_item_get_item (list_item));
}

static void
on_row_unbind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  genga_queue_row_set_job (GENGA_QUEUE_ROW (gtk_list_item_get_child (list_item)), NULL);
}

/* The row that has the focus; in a list view that is its parent's. */
static GtkWidget *
get_focused_row (GtkWidget *view)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (view));
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (child != NULL && GENGA_IS_QUEUE_ROW (child))
    return child;
  return focus != NULL ? gtk_widget_get_ancestor (focus, GENGA_TYPE_QUEUE_ROW) : NULL;
}

static gboolean
on_menu_key (GtkWidget *view, GVariant *arguments, gpointer user_data)
{
  GtkWidget *row = get_focused_row (view);

  return row != NULL && gtk_widget_activate_action (row, "job.show-menu", NULL);
}

/* The best that can be done with a row: its result, else what is known of it. */
static void
on_activate (GtkListView *view, guint position)
{
  GtkWidget *row = get_focused_row (GTK_WIDGET (view));

  if (row != NULL && !gtk_widget_activate_action (row, "job.open", NULL))
    gtk_widget_activate_action (row, "job.show-log", NULL);
}

/* ---- the order ---- */

static void
move (GengaJobList *self, GengaJob *job, int position)
{
  int n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  if (position < 0 || position >= n)
    return;
  genga_job_queue_move (self->queue, job, position);
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", (guint)position);
}

static void
move_selected (GengaJobList *self, int steps)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);

  if (job != NULL)
    move (self, job, (int)gtk_single_selection_get_selected (self->selection) + steps);
}

static void
on_move_up (GengaJobList *self)
{
  move_selected (self, -1);
}

static void
on_move_down (GengaJobList *self)
{
  move_selected (self, 1);
}

/* Dropped on a row, a row takes its place. */
static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GengaJobList *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  GengaJob *job = g_value_get_object (value);
  int position = find_position (self, genga_queue_row_get_job (GENGA_QUEUE_ROW (row)));

  if (position < 0 || find_position (self, job) < 0)
    return FALSE;
  move (self, job, position);
  return TRUE;
}

/* For the list the row itself, for other programs the file of its result, where there is one. */
static GdkContentProvider *
on_drag_prepare (GtkDragSource *source, double x, double y, GengaQueueRow *row)
{
  GengaJob *job = genga_queue_row_get_job (row);
  GdkContentProvider *parts[2] = { NULL };
  gboolean is_done = job != NULL && genga_job_get_state (job) == GENGA_JOB_DONE;

  if (job == NULL)
    return NULL;
  parts[0] = gdk_content_provider_new_typed (GENGA_TYPE_JOB, job);
  if (!is_done || genga_job_get_target (job) == NULL)
    return parts[0];
  g_autoptr (GFile) file = g_file_new_for_path (genga_job_get_target (job));
  parts[1] = gdk_content_provider_new_typed (G_TYPE_FILE, file);
  return gdk_content_provider_new_union (parts, 2);
}

static void
on_drag_begin (GtkDragSource *source, GdkDrag *drag, GtkWidget *row)
{
  g_autoptr (GdkPaintable) icon = gtk_widget_paintable_new (row);

  gtk_drag_source_set_icon (source, icon, 0, 0);
}

static void
add_drags (GengaJobList *self, GtkWidget *row)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (GENGA_TYPE_JOB, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (on_drag_prepare), row);
  g_signal_connect (source, "drag-begin", G_CALLBACK (on_drag_begin), row);
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), self, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
}

static void
add_keys (GtkWidget *view)
{
  const char *const moves[][2] = {
    { "<alt>Up|<alt>KP_Up", "win.move-up" },
    { "<alt>Down|<alt>KP_Down", "win.move-down" },
  };
  GtkEventController *keys = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (keys),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (moves[i][0]),
                          gtk_named_action_new (moves[i][1])));

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Delete|KP_Delete"),
                        gtk_named_action_new ("win.remove-selected")));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<shift>F10"),
                        gtk_callback_action_new (on_menu_key, NULL, NULL)));
  gtk_widget_add_controller (view, keys);
}

static void
update_actions (GengaJobList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  g_simple_action_set_enabled (self->remove_selected, n > 0);
  g_simple_action_set_enabled (self->move_up, n > 1);
  g_simple_action_set_enabled (self->move_down, n > 1);
}

static GSimpleAction *
add_action (GengaJobList *self,
            GActionMap *actions,
            const char *name,
            void (*func) (GengaJobList *self))
{
  GSimpleAction *action = g_simple_action_new (name, NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (func), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (actions, G_ACTION (action));
  return action;
}

static void
add_actions (GengaJobList *self, GActionMap *actions)
{
  self->remove_selected = add_action (self, actions, "remove-selected", on_remove_selected);
  self->move_up = add_action (self, actions, "move-up", on_move_up);
  self->move_down = add_action (self, actions, "move-down", on_move_down);
  g_signal_connect_object (self->queue, "items-changed", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  update_actions (self);
}

static void
genga_job_list_dispose (GObject *object)
{
  GengaJobList *self = GENGA_JOB_LIST (object);

  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->selection);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_object (&self->remove_selected);
  g_clear_object (&self->move_up);
  g_clear_object (&self->move_down);

  G_OBJECT_CLASS (genga_job_list_parent_class)->dispose (object);
}

static void
genga_job_list_class_init (GengaJobListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_job_list_dispose;
}

static void
genga_job_list_init (GengaJobList *self)
{
}

GengaJobList *
genga_job_list_new (GtkListView *view,
                    GengaJobQueue *queue,
                    GengaOptions *options,
                    GActionMap *actions)
{
  GengaJobList *self = g_object_new (GENGA_TYPE_JOB_LIST, NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_set_weak_pointer (&self->view, GTK_WIDGET (view));
  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (queue)));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_row_setup), self, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_row_unbind), NULL);
  gtk_list_view_set_model (view, GTK_SELECTION_MODEL (self->selection));
  gtk_list_view_set_factory (view, factory);
  g_signal_connect (view, "activate", G_CALLBACK (on_activate), NULL);
  add_keys (self->view);
  add_actions (self, actions);
  return self;
}

GtkSingleSelection *
genga_job_list_get_selection (GengaJobList *self)
{
  return self->selection;
}
