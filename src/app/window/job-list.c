/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/job-list.h"
#include "app/queue/interrupted-question.h"
#include "app/queue/row-slot.h"
#include "app/window/job-removal.h"

/* Above and below those that are seen, and where nobody knows how many that are. */
#define MARGIN_ROWS 3
#define MOST_SEEN 30

struct _GengaJobList
{
  GObject parent_instance;

  GtkWidget *view; /* NULL once it has gone */
  GengaJobQueue *queue;
  GengaOptions *options;
  AdwToastOverlay *toasts;
  GtkSelectionModel *selection;
  GtkBitset *selected;    /* what was selected last */
  GengaJob *current;      /* the one of them that is looked at; NULL: the list is empty */
  guint current_position; /* where it was last */
  gboolean is_changing;   /* the selection, by the list itself */
  GSimpleAction *upscale_again;
  GSimpleAction *remove_selected;
  GSimpleAction *move_up;
  GSimpleAction *move_down;
};

G_DEFINE_FINAL_TYPE (GengaJobList, genga_job_list, G_TYPE_OBJECT)

enum
{
  PROP_CURRENT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWindow *
get_window (GengaJobList *self)
{
  return GTK_WINDOW (gtk_widget_get_root (self->view));
}

static void
start (GengaJobList *self)
{
  gtk_widget_activate_action (self->view, "win.start", NULL);
}

/* What was answered about a file that existed already is no wish for the next time. */
static GengaOptions *
dup_options (GengaJob *job, GengaOptions *common)
{
  GengaOptions *own;

  if (!genga_job_has_own_options (job))
    return g_object_ref (common);
  own = genga_options_copy (genga_job_get_options (job));
  genga_options_take_over (own, GENGA_OPTION_EXISTING, common);
  return own;
}

static void
try_again (GengaJobList *self, GPtrArray *jobs)
{
  g_autoptr (GengaOptions) common = genga_options_copy (self->options);
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func (g_object_unref);

  genga_options_freeze (common);
  for (guint i = 0; i < jobs->len; i++)
    g_ptr_array_add (options, dup_options (jobs->pdata[i], common));
  genga_job_queue_retry_many (self->queue, jobs, options);
  start (self);
}

static void
on_retry (GengaQueueRow *row, GengaJobList *self)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  g_ptr_array_add (jobs, genga_queue_row_get_job (row));
  try_again (self, jobs);
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

/* ---- what is selected ---- */

/* The model's own set changes with it. */
static GtkBitset *
copy_selection (GengaJobList *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);

  return gtk_bitset_copy (selected);
}

GPtrArray *
genga_job_list_dup_selected (GengaJobList *self)
{
  g_autoptr (GtkBitset) positions = copy_selection (self);
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  GtkBitsetIter iter;
  guint position;

  if (gtk_bitset_iter_init_first (&iter, positions, &position))
    do
      g_ptr_array_add (jobs, g_list_model_get_item (G_LIST_MODEL (self->queue), position));
    while (gtk_bitset_iter_next (&iter, &position));
  return jobs;
}

/* What is looked at stays, as long as it is selected with others. */
static guint
find_current (GengaJobList *self, GtkBitset *selected)
{
  int position = self->current != NULL ? find_position (self, self->current) : -1;

  if (gtk_bitset_is_empty (selected))
    return GTK_INVALID_LIST_POSITION;
  return position >= 0 && gtk_bitset_contains (selected, position)
             ? (guint)position
             : gtk_bitset_get_minimum (selected);
}

static void
select_only (GengaJobList *self, guint position)
{
  self->is_changing = TRUE;
  gtk_selection_model_select_item (self->selection, position, TRUE);
  self->is_changing = FALSE;
}

/* Where nothing is selected, what is looked at is, or what has come to its place. */
static void
update_current (GengaJobList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  g_autoptr (GengaJob) current = NULL;

  g_clear_pointer (&self->selected, gtk_bitset_unref);
  self->selected = copy_selection (self);
  if (n > 0 && gtk_bitset_is_empty (self->selected))
    {
      int position = self->current != NULL ? find_position (self, self->current) : -1;

      select_only (self, position >= 0 ? (guint)position : MIN (self->current_position, n - 1));
      gtk_bitset_unref (self->selected);
      self->selected = copy_selection (self);
    }
  if (n > 0)
    self->current_position = find_current (self, self->selected);
  current = g_list_model_get_item (G_LIST_MODEL (self->queue), self->current_position);
  if (g_set_object (&self->current, current))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT]);
}

