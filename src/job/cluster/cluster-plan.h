/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cluster's job does, as a value: its source, result and options, and everything else that a
 * byte of the result depends on, as it was where the job was submitted. A computer that has not all
 * of that refuses its task (GengaClusterMachine).
 *
 * Thread rule: any thread, as for values.
 */
#pragma once

#include "job/export/part.h"

G_BEGIN_DECLS

#define GENGA_CLUSTER_PLAN_MAX ((gsize)4 << 20)

/* More tasks or segments than any queue takes. */
#define GENGA_CLUSTER_MAX_TASKS GENGA_PART_MAX_MARKS

/* A computer, as far as bytes depend on it. */
typedef struct
{
  char *genga;     /* version */
  char *device;    /* id; "" without a network */
  char *engine;    /* the device's version: of "cpu", its kernel set */
  char *libraries; /* versions and builds of those that read and write, with “; ” between */
} GengaClusterMachine;

typedef struct
{
  gboolean has_segments; /* segments of one; else files, in chunks */
  char *source;          /* absolute path; of files the folder of results */
  char *target;          /* the same */
  char *options;         /* those that were set, as genga_options_restore() takes them */
  char *model;           /* name of a file in the job's folder, or "": the options name it */
  gboolean overwrites;
  GengaClusterMachine machine;
  guint n_tasks;

  /* ---- of a video ---- */
  guint n_segments;
  char *settings; /* fingerprint (job/export/fingerprint.h) */
  char *coding;
  guint n_threads; /* of the encoder */
  guint untiled;
  double seconds; /* from one mark to the next */
} GengaClusterPlan;

void genga_cluster_machine_clear (GengaClusterMachine *self);
void genga_cluster_plan_free (GengaClusterPlan *self);

/* The segments or chunks of a task: from `*first` on, before `*end`. */
void
genga_cluster_plan_get_range (const GengaClusterPlan *self, guint task, guint *first, guint *end);
/* How many segments or chunks there are. */
guint genga_cluster_plan_get_n_items (const GengaClusterPlan *self);
/* The task that makes an item. */
guint genga_cluster_plan_get_task (const GengaClusterPlan *self, guint item);

/* JSON; g_free(). */
char *genga_cluster_plan_format (const GengaClusterPlan *self, gsize *size);
/* NULL where it is none, with the key that is wrong in `*bad` (static). */
GengaClusterPlan *genga_cluster_plan_parse (const char *data, gsize size, const char **bad);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GengaClusterPlan, genga_cluster_plan_free)

G_END_DECLS
