/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/application.h"
#include "app/dialogs/diagnostics-window.h"
#include "app/dialogs/dialog.h"
#include "app/dialogs/preferences.h"
#include "app/queue-remote.h"
#include "app/settings.h"
#include "app/window/window.h"
#include "config.h"

#include <glib/gi18n-lib.h>

/* What files are opened for, as g_application_open() tells the window that is there already. */
#define HINT_UPSCALE "upscale"

struct _GengaApplication
{
  AdwApplication parent_instance;

  GSettings *settings;      /* from startup on */
  GengaQueueRemote *remote; /* NULL: there is no bus */
};

G_DEFINE_FINAL_TYPE (GengaApplication, genga_application, ADW_TYPE_APPLICATION)

/* The window, or NULL; dialogs are windows of the application, too. */
static GengaWindow *
find_window (GengaApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    {
      if (GENGA_IS_WINDOW (l->data))
        return l->data;
    }
  return NULL;
}

static GengaWindow *
get_window (GengaApplication *self)
{
  GengaWindow *window = find_window (self);

  if (window != NULL)
    return window;
  window = genga_window_new (ADW_APPLICATION (self));
  if (self->remote != NULL)
    genga_queue_remote_watch (self->remote, window);
  return window;
}

static GengaWindow *
get_window_for_remote (gboolean makes_one, gpointer data)
{
  return makes_one ? get_window (data) : find_window (data);
}

static gboolean
genga_application_dbus_register (GApplication *application,
                                 GDBusConnection *connection,
                                 const char *path,
                                 GError **error)
{
  GengaApplication *self = GENGA_APPLICATION (application);

  if (!G_APPLICATION_CLASS (genga_application_parent_class)
           ->dbus_register (application, connection, path, error))
    return FALSE;
  self->remote =
      genga_queue_remote_new (connection, path, get_window_for_remote, application, error);
  return self->remote != NULL;
}

static void
genga_application_dbus_unregister (GApplication *application,
                                   GDBusConnection *connection,
                                   const char *path)
{
  g_clear_pointer (&GENGA_APPLICATION (application)->remote, genga_queue_remote_free);

  G_APPLICATION_CLASS (genga_application_parent_class)
      ->dbus_unregister (application, connection, path);
}

static void
genga_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window (GENGA_APPLICATION (application))));
}

static void
genga_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GengaWindow *window = get_window (GENGA_APPLICATION (application));
  g_autoptr (GListStore) list = g_list_store_new (G_TYPE_FILE);

  g_list_store_splice (list, 0, 0, (gpointer *)files, n_files);
  genga_window_add_files (window, G_LIST_MODEL (list), g_str_equal (hint, HINT_UPSCALE));
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaWindow *window = find_window (user_data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (user_data);
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GengaApplication *self = user_data;
  GengaWindow *window = get_window (self);

  gtk_window_present (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (genga_preferences_new (GTK_WINDOW (window), self->settings,
                                                         genga_window_get_options (window))));
}

static void
on_diagnostics (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (user_data);

  if (parent == NULL)
    {
      parent = GTK_WINDOW (get_window (user_data));
      gtk_window_present (parent);
    }
  gtk_window_present (GTK_WINDOW (genga_diagnostics_window_new (parent)));
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (user_data);
  GtkWidget *about = g_object_new (ADW_TYPE_ABOUT_WINDOW, "modal", TRUE, "application-name",
                                   _ ("Genga"), "application-icon", GENGA_APPLICATION_ID, "version",
                                   GENGA_VERSION, "developer-name", _ ("The Genga developers"),
                                   "license-type", GTK_LICENSE_GPL_3_0, "comments",
                                   _ ("Upscales anime pictures and videos with neural networks."),
                                   "debug-info-filename", "genga-diagnostics.txt", NULL);

  if (parent != NULL)
    genga_dialog_set_parent (GTK_WINDOW (about), parent);
  genga_diagnostics_window_fill_about (ADW_ABOUT_WINDOW (about));
  gtk_window_present (GTK_WINDOW (about));
}

