/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/queue-row.h"
#include "app/dialogs/file-dialog.h"
#include "app/labels.h"
#include "app/list-item-name.h"
#include "app/dialogs/log-dialog.h"
#include "app/queue/thumbnail-load.h"
#include "job/plan/plan-size.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

struct _GengaQueueRow
{
  GtkWidget parent_instance;

  GengaJob *job;
  GCancellable *loading;
  GengaThumbnailFacts facts; /* of the source; its width is 0 while it is not known */
  char *cost;                /* once it is done */
  char *problem;             /* why the source is no picture and no video */

  GtkWidget *box;
  GtkWidget *buttons;
  GtkPicture *thumbnail;
  GtkLabel *name;
  GtkLabel *sizes;
  GtkLabel *state;
  GtkWidget *badge;
  GtkWidget *progress;
  GtkWidget *icon;
  GtkWidget *log;
  GtkWidget *open;
  GtkWidget *reveal;
  GtkWidget *retry;
  GMenuModel *menu_model;
  GtkWidget *menu; /* NULL until it is asked for */
};

G_DEFINE_FINAL_TYPE (GengaQueueRow, genga_queue_row, GTK_TYPE_WIDGET)

enum
{
  RETRY,
  REMOVE,
  WANTED,
  MENU,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

#define THUMBNAIL_PIXELS 96

/* Where the text would get less than this beside the buttons, they are below it. */
#define COMFORTABLE_WIDTH 210
#define SPACING 6

static void
get_target_size (GengaQueueRow *self, int *width, int *height)
{
  GengaOptions *options = genga_job_get_options (self->job);
  const GengaSourceInfo picture = { .width = self->facts.width, .height = self->facts.height };
  const GengaSourceInfo *info = self->facts.is_video ? &self->facts.video : &picture;
  int scale = genga_plan_size_get_scale (options, info);
  GengaJobFacts facts;

  genga_job_get_facts (self->job, &facts);
  *width = facts.target_width;
  *height = facts.target_height;
  /* Nobody knows the model's own scale here. */
  if (*width == 0 && scale > 0)
    genga_plan_size_get_result (options, info, scale, width, height);
}

static char *
dup_sizes (GengaQueueRow *self)
{
  g_autofree char *source = genga_label_dup_size (self->facts.width, self->facts.height);
  int width, height;

  get_target_size (self, &width, &height);
  if (width == 0)
    return g_steal_pointer (&source);
  g_autofree char *target = genga_label_dup_size (width, height);
  return g_strdup_printf (_ ("%s to %s"), source, target);
}

/* How large a file the result is, and how long it took. */
static char *
dup_cost (GengaQueueRow *self)
{
  const char *target = genga_job_get_target (self->job);
  double seconds = genga_job_get_seconds (self->job);
  GStatBuf info;

  if (genga_job_get_state (self->job) != GENGA_JOB_DONE || seconds <= 0)
    return NULL;
  g_autofree char *duration = genga_label_dup_elapsed (seconds);
  if (target == NULL || g_stat (target, &info) != 0 || !S_ISREG (info.st_mode))
    return g_steal_pointer (&duration);
  g_autofree char *size = g_format_size (info.st_size);
  /* TRANSLATORS: a file's size ("3.4 MB") and a duration. */
  return g_strdup_printf (_ ("%s in %s"), size, duration);
}

/* Takes the text, which may be NULL, as `more` may be. */
static char *
add_to (char *take_text, const char *more)
{
  g_autofree char *text = take_text;

  if (more == NULL || *more == '\0')
    return g_steal_pointer (&text);
  return text != NULL ? g_strdup_printf (_ ("%s, %s"), text, more) : g_strdup (more);
}

/* The size before and after; of a video also its length, or how far it is; what it has cost. */
static void
update_sizes (GengaQueueRow *self)
{
  gboolean is_running = genga_job_get_state (self->job) == GENGA_JOB_RUNNING;
  g_autofree char *text = self->facts.width > 0 ? dup_sizes (self) : NULL;
  g_autofree char *frames = is_running ? genga_label_dup_frames (self->job) : NULL;

  if (frames == NULL && text != NULL && self->facts.is_video)
    {
      g_autofree char *length = genga_label_dup_length (&self->facts.video);
      text = add_to (text, length);
    }
  if (frames == NULL)
    text = add_to (text, self->cost);
  gtk_label_set_label (self->sizes, frames != NULL ? frames : text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->sizes), frames != NULL || text != NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sizes), text);
}