static void
on_selection_changed (GengaJobList *self)
{
  if (!self->is_changing)
    update_current (self);
}

void
genga_job_list_select (GengaJobList *self, guint position)
{
  select_only (self, position);
  g_clear_object (&self->current); /* whichever it was, it is another one now */
  update_current (self);
}

static void update_actions (GengaJobList *self);

/* A job that has taken another's place is selected as that was. */
static void
on_items_changed (
    GListModel *selection, guint position, guint n_removed, guint n_added, GengaJobList *self)
{
  self->is_changing = TRUE;
  for (guint i = position; n_removed == n_added && i < position + n_added; i++)
    if (gtk_bitset_contains (self->selected, i))
      gtk_selection_model_select_item (self->selection, i, FALSE);
  self->is_changing = FALSE;
  update_current (self);
  update_actions (self);
}

/* ---- what is done to it ---- */

/* Thousands of pictures are not looked for one by one. */
static gboolean
may_be_unfinished (GengaJob *job)
{
  gboolean is_video;

  return !genga_job_get_is_video (job, &is_video) || is_video;
}

static void
ask_about_finished (GengaJobList *self, GPtrArray *jobs)
{
  g_autoptr (GPtrArray) videos = g_ptr_array_new ();

  for (guint i = 0; i < jobs->len; i++)
    if (may_be_unfinished (jobs->pdata[i]))
      g_ptr_array_add (videos, jobs->pdata[i]);
  genga_interrupted_question_ask (get_window (self), self->queue, videos);
}

static void
on_remove (GengaQueueRow *row, GengaJobList *self)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (jobs, g_object_ref (genga_queue_row_get_job (row)));
  genga_job_removal_remove (self->queue, jobs, self->toasts);
  ask_about_finished (self, jobs);
}

static void
on_remove_selected (GengaJobList *self)
{
  g_autoptr (GPtrArray) jobs = genga_job_list_dup_selected (self);

  genga_job_removal_remove (self->queue, jobs, self->toasts);
  ask_about_finished (self, jobs);
}

static void
on_upscale_again (GengaJobList *self)
{
  g_autoptr (GPtrArray) jobs = genga_job_list_dup_selected (self);

  try_again (self, jobs);
}

/* The menu of a row is about all that is selected, if the row is. */
static void
on_menu (GengaQueueRow *row, GengaJobList *self)
{
  int position = find_position (self, genga_queue_row_get_job (row));

  if (position >= 0 && !gtk_selection_model_is_selected (self->selection, position))
    genga_job_list_select (self, position);
}

static void add_drags (GengaJobList *self, GtkWidget *row);

static void
on_wanted (GengaQueueRow *row, const char *action, GengaJobList *self)
{
  int position = find_position (self, genga_queue_row_get_job (row));

  if (position < 0)
    return;
  genga_job_list_select (self, position);
  gtk_widget_activate_action (self->view, action, NULL);
}

static GtkWidget *
make_row (gpointer user_data)
{
  GengaJobList *self = user_data;
  GtkWidget *row = genga_queue_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (on_retry), self, 0);
  g_signal_connect_object (row, "remove", G_CALLBACK (on_remove), self, 0);
  g_signal_connect_object (row, "wanted", G_CALLBACK (on_wanted), self, 0);
  g_signal_connect_object (row, "menu", G_CALLBACK (on_menu), self, 0);
  add_drags (self, row);
  return row;
}

static void
on_row_setup (GtkListItemFactory *factory, GtkListItem *list_item, GengaJobList *self)
{
  gtk_list_item_set_child (list_item, genga_row_slot_new (make_row, G_OBJECT (self)));
}

/* Where the list is scrolled to; its rows are about of one height. */
static gboolean
is_seen (GengaJobList *self, guint position)
{
  GtkAdjustment *place = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  double upper = gtk_adjustment_get_upper (place);
  double first = upper > 0 ? gtk_adjustment_get_value (place) / upper * n : 0;
  double page = upper > 0 ? gtk_adjustment_get_page_size (place) / upper * n : 0;

  return position + MARGIN_ROWS >= first && position <= first + MIN (page, MOST_SEEN) + MARGIN_ROWS;
}

static void
on_row_bind (GtkListItemFactory *factory, GtkListItem *list_item, GengaJobList *self)
{
  genga_row_slot_set_job (GENGA_ROW_SLOT (gtk_list_item_get_child (list_item)),
                          gtk_list_item_get_item (list_item),
                          is_seen (self, gtk_list_item_get_position (list_item)));
}

