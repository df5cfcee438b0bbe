/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-plan.h"
#include "job/cluster/cluster-json.h"

#include <string.h>

#define FORMAT 1

void
genga_cluster_machine_clear (GengaClusterMachine *self)
{
  g_clear_pointer (&self->genga, g_free);
  g_clear_pointer (&self->device, g_free);
  g_clear_pointer (&self->engine, g_free);
  g_clear_pointer (&self->libraries, g_free);
}

void
genga_cluster_plan_free (GengaClusterPlan *self)
{
  if (self == NULL)
    return;
  genga_cluster_machine_clear (&self->machine);
  g_free (self->source);
  g_free (self->target);
  g_free (self->options);
  g_free (self->model);
  g_free (self->settings);
  g_free (self->coding);
  g_free (self);
}

/* ---- tasks ---- */

guint
genga_cluster_plan_get_n_items (const GengaClusterPlan *self)
{
  return self->has_segments ? self->n_segments : self->n_tasks;
}

/* As even as can be, and in order. */
void
genga_cluster_plan_get_range (const GengaClusterPlan *self, guint task, guint *first, guint *end)
{
  const guint64 n = genga_cluster_plan_get_n_items (self);

  *first = (guint)(n * task / self->n_tasks);
  *end = (guint)(n * (task + 1) / self->n_tasks);
}

guint
genga_cluster_plan_get_task (const GengaClusterPlan *self, guint item)
{
  const guint64 n = genga_cluster_plan_get_n_items (self);

  return (guint)((((guint64)item + 1) * self->n_tasks - 1) / n);
}

/* ---- JSON ---- */

static void
write_video (JsonBuilder *builder, const GengaClusterPlan *self)
{
  genga_cluster_write_int (builder, "segments", self->n_segments);
  genga_cluster_write_text (builder, "settings", self->settings);
  genga_cluster_write_text (builder, "coding", self->coding);
  genga_cluster_write_int (builder, "encoder_threads", self->n_threads);
  genga_cluster_write_int (builder, "untiled", self->untiled);
  genga_cluster_write_double (builder, "seconds", self->seconds);
}

char *
genga_cluster_plan_format (const GengaClusterPlan *self, gsize *size)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  genga_cluster_write_int (builder, "format", FORMAT);
  genga_cluster_write_boolean (builder, "has_segments", self->has_segments);
  genga_cluster_write_path (builder, "source", self->source);
  genga_cluster_write_path (builder, "target", self->target);
  genga_cluster_write_text (builder, "options", self->options);
  genga_cluster_write_text (builder, "model", self->model);
  genga_cluster_write_boolean (builder, "overwrites", self->overwrites);
  genga_cluster_write_text (builder, "genga", self->machine.genga);
  genga_cluster_write_text (builder, "device", self->machine.device);
  genga_cluster_write_text (builder, "engine", self->machine.engine);
  genga_cluster_write_text (builder, "libraries", self->machine.libraries);
  genga_cluster_write_int (builder, "tasks", self->n_tasks);
  if (self->has_segments)
    write_video (builder, self);
  json_builder_end_object (builder);
  return genga_cluster_write_end (builder, size);
}

static void
read_video (GengaClusterReader *reader, GengaClusterPlan *self)
{
  self->n_segments =
      genga_cluster_read_int (reader, "segments", self->n_tasks, GENGA_CLUSTER_MAX_TASKS);
  self->settings = genga_cluster_read_text (reader, "settings");
  self->coding = genga_cluster_read_text (reader, "coding");
  self->n_threads = genga_cluster_read_int (reader, "encoder_threads", 1, 1 << 16);
  self->untiled = genga_cluster_read_int (reader, "untiled", 0, G_MAXINT32);
  self->seconds = genga_cluster_read_positive (reader, "seconds");
}

/* A file's name, and no way out of its folder. */
static gboolean
is_plain_name (const char *name)
{
  return strchr (name, '/') == NULL && !g_str_equal (name, ".") && !g_str_equal (name, "..");
}

GengaClusterPlan *
genga_cluster_plan_parse (const char *data, gsize size, const char **bad)
{
  g_auto (GengaClusterReader) reader = { 0 };
  g_autoptr (GengaClusterPlan) self = NULL;

  *bad = "JSON";
  if (size > GENGA_CLUSTER_PLAN_MAX || !genga_cluster_reader_init (&reader, data, size))
    return NULL;
  genga_cluster_read_int (&reader, "format", FORMAT, FORMAT);
  self = g_new0 (GengaClusterPlan, 1);
  self->has_segments = genga_cluster_read_boolean (&reader, "has_segments");
  self->source = genga_cluster_read_path (&reader, "source");
  self->target = genga_cluster_read_path (&reader, "target");
  self->options = genga_cluster_read_text (&reader, "options");
  self->model = genga_cluster_read_text (&reader, "model");
  self->overwrites = genga_cluster_read_boolean (&reader, "overwrites");
  self->machine.genga = genga_cluster_read_text (&reader, "genga");
  self->machine.device = genga_cluster_read_text (&reader, "device");
  self->machine.engine = genga_cluster_read_text (&reader, "engine");
  self->machine.libraries = genga_cluster_read_text (&reader, "libraries");
  self->n_tasks = genga_cluster_read_int (&reader, "tasks", 1, GENGA_CLUSTER_MAX_TASKS);
  if (self->has_segments)
    read_video (&reader, self);
  if (reader.bad == NULL && !is_plain_name (self->model))
    reader.bad = "model";
  *bad = reader.bad;
  return reader.bad == NULL ? g_steal_pointer (&self) : NULL;
}
