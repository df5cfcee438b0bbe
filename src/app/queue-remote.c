/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue-remote.h"
#include "core/choices.h"

#include <glib/gi18n-lib.h>

#define INTERFACE "io.github.genga.Genga.Queue"
#define NOT_POSSIBLE "io.github.genga.Genga.Error.NotPossible"
#define XML "/io/github/genga/Genga/io.github.genga.Genga.Queue.xml"

struct _GengaQueueRemote
{
  GDBusConnection *connection;
  char *path;
  guint registration;
  GengaQueueRemoteWindowFunc func;
  gpointer data;
};

/* ---- the list ---- */

static void
add_uri (GVariantBuilder *job, const char *key, const char *path)
{
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;

  if (file != NULL)
    g_variant_builder_add (job, "{sv}", key, g_variant_new_take_string (g_file_get_uri (file)));
}

static GVariant *
describe_job (GengaJob *job)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *message = NULL;
  double fraction;

  g_object_get (job, "fraction", &fraction, "message", &message, NULL);
  add_uri (&builder, "source", genga_job_get_source (job));
  add_uri (&builder, "target", genga_job_get_target (job));
  g_variant_builder_add (&builder, "{sv}", "state",
                         g_variant_new_string (genga_choice_get_nick (GENGA_TYPE_JOB_STATE,
                                                                      genga_job_get_state (job))));
  g_variant_builder_add (&builder, "{sv}", "fraction", g_variant_new_double (fraction));
  if (message != NULL)
    g_variant_builder_add (&builder, "{sv}", "message", g_variant_new_string (message));
  return g_variant_builder_end (&builder);
}

static GVariant *
list_jobs (GengaWindow *window)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GListModel *queue = window != NULL ? G_LIST_MODEL (genga_window_get_queue (window)) : NULL;

  for (guint i = 0; queue != NULL && i < g_list_model_get_n_items (queue); i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (queue, i);

      g_variant_builder_add_value (&builder, describe_job (job));
    }
  return g_variant_new ("(aa{sv})", &builder);
}

/* ---- the verbs ---- */

static void
add_files (GengaQueueRemote *self, GVariant *parameters)
{
  g_autofree const char **uris = NULL;
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  GengaWindow *window = self->func (TRUE, self->data);

  g_variant_get (parameters, "(^a&s)", &uris);
  for (guint i = 0; uris[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (uris[i]);

      g_list_store_append (files, file);
    }
  genga_window_add_files (window, G_LIST_MODEL (files), FALSE);
  gtk_window_present (GTK_WINDOW (window));
}

/* What a button does, where it can be pressed. */
static gboolean
press (GengaQueueRemote *self, const char *action, GVariant *state)
{
  GengaWindow *window = self->func (FALSE, self->data);
  g_autoptr (GVariant) owned = state != NULL ? g_variant_ref_sink (state) : NULL;

  if (window == NULL || !g_action_group_get_action_enabled (G_ACTION_GROUP (window), action))
    return FALSE;
  if (owned != NULL)
    g_action_group_change_action_state (G_ACTION_GROUP (window), action, owned);
  else
    g_action_group_activate_action (G_ACTION_GROUP (window), action, NULL);
  return TRUE;
}

static gboolean
press_for (GengaQueueRemote *self, const char *method, GVariant *parameters)
{
  gboolean is_paused;

  if (g_str_equal (method, "Start"))
    return press (self, "start", NULL);
  if (g_str_equal (method, "Stop"))
    return press (self, "stop", NULL);
  g_variant_get (parameters, "(b)", &is_paused);
  return press (self, "pause", g_variant_new_boolean (is_paused));
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  GengaQueueRemote *self = data;

  if (g_str_equal (method, "List"))
    {
      g_dbus_method_invocation_return_value (invocation,
                                             list_jobs (self->func (FALSE, self->data)));
      return;
    }
  if (g_str_equal (method, "Add"))
    add_files (self, parameters);
  else if (!press_for (self, method, parameters))
    {
      g_dbus_method_invocation_return_dbus_error (invocation, NOT_POSSIBLE,
                                                  _ ("That is not possible just now."));
      return;
    }
  g_dbus_method_invocation_return_value (invocation, NULL);
}

/* ---- the properties ---- */

static GVariant *
read_property (GengaWindow *window, const char *property)
{
  GengaJobQueue *queue = window != NULL ? genga_window_get_queue (window) : NULL;

  return g_variant_new_boolean (queue != NULL && (g_str_equal (property, "Running")
                                                      ? genga_job_queue_is_running (queue)
                                                      : genga_job_queue_is_paused (queue)));
}

static GVariant *
on_get (GDBusConnection *connection,
        const char *sender,
        const char *path,
        const char *interface,
        const char *property,
        GError **error,
        gpointer data)
{
  GengaQueueRemote *self = data;

  return read_property (self->func (FALSE, self->data), property);
}

static void
tell (GengaQueueRemote *self, const char *property)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&changed, "{sv}", property,
                         read_property (self->func (FALSE, self->data), property));
  g_dbus_connection_emit_signal (self->connection, NULL, self->path,
                                 "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                 g_variant_new ("(sa{sv}as)", INTERFACE, &changed, NULL), NULL);
}

static void
on_running (GengaJobQueue *queue, GParamSpec *pspec, gpointer data)
{
  tell (data, "Running");
}

static void
on_paused (GengaJobQueue *queue, GParamSpec *pspec, gpointer data)
{
  tell (data, "Paused");
}

/* ---- the border ---- */

void
genga_queue_remote_watch (GengaQueueRemote *self, GengaWindow *window)
{
  GengaJobQueue *queue = genga_window_get_queue (window);

  g_signal_connect (queue, "notify::running", G_CALLBACK (on_running), self);
  g_signal_connect (queue, "notify::paused", G_CALLBACK (on_paused), self);
}

GengaQueueRemote *
genga_queue_remote_new (GDBusConnection *connection,
                        const char *path,
                        GengaQueueRemoteWindowFunc func,
                        gpointer data,
                        GError **error)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call, .get_property = on_get };
  g_autoptr (GBytes) xml = g_resources_lookup_data (XML, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autoptr (GDBusNodeInfo) node =
      xml != NULL ? g_dbus_node_info_new_for_xml (g_bytes_get_data (xml, NULL), error) : NULL;
  GengaQueueRemote *self;

  if (node == NULL)
    return NULL;
  self = g_new0 (GengaQueueRemote, 1);
  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->func = func;
  self->data = data;
  self->registration = g_dbus_connection_register_object (connection, path, node->interfaces[0],
                                                          &table, self, NULL, error);
  if (self->registration != 0)
    return self;
  genga_queue_remote_free (self);
  return NULL;
}

void
genga_queue_remote_free (GengaQueueRemote *self)
{
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  g_object_unref (self->connection);
  g_free (self->path);
  g_free (self);
}
