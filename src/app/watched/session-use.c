/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/watched/session-use.h"

#include <glib/gi18n-lib.h>

#define ASK_SECONDS 5
#define IDLE_MS 60000

struct _GengaSessionUse
{
  GengaJobQueue *queue;
  GengaQueuePauses *pauses;
  GCancellable *cancellable;
  void (*told) (const char *sentence, gpointer data);
  gpointer data;
  gboolean was_told; /* that nothing answers */
  guint ask_id;      /* while the queue runs */
};

static gboolean
was_cancelled (GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Nothing does, so it is not waited for anybody. */
static void
set_unknown (GengaSessionUse *self)
{
  genga_queue_pauses_set_in_use (self->pauses, FALSE);
  if (!self->was_told)
    self->told (_ ("Nothing tells whether the computer is in use, so jobs don't pause for it."),
                self->data);
  self->was_told = TRUE;
}

/* ---- logind ---- */

static void
on_hint (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) hint = NULL;
  GengaSessionUse *self = user_data;

  if (was_cancelled (error))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &hint);
  if (hint == NULL || !g_variant_is_of_type (hint, G_VARIANT_TYPE_BOOLEAN))
    set_unknown (self);
  else
    genga_queue_pauses_set_in_use (self->pauses, !g_variant_get_boolean (hint));
}

static void
on_system_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  GengaSessionUse *self = user_data;

  if (was_cancelled (error))
    return;
  if (bus == NULL)
    set_unknown (self);
  else
    g_dbus_connection_call (bus, "org.freedesktop.login1", "/org/freedesktop/login1/session/auto",
                            "org.freedesktop.DBus.Properties", "Get",
                            g_variant_new ("(ss)", "org.freedesktop.login1.Session", "IdleHint"),
                            G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                            on_hint, self);
}

/* ---- Mutter ---- */

static void
on_idle_time (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  GengaSessionUse *self = user_data;
  guint64 ms = 0;

  if (was_cancelled (error))
    return;
  if (reply == NULL)
    {
      g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_system_bus, self);
      return;
    }
  g_variant_get (reply, "(t)", &ms);
  genga_queue_pauses_set_in_use (self->pauses, ms < IDLE_MS);
}

static void
on_session_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  GengaSessionUse *self = user_data;

  if (was_cancelled (error))
    return;
  if (bus == NULL)
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_system_bus, self);
  else
    g_dbus_connection_call (
        bus, "org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core",
        "org.gnome.Mutter.IdleMonitor", "GetIdletime", NULL, G_VARIANT_TYPE ("(t)"),
        G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, on_idle_time, self);
}

/* ---- asking ---- */

static gboolean
on_ask (gpointer data)
{
  GengaSessionUse *self = data;

  if (genga_queue_pauses_are_wanted (self->pauses, GENGA_OPTION_PAUSE_IN_USE))
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_session_bus, self);
  return G_SOURCE_CONTINUE;
}

static void
on_running (GengaSessionUse *self)
{
  g_clear_handle_id (&self->ask_id, g_source_remove);
  if (!genga_job_queue_is_running (self->queue))
    return;
  self->ask_id = g_timeout_add_seconds (ASK_SECONDS, on_ask, self);
  on_ask (self);
}

GengaSessionUse *
genga_session_use_new (GengaJobQueue *queue,
                       GengaQueuePauses *pauses,
                       void (*told) (const char *sentence, gpointer data),
                       gpointer data)
{
  GengaSessionUse *self = g_new0 (GengaSessionUse, 1);

  self->queue = g_object_ref (queue);
  self->pauses = pauses;
  self->told = told;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  g_signal_connect_swapped (queue, "notify::running", G_CALLBACK (on_running), self);
  return self;
}

/* Answers that are on their way say that they were cancelled, and touch nothing. */
void
genga_session_use_free (GengaSessionUse *self)
{
  g_clear_handle_id (&self->ask_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->queue, self);
  g_object_unref (self->cancellable);
  g_object_unref (self->queue);
  g_free (self);
}
