/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/watched/watched-folders.h"
#include "app/watched/watched-list.h"
#include "core/error.h"
#include "core/presets/preset-store.h"
#include "job/watch/watch-store.h"
#include "job/watch/watcher.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

struct _GengaWatchedFolders
{
  GObject parent_instance;

  GengaJobQueue *queue;
  GengaOptions *options;
  GSettings *settings;
  gboolean is_started;
  GPtrArray *watched; /* of Watched */
};

G_DEFINE_FINAL_TYPE (GengaWatchedFolders, genga_watched_folders, G_TYPE_OBJECT)

static guint message_signal;

typedef struct
{
  char *path;
  char *preset;
  char *root;            /* without links; NULL: it was not there */
  char *said;            /* why it can't be watched as it should be; NULL: it can */
  GengaWatcher *watcher; /* NULL: it can't be watched, which was said */
  gboolean is_stopped;   /* it is only there for jobs that are in the queue */
} Watched;

static void
watched_free (gpointer data)
{
  Watched *self = data;

  if (self->watcher != NULL)
    genga_watcher_stop (self->watcher);
  g_clear_object (&self->watcher);
  g_free (self->path);
  g_free (self->preset);
  free (self->root);
  g_free (self->said);
  g_free (self);
}

static void
on_message (GengaWatcher *watcher, const char *sentence, GengaWatchedFolders *self)
{
  g_signal_emit (self, message_signal, 0, sentence);
}

/* A preset that has gone is said, and nothing is done with other options than those wanted. */
static GengaOptions *
dup_options (GengaWatchedFolders *self, const char *name, GError **error)
{
  GengaOptions *options = genga_options_copy (self->options);
  g_autoptr (GengaPreset) preset = NULL;

  if (*name == '\0')
    return options;
  preset = genga_preset_store_find (name, error);
  if (preset != NULL)
    genga_preset_apply (preset, options);
  else
    g_clear_object (&options);
  return options;
}

/* Once for each reason. */
static void
say (GengaWatchedFolders *self, Watched *watched, const GError *error)
{
  if (error != NULL && g_strcmp0 (watched->said, error->message) != 0)
    g_signal_emit (self, message_signal, 0, error->message);
  g_free (watched->said);
  watched->said = error != NULL ? g_strdup (error->message) : NULL;
}

/* By another way: what is remembered of it can't be opened twice. */
static gboolean
is_watched_already (GengaWatchedFolders *self, const Watched *watched, GError **error)
{
  for (guint i = 0; i < self->watched->len; i++)
    {
      const Watched *other = self->watched->pdata[i];
      g_autofree char *name = NULL;
      g_autofree char *other_name = NULL;

      if (other == watched || other->watcher == NULL || g_strcmp0 (other->root, watched->root) != 0)
        continue;
      name = g_filename_display_name (watched->path);
      other_name = g_filename_display_name (other->path);
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE,
                   _ ("“%s” is the same folder as “%s”, which is watched already."), name,
                   other_name);
      return TRUE;
    }
  return FALSE;
}

static GengaWatcher *
new_watcher (GengaWatchedFolders *self, Watched *watched, GError **error)
{
  g_auto (GengaWatchPlace) place = { 0 };
  g_autofree char *stores = genga_watch_store_dup_default_folder ();
  g_autoptr (GengaOptions) options = dup_options (self, watched->preset, error);
  const GengaWatcherSetup setup = {
    .place = &place,
    .stores = stores,
    .options = options,
    .is_recursive = TRUE,
    .is_apart = TRUE,
  };

  free (watched->root);
  watched->root = realpath (watched->path, NULL);
  if (options == NULL || !genga_watch_place_init (&place, watched->path, NULL, FALSE, error) ||
      is_watched_already (self, watched, error))
    return NULL;
  return genga_watcher_new (&setup, self->queue, error);
}

static void
begin (GengaWatchedFolders *self, Watched *watched)
{
  g_autoptr (GError) error = NULL;

  watched->watcher = new_watcher (self, watched, &error);
  say (self, watched, error);
  if (watched->watcher == NULL)
    return;
  g_signal_connect_object (watched->watcher, "message", G_CALLBACK (on_message), self, 0);
  genga_watcher_start (watched->watcher);
}

