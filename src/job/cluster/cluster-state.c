/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "genga-job"

#include "job/cluster/cluster-state.h"

#include <string.h>

#define MAX_FAILURES 20
#define MAX_SENTENCE ((gsize)64 << 10)

static void
failure_free (gpointer data)
{
  GengaClusterFailure *failure = data;

  g_free (failure->sentence);
  g_free (failure);
}

void
genga_cluster_state_free (GengaClusterState *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->missing);
  g_free (self->join_failure);
  g_ptr_array_unref (self->failures);
  g_free (self);
}

/* NULL: there is none. */
static char *
read_sentence (GengaClusterFolder *folder, const char *name)
{
  gsize size;
  g_autofree char *text = genga_cluster_folder_read (folder, name, MAX_SENTENCE, &size, NULL);

  return text != NULL ? g_utf8_make_valid (text, (gssize)size) : NULL;
}

static void
add_failure (GengaClusterState *self, GengaClusterFolder *folder, const char *part, guint task)
{
  g_autofree char *name = genga_cluster_dup_name (part, task, ".error");
  char *sentence = read_sentence (folder, name);
  GengaClusterFailure *failure;

  if (sentence == NULL)
    return;
  failure = g_new0 (GengaClusterFailure, 1);
  failure->task = task;
  failure->sentence = sentence;
  g_ptr_array_add (self->failures, failure);
}

static gboolean
is_whole (const GByteArray *done, const GengaClusterPlan *plan, guint task)
{
  guint first, end;

  genga_cluster_plan_get_range (plan, task, &first, &end);
  return memchr (done->data + first, 0, end - first) == NULL;
}

GengaClusterState *
genga_cluster_state_read (GengaClusterFolder *folder, const GengaClusterPlan *plan, GError **error)
{
  const char *part = plan->has_segments ? GENGA_CLUSTER_SEGMENTS : GENGA_CLUSTER_CHUNKS;
  const guint n = genga_cluster_plan_get_n_items (plan);
  g_autoptr (GengaClusterState) self = g_new0 (GengaClusterState, 1);
  g_autoptr (GByteArray) done = NULL;
  g_autoptr (GByteArray) failed = NULL;

  self->n_items = n;
  self->missing = g_array_new (FALSE, FALSE, sizeof (guint));
  self->failures = g_ptr_array_new_with_free_func (failure_free);
  self->is_done = genga_cluster_folder_has (folder, GENGA_CLUSTER_DONE);
  if (self->is_done)
    {
      self->n_done = n;
      return g_steal_pointer (&self);
    }
  self->join_failure = read_sentence (folder, GENGA_CLUSTER_JOIN_ERROR);
  done = genga_cluster_folder_list (folder, part, ".json", n, error);
  failed = done != NULL ? genga_cluster_folder_list (folder, part, ".error", plan->n_tasks, error)
                        : NULL;
  if (failed == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    self->n_done += done->data[i];
  for (guint task = 0; task < plan->n_tasks; task++)
    {
      if (is_whole (done, plan, task))
        continue;
      g_array_append_val (self->missing, task);
      if (failed->data[task] != 0 && self->failures->len < MAX_FAILURES)
        add_failure (self, folder, part, task);
    }
  return g_steal_pointer (&self);
}

char *
genga_cluster_state_dup_ranges (const GArray *tasks)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tasks->len;)
    {
      const guint first = g_array_index (tasks, guint, i);
      guint last = first;

      for (i++; i < tasks->len && g_array_index (tasks, guint, i) == last + 1; i++)
        last++;
      g_string_append_printf (text, "%s%u", text->len > 0 ? "," : "", first);
      if (last > first)
        g_string_append_printf (text, "-%u", last);
    }
  return g_string_free (text, FALSE);
}