static void
set_accelerators (GtkApplication *application)
{
  const struct
  {
    const char *action;
    const char *keys[4];
  } accelerators[] = {
    { "app.quit", { "<primary>q" } },
    { "app.preferences", { "<primary>comma" } },
    { "win.models", { "<primary>m" } },
    { "win.compare-models", { "<primary><shift>m" } },
    { "win.gallery", { "<primary>g" } },
    { "win.open-folder", { "<primary><shift>o" } },
    { "win.open", { "<primary>o" } },
    { "win.paste", { "<primary>v" } },
    { "win.start", { "<primary>Return", "<primary>KP_Enter" } },
    { "win.pause", { "<primary>p" } },
    { "win.save-as", { "<primary><shift>s" } },
    { "win.copy-result", { "<primary>c" } },
    { "win.show-options", { "F9" } },
    { "win.queue-beside", { "<shift>F9" } },
    { "win.zoom-in", { "<primary>plus", "<primary>equal", "<primary>KP_Add" } },
    { "win.zoom-out", { "<primary>minus", "<primary>KP_Subtract" } },
    { "win.zoom-fit", { "<primary>0", "<primary>KP_0" } },
    { "win.zoom-actual", { "<primary>1", "<primary>KP_1" } },
    { "win.zoom-double", { "<primary>2", "<primary>KP_2" } },
    { "win.full-screen", { "F11" } },
    { "win.show-help-overlay", { "<primary>question" } },
    { "window.close", { "<primary>w" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (application, accelerators[i].action,
                                           accelerators[i].keys);
}

static void
genga_application_startup (GApplication *application)
{
  const GActionEntry entries[] = {
    { "quit", on_quit },
    { "preferences", on_preferences },
    { "diagnostics", on_diagnostics },
    { "about", on_about },
  };

  GengaApplication *self = GENGA_APPLICATION (application);

  G_APPLICATION_CLASS (genga_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  set_accelerators (GTK_APPLICATION (application));
  self->settings = genga_settings_new ();
  genga_preferences_apply_style (self->settings);
  gtk_window_set_default_icon_name (GENGA_APPLICATION_ID);
}

/* The window of this process or another one gets the files; -1 to go on. */
static int
open_files (GApplication *application, const char *const *paths, const char *hint)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;

  for (; *paths != NULL; paths++)
    g_ptr_array_add (files, g_file_new_for_commandline_arg (*paths));
  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("genga: %s\n", error->message);
      return 1;
    }
  g_application_open (application, (GFile **)files->pdata, files->len, hint);
  return -1;
}

static int
genga_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  const gboolean upscales = g_variant_dict_contains (options, "upscale");
  g_autofree const char **paths = NULL;

  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Genga %s\n", GENGA_VERSION);
      return 0;
    }
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&ay", &paths))
    return open_files (application, paths, upscales ? HINT_UPSCALE : "");
  if (!upscales)
    return -1;
  g_printerr ("genga: %s\n", _ ("--upscale needs files."));
  return 1;
}

static void
genga_application_finalize (GObject *object)
{
  g_clear_object (&GENGA_APPLICATION (object)->settings);

  G_OBJECT_CLASS (genga_application_parent_class)->finalize (object);
}

static void
genga_application_class_init (GengaApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = genga_application_finalize;

  application_class->handle_local_options = genga_application_handle_local_options;
  application_class->dbus_register = genga_application_dbus_register;
  application_class->dbus_unregister = genga_application_dbus_unregister;
  application_class->startup = genga_application_startup;
  application_class->activate = genga_application_activate;
  application_class->open = genga_application_open;
}

static void
genga_application_init (GengaApplication *self)
{
  const GOptionEntry entries[] = {
    { "upscale", 0, 0, G_OPTION_ARG_NONE, NULL, _ ("Start with the files, and what waits, at once"),
      NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, _ ("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, NULL },
    { 0 },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  /* TRANSLATORS: what follows the program's name where its options are listed. */
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[FILE…]"));
}

GengaApplication *
genga_application_new (void)
{
  return g_object_new (GENGA_TYPE_APPLICATION, "application-id", GENGA_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, NULL);
}
