/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-rows PICTURE [COUNT]: the window with thousands of files, and how long its main loop is
 * ever deaf while they are added, scrolled, selected, moved, removed, brought back and upscaled.
 * Needs a display; `./dev bench rows` gives it one.
 */
#include "app/application.h"
#include "app/window/window.h"
#include "core/cpu.h"
#include "job/queue/result-record.h"
#include "resources.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_MS 50.
#define REST_SECONDS 1.5

typedef struct
{
  GengaWindow *window;
  GengaJobQueue *queue;
  GtkAdjustment *rows;
  char *picture;
  char *folder;
  guint count;
  GSource *watchdog;
} Bench;

/* How long the loop is at work at a stretch, and what of it is its own: the rest is what other
 * processes take on a busy machine. */
typedef struct
{
  double wall_ms, own_ms;
} Time;

static Time awake; /* since then */
static Time worst; /* of the step so far */

static Time
get_time (void)
{
  struct timespec own;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &own);
  return (Time){ g_get_monotonic_time () / 1e3, own.tv_sec * 1e3 + own.tv_nsec / 1e6 };
}

static void
count_stretch (void)
{
  Time now = get_time ();

  worst.wall_ms = MAX (worst.wall_ms, now.wall_ms - awake.wall_ms);
  worst.own_ms = MAX (worst.own_ms, now.own_ms - awake.own_ms);
}

/* All that is between two polls is time in which nothing else is heard. */
static int
poll_watched (GPollFD *fds, guint n, int timeout)
{
  int result;

  count_stretch ();
  result = g_poll (fds, n, timeout);
  awake = get_time ();
  return result;
}

static gboolean
on_rested (gpointer is_over)
{
  *(gboolean *)is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_loop (double seconds)
{
  gboolean is_over = FALSE;

  g_timeout_add (seconds * 1e3, on_rested, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* The longest part counts, be it in `step` or in what follows. */
static void
measure (const char *name, void (*step) (Bench *self), Bench *self, double seconds)
{
  double step_ms;

  run_loop (REST_SECONDS);
  worst = (Time){ 0 };
  awake = get_time ();
  step (self);
  count_stretch ();
  step_ms = worst.own_ms;
  awake = get_time ();
  run_loop (seconds);
  g_print ("# rows: %-24s longest stall %6.1f ms of work, %6.1f by the clock (of %.0f; the step "
           "%.1f)\n",
           name, worst.own_ms, worst.wall_ms, LIMIT_MS, step_ms);
}

static GtkWidget *
find_rows (GtkWidget *widget)
{
  GtkWidget *found = gtk_widget_has_css_class (widget, "queue") ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_rows (child);
  return found;
}

static void
activate (Bench *self, const char *action)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), action, NULL);
}

static void
add (Bench *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; i < self->count; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%05u.png", self->folder, i);

      g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  genga_job_queue_add (self->queue, (const char *const *)paths,
                       genga_window_get_options (self->window));
}

static gboolean
on_scroll (gpointer user_data)
{
  Bench *self = user_data;
  double upper = gtk_adjustment_get_upper (self->rows);
  double value = gtk_adjustment_get_value (self->rows);

  /* By hand, and now and then to somewhere else. */
  value = g_random_int_range (0, 20) == 0 ? g_random_double_range (0, upper) : value + 120;
  gtk_adjustment_set_value (self->rows, value < upper ? value : 0);
  return G_SOURCE_CONTINUE;
}

static void
scroll (Bench *self)
{
  self->watchdog = g_timeout_source_new (16);
  g_source_set_callback (self->watchdog, on_scroll, self, NULL);
  g_source_attach (self->watchdog, NULL);
}

static GtkSelectionModel *
get_selection (Bench *self)
{
  return gtk_list_view_get_model (GTK_LIST_VIEW (find_rows (GTK_WIDGET (self->window))));
}

static void
select_all (Bench *self)
{
  gtk_selection_model_select_all (get_selection (self));
}