static void
on_row_unbind (GtkListItemFactory *factory, GtkListItem *list_item)
{
  genga_row_slot_set_job (GENGA_ROW_SLOT (gtk_list_item_get_child (list_item)), NULL, FALSE);
}

/* The row that has the focus; in a list view that is its parent's. */
static GtkWidget *
get_focused_row (GtkWidget *view)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (view));
  GtkWidget *child = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (child != NULL && GENGA_IS_ROW_SLOT (child))
    return genga_row_slot_get_row (GENGA_ROW_SLOT (child));
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
scroll_to (GengaJobList *self, guint position)
{
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", position);
}

/* Gives the rows from `first` on this order; what was selected is, wherever it is now. */
static void
reorder (GengaJobList *self, guint first, GPtrArray *jobs, GtkBitset *selected)
{
  g_autoptr (GengaJob) current = g_object_ref (self->current);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->queue));
  g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, n);

  self->is_changing = TRUE;
  genga_job_queue_reorder (self->queue, first, jobs);
  gtk_selection_model_set_selection (self->selection, selected, all);
  self->is_changing = FALSE;
  g_set_object (&self->current, current);
  update_current (self);
  scroll_to (self, self->current_position);
}

/* All of them by one place, unless the first of them is there already. */
static void
move_selected (GengaJobList *self, int step)
{
  GListModel *model = G_LIST_MODEL (self->queue);
  g_autoptr (GtkBitset) positions = copy_selection (self);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (model);
  guint first, end;

  if (gtk_bitset_is_empty (positions) || gtk_bitset_contains (positions, step < 0 ? 0 : n - 1))
    return;
  first = gtk_bitset_get_minimum (positions) - (step < 0);
  end = gtk_bitset_get_maximum (positions) + 1 + (step > 0);
  for (guint i = first; i < end; i++)
    g_ptr_array_add (jobs, g_list_model_get_item (model, i));
  for (guint i = 0; i + 1 < jobs->len; i++)
    {
      /* The one that makes room passes by. */
      guint at = step < 0 ? i + 1 : jobs->len - 2 - i;
      gpointer passed = jobs->pdata[at + step];

      if (!gtk_bitset_contains (positions, first + at))
        continue;
      jobs->pdata[at + step] = jobs->pdata[at];
      jobs->pdata[at] = passed;
    }
  if (step < 0)
    gtk_bitset_shift_left (positions, 1);
  else
    gtk_bitset_shift_right (positions, 1);
  reorder (self, first, jobs, positions);
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

/* The rows that move with one: all that are selected, if it is. */
static GtkBitset *
find_moved (GengaJobList *self, guint position)
{
  g_autoptr (GtkBitset) selected = copy_selection (self);

  return gtk_bitset_contains (selected, position) ? g_steal_pointer (&selected)
                                                  : gtk_bitset_new_range (position, 1);
}

static gpointer
ref_job (gconstpointer job, gpointer unused)
{
  return g_object_ref ((gpointer)job);
}

/* Puts rows together where `target` is: behind it where they come from above. */
static void
move_to (GengaJobList *self, GtkBitset *moved, guint target, gboolean comes_from_above)
{
  GListModel *model = G_LIST_MODEL (self->queue);
  guint first = MIN (gtk_bitset_get_minimum (moved), target);
  guint end = MAX (gtk_bitset_get_maximum (moved), target) + 1;
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) behind = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = NULL;

  for (guint i = first; i < end; i++)
    {
      gboolean is_before = i < target || (i == target && comes_from_above);
      GPtrArray *part = gtk_bitset_contains (moved, i) ? rows : is_before ? before : behind;

      g_ptr_array_add (part, g_list_model_get_item (model, i));
    }
  selected = gtk_bitset_new_range (first + before->len, rows->len);
  g_ptr_array_extend (before, rows, ref_job, NULL);
  g_ptr_array_extend (before, behind, ref_job, NULL);
  reorder (self, first, before, selected);
}

/* Dropped on a row, what is dragged takes its place. */
static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GengaJobList *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  int position = find_position (self, genga_queue_row_get_job (GENGA_QUEUE_ROW (row)));
  int from = find_position (self, g_value_get_object (value));
  g_autoptr (GtkBitset) moved = NULL;

  if (position < 0 || from < 0)
    return FALSE;
  moved = find_moved (self, from);
  if (gtk_bitset_contains (moved, position))
    return FALSE;
  move_to (self, moved, position, from < position);
  return TRUE;
}