/* What is wrong with the source of a job that is still to run, such as that it has vanished. */
static const char *
get_problem (GengaQueueRow *self)
{
  GengaJobState state = genga_job_get_state (self->job);

  return state == GENGA_JOB_QUEUED || state == GENGA_JOB_CANCELLED ? self->problem : NULL;
}

static const char *
get_icon_name (GengaQueueRow *self)
{
  GengaJobState state = genga_job_get_state (self->job);

  if (genga_job_is_skipped (self->job))
    return NULL;
  if (state == GENGA_JOB_FAILED || get_problem (self) != NULL)
    return "dialog-error-symbolic";
  if (state == GENGA_JOB_DONE)
    return "object-select-symbolic";
  return NULL;
}

static void
update_buttons (GengaQueueRow *self)
{
  GengaJobState state = genga_job_get_state (self->job);
  gboolean has_ended = state == GENGA_JOB_FAILED || state == GENGA_JOB_CANCELLED;
  gboolean is_done = state == GENGA_JOB_DONE;
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_set_visible (self->retry, has_ended);
  gtk_widget_set_visible (self->log, has_ended || is_done);
  gtk_widget_set_visible (self->open, is_done);
  gtk_widget_set_visible (self->reveal, is_done);
  gtk_widget_action_set_enabled (widget, "job.retry", has_ended);
  gtk_widget_action_set_enabled (widget, "job.try-again", has_ended);
  gtk_widget_action_set_enabled (widget, "job.own-options", state != GENGA_JOB_RUNNING);
  gtk_widget_action_set_enabled (widget, "job.common-options",
                                 state != GENGA_JOB_RUNNING &&
                                     genga_job_has_own_options (self->job));
  gtk_widget_action_set_enabled (widget, "job.upscale-again", is_done);
  gtk_widget_action_set_enabled (widget, "job.show-log", has_ended || is_done);
  gtk_widget_action_set_enabled (widget, "job.reveal", is_done);
  gtk_widget_action_set_enabled (widget, "job.open", is_done);
  gtk_widget_action_set_enabled (widget, "job.save-as", is_done);
  gtk_widget_action_set_enabled (widget, "job.copy-result", is_done);
}

static void
update (GengaQueueRow *self)
{
  GengaJobState state = genga_job_get_state (self->job);
  g_autofree char *state_label = genga_label_dup_state (self->job);
  const char *text = get_problem (self) != NULL ? get_problem (self) : state_label;
  const char *icon_name = get_icon_name (self);
  double fraction;

  g_object_get (self->job, "fraction", &fraction, NULL);
  gtk_label_set_label (self->state, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), text);
  gtk_widget_set_visible (self->progress, state == GENGA_JOB_RUNNING);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), fraction);
  gtk_widget_set_visible (self->icon, icon_name != NULL);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  if (g_strcmp0 (icon_name, "dialog-error-symbolic") == 0)
    gtk_widget_add_css_class (self->icon, "error");
  else
    gtk_widget_remove_css_class (self->icon, "error");
  if (self->cost == NULL)
    self->cost = dup_cost (self);
  update_sizes (self);
  update_buttons (self);

  gboolean has_own = genga_job_has_own_options (self->job);
  gtk_widget_set_visible (self->badge, has_own);
  g_autofree char *label =
      g_strdup_printf ("%s, %s%s%s", gtk_label_get_label (self->name), text, has_own ? ", " : "",
                       has_own ? gtk_label_get_label (GTK_LABEL (self->badge)) : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  genga_list_item_name_set (gtk_widget_get_parent (GTK_WIDGET (self)), label);
}

