/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/slurm.h"
#include "core/error.h"
#include "job/cluster/cluster-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT 1
#define MAX_MORE 100

/* A task has so many seconds to leave in order before its time is up. */
#define SIGNAL "--signal=B:TERM@30"

/* exec: Slurm's signal reaches Genga itself. */
static const char script_text[] = "#!/bin/sh\n"
                                  "# $1: genga-cli, $2: the job's folder, $3: segment or join\n"
                                  "exec \"$1\" cluster \"$3\" \"$2\" $SLURM_ARRAY_TASK_ID\n";

const char *
genga_slurm_get_script (void)
{
  return script_text;
}

void
genga_slurm_jobs_clear (GengaSlurmJobs *self)
{
  g_clear_pointer (&self->array, g_free);
  g_clear_pointer (&self->join, g_free);
  g_clear_pointer (&self->cluster, g_free);
  g_clear_pointer (&self->wishes.program, g_free);
  g_clear_pointer (&self->wishes.partition, g_free);
  g_clear_pointer (&self->wishes.more, g_strfreev);
}

/* ---- programs ---- */

/* What it prints; g_free(). Its complaints are the error. */
static char *
run (GPtrArray *arguments, GError **error)
{
  const char *name = arguments->pdata[0];
  g_autofree char *complaint = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) reason = NULL;
  int status = 0;

  g_ptr_array_add (arguments, NULL);
  if (!g_spawn_sync (NULL, (char **)arguments->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                     &output, &complaint, &status, &reason))
    {
      g_set_error (error, GENGA_ERROR, GENGA_ERROR_UNAVAILABLE,
                   _ ("Slurm's program “%s” can't be run: %s. Install Slurm's client, or work "
                      "where it is."),
                   name, reason->message);
      return NULL;
    }
  if (g_spawn_check_wait_status (status, NULL))
    return g_steal_pointer (&output);
  g_strchomp (complaint);
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE, _ ("%s refused: %s"), name,
               *complaint != '\0' ? complaint : _ ("it says no more"));
  return NULL;
}

static void
add (GPtrArray *arguments, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  g_ptr_array_add (arguments, g_strdup_vprintf (format, values));
  va_end (values);
}

/* ---- submitting ---- */

/*
 * A file for each computer. Slurm looks for its patterns in the whole path, also where only the
 * name is given; a backslash in it would have it look for none.
 */
static void
add_log (GPtrArray *arguments, const char *folder)
{
  g_auto (GStrv) parts = g_strsplit (folder, "%", -1);
  g_autofree char *escaped = g_strjoinv ("%%", parts);

  if (strchr (folder, '\\') == NULL)
    add (arguments, "--output=%s/log-%%N.txt", escaped);
  else
    add (arguments, "--output=/dev/null");
}

static GPtrArray *
begin (const GengaSlurmWishes *wishes, const char *folder)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  add (arguments, "sbatch");
  add (arguments, "--parsable");
  add (arguments, "--job-name=genga");
  add (arguments, "--chdir=%s", folder);
  add_log (arguments, folder);
  add (arguments, "--open-mode=append");
  add (arguments, "--nodes=1");
  add (arguments, "--ntasks=1");
  add (arguments, "--requeue");
  add (arguments, SIGNAL);
  if (wishes->n_cpus > 0)
    add (arguments, "--cpus-per-task=%u", wishes->n_cpus);
  else
    add (arguments, "--exclusive");
  if (wishes->partition != NULL)
    add (arguments, "--partition=%s", wishes->partition);
  for (char **more = wishes->more; more != NULL && *more != NULL; more++)
    add (arguments, "%s", *more);
  return arguments;
}

static gboolean
is_id (const char *id)
{
  return *id != '\0' && strspn (id, G_CSET_DIGITS) == strlen (id);
}

/* Numbers of jobs count in one cluster. */
static void
add_cluster (GPtrArray *arguments, const GengaSlurmJobs *self)
{
  if (self->cluster != NULL)
    add (arguments, "--clusters=%s", self->cluster);
}

/* The new job's id; g_free(). Notes its cluster. */
static char *
submit (GPtrArray *arguments,
        GengaSlurmJobs *self,
        const char *folder,
        const char *script,
        const char *what,
        GError **error)
{
  add (arguments, "%s", script);
  add (arguments, "%s", self->wishes.program);
  add (arguments, "%s", folder);
  add (arguments, "%s", what);
  g_autofree char *output = run (arguments, error);

  if (output == NULL)
    return NULL;
  /* "ID" or "ID;CLUSTER". */
  g_auto (GStrv) words = g_strsplit (g_strchomp (output), ";", 2);
  if (words[0] != NULL && is_id (words[0]))
    {
      g_free (self->cluster);
      self->cluster = words[1] != NULL && *words[1] != '\0' ? g_strdup (words[1]) : NULL;
      return g_strdup (words[0]);
    }
  g_set_error (error, GENGA_ERROR, GENGA_ERROR_USAGE, _ ("sbatch named no job: “%s”."), output);
  return NULL;
}

static gboolean
submit_array (GengaSlurmJobs *self,
              const char *folder,
              const char *script,
              const char *ranges,
              GError **error)
{
  const GengaSlurmWishes *wishes = &self->wishes;
  g_autoptr (GPtrArray) arguments = begin (wishes, folder);

  if (wishes->n_nodes > 0)
    add (arguments, "--array=%s%%%u", ranges, wishes->n_nodes);
  else
    add (arguments, "--array=%s", ranges);
  self->array = submit (arguments, self, folder, script, "segment", error);
  return self->array != NULL;
}