static void
select_scattered (Bench *self)
{
  g_autoptr (GtkBitset) mask = gtk_bitset_new_range (0, self->count);
  g_autoptr (GtkBitset) selected = gtk_bitset_new_empty ();

  for (guint i = 2; i < self->count - 2; i += 2)
    gtk_bitset_add (selected, i);
  gtk_selection_model_set_selection (get_selection (self), selected, mask);
}

static void
move_up (Bench *self)
{
  activate (self, "move-up");
}

static void
remove_selected (Bench *self)
{
  activate (self, "remove-selected");
}

static void
undo (Bench *self)
{
  GtkWidget *overlay =
      gtk_widget_get_ancestor (find_rows (GTK_WIDGET (self->window)), ADW_TYPE_TOAST_OVERLAY);
  AdwToast *toast = g_object_get_data (G_OBJECT (overlay), "genga-undo-toast");

  if (toast != NULL)
    g_signal_emit_by_name (toast, "button-clicked");
}

static void
change_options (Bench *self)
{
  genga_options_set_int (genga_window_get_options (self->window), GENGA_OPTION_SCALE, 3);
}

static void
use_preset (Bench *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "use-preset",
                                  g_variant_new_string ("Screenshot 4K"));
}

static void
use_quick_model (Bench *self)
{
  genga_options_set_string (genga_window_get_options (self->window), GENGA_OPTION_MODEL, "nearest");
}

static void
start (Bench *self)
{
  activate (self, "start");
}

static void
stop (Bench *self)
{
  activate (self, "stop");
}

static void
upscale_again (Bench *self)
{
  activate (self, "upscale-again");
}

static void
bench (Bench *self)
{
  measure ("adding", add, self, 4);
  self->rows =
      gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (find_rows (GTK_WIDGET (self->window))));
  measure ("scrolling", scroll, self, 6);
  g_source_destroy (self->watchdog);
  measure ("selecting all", select_all, self, 2);
  measure ("changing an option", change_options, self, 2);
  measure ("using a preset", use_preset, self, 2);
  measure ("changing the model", use_quick_model, self, 2);
  measure ("removing all", remove_selected, self, 3);
  measure ("bringing all back", undo, self, 3);
  measure ("selecting every second", select_scattered, self, 2);
  measure ("moving these", move_up, self, 2);
  measure ("removing these", remove_selected, self, 3);
  measure ("bringing these back", undo, self, 3);
  measure ("upscaling some", start, self, 8);
  measure ("stopping", stop, self, 4);
  measure ("selecting all again", select_all, self, 2);
  measure ("upscaling these again", upscale_again, self, 4);
  measure ("stopping again", stop, self, 4);
}

static void
on_activate (GApplication *application, Bench *self)
{
  self->window = GENGA_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  self->queue = genga_window_get_queue (self->window);
  genga_options_set_string (genga_window_get_options (self->window), GENGA_OPTION_MODEL, "nearest");
  bench (self);
  genga_job_queue_shut_down (self->queue);
  gtk_window_close (GTK_WINDOW (self->window));
}

int
main (int argc, char **argv)
{
  Bench self = { .count = argc > 2 ? atoi (argv[2]) : 10000 };
  g_autoptr (GengaApplication) application = NULL;

  if (argc < 2 || self.count < 10)
    return 2;
  self.folder = g_dir_make_tmp ("genga-rows-XXXXXX", NULL);
  for (guint i = 0; i < self.count; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%05u.png", self.folder, i);

      if (symlink (argv[1], path) != 0)
        return 1;
    }
  genga_memory_tune_allocator ();
  genga_app_register_resource ();
  g_main_context_set_poll_func (NULL, poll_watched);
  awake = get_time ();
  application = genga_application_new ();
  g_signal_connect_after (application, "activate", G_CALLBACK (on_activate), &self);
  g_application_run (G_APPLICATION (application), 1, argv);
  return 0;
}
