/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a kind of pipeline is made of (job/pipeline.h). Main context only. */
#pragma once

#include "job/job.h"

G_BEGIN_DECLS

typedef struct _GengaPipeline GengaPipeline;

typedef struct
{
  /* Takes the task, whose source object is the job, and returns it once the job has ended. */
  void (*run) (GengaPipeline *self, GTask *take_task);
  /* NULL: it makes no difference. */
  void (*announce) (GengaPipeline *self, GPtrArray *jobs);
  void (*free) (GengaPipeline *self);
} GengaPipelineClass;

/* A pipeline's struct begins with it. */
struct _GengaPipeline
{
  const GengaPipelineClass *klass;
};

G_END_DECLS
