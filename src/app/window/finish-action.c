/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/window/finish-action.h"
#include "core/fault.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define COUNTDOWN_SECONDS 30

struct _GengaFinishAction
{
  GObject parent_instance;

  GtkWindow *window; /* NULL once it has gone */
  GengaJobQueue *queue;
  GSimpleAction *action;
  AdwMessageDialog *dialog; /* while it counts; borrowed */
  guint counting;           /* the timeout, or 0 */
  guint n_left;             /* seconds */
  guint n_done;             /* in runs that ended with a question; they go on with its answer */
};

G_DEFINE_FINAL_TYPE (GengaFinishAction, genga_finish_action, G_TYPE_OBJECT)

typedef struct
{
  const char *state;
  const char *method; /* of logind's manager; NULL: nothing is done */
  const char *heading;
  const char *button;
} Finish;

static const Finish finishes[] = {
  { "nothing", NULL, NULL, NULL },
  { "suspend", "Suspend", N_ ("Suspend the Computer?"), N_ ("Suspend Now") },
  { "shut-down", "PowerOff", N_ ("Shut Down the Computer?"), N_ ("Shut Down Now") },
};

static guint message_signal;

static const Finish *
get_finish (GengaFinishAction *self)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (self->action));

  for (guint i = 0; i < G_N_ELEMENTS (finishes); i++)
    if (g_str_equal (finishes[i].state, g_variant_get_string (state, NULL)))
      return &finishes[i];
  return &finishes[0];
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaFinishAction) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree char *sentence = NULL;

  if (reply != NULL)
    return;
  g_dbus_error_strip_remote_error (error);
  sentence = g_strdup_printf (_ ("The computer stays on: %s"), error->message);
  g_signal_emit (self, message_signal, 0, sentence);
}

/* Interactively: it may ask for a password, for as long as somebody takes. */
static void
call (GengaFinishAction *self, const char *method)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
  g_autofree char *sentence = NULL;

  if (bus == NULL)
    {
      sentence = g_strdup_printf (_ ("The computer stays on: %s"), error->message);
      g_signal_emit (self, message_signal, 0, sentence);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.login1", "/org/freedesktop/login1",
                          "org.freedesktop.login1.Manager", method, g_variant_new ("(b)", TRUE),
                          NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, on_called,
                          g_object_ref (self));
}

/* ---- the countdown ---- */

/* It was for one run. */
static void
forget (GengaFinishAction *self)
{
  self->n_done = 0;
  g_simple_action_set_state (self->action, g_variant_new_string (finishes[0].state));
}

static void
end_countdown (GengaFinishAction *self)
{
  AdwMessageDialog *dialog = g_steal_pointer (&self->dialog);

  g_clear_handle_id (&self->counting, g_source_remove);
  forget (self);
  if (dialog == NULL)
    return;
  g_signal_handlers_disconnect_by_data (dialog, self);
  gtk_window_close (GTK_WINDOW (dialog));
}

static void
finish (GengaFinishAction *self)
{
  const Finish *chosen = get_finish (self);

  end_countdown (self);
  if (chosen->method != NULL && genga_job_queue_get_n_waiting (self->queue) == 0)
    call (self, chosen->method);
}

static void
show_left (GengaFinishAction *self)
{
  g_autofree char *body = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "All files are finished. It happens in %u second.",
                   "All files are finished. It happens in %u seconds.", self->n_left),
      self->n_left);

  adw_message_dialog_set_body (self->dialog, body);
}

static gboolean
on_second (gpointer data)
{
  GengaFinishAction *self = data;

  self->n_left -= 1;
  if (self->n_left > 0)
    {
      show_left (self);
      return G_SOURCE_CONTINUE;
    }
  self->counting = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

static void
on_answer (AdwMessageDialog *dialog, const char *answer, GengaFinishAction *self)
{
  self->dialog = NULL; /* it closes itself */
  if (g_str_equal (answer, "now"))
    finish (self);
  else
    end_countdown (self);
}

static void
begin_countdown (GengaFinishAction *self, const Finish *chosen)
{
  GtkWidget *dialog = adw_message_dialog_new (self->window, _ (chosen->heading), NULL);

  self->dialog = ADW_MESSAGE_DIALOG (dialog);
  self->n_left = genga_fault ("short-countdown") ? 1 : COUNTDOWN_SECONDS;
  adw_message_dialog_add_responses (self->dialog, "cancel", _ ("Cancel"), "now", _ (chosen->button),
                                    NULL);
  adw_message_dialog_set_response_appearance (self->dialog, "now", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (self->dialog, "cancel");
  show_left (self);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  self->counting = g_timeout_add_seconds (1, on_second, self);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- the queue ---- */

/* What waits was stopped: somebody is there. */
static void
on_finished (GengaJobQueue *queue, guint n_done, guint n_failed, GengaFinishAction *self)
{
  const Finish *chosen = get_finish (self);

  self->n_done += n_done;
  if (genga_job_queue_get_n_waiting (queue) == 0 && genga_job_queue_count_asking (queue) > 0)
    return; /* a run with the answer follows */
  if (chosen->method != NULL && self->window != NULL && self->n_done > 0 &&
      genga_job_queue_get_n_waiting (queue) == 0)
    begin_countdown (self, chosen);
  else
    forget (self);
}

/* Who brings files, or starts them, is there. */
static void
on_more (GengaFinishAction *self)
{
  if (self->dialog != NULL &&
      (genga_job_queue_is_running (self->queue) || genga_job_queue_get_n_waiting (self->queue) > 0))
    end_countdown (self);
}

/* ---- the type ---- */

static void
genga_finish_action_dispose (GObject *object)
{
  GengaFinishAction *self = GENGA_FINISH_ACTION (object);

  g_clear_handle_id (&self->counting, g_source_remove);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->queue);
  g_clear_object (&self->action);

  G_OBJECT_CLASS (genga_finish_action_parent_class)->dispose (object);
}

static void
genga_finish_action_class_init (GengaFinishActionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_finish_action_dispose;

  message_signal = g_signal_new ("message", GENGA_TYPE_FINISH_ACTION, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_finish_action_init (GengaFinishAction *self)
{
  self->action = g_simple_action_new_stateful ("when-finished", G_VARIANT_TYPE_STRING,
                                               g_variant_new_string (finishes[0].state));
}

GengaFinishAction *
genga_finish_action_new (GtkApplicationWindow *window, GengaJobQueue *queue)
{
  GengaFinishAction *self = g_object_new (GENGA_TYPE_FINISH_ACTION, NULL);

  g_set_weak_pointer (&self->window, GTK_WINDOW (window));
  self->queue = g_object_ref (queue);
  g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (self->action));
  g_signal_connect_object (queue, "finished", G_CALLBACK (on_finished), self, 0);
  g_signal_connect_object (queue, "notify::running", G_CALLBACK (on_more), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "notify::n-waiting", G_CALLBACK (on_more), self,
                           G_CONNECT_SWAPPED);
  return self;
}
