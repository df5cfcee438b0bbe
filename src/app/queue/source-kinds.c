/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/source-kinds.h"
#include "job/job.h"
#include "job/queue/inputs.h"

struct _GengaSourceKinds
{
  GObject parent_instance;

  GListModel *jobs;
  GHashTable *is_video; /* path to GINT_TO_POINTER (TRUE or FALSE) of what was looked at */
  GCancellable *looking;
  gboolean has_pictures;
  gboolean has_videos;
};

G_DEFINE_FINAL_TYPE (GengaSourceKinds, genga_source_kinds, G_TYPE_OBJECT)

enum
{
  PROP_HAS_PICTURES = 1,
  PROP_HAS_VIDEOS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_kinds (GengaSourceKinds *self, gboolean has_pictures, gboolean has_videos)
{
  if (self->has_pictures != has_pictures)
    {
      self->has_pictures = has_pictures;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_PICTURES]);
    }
  if (self->has_videos != has_videos)
    {
      self->has_videos = has_videos;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_VIDEOS]);
    }
}

/* Takes what is known; answers the paths of the others. */
static char **
count (GengaSourceKinds *self)
{
  g_autoptr (GStrvBuilder) unknown = g_strv_builder_new ();
  guint n = g_list_model_get_n_items (self->jobs), n_videos = 0, n_pictures = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (self->jobs, i);
      gpointer is_video;

      if (!g_hash_table_lookup_extended (self->is_video, genga_job_get_source (job), NULL,
                                         &is_video))
        g_strv_builder_add (unknown, genga_job_get_source (job));
      else if (GPOINTER_TO_INT (is_video))
        n_videos++;
      else
        n_pictures++;
    }
  char **paths = g_strv_builder_end (unknown);
  if (paths[0] == NULL)
    set_kinds (self, n_pictures > 0 || n_videos == 0, n_videos > 0);
  return paths;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char **paths = data;

  for (guint i = 0; paths[i] != NULL && !g_cancellable_is_cancelled (cancellable); i++)
    g_hash_table_insert (found, g_strdup (paths[i]),
                         GINT_TO_POINTER (genga_input_is_video (paths[i])));
  g_task_return_pointer (task, found, (GDestroyNotify)g_hash_table_unref);
}

static void look (GengaSourceKinds *self);

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaSourceKinds *self = GENGA_SOURCE_KINDS (source);
  g_autoptr (GHashTable) found = g_task_propagate_pointer (G_TASK (result), NULL);
  GHashTableIter iter;
  gpointer path, is_video;

  if (found == NULL || g_task_get_cancellable (G_TASK (result)) != self->looking)
    return;
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &path, &is_video))
    g_hash_table_insert (self->is_video, g_strdup (path), is_video);
  g_clear_object (&self->looking);
  look (self);
}

static void
look (GengaSourceKinds *self)
{
  char **paths = count (self);

  if (paths[0] == NULL || self->looking != NULL)
    {
      g_strfreev (paths);
      return;
    }
  self->looking = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->looking, on_looked, NULL);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, paths, (GDestroyNotify)g_strfreev);
  g_task_run_in_thread (task, look_in_thread);
}

static void
genga_source_kinds_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaSourceKinds *self = GENGA_SOURCE_KINDS (object);

  g_value_set_boolean (value, id == PROP_HAS_VIDEOS ? self->has_videos : self->has_pictures);
}

static void
genga_source_kinds_dispose (GObject *object)
{
  GengaSourceKinds *self = GENGA_SOURCE_KINDS (object);

  if (self->looking != NULL)
    g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  g_clear_object (&self->jobs);
  g_clear_pointer (&self->is_video, g_hash_table_unref);

  G_OBJECT_CLASS (genga_source_kinds_parent_class)->dispose (object);
}

static void
genga_source_kinds_class_init (GengaSourceKindsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = genga_source_kinds_get_property;
  object_class->dispose = genga_source_kinds_dispose;

  properties[PROP_HAS_PICTURES] = g_param_spec_boolean ("has-pictures", NULL, NULL, TRUE, flags);
  properties[PROP_HAS_VIDEOS] = g_param_spec_boolean ("has-videos", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_source_kinds_init (GengaSourceKinds *self)
{
  self->is_video = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->has_pictures = TRUE;
}

GengaSourceKinds *
genga_source_kinds_new (GListModel *jobs)
{
  GengaSourceKinds *self = g_object_new (GENGA_TYPE_SOURCE_KINDS, NULL);

  self->jobs = g_object_ref (jobs);
  g_signal_connect_object (jobs, "items-changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  look (self);
  return self;
}