/* The results of what is dragged, for other programs. */
static GSList *
list_results (GengaJobList *self, GtkBitset *dragged)
{
  GSList *files = NULL;
  GtkBitsetIter iter;
  guint position;

  if (gtk_bitset_iter_init_last (&iter, dragged, &position))
    do
      {
        g_autoptr (GengaJob) job = g_list_model_get_item (G_LIST_MODEL (self->queue), position);
        const char *target = genga_job_get_target (job);

        if (genga_job_get_state (job) == GENGA_JOB_DONE && target != NULL)
          files = g_slist_prepend (files, g_file_new_for_path (target));
      }
    while (gtk_bitset_iter_previous (&iter, &position));
  return files;
}

/* For the list the row itself. */
static GdkContentProvider *
on_drag_prepare (GtkDragSource *source, double x, double y, GengaJobList *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  GengaJob *job = genga_queue_row_get_job (GENGA_QUEUE_ROW (row));
  int position = find_position (self, job);
  GdkContentProvider *parts[2] = { NULL };
  g_autoptr (GtkBitset) dragged = NULL;
  GdkFileList *list;
  GSList *files;

  if (position < 0)
    return NULL;
  parts[0] = gdk_content_provider_new_typed (GENGA_TYPE_JOB, job);
  dragged = find_moved (self, position);
  files = list_results (self, dragged);
  if (files == NULL)
    return parts[0];
  list = gdk_file_list_new_from_list (files);
  parts[1] = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free_full (files, g_object_unref);
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
  g_signal_connect_object (source, "prepare", G_CALLBACK (on_drag_prepare), self, 0);
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

  g_simple_action_set_enabled (self->upscale_again, n > 0);
  g_simple_action_set_enabled (self->remove_selected, n > 0);
  g_simple_action_set_enabled (self->move_up, n > 1);
  g_simple_action_set_enabled (self->move_down, n > 1);
}

/* Where the user looks elsewhere in the list, it stays. */
static void
on_job_started (GengaJobList *self, GengaJob *job)
{
  int position = find_position (self, job);
  gboolean is_used = gtk_widget_get_focus_child (self->view) != NULL ||
                     (gtk_widget_get_state_flags (self->view) & GTK_STATE_FLAG_PRELIGHT) != 0;

  if (position >= 0 && !is_used)
    scroll_to (self, position);
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
  self->upscale_again = add_action (self, actions, "upscale-again", on_upscale_again);
  self->remove_selected = add_action (self, actions, "remove-selected", on_remove_selected);
  self->move_up = add_action (self, actions, "move-up", on_move_up);
  self->move_down = add_action (self, actions, "move-down", on_move_down);
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
  g_clear_object (&self->toasts);
  g_clear_object (&self->current);
  g_clear_pointer (&self->selected, gtk_bitset_unref);
  g_clear_object (&self->upscale_again);
  g_clear_object (&self->remove_selected);
  g_clear_object (&self->move_up);
  g_clear_object (&self->move_down);

  G_OBJECT_CLASS (genga_job_list_parent_class)->dispose (object);
}

static void
genga_job_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, GENGA_JOB_LIST (object)->current);
}

static void
genga_job_list_class_init (GengaJobListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = genga_job_list_dispose;
  object_class->get_property = genga_job_list_get_property;
  properties[PROP_CURRENT] = g_param_spec_object ("current", NULL, NULL, GENGA_TYPE_JOB,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_job_list_init (GengaJobList *self)
{
}

static void
add_rows (GengaJobList *self, GtkListView *view)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_row_setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_row_bind), self, 0);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_row_unbind), NULL);
  gtk_list_view_set_model (view, self->selection);
  gtk_list_view_set_factory (view, factory);
  g_signal_connect (view, "activate", G_CALLBACK (on_activate), NULL);
}

GengaJobList *
genga_job_list_new (GtkListView *view,
                    GengaJobQueue *queue,
                    GengaOptions *options,
                    AdwToastOverlay *toasts,
                    GActionMap *actions)
{
  GengaJobList *self = g_object_new (GENGA_TYPE_JOB_LIST, NULL);

  g_set_weak_pointer (&self->view, GTK_WIDGET (view));
  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->toasts = g_object_ref (toasts);
  self->selection =
      GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (queue))));
  self->selected = gtk_bitset_new_empty ();
  add_rows (self, view);
  add_keys (self->view);
  add_actions (self, actions);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selection_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_items_changed), self,
                           0);
  g_signal_connect_object (queue, "job-started", G_CALLBACK (on_job_started), self,
                           G_CONNECT_SWAPPED);
  update_current (self);
  return self;
}

GengaJob *
genga_job_list_get_current (GengaJobList *self)
{
  return self->current;
}