static void
add (GengaWatchedFolders *self, const GengaWatchedFolder *folder)
{
  Watched *watched = g_new0 (Watched, 1);

  watched->path = g_strdup (folder->path);
  watched->preset = g_strdup (folder->preset);
  g_ptr_array_add (self->watched, watched);
  begin (self, watched);
}

static gboolean
is_listed (const Watched *watched, GPtrArray *folders)
{
  for (guint i = 0; i < folders->len; i++)
    {
      if (g_str_equal (watched->path, ((GengaWatchedFolder *)folders->pdata[i])->path))
        return TRUE;
    }
  return FALSE;
}

static Watched *
find (GengaWatchedFolders *self, const char *path)
{
  for (guint i = 0; i < self->watched->len; i++)
    {
      Watched *watched = self->watched->pdata[i];

      if (g_str_equal (watched->path, path))
        return watched;
    }
  return NULL;
}

/* What is in the queue already keeps the options that it has. */
static void
set_options (GengaWatchedFolders *self, Watched *watched)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaOptions) options = NULL;

  if (watched->watcher == NULL || watched->is_stopped)
    return;
  options = dup_options (self, watched->preset, &error);
  say (self, watched, error);
  if (options != NULL)
    genga_watcher_set_options (watched->watcher, options);
}

/* One that can't be watched may be by now. */
static void
add_or_change (GengaWatchedFolders *self, const GengaWatchedFolder *folder)
{
  Watched *watched = find (self, folder->path);

  if (watched == NULL)
    {
      add (self, folder);
      return;
    }
  g_free (watched->preset);
  watched->preset = g_strdup (folder->preset);
  if (watched->watcher == NULL)
    {
      begin (self, watched);
      return;
    }
  if (watched->is_stopped)
    genga_watcher_start (watched->watcher);
  watched->is_stopped = FALSE;
  set_options (self, watched);
}

/* What comes of jobs that are in the queue is remembered all the same. */
static void
stop_at (GengaWatchedFolders *self, guint index)
{
  Watched *watched = self->watched->pdata[index];

  if (watched->watcher == NULL || !genga_watcher_has_jobs (watched->watcher))
    {
      g_ptr_array_remove_index (self->watched, index);
      return;
    }
  genga_watcher_stop (watched->watcher);
  watched->is_stopped = TRUE;
}

static void
update (GengaWatchedFolders *self)
{
  g_autoptr (GPtrArray) folders = genga_watched_list_load (self->settings);

  if (!self->is_started)
    return;
  for (guint i = self->watched->len; i > 0; i--)
    {
      if (!is_listed (self->watched->pdata[i - 1], folders))
        stop_at (self, i - 1);
    }
  for (guint i = 0; i < folders->len; i++)
    add_or_change (self, folders->pdata[i]);
}

static void
drop_stopped (GengaWatchedFolders *self)
{
  for (guint i = self->watched->len; i > 0; i--)
    {
      if (((Watched *)self->watched->pdata[i - 1])->is_stopped)
        stop_at (self, i - 1);
    }
}

static void
on_option (GengaWatchedFolders *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    set_options (self, self->watched->pdata[i]);
}

void
genga_watched_folders_start (GengaWatchedFolders *self)
{
  self->is_started = TRUE;
  update (self);
}

static void
genga_watched_folders_dispose (GObject *object)
{
  GengaWatchedFolders *self = GENGA_WATCHED_FOLDERS (object);

  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_object (&self->queue);
  g_clear_object (&self->options);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (genga_watched_folders_parent_class)->dispose (object);
}

static void
genga_watched_folders_class_init (GengaWatchedFoldersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = genga_watched_folders_dispose;

  message_signal = g_signal_new ("message", GENGA_TYPE_WATCHED_FOLDERS, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
genga_watched_folders_init (GengaWatchedFolders *self)
{
  self->watched = g_ptr_array_new_with_free_func (watched_free);
}

GengaWatchedFolders *
genga_watched_folders_new (GengaJobQueue *queue, GengaOptions *options, GSettings *settings)
{
  GengaWatchedFolders *self = g_object_new (GENGA_TYPE_WATCHED_FOLDERS, NULL);

  self->queue = g_object_ref (queue);
  self->options = g_object_ref (options);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (queue, "job-ended", G_CALLBACK (drop_stopped), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (drop_stopped), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (settings, "changed::" GENGA_WATCHED_LIST_KEY, G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (options, "notify", G_CALLBACK (on_option), self, G_CONNECT_SWAPPED);
  return self;
}