static void
on_thumbnail (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaQueueRow) self = user_data;
  g_autoptr (GError) error = NULL;
  GengaThumbnailFacts facts;
  g_autoptr (GdkTexture) texture = genga_thumbnail_load_finish (result, &facts, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  self->facts = facts;
  self->problem = error != NULL ? g_strdup (error->message) : NULL;
  gtk_picture_set_paintable (self->thumbnail, GDK_PAINTABLE (texture));
  update (self);
}

GengaJob *
genga_queue_row_get_job (GengaQueueRow *self)
{
  return self->job;
}

void
genga_queue_row_set_job (GengaQueueRow *self, GengaJob *job)
{
  if (self->job == job)
    return;

  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->cost, g_free);
  self->facts = (GengaThumbnailFacts){ 0 };
  g_set_object (&self->job, job);
  if (job == NULL)
    return;

  const char *source = genga_job_get_source (job);
  g_autofree char *name = g_filename_display_basename (source);
  gtk_label_set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), source);
  gtk_picture_set_paintable (self->thumbnail, NULL);
  self->loading = g_cancellable_new ();
  genga_thumbnail_load_async (source, THUMBNAIL_PIXELS, self->loading, on_thumbnail,
                              g_object_ref (self));
  g_signal_connect_swapped (job, "notify", G_CALLBACK (update), self);
  update (self);
}

static void
measure_child (
    GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum, int *natural)
{
  gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

static gboolean
is_stacked (GengaQueueRow *self, int width)
{
  int minimum, natural;

  measure_child (self->buttons, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural);
  return width >= 0 && width < COMFORTABLE_WIDTH + SPACING + natural;
}

static GtkSizeRequestMode
genga_queue_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
genga_queue_row_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  GengaQueueRow *self = GENGA_QUEUE_ROW (widget);
  int box_minimum, box_natural, minimum_2, natural_2, width;

  measure_child (self->buttons, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_2, &width);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_child (self->box, orientation, -1, &box_minimum, &box_natural);
      *minimum = MAX (box_minimum, minimum_2);
      *natural = box_natural + SPACING + width;
      return;
    }

  gboolean stacked = is_stacked (self, for_size);
  int box_width = stacked || for_size < 0 ? for_size : for_size - width - SPACING;
  measure_child (self->box, orientation, box_width, &box_minimum, &box_natural);
  measure_child (self->buttons, orientation, -1, &minimum_2, &natural_2);
  *minimum = stacked ? box_minimum + minimum_2 : MAX (box_minimum, minimum_2);
  *natural = stacked ? box_natural + natural_2 : MAX (box_natural, natural_2);
}

static void
genga_queue_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GengaQueueRow *self = GENGA_QUEUE_ROW (widget);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  gboolean stacked = is_stacked (self, width);
  int minimum, buttons_width, buttons_height;

  measure_child (self->buttons, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &buttons_width);
  measure_child (self->buttons, GTK_ORIENTATION_VERTICAL, -1, &minimum, &buttons_height);
  GtkAllocation buttons = { is_rtl ? 0 : width - buttons_width,
                            stacked ? height - buttons_height : 0, buttons_width,
                            stacked ? buttons_height : height };
  GtkAllocation box = { 0, 0, width, height };
  if (stacked)
    box.height -= buttons_height;
  else
    box.width -= buttons_width + SPACING;
  box.x = is_rtl ? width - box.width : 0;
  gtk_widget_size_allocate (self->box, &box, -1);
  gtk_widget_size_allocate (self->buttons, &buttons, -1);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
emit_retry (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (GENGA_QUEUE_ROW (widget)->job != NULL)
    g_signal_emit (widget, signals[RETRY], 0);
}

static void
emit_remove (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (GENGA_QUEUE_ROW (widget)->job != NULL)
    g_signal_emit (widget, signals[REMOVE], 0);
}

/* "job.copy-result" is the window's "copy-result", of this row. */
static void
emit_wanted (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *action = g_strconcat ("win.", name + strlen ("job."), NULL);

  if (GENGA_QUEUE_ROW (widget)->job != NULL)
    g_signal_emit (widget, signals[WANTED], 0, action);
}

/* The menu is about all that is selected. */
static void
emit_wanted_for_all (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autofree char *action = g_str_equal (name, "job.try-again")
                                ? g_strdup ("win.upscale-again")
                                : g_strconcat ("win.", name + strlen ("job."), NULL);

  gtk_widget_activate_action (widget, action, NULL);
}