gboolean
genga_slurm_submit (GengaSlurmJobs *self,
                    const char *folder,
                    const char *script,
                    const char *ranges,
                    GError **error)
{
  g_autoptr (GPtrArray) arguments = begin (&self->wishes, folder);

  g_clear_pointer (&self->array, g_free);
  g_clear_pointer (&self->join, g_free);
  g_clear_pointer (&self->cluster, g_free);
  if (*ranges != '\0')
    {
      if (!submit_array (self, folder, script, ranges, error))
        return FALSE;
      add (arguments, "--dependency=afterany:%s", self->array);
      add_cluster (arguments, self);
    }
  self->join = submit (arguments, self, folder, script, "join", error);
  return self->join != NULL;
}

gboolean
genga_slurm_cancel (const GengaSlurmJobs *self, GError **error)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);

  if (self->array == NULL && self->join == NULL)
    return TRUE;
  /* The one that waits for the others first: it would begin when they end. */
  add (arguments, "scancel");
  add_cluster (arguments, self);
  if (self->join != NULL)
    add (arguments, "%s", self->join);
  if (self->array != NULL)
    add (arguments, "%s", self->array);
  g_autofree char *output = run (arguments, error);
  return output != NULL;
}

/* "ID STATE"; other lines are Slurm's own, such as a cluster's name. */
static void
count_line (const GengaSlurmJobs *self, const char *line, GengaSlurmCount *count)
{
  g_auto (GStrv) words = g_strsplit_set (line, " ", 2);

  if (words[0] == NULL || words[1] == NULL || !is_id (words[0]))
    return;
  const char *state = g_strstrip (words[1]);
  const gboolean runs = g_str_equal (state, "RUNNING") || g_str_equal (state, "COMPLETING");

  if (self->join != NULL && g_str_equal (words[0], self->join))
    count->is_joining = count->is_joining || runs;
  else if (runs)
    count->n_running++;
  else
    count->n_waiting++;
}

gboolean
genga_slurm_count (const GengaSlurmJobs *self, GengaSlurmCount *count)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *output = NULL;

  *count = (GengaSlurmCount){ 0 };
  if (self->array == NULL && self->join == NULL)
    return FALSE;
  add (arguments, "squeue");
  add_cluster (arguments, self);
  add (arguments, "--noheader");
  add (arguments, "--array");
  add (arguments, "--format=%%F %%T");
  if (self->array != NULL && self->join != NULL)
    add (arguments, "--jobs=%s,%s", self->array, self->join);
  else
    add (arguments, "--jobs=%s", self->array != NULL ? self->array : self->join);
  output = run (arguments, NULL);
  if (output == NULL)
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    count_line (self, g_strstrip (*line), count);
  return TRUE;
}

/* ---- JSON ---- */

char *
genga_slurm_jobs_format (const GengaSlurmJobs *self, gsize *size)
{
  JsonBuilder *builder = json_builder_new ();
  const GengaSlurmWishes *wishes = &self->wishes;

  json_builder_begin_object (builder);
  genga_cluster_write_int (builder, "format", FORMAT);
  genga_cluster_write_text (builder, "array", self->array);
  genga_cluster_write_text (builder, "join", self->join);
  genga_cluster_write_text (builder, "cluster", self->cluster);
  genga_cluster_write_path (builder, "program", wishes->program);
  genga_cluster_write_text (builder, "partition", wishes->partition);
  genga_cluster_write_int (builder, "nodes", wishes->n_nodes);
  genga_cluster_write_int (builder, "cpus", wishes->n_cpus);
  json_builder_set_member_name (builder, "more");
  json_builder_begin_array (builder);
  for (char **more = wishes->more; more != NULL && *more != NULL; more++)
    json_builder_add_string_value (builder, *more);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return genga_cluster_write_end (builder, size);
}

static char **
read_more (GengaClusterReader *reader)
{
  JsonArray *array = genga_cluster_read_array (reader, "more", MAX_MORE);
  g_autoptr (GStrvBuilder) more = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        g_strv_builder_add (more, json_node_get_string (node));
      else
        reader->bad = "more";
    }
  return g_strv_builder_end (more);
}

/* NULL for "". */
static char *
read_optional (GengaClusterReader *reader, const char *key)
{
  g_autofree char *text = genga_cluster_read_text (reader, key);

  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/* An id is digits. */
static char *
read_id (GengaClusterReader *reader, const char *key)
{
  g_autofree char *id = read_optional (reader, key);

  if (id != NULL && !is_id (id))
    reader->bad = key;
  return g_steal_pointer (&id);
}

gboolean
genga_slurm_jobs_parse (GengaSlurmJobs *self, const char *data, gsize size)
{
  g_auto (GengaClusterReader) reader = { 0 };

  if (!genga_cluster_reader_init (&reader, data, size))
    return FALSE;
  genga_cluster_read_int (&reader, "format", FORMAT, FORMAT);
  self->array = read_id (&reader, "array");
  self->join = read_id (&reader, "join");
  self->cluster = read_optional (&reader, "cluster");
  self->wishes.program = genga_cluster_read_path (&reader, "program");
  self->wishes.partition = read_optional (&reader, "partition");
  self->wishes.n_nodes = genga_cluster_read_int (&reader, "nodes", 0, G_MAXINT32);
  self->wishes.n_cpus = genga_cluster_read_int (&reader, "cpus", 0, G_MAXINT32);
  self->wishes.more = read_more (&reader);
  return reader.bad == NULL;
}
