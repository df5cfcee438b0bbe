/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/pipeline.h"
#include "job/apart/apart-pipeline.h"
#include "job/stages.h"

GengaPipeline *
genga_pipeline_new (void)
{
  return genga_stages_new (NULL);
}

GengaPipeline *
genga_pipeline_new_apart (void)
{
  return genga_apart_pipeline_new ();
}

void
genga_pipeline_free (GengaPipeline *self)
{
  self->klass->free (self);
}

void
genga_pipeline_announce (GengaPipeline *self, GPtrArray *jobs)
{
  if (self->klass->announce != NULL)
    self->klass->announce (self, jobs);
}

void
genga_pipeline_run_async (GengaPipeline *self,
                          GengaJob *job,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (job, NULL, callback, user_data);

  g_task_set_source_tag (task, genga_pipeline_run_async);
  self->klass->run (self, task);
}

gboolean
genga_pipeline_run_finish (GengaPipeline *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