static void
open_result (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaJob *job = GENGA_QUEUE_ROW (widget)->job;

  if (job != NULL)
    genga_file_open (GTK_WINDOW (gtk_widget_get_root (widget)), genga_job_get_target (job));
}

static void
reveal_result (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GengaJob *job = GENGA_QUEUE_ROW (widget)->job;

  if (job != NULL)
    genga_file_reveal (GTK_WINDOW (gtk_widget_get_root (widget)), genga_job_get_target (job));
}

static void
show_log (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (widget));
  GengaJob *job = GENGA_QUEUE_ROW (widget)->job;

  if (job != NULL)
    gtk_window_present (GTK_WINDOW (genga_log_dialog_new (parent, job)));
}

static void
pop_up_menu (GengaQueueRow *self, const GdkRectangle *at)
{
  if (self->job == NULL)
    return;
  g_signal_emit (self, signals[MENU], 0);
  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (self->menu_model);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
show_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GdkRectangle at = { 0, gtk_widget_get_height (widget) - 1, 1, 1 };

  pop_up_menu (GENGA_QUEUE_ROW (widget), &at);
}

static void
on_menu_pressed (GtkGestureClick *gesture, int n_presses, double x, double y, GengaQueueRow *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  GdkRectangle at = { x, y, 1, 1 };

  if (!gdk_event_triggers_context_menu (event))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up_menu (self, &at);
}

static void
genga_queue_row_dispose (GObject *object)
{
  GengaQueueRow *self = GENGA_QUEUE_ROW (object);

  genga_queue_row_set_job (self, NULL);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->buttons, gtk_widget_unparent);

  G_OBJECT_CLASS (genga_queue_row_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "job.retry", NULL, emit_retry);
  gtk_widget_class_install_action (klass, "job.upscale-again", NULL, emit_wanted_for_all);
  gtk_widget_class_install_action (klass, "job.try-again", NULL, emit_wanted_for_all);
  gtk_widget_class_install_action (klass, "job.own-options", NULL, emit_wanted_for_all);
  gtk_widget_class_install_action (klass, "job.common-options", NULL, emit_wanted_for_all);
  gtk_widget_class_install_action (klass, "job.remove-selected", NULL, emit_wanted_for_all);
  gtk_widget_class_install_action (klass, "job.remove", NULL, emit_remove);
  gtk_widget_class_install_action (klass, "job.save-as", NULL, emit_wanted);
  gtk_widget_class_install_action (klass, "job.copy-result", NULL, emit_wanted);
  gtk_widget_class_install_action (klass, "job.open", NULL, open_result);
  gtk_widget_class_install_action (klass, "job.reveal", NULL, reveal_result);
  gtk_widget_class_install_action (klass, "job.show-log", NULL, show_log);
  gtk_widget_class_install_action (klass, "job.show-menu", NULL, show_menu);
}

static void
genga_queue_row_class_init (GengaQueueRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = genga_queue_row_dispose;

  signals[RETRY] = g_signal_new ("retry", GENGA_TYPE_QUEUE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[REMOVE] = g_signal_new ("remove", GENGA_TYPE_QUEUE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[WANTED] = g_signal_new ("wanted", GENGA_TYPE_QUEUE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[MENU] = g_signal_new ("menu", GENGA_TYPE_QUEUE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  install_actions (widget_class);

  widget_class->get_request_mode = genga_queue_row_get_request_mode;
  widget_class->measure = genga_queue_row_measure;
  widget_class->size_allocate = genga_queue_row_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "queuerow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/genga/Genga/queue-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, box);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, buttons);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, name);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, sizes);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, state);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, badge);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, progress);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, icon);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, log);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, open);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, reveal);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, retry);
  gtk_widget_class_bind_template_child (widget_class, GengaQueueRow, menu_model);
  gtk_widget_class_bind_template_callback (widget_class, on_menu_pressed);
}

static void
genga_queue_row_init (GengaQueueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
genga_queue_row_new (void)
{
  return g_object_new (GENGA_TYPE_QUEUE_ROW, NULL);
}
