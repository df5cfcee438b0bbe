/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/server/server-jobs.h"
#include "engine/device-list.h"
#include "job/descriptor-path.h"
#include "job/pipeline.h"
#include "job/server/server-image.h"

#include <sys/stat.h>
#include <unistd.h>

#define N_STAGES 3

struct _GengaServerJobs
{
  GengaOptions *options; /* frozen */
  GengaPipeline *pipeline;
};

/* Shared by the thread that began it and, until it has ended, the main context. */
struct _GengaServerJob
{
  GengaServerJobs *jobs;
  int source;
  int result;
  char *name;
  GSourceOnceFunc on_end;
  gpointer data;
  GengaJob *job; /* the main context's; made before that knows of it */

  GMutex mutex;
  /* protected by mutex */
  gboolean has_ended;
  GError *error;
  GPtrArray *notices;
};

GengaServerJobs *
genga_server_jobs_new (GengaOptions *options)
{
  GengaServerJobs *self = g_new0 (GengaServerJobs, 1);

  self->options = genga_options_copy (options);
  genga_options_freeze (self->options);
  self->pipeline = genga_pipeline_new ();
  return self;
}

void
genga_server_jobs_free (GengaServerJobs *self)
{
  genga_pipeline_free (self->pipeline);
  g_object_unref (self->options);
  g_free (self);
}

guint
genga_server_jobs_get_n_busy (GengaServerJobs *self)
{
  return N_STAGES - 1 +
         genga_device_list_count (genga_options_get_string (self->options, GENGA_OPTION_DEVICE),
                                  genga_options_get_int (self->options, GENGA_OPTION_WORKERS));
}

static void
clear_job (gpointer data)
{
  GengaServerJob *self = data;

  if (self->source >= 0)
    close (self->source);
  if (self->result >= 0)
    close (self->result);
  g_clear_object (&self->job);
  g_clear_error (&self->error);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_free (self->name);
  g_mutex_clear (&self->mutex);
}

static void
unref_job (GengaServerJob *self)
{
  g_atomic_rc_box_release_full (self, clear_job);
}

/* ---- on the main context ---- */

/* What the job says, of the name that people know. */
static void
keep_messages (GengaServerJob *self, GengaJob *job, const GError *error)
{
  GPtrArray *notices = genga_job_get_notices (job);
  const char *path = genga_job_get_source (job);

  for (guint i = 0; i < notices->len; i++)
    g_ptr_array_add (self->notices,
                     genga_descriptor_path_dup_message (notices->pdata[i], path, self->name));
  if (error != NULL)
    {
      g_autofree char *message =
          genga_descriptor_path_dup_message (error->message, path, self->name);

      self->error = g_error_new_literal (error->domain, error->code, message);
    }
}

static void
on_job_ended (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GengaServerJob *self = user_data;
  g_autoptr (GError) error = NULL;

  genga_pipeline_run_finish (self->jobs->pipeline, result, &error);
  g_mutex_lock (&self->mutex);
  self->has_ended = TRUE;
  keep_messages (self, GENGA_JOB (object), error);
  close (self->source);
  self->source = -1;
  /* Who sees that it has ended may free `data`. */
  self->on_end (self->data);
  g_mutex_unlock (&self->mutex);
  unref_job (self);
}

static void
run_job (gpointer data)
{
  GengaServerJob *self = data;

  genga_pipeline_run_async (self->jobs->pipeline, self->job, on_job_ended, self);
}

/* ---- in the thread ---- */

GengaServerJob *
genga_server_job_begin (GengaServerJobs *jobs,
                        int take_source,
                        const char *name,
                        GSourceOnceFunc on_end,
                        gpointer data,
                        GError **error)
{
  GengaServerJob *self = g_atomic_rc_box_new0 (GengaServerJob);
  g_autofree char *path = genga_descriptor_path_dup (take_source);

  g_mutex_init (&self->mutex);
  self->jobs = jobs;
  self->source = take_source;
  self->name = g_strdup (name);
  self->on_end = on_end;
  self->data = data;
  self->notices = g_ptr_array_new_with_free_func (g_free);
  self->result = genga_server_image_new_file (NULL, 0, error);
  if (self->result < 0)
    {
      unref_job (self);
      return NULL;
    }
  self->job = genga_job_new (path, NULL, jobs->options);
  genga_job_set_descriptor (self->job, self->result);
  genga_job_set_waits_for_disk_space (self->job, FALSE);
  g_idle_add_once (run_job, g_atomic_rc_box_acquire (self));
  return self;
}

gboolean
genga_server_job_has_ended (GengaServerJob *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->has_ended;
}

void
genga_server_job_cancel (GengaServerJob *self)
{
  genga_job_cancel (self->job);
}

const GError *
genga_server_job_get_error (GengaServerJob *self)
{
  g_return_val_if_fail (genga_server_job_has_ended (self), NULL);

  return self->error;
}

GPtrArray *
genga_server_job_get_notices (GengaServerJob *self)
{
  g_return_val_if_fail (genga_server_job_has_ended (self), NULL);

  return self->notices;
}

int
genga_server_job_get_result (GengaServerJob *self, guint64 *size)
{
  struct stat info = { 0 };

  fstat (self->result, &info);
  *size = info.st_size;
  return self->result;
}

void
genga_server_job_free (GengaServerJob *self)
{
  if (!genga_server_job_has_ended (self))
    genga_server_job_cancel (self);
  unref_job (self);
}
