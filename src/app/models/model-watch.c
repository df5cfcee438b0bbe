/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/models/model-watch.h"
#include "models/model-folders.h"

/* A file that is being copied into a folder changes many times a second. */
#define QUIET_MS 400

struct _GengaModelWatch
{
  GObject parent_instance;

  GPtrArray *monitors;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (GengaModelWatch, genga_model_watch, G_TYPE_OBJECT)

static guint changed_signal;

static gboolean
on_quiet (gpointer user_data)
{
  genga_model_watch_emit (user_data);
  return G_SOURCE_REMOVE;
}

static void
on_changed (GengaModelWatch *self)
{
  if (self->timeout != 0)
    g_source_remove (self->timeout);
  self->timeout = g_timeout_add (QUIET_MS, on_quiet, self);
}

void
genga_model_watch_emit (GengaModelWatch *self)
{
  if (self->timeout != 0)
    g_source_remove (self->timeout);
  self->timeout = 0;
  g_signal_emit (self, changed_signal, 0);
}

static void
genga_model_watch_finalize (GObject *object)
{
  GengaModelWatch *self = GENGA_MODEL_WATCH (object);

  if (self->timeout != 0)
    g_source_remove (self->timeout);
  g_ptr_array_unref (self->monitors);

  G_OBJECT_CLASS (genga_model_watch_parent_class)->finalize (object);
}

static void
genga_model_watch_class_init (GengaModelWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = genga_model_watch_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
genga_model_watch_init (GengaModelWatch *self)
{
  g_auto (GStrv) folders = genga_model_folders_dup ();

  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_path (folders[i]);
      g_autoptr (GError) error = NULL;
      GFileMonitor *monitor =
          g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);

      if (monitor == NULL)
        {
          g_debug ("%s is not watched: %s", folders[i], error->message);
          continue;
        }
      g_signal_connect_swapped (monitor, "changed", G_CALLBACK (on_changed), self);
      g_ptr_array_add (self->monitors, monitor);
    }
}

GengaModelWatch *
genga_model_watch_get_default (void)
{
  static GengaModelWatch *watch;

  if (watch == NULL)
    watch = g_object_new (GENGA_TYPE_MODEL_WATCH, NULL);
  return watch;
}
