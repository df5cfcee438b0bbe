/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/queue/source-kinds.h"
#include "core/picture-format.h"
#include "job/job.h"
#include "job/reader/look-apart.h"

struct _GengaSourceKinds
{
  GObject parent_instance;

  GListModel *jobs;
  GCancellable *looking;
  gboolean has_pictures;
  gboolean has_videos;
  guint formats;
};

G_DEFINE_FINAL_TYPE (GengaSourceKinds, genga_source_kinds, G_TYPE_OBJECT)

enum
{
  PROP_HAS_PICTURES = 1,
  PROP_HAS_VIDEOS,
  PROP_FORMATS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_kinds (GengaSourceKinds *self, gboolean has_pictures, gboolean has_videos, guint formats)
{
  if (self->formats != formats)
    {
      self->formats = formats;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FORMATS]);
    }
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

/* A job that nothing is known of yet; its options may change on the main context meanwhile. */
typedef struct
{
  GengaJob *job;
  GengaOptions *options;
  gboolean is_video;
} Look;

static void
look_free (gpointer data)
{
  Look *self = data;

  g_object_unref (self->options);
  g_object_unref (self->job);
  g_free (self);
}

/* As a result's name follows its source's: what can't be written becomes a PNG. */
static guint
get_format_bit (GengaJob *job)
{
  GengaFormat format = genga_format_from_path (genga_job_get_source (job));

  return 1u << (format != GENGA_FORMAT_AUTO ? format : GENGA_FORMAT_PNG);
}

/* Takes what is known; answers the other jobs, as an array of Look. */
static GPtrArray *
count (GengaSourceKinds *self)
{
  GPtrArray *unknown = g_ptr_array_new_with_free_func (look_free);
  guint n = g_list_model_get_n_items (self->jobs), n_videos = 0, formats = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GengaJob) job = g_list_model_get_item (self->jobs, i);
      gboolean is_video;

      if (genga_job_get_is_video (job, &is_video))
        formats |= is_video ? 0 : get_format_bit (job);
      else
        {
          Look *one = g_new0 (Look, 1);

          one->options = g_object_ref (genga_job_get_options (job));
          one->job = g_steal_pointer (&job);
          g_ptr_array_add (unknown, one);
        }
      n_videos += is_video;
    }
  if (unknown->len == 0)
    set_kinds (self, n_videos < n || n == 0, n_videos > 0, n > 0 ? formats : G_MAXUINT);
  return unknown;
}

static GengaLookApart *
new_look (GPtrArray *unknown, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; i < unknown->len; i++)
    g_ptr_array_add (paths, (char *)genga_job_get_source (((Look *)unknown->pdata[i])->job));
  g_ptr_array_add (paths, NULL);
  return genga_look_apart_new ((const char *const *)paths->pdata, cancellable);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *unknown = data;
  g_autoptr (GengaLookApart) apart = new_look (unknown, cancellable);

  for (guint i = 0; i < unknown->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      Look *one = unknown->pdata[i];

      one->is_video =
          genga_look_apart_is_video (apart, genga_job_get_source (one->job), one->options);
    }
  g_task_return_boolean (task, TRUE);
}

static void look (GengaSourceKinds *self);

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GengaSourceKinds *self = GENGA_SOURCE_KINDS (source);
  GPtrArray *known = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL) ||
      g_task_get_cancellable (G_TASK (result)) != self->looking)
    return;
  for (guint i = 0; i < known->len; i++)
    {
      const Look *one = known->pdata[i];

      genga_job_set_is_video (one->job, one->is_video);
    }
  g_clear_object (&self->looking);
  look (self);
}

static void
look (GengaSourceKinds *self)
{
  g_autoptr (GPtrArray) unknown = count (self);

  if (unknown->len == 0 || self->looking != NULL)
    return;
  self->looking = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->looking, on_looked, NULL);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, g_steal_pointer (&unknown), (GDestroyNotify)g_ptr_array_unref);
  g_task_run_in_thread (task, look_in_thread);
}

static void
genga_source_kinds_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaSourceKinds *self = GENGA_SOURCE_KINDS (object);

  if (id == PROP_FORMATS)
    g_value_set_uint (value, self->formats);
  else
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
  properties[PROP_FORMATS] =
      g_param_spec_uint ("formats", NULL, NULL, 0, G_MAXUINT, G_MAXUINT, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
genga_source_kinds_init (GengaSourceKinds *self)
{
  self->has_pictures = TRUE;
  self->formats = G_MAXUINT;
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
