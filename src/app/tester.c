/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-app"

#include "app/tester.h"
#include "job/pipeline.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define MAX_TILE_BYTES ((guint64)1 << 30)
#define PREFIX "test-"
#define DAY_SECONDS (24 * 60 * 60)

struct _GengaTester
{
  GObject parent_instance;

  GengaPipeline *pipeline; /* NULL: nothing runs */
  GengaJob *job;
  GCancellable *cancellable; /* of reading the result */
  char *folder;              /* for the result's file, which goes once it was read */
  char *source;
  GengaOptions *options;
  GengaTileStore *tiles;
};

G_DEFINE_FINAL_TYPE (GengaTester, genga_tester, G_TYPE_OBJECT)

enum
{
  PROP_RUNNING = 1,
  PROP_FRACTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint ended_signal;

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_remove (path);
    }
  g_rmdir (folder);
}

static void
remove_result (GengaTester *self)
{
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

static void
end (GengaTester *self, GengaPicture *result, const char *sentence)
{
  remove_result (self);
  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_signal_emit (self, ended_signal, 0, result, sentence);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaTester) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GengaPicture) picture = genga_picture_load_finish (result, &error);

  if (self->pipeline == NULL) /* shut down meanwhile */
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  end (self, picture, error != NULL ? error->message : NULL);
}

static void
on_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GengaTester) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->pipeline == NULL) /* shut down meanwhile */
    return;
  if (genga_pipeline_run_finish (self->pipeline, result, &error))
    genga_picture_load_async (genga_job_get_target (self->job), self->cancellable, on_loaded,
                              g_object_ref (self));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    end (self, NULL, NULL);
  else
    end (self, NULL, error->message);
}

static void
notify_fraction (GengaTester *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/* What a test that was killed has left. */
static void
remove_old (const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;
  GStatBuf info;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      if (g_str_has_prefix (name, PREFIX) && g_stat (path, &info) == 0 &&
          info.st_mtime < now - DAY_SECONDS)
        remove_folder (path);
    }
}

/* A folder of its own, on the disk that programs may fill. */
static char *
make_folder (GError **error)
{
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "genga", NULL);
  char *template = g_build_filename (parent, PREFIX "XXXXXX", NULL);

  remove_old (parent);
  if (g_mkdir_with_parents (parent, 0700) == 0 && g_mkdtemp (template) != NULL)
    return template;
  g_autofree char *display = g_filename_display_name (parent);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               _ ("There is no room for the test: the folder “%s” cannot be made."), display);
  g_free (template);
  return NULL;
}

void
genga_tester_start (GengaTester *self,
                    const char *source,
                    GengaOptions *options,
                    GengaTileStore *tiles)
{
  g_autoptr (GError) error = NULL;

  if (self->pipeline != NULL)
    return;
  g_free (self->source);
  self->source = g_strdup (source);
  g_clear_object (&self->options);
  self->options = genga_options_copy (options);
  genga_options_freeze (self->options);
  self->folder = make_folder (&error);
  if (self->folder == NULL)
    {
      g_signal_emit (self, ended_signal, 0, NULL, error->message);
      return;
    }

  g_autoptr (GengaOptions) own = genga_options_copy (options);
  genga_options_set_string (own, GENGA_OPTION_OUTPUT_DIR, self->folder);
  self->job = genga_job_new (source, NULL, own);
  if (tiles != NULL)
    genga_job_add_tiles (self->job, tiles);
  genga_tester_forget_tiles (self);
  self->tiles = genga_tile_store_new (NULL, MAX_TILE_BYTES);
  genga_job_add_tiles (self->job, self->tiles);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (self->job, "notify::fraction", G_CALLBACK (notify_fraction), self,
                           G_CONNECT_SWAPPED);
  self->pipeline = genga_pipeline_new ();
  genga_pipeline_run_async (self->pipeline, self->job, on_run, g_object_ref (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

void
genga_tester_stop (GengaTester *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->job != NULL)
    genga_job_cancel (self->job);
}

static void
genga_tester_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GengaTester *self = GENGA_TESTER (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, genga_tester_is_running (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, genga_tester_get_fraction (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
genga_tester_finalize (GObject *object)
{
  GengaTester *self = GENGA_TESTER (object);

  g_free (self->source);
  g_clear_object (&self->options);
  genga_tester_forget_tiles (self);

  G_OBJECT_CLASS (genga_tester_parent_class)->finalize (object);
}

static void
genga_tester_class_init (GengaTesterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = genga_tester_get_property;
  object_class->finalize = genga_tester_finalize;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  ended_signal = g_signal_new ("ended", GENGA_TYPE_TESTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 2, GENGA_TYPE_PICTURE, G_TYPE_STRING);
}

static void
genga_tester_init (GengaTester *self)
{
}

GengaTester *
genga_tester_new (void)
{
  return g_object_new (GENGA_TYPE_TESTER, NULL);
}

void
genga_tester_shut_down (GengaTester *self)
{
  genga_tester_stop (self);
  g_clear_pointer (&self->pipeline, genga_pipeline_free);
  g_clear_object (&self->job);
  g_clear_object (&self->cancellable);
  remove_result (self);
}

void
genga_tester_forget_tiles (GengaTester *self)
{
  g_clear_pointer (&self->tiles, genga_tile_store_unref);
}

gboolean
genga_tester_is_running (GengaTester *self)
{
  return self->pipeline != NULL;
}

double
genga_tester_get_fraction (GengaTester *self)
{
  double fraction = 0;

  if (self->job != NULL)
    g_object_get (self->job, "fraction", &fraction, NULL);
  return fraction;
}

GengaOptions *
genga_tester_get_options (GengaTester *self)
{
  return self->options;
}

const char *
genga_tester_get_source (GengaTester *self)
{
  return self->source;
}

GengaTileStore *
genga_tester_get_tiles (GengaTester *self)
{
  return self->tiles;
}
