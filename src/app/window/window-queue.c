/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/interrupted-question.h"
#include "app/queue/queue-row.h"
#include "app/window/window-private.h"

static void
on_retry (GengaQueueRow *row, GengaWindow *self)
{
  genga_job_queue_retry (self->queue, genga_queue_row_get_job (row), self->options);
  g_action_group_activate_action (G_ACTION_GROUP (self), "start", NULL);
}

static gboolean
has_source (GengaWindow *self, const char *source)
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

/* What is finished of a video may be that of another row with the same source. */
static void
remove_job (GengaWindow *self, GengaJob *removed)
{
  g_autoptr (GengaJob) job = g_object_ref (removed);

  genga_job_queue_remove (self->queue, job);
  if (!has_source (self, genga_job_get_source (job)))
    genga_interrupted_question_ask (GTK_WINDOW (self), job);
}

static void
on_remove (GengaQueueRow *row, GengaWindow *self)
{
  remove_job (self, genga_queue_row_get_job (row));
}

static void
on_row_setup (GtkListItemFactory *factory, GtkListItem *list_item, GengaWindow *self)
{
  GtkWidget *row = genga_queue_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (on_retry), self, 0);
  g_signal_connect_object (row, "remove", G_CALLBACK (on_remove), self, 0);
  gtk_list_item_set_child (list_item, row);
}

static void
on_row_bind (GtkListItemFactory *factory, GtkListItem *list_item, GengaWindow *self)
{
  genga_queue_row_set_job (GENGA_QUEUE_ROW (gtk_list_item_get_child (list_item)),
                           gtk_list_item_get_item (list_item));
}

static void
on_row_unbind (GtkListItemFactory *factory, GtkListItem *list_item, GengaWindow *self)
{
  genga_queue_row_set_job (GENGA_QUEUE_ROW (gtk_list_item_get_child (list_item)), NULL);
}

/* The row that has the focus; in a list view that is its parent's. */
static GtkWidget *
get_focused_row (GengaWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (child != NULL && GENGA_IS_QUEUE_ROW (child))
    return child;
  return focus != NULL ? gtk_widget_get_ancestor (focus, GENGA_TYPE_QUEUE_ROW) : NULL;
}

static gboolean
on_menu_key (GtkWidget *list, GVariant *arguments, gpointer user_data)
{
  GtkWidget *row = get_focused_row (user_data);

  return row != NULL && gtk_widget_activate_action (row, "job.show-menu", NULL);
}

/* The best that can be done with a row: its result, else what is known of it. */
static void
on_activate (GtkListView *list, guint position, GengaWindow *self)
{
  GtkWidget *row = get_focused_row (self);

  if (row != NULL && !gtk_widget_activate_action (row, "job.open", NULL))
    gtk_widget_activate_action (row, "job.show-log", NULL);
}

static void
add_keys (GengaWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Delete|KP_Delete"),
                        gtk_named_action_new ("win.remove-selected")));
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<shift>F10"),
                        gtk_callback_action_new (on_menu_key, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
}

void
genga_window_set_up_list (GengaWindow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_row_unbind), self);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->queue)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  gtk_list_view_set_factory (self->list, factory);
  g_signal_connect (self->list, "activate", G_CALLBACK (on_activate), self);
  add_keys (self);
  g_settings_bind (self->settings, "queue-beside", self->work, "beside", G_SETTINGS_BIND_DEFAULT);
}

void
genga_window_remove_selected (GengaWindow *self)
{
  GengaJob *job = gtk_single_selection_get_selected_item (self->selection);

  if (job != NULL)
    remove_job (self, job);
}
