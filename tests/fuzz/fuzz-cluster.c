/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "job/cluster/chunk-list.h"
#include "job/cluster/cluster-plan.h"
#include "job/cluster/segment-manifest.h"
#include "job/cluster/slurm.h"

#include <string.h>

/* What was read is written and read again, and is the same. */
static void
try_manifest (const char *data, gsize size)
{
  const char *bad = NULL;
  g_autoptr (GengaSegmentManifest) manifest = genga_segment_manifest_parse (data, size, &bad);

  if (manifest == NULL)
    {
      g_assert_nonnull (bad);
      return;
    }
  gsize length, again_length;
  g_autofree char *text =
      genga_segment_manifest_format (manifest->number, manifest->entry, &length);
  g_autoptr (GengaSegmentManifest) again = genga_segment_manifest_parse (text, length, &bad);

  g_assert_nonnull (again);
  g_autofree char *other =
      genga_segment_manifest_format (again->number, again->entry, &again_length);
  g_assert_cmpmem (text, length, other, again_length);
}

static void
try_plan (const char *data, gsize size)
{
  const char *bad = NULL;
  g_autoptr (GengaClusterPlan) plan = genga_cluster_plan_parse (data, size, &bad);
  const guint n = plan != NULL ? genga_cluster_plan_get_n_items (plan) : 0;

  g_assert_true (plan != NULL || bad != NULL);
  if (plan == NULL)
    return;
  g_assert_null (strchr (plan->model, '/'));
  for (guint item = 0; item < MIN (n, 100); item++)
    {
      guint first, end;

      genga_cluster_plan_get_range (plan, genga_cluster_plan_get_task (plan, item), &first, &end);
      g_assert_cmpuint (first, <=, item);
      g_assert_cmpuint (item, <, end);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = (const char *)data;
  g_auto (GengaSlurmJobs) jobs = { 0 };
  GPtrArray *files = genga_chunk_list_parse (text, size);

  try_manifest (text, size);
  try_plan (text, size);
  genga_slurm_jobs_parse (&jobs, text, size);
  for (guint i = 0; files != NULL && i < files->len; i++)
    g_assert_true (g_path_is_absolute (((const GengaChunkFile *)files->pdata[i])->source));
  g_clear_pointer (&files, g_ptr_array_unref);
  return 0;
}
